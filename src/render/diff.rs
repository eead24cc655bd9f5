//! A change of a file, as a diff that hides every value: what `--dry-run` shows.

use std::path::Path;

use similar::{ChangeTag, TextDiff};

use crate::profile::property::MANAGER;
use crate::session::MANAGED_BY;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Renders the change from `old` to `new`; empty if there is none.
pub fn hidden(path: &Path, old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
    let mut text = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if text.is_empty() {
            text.push_str(&format!("--- {0}\n+++ {0}\n", path.display()));
        }
        text.push_str(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            text.push_str(&format!("{sign}{}\n", hide(change.value().trim_end_matches(['\r', '\n']))));
        }
    }
    text
}

/// Keeps headers and names; what else stands in a line could be a secret: in a comment, in a continuation of a value, or
/// behind a `:`.
fn hide(line: &str) -> String {
    let hidden = || "********".to_owned();
    if line.trim().is_empty() {
        return String::new();
    }
    if let Some(end) = line.find(']').filter(|_| line.starts_with('[')) {
        let (header, after) = line.split_at(end + 1);
        let comment = if after.trim().is_empty() { "" } else { " # ********" };
        return format!("{}{comment}", super::text::escape(header));
    }
    match line.split_once('=') {
        _ if line.starts_with(['#', ';']) => format!("# {}", hidden()),
        _ if line.starts_with([' ', '\t']) => hidden(),
        Some((name, _)) if name.contains(':') => hidden(),
        Some((name, value)) if name.trim() == MANAGER && value.trim() == MANAGED_BY => line.to_owned(),
        Some((name, _)) => format!("{} = {}", super::text::escape(name.trim_end()), hidden()),
        None => hidden(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("manager = awsmfa", "manager = awsmfa"),
            ("manager = secret", "manager = ********"),
            ("  ", ""),
        ];
        for (line, shown) in lines {
            assert_eq!(hide(line), shown, "{line}");
        }
    }
}
