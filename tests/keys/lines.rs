//! A plain second reader of the credentials file: sections are lines, and a key is two of them.

use std::collections::BTreeMap;

/// The lines of a long-term key, without their line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLines {
    pub id: String,
    pub secret: String,
}

impl KeyLines {
    /// Id and secret.
    pub fn values(&self) -> (String, String) {
        (value_of(&self.id), value_of(&self.secret))
    }
}

/// The value of a line, without a comment behind it.
fn value_of(line: &str) -> String {
    let value = line.split_once('=').map(|(_, value)| value).unwrap_or_default();
    value.split([' ', '\t']).find(|word| !word.is_empty()).unwrap_or_default().to_owned()
}

/// Each section's name with its lines below the header, in the order of the file; before the first header the name is
/// empty.
pub fn sections(bytes: &[u8]) -> Vec<(String, Vec<String>)> {
    let mut sections = vec![(String::new(), Vec::new())];
    for line in String::from_utf8_lossy(bytes).lines() {
        match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((name, _)) => sections.push((name.to_owned(), Vec::new())),
            None => sections.last_mut().expect("there is one").1.push(line.to_owned()),
        }
    }
    sections
}

/// The long-term key in each section that holds one: an `AKIA` id and a secret, the last of each.
pub fn keys(bytes: &[u8]) -> BTreeMap<String, KeyLines> {
    let key = |lines: &[String]| {
        let named = |name: &str| {
            let is_named = |line: &&String| {
                let found = line.split_once('=').map(|(found, _)| found.trim_end());
                found.is_some_and(|found| found.eq_ignore_ascii_case(name)) && !value_of(line).is_empty()
            };
            lines.iter().rfind(is_named).cloned()
        };
        let found = KeyLines { id: named("aws_access_key_id")?, secret: named("aws_secret_access_key")? };
        found.values().0.trim_matches('"').starts_with("AKIA").then_some(found)
    };
    sections(bytes).into_iter().filter_map(|(name, lines)| Some((name, key(&lines)?))).collect()
}

/// Returns whether the section has both lines.
pub fn has_key(bytes: &[u8], section: &str, key: &KeyLines) -> bool {
    let sections = sections(bytes);
    let mut found = sections.iter().filter(|(name, _)| name == section);
    found.any(|(_, lines)| lines.contains(&key.id) && lines.contains(&key.secret))
}

/// The lines of all sections but these, without blank ones, which come and go at the end of a section.
pub fn elsewhere(bytes: &[u8], names: &[String]) -> Vec<(String, Vec<String>)> {
    let mut sections = sections(bytes);
    sections.retain(|(name, _)| !names.contains(name));
    for (_, lines) in &mut sections {
        lines.retain(|line| !line.trim().is_empty());
    }
    sections
}
