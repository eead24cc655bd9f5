//! A diff of a file with its values hidden: all of them for `login --dry-run`, possible secrets for `setup`.

use std::path::Path;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, DiffOp, group_diff_ops};

use crate::palette::Style;
use crate::profile::property::{
    AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MANAGER, MFA_SERIAL, OUTPUT, REGION, ROLE_ARN, SOURCE_PROFILE,
};
use crate::session::MANAGED_BY;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The properties that `setup` writes or moves and that are not secret.
const SHOWN: [&str; 7] =
    [MFA_SERIAL, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE, REGION, OUTPUT, ROLE_ARN];

/// Renders the change from `old` to `new` without any value; empty if nothing changes.
pub fn hidden(path: &Path, old: &[u8], new: &[u8]) -> String {
    render(path, old, new, hide)
}

/// Renders the change from `old` to `new`, and shows only values that are not secret.
pub fn without_secrets(path: &Path, old: &[u8], new: &[u8]) -> String {
    render(path, old, new, |line| {
        let is_plain = |value: &str| !value.contains(['#', ';']);
        match line.split_once('=') {
            Some((name, value)) if SHOWN.contains(&name.trim_end()) && is_plain(value) => super::text::escape(line),
            _ => hide(line),
        }
    })
}

/// Colours the lines of a diff if `color` is set.
pub fn colored(diff: &str, color: bool) -> String {
    let style = |line: &str| match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Some(Style::Note),
        [b'+', ..] => Some(Style::Added),
        [b'-', ..] => Some(Style::Removed),
        [b'@', ..] => Some(Style::Hint),
        _ => None,
    };
    let lines = diff.lines().map(|line| style(line).map_or_else(|| line.to_owned(), |style| style.paint(line, color)));
    lines.map(|line| line + "\n").collect()
}

fn render(path: &Path, old: &[u8], new: &[u8], shown: impl Fn(&str) -> String) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut text = String::new();
    for hunk in group_diff_ops(changes(&old, &new), CONTEXT) {
        if text.is_empty() {
            let path = super::text::escape(&path.display().to_string());
            text.push_str(&format!("--- {path}\n+++ {path}\n"));
        }
        text.push_str(&format!("{}\n", UnifiedHunkHeader::new(&hunk)));
        for change in hunk.iter().flat_map(|operation| operation.iter_changes(&old, &new)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            text.push_str(&format!("{sign}{}\n", shown(change.value())));
        }
    }
    text
}

/// Finds the changed lines. `TextDiff` would add 300 KB: it links every algorithm for every kind of text.
fn changes(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), old, new);
    match myers::diff(&mut hook, old, 0..old.len(), new, 0..new.len()) {
        Ok(()) => hook.into_inner().into_inner().into_ops(),
    }
}

/// Hides everything but headers and property names: comments, continuation lines and text after a `:` could be secret.
fn hide(line: &str) -> String {
    let hidden = || "********".to_owned();
    if line.trim().is_empty() {
        return String::new();
    }
    if let Some(length) = line.strip_prefix('[').and_then(|rest| rest.find(']')) {
        let (header, after) = line.split_at(length + 2);
        let comment = if after.trim().is_empty() { "" } else { " # ********" };
        return format!("{}{comment}", super::text::escape(header));
    }
    match line.split_once('=') {
        _ if line.starts_with(['#', ';']) => format!("# {}", hidden()),
        _ if line.starts_with([' ', '\t']) => hidden(),
        Some((name, _)) if name.contains(':') => hidden(),
        Some((name, value)) if name.trim() == MANAGER && value.trim() == MANAGED_BY => line.to_owned(),
        Some((name, _)) if is_property_name(name.trim_end()) => format!("{} = {}", name.trim_end(), hidden()),
        Some(_) | None => hidden(),
    }
}

/// Returns whether the text is a property name and not part of a token that ends in `=`: a token mixes upper and lower
/// case, or is longer.
fn is_property_name(name: &str) -> bool {
    let is_of = |is_letter: fn(&char) -> bool| {
        name.chars().all(|c| is_letter(&c) || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'))
    };
    name.len() <= 64 && (is_of(char::is_ascii_lowercase) || is_of(char::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_devices_are_shown_and_keys_are_not() {
        let new = b"[default]\naws_secret_access_key = secret\nregion = eu-west-1\nregion = x # secret\n  region = s\n";
        let diff = without_secrets(Path::new("f"), b"", new);
        assert!(diff.contains("\n+region = eu-west-1\n+region = ********\n+********\n"), "{diff}");
        assert!(!diff.contains("secret") || diff.contains("aws_secret_access_key = ****"), "{diff}");
    }

    #[test]
    fn whatever_could_be_a_secret_is_hidden() {
        let lines = [
            ("[a] # secret", "[a] # ********"),
            ("[a]", "[a]"),
            ("# secret", "# ********"),
            ("aws_secret_access_key = secret", "aws_secret_access_key = ********"),
            ("  c2VjcmV0==", "********"),
            ("key: c2VjcmV0==", "********"),
            ("secret", "********"),
            ("IQoJb3JpZ2luX2VjPARTONE=", "********"),
            ("aws_session_token IQoJb3JpZ2luX2Vj==", "********"),
            ("AWS_SESSION_TOKEN=secret", "AWS_SESSION_TOKEN = ********"),
            ("manager = awsmfa", "manager = awsmfa"),
            ("manager = secret", "manager = ********"),
            ("  ", ""),
        ];
        for (line, shown) in lines {
            assert_eq!(hide(line), shown, "{line}");
        }
    }
}
