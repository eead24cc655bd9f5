//! Links within the repository have a target.

use std::path::{Path, PathBuf};

use crate::here;
use crate::page::{Page, pages};

/// The targets of the links of a page: `[text](target)` and `[name]: target`.
fn targets(page: &Page) -> Vec<String> {
    let prose = page.prose();
    let inline = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let named = prose.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    inline.map(|(target, _)| target.to_owned()).chain(named.map(|(_, target)| target.to_owned())).collect()
}

/// Returns the anchor that GitHub and others create for a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

/// Returns why a link of this page has no target.
fn fault(page: &Page, target: &str) -> Option<String> {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let folder = here(&page.path).parent().map(Path::to_owned).unwrap_or_default();
    let path: PathBuf = if file.is_empty() { here(&page.path) } else { folder.join(file) };
    if !path.exists() {
        return Some(format!("{}: there is no {target}", page.path));
    }
    let is_there = heading.is_empty()
        || std::fs::read_to_string(&path).is_ok_and(|text| anchors(&text).iter().any(|anchor| anchor == heading));
    (!is_there).then(|| format!("{}: there is no heading {target}", page.path))
}

#[test]
fn links_point_to_existing_files_and_headings() {
    let mut faults = Vec::new();
    for page in pages() {
        let inside: Vec<String> = targets(&page).into_iter().filter(|target| !target.contains("://")).collect();
        assert!(!inside.is_empty(), "{} links to nothing", page.path);
        faults.extend(inside.iter().filter_map(|target| fault(&page, target)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_link_to_nowhere_is_found() {
    let page = Page { path: "docs/iam.md".to_owned(), text: String::new() };
    assert_eq!(fault(&page, "daily.md#log-in"), None);
    assert!(fault(&page, "daily.md#nothing").is_some() && fault(&page, "nothing.md").is_some());
}
