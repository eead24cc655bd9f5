//! Files in the pages.

use serde_json::Value;

use crate::page::blocks;
use crate::scene::Scene;

/// The lines of a block that shows one file, or two beside each other, by file.
pub fn files(text: &str) -> Vec<(&'static str, String)> {
    let first = text.lines().next().unwrap_or_default();
    let column = first.rfind("# ~/.aws/").expect("the first line names the file");
    let left = text.lines().map(|line| line.chars().take(if column == 0 { line.len() } else { column }).collect());
    let right = text.lines().map(|line| line.chars().skip(column).collect());
    let halves: Vec<Vec<String>> =
        if column == 0 { vec![left.collect()] } else { vec![left.collect(), right.collect()] };
    let files = halves.into_iter().map(|mut lines| {
        let name = if lines.remove(0).starts_with("# ~/.aws/config") { "config" } else { "credentials" };
        // Properties that are valid in any section show no profile.
        let is_of_any = lines.iter().find(|line| !line.starts_with('#')).is_some_and(|line| !line.starts_with('['));
        (name, format!("{}{}\n", if is_of_any { "[default]\n" } else { "" }, lines.join("\n")))
    });
    files.collect()
}

#[test]
fn every_profile_of_a_file_that_is_shown_is_listed() {
    for block in blocks("ini") {
        let scene = Scene::named("empty");
        let mut names = Vec::new();
        for (name, text) in files(&block.text) {
            let headers = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.strip_suffix(']'));
            names.extend(headers.map(|header| header.trim_start_matches("profile ").to_owned()));
            scene.sandbox.write(name, text.as_bytes());
        }
        let listed = scene.sandbox.run(&["list", "--output", "json"]);
        assert_eq!(listed.code, 0, "{}: {}", block.place, listed.stderr);
        let listed: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
        assert!(!names.is_empty(), "{}", block.place);
        for name in names {
            let is_listed = listed.iter().any(|profile| profile["profile"].as_str() == Some(&name));
            assert!(is_listed, "{}: {name}", block.place);
        }
    }
}

#[test]
fn json_is_json() {
    for block in blocks("json") {
        assert!(serde_json::from_str::<Value>(&block.text).is_ok(), "{}", block.place);
    }
}
