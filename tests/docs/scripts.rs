//! The blocks `console as-shown`: the home has the files of the `ini` blocks of the same section, and the script of its
//! `bash` block as `~/script.sh`.

use crate::commands::faults_of;
use crate::page::{Block, Page, pages};
use crate::scene::Scene;
use crate::snippets::files;

/// The blocks of each section that has such a block.
fn sections() -> Vec<Vec<Block>> {
    let sections = pages().into_iter().flat_map(|page| {
        let texts: Vec<String> = page.text.split("\n## ").map(str::to_owned).collect();
        texts.into_iter().map(move |text| Page { path: page.path.clone(), text }.blocks())
    });
    sections.filter(|blocks| blocks.iter().any(|block| block.scene == "as-shown")).collect()
}

fn home(blocks: &[Block]) -> Scene {
    let scene = Scene::named("empty");
    for (name, text) in blocks.iter().filter(|block| block.language == "ini").flat_map(|block| files(&block.text)) {
        scene.sandbox.write(name, text.as_bytes());
    }
    for script in blocks.iter().filter(|block| block.language == "bash") {
        scene.write("script.sh", &script.text);
    }
    scene
}

#[test]
#[ignore = "needs the AWS CLI: run tests/run"]
fn awsmfa_does_the_job_of_the_scripts() {
    let mut faults = Vec::new();
    let sections = sections();
    assert!(!sections.is_empty(), "no page has such a block");
    for blocks in sections {
        for block in blocks.iter().filter(|block| block.scene == "as-shown") {
            faults.extend(faults_of(block, &home(&blocks)));
        }
    }
    assert!(faults.is_empty(), "the pages show something else:\n{}", faults.join("\n"));
}
