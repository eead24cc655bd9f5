//! The blocks of the pages with Terraform: `console terraform…`, with the configuration of the `hcl` block before it.
//!
//! They need the real Terraform in `PATH` and its AWS provider as an unpacked plugin, in a folder where Terraform itself
//! looks, in a folder of `/opt`, or in `AWSMFA_TERRAFORM_PLUGINS`. Without them, the SDK for Go, which the provider uses, must
//! find a session where Terraform would, as far as the configuration does not matter; `tests/run` says so.

use std::path::PathBuf;

use crate::page::{Block, pages};
use crate::scene::Scene;
use crate::support::child::finish;
use crate::support::transcript::agrees;

/// The configuration beside the block with the provider, which stays as the page shows it.
const BESIDE: &str = r#"terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "me" {}

output "arn" {
  value = data.aws_caller_identity.me.arn
}
"#;
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

/// The real Terraform.
pub struct Terraform {
    program: PathBuf,
    plugins: PathBuf,
}

impl Terraform {
    pub fn found() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let program = std::env::split_paths(&path).map(|folder| folder.join("terraform")).find(|file| file.exists())?;
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let named = std::env::var_os("AWSMFA_TERRAFORM_PLUGINS").map(PathBuf::from);
        let usual = ["/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"].map(PathBuf::from);
        let optional = std::fs::read_dir("/opt").into_iter().flatten().flatten().map(|entry| entry.path());
        let mut folders = named.into_iter().chain([home.join(".terraform.d/plugins")]).chain(usual).chain(optional);
        let plugins = folders.find(|folder| folder.join(PROVIDER).exists())?;
        Some(Self { program, plugins })
    }

    /// Makes it the `terraform` of the scene, with this provider block.
    pub fn enter(&self, scene: &mut Scene, provider: &str) {
        let link = scene.sandbox.home().join("bin/terraform");
        std::fs::remove_file(&link).expect("the scene has one");
        std::os::unix::fs::symlink(&self.program, link).expect("the home is writable");
        scene.write("beside.tf", BESIDE);
        scene.write("main.tf", provider);
        for (name, value) in [("CHECKPOINT_DISABLE", "1"), ("TF_CLI_ARGS", "-no-color"), ("TF_IN_AUTOMATION", "1")] {
            scene.sandbox.set(name, value);
        }
        let mut init = scene.sandbox.program(&self.program);
        finish(init.arg("init").arg(format!("-plugin-dir={}", self.plugins.display()))).expect(0);
    }
}

/// The blocks with Terraform, each with the provider block before it.
fn blocks() -> Vec<(String, Block)> {
    let mut found = Vec::new();
    for page in pages() {
        let mut provider = String::new();
        for block in page.blocks() {
            if block.language == "hcl" {
                provider = block.text;
            } else if block.language == "console" && block.scene.starts_with("terraform") {
                found.push((provider.clone(), block));
            }
        }
    }
    found
}

/// Sets the profile of the configuration, which the SDK does not read, in the commands.
fn for_the_sdk(block: Block, provider: &str) -> Block {
    let profile = provider.lines().find_map(|line| line.trim().strip_prefix("profile")?.split('"').nth(1));
    let text = match profile {
        Some(profile) => block.text.replace("$ terraform ", &format!("$ AWS_PROFILE={profile} terraform ")),
        None => block.text,
    };
    Block { text, ..block }
}

/// Returns whether the output of a command is as shown; without Terraform, whether it fails as shown.
fn is_right(shown: &str, said: &str, code: i32, is_real: bool) -> bool {
    if is_real && !shown.is_empty() {
        return agrees(shown, said);
    }
    (code == 0) != shown.contains("Error: ")
}

#[test]
#[ignore = "needs Terraform and its AWS provider, or the SDK for Go: run tests/run"]
fn terraform_prints_what_the_pages_show() {
    let terraform = Terraform::found();
    let mut faults = Vec::new();
    let blocks = blocks();
    assert!(!blocks.is_empty(), "no page has a block with Terraform");
    for (provider, block) in blocks {
        let mut scene = Scene::named(&block.scene);
        let block = match &terraform {
            Some(terraform) => {
                terraform.enter(&mut scene, &provider);
                block
            }
            // The SDK cannot assume the role of the configuration.
            None if provider.contains("assume_role") => continue,
            None => for_the_sdk(block, &provider),
        };
        let (shown, said) = (block.shown(), scene.play(&block));
        assert_eq!(shown.len(), said.len(), "{}", block.place);
        for (shown, (said, code)) in shown.iter().zip(said) {
            let is_of_terraform = shown.command.contains("terraform ");
            if !is_right(&shown.output, &said, code, terraform.is_some() || !is_of_terraform) {
                faults.push(format!("{}: $ {} (exit code {code})\n{said}", block.place, shown.command));
            }
        }
    }
    assert!(faults.is_empty(), "the pages show something else:\n{}", faults.join("\n"));
}
