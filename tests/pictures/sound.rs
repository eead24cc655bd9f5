//! Each picture is what GitHub shows: XML without scripts and without references to other files, not too large, with
//! words for screen readers.

use std::fs;
use std::path::PathBuf;

use roxmltree::Document;

use crate::{here, is_drawn_again};

const MOST_BYTES: usize = 60_000;
/// The smallest font, in pixels of the picture at the width of a page on GitHub.
const LEAST_FONT: f64 = 12.0;
const PAGE_WIDTH: f64 = 830.0;

fn pictures() -> Vec<PathBuf> {
    let files = fs::read_dir(here("docs/pictures")).expect("there are pictures").flatten().map(|file| file.path());
    files.chain([here("docs/speed.svg")]).collect()
}

/// Returns why GitHub would not show this, or not to everybody.
pub fn fault(svg: &str) -> Option<String> {
    if svg.len() > MOST_BYTES {
        return Some(format!("{} bytes", svg.len()));
    }
    let document = match Document::parse(svg) {
        Ok(document) => document,
        Err(error) => return Some(error.to_string()),
    };
    let root = document.root_element();
    for name in ["title", "desc"] {
        let text = root.children().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
        if text.and_then(|node| node.text()).is_none_or(str::is_empty) {
            return Some(format!("no {name}"));
        }
    }
    let width = root.attribute("viewBox").and_then(|size| size.split(' ').nth(2)?.parse::<f64>().ok());
    let Some(width) = width else { return Some("no viewBox".to_owned()) };
    document.descendants().find_map(|node| {
        let name = node.tag_name().name();
        let is_foreign = ["script", "foreignObject", "image", "use", "a"].contains(&name);
        let style = node.text().filter(|_| name == "style").unwrap_or_default();
        let values = node.attributes().map(|attribute| attribute.value()).chain([style]);
        let refers =
            values.clone().any(|value| value.replace("url(#", "").contains("url(") || value.contains("@import"));
        let runs = node.attributes().any(|attribute| attribute.name().starts_with("on") || attribute.name() == "href");
        let font = node.attribute("font-size").map(|size| size.parse::<f64>().expect("a number"));
        let is_small = font.is_some_and(|size| size * (PAGE_WIDTH / width).min(1.0) < LEAST_FONT);
        (is_foreign || refers || runs || is_small).then(|| format!("{node:?}"))
    })
}

#[test]
fn each_picture_is_shown_by_github() {
    if is_drawn_again() {
        // They are being replaced, and each is checked before.
        return;
    }
    let pictures = pictures();
    assert!(pictures.len() > 5, "{pictures:?}");
    for path in pictures {
        let fault = fault(&fs::read_to_string(&path).expect("text"));
        assert_eq!(fault, None, "{}", path.display());
    }
}

#[test]
fn what_github_removes_is_found() {
    let picture = |inside: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1660 9\"><title>t</title><desc>d</desc>{inside}</svg>"
        )
    };
    assert_eq!(fault(&picture("<g clip-path=\"url(#a)\" font-size=\"24\"/>")), None);
    for inside in [
        "<script/>",
        "<g onclick=\"x\"/>",
        "<image/>",
        "<path href=\"#a\"/>",
        "<g fill=\"url(https://example.com)\"/>",
        "<style>@import 'x'</style>",
        "<style>a{background:url(x)}</style>",
        "<text font-size=\"23\"/>",
        "<g>",
    ] {
        assert!(fault(&picture(inside)).is_some(), "{inside}");
    }
    assert!(fault("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>t</title></svg>").is_some());
    assert!(fault(&picture(&" ".repeat(MOST_BYTES))).is_some());
}
