//! The same two files, read by awsmfa and by the AWS SDK for Rust, which follows the rules that AWS set for all SDKs.

use std::collections::BTreeSet;

use awsmfa::document::{Document, EditError};
use awsmfa::profile::{Profiles, SharedFile};

use crate::generator;
use crate::laws::holds;
use crate::sdk;
use crate::steps::text;

/// A generated credentials file as a config file: its headers get their prefix.
fn as_config(bytes: &[u8]) -> Vec<u8> {
    let with_prefix = |line: &[u8]| match line {
        [b'[', name @ ..] if !name.starts_with(b"default") => [b"[profile ", name].concat(),
        _ => line.to_vec(),
    };
    bytes.split_inclusive(|byte| *byte == b'\n').flat_map(with_prefix).collect()
}

/// Removes whitespace other than the space and the tab: the SDKs do not agree about it.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let is_odd = |c: char| c.is_whitespace() && !" \t\r\n".contains(c);
    String::from_utf8_lossy(bytes).replace(is_odd, "_").into_bytes()
}

/// The text before a `=` at the beginning of a line, if it is a name that the SDK takes for a property, in lower case.
fn names(files: [&[u8]; 2]) -> BTreeSet<String> {
    let lines = files.into_iter().flat_map(|file| file.split(|byte| *byte == b'\n'));
    let lines = lines.filter(|line| !line.starts_with(b" ") && !line.starts_with(b"\t"));
    let names = lines.filter_map(|line| Some(text(line).split_once('=')?.0.trim().to_ascii_lowercase()));
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "-_./%@:+".contains(c);
    names.filter(|name| !name.is_empty() && name.chars().all(is_sign)).collect()
}

#[test]
fn every_property_is_read_as_the_aws_sdk_reads_it() {
    holds((generator::sample(), generator::sample()), 20, |(config, credentials)| {
        let (config, credentials) = (as_config(&plain(&config.bytes)), plain(&credentials.bytes));
        let refused = EditError::ByteOrderMark;
        let Some(by_sdk) = sdk::profiles_of_both(&config, &credentials) else { return Err(refused) };
        let parse = |bytes: &[u8]| Document::parse(bytes.to_vec()).expect("not UTF-16");
        let files = (SharedFile::config("config".into(), parse(&config)), parse(&credentials));
        let files = (files.0, SharedFile::credentials("credentials".into(), files.1));
        let profiles = Profiles { config: &files.0, credentials: &files.1 };
        let is_spelled_twice = |name: &str| [&config, &credentials].iter().any(|file| sdk::spellings(file, name) > 1);
        for name in by_sdk.profiles().filter(|name| !is_spelled_twice(name)) {
            let by_sdk = by_sdk.get_profile(name).expect("it is in the list");
            let profile = profiles.get(name);
            for property in names([&config, &credentials]) {
                // For the SDK, an empty value hides another one; awsmfa ignores it, as the SDK for JavaScript does.
                let mut sections = files.0.document.sections().chain(files.1.document.sections());
                if sections.any(|section| section.property(&property).is_some_and(|found| found.value().is_empty())) {
                    continue;
                }
                let theirs = by_sdk.get(&property).map(|value| value.lines().next().unwrap_or_default().trim());
                let theirs = theirs.filter(|value| !value.is_empty());
                let ours = profile.as_ref().and_then(|profile| profile.property(&property));
                let ours = ours.as_ref().map(|found| &*found.value);
                assert_eq!(
                    ours,
                    theirs,
                    "[{name}] {property}\nCONFIG\n{}\nCREDENTIALS\n{}",
                    text(&config),
                    text(&credentials)
                );
            }
        }
        Ok(())
    });
}
