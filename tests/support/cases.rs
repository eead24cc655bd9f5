//! The files that real AWS clients were asked about, with what they answered.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A folder of `fixtures/cases`. A file that is not there is empty.
pub struct Case {
    pub name: String,
    pub config: Vec<u8>,
    pub credentials: Vec<u8>,
    expected: Value,
}

impl Case {
    /// The variable of the environment in which the clients ran.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.expected.pointer(&format!("/env/{name}"))?.as_str()
    }

    /// Returns whether all official SDKs read the same key in the profile that was asked for.
    pub fn has_agreed_keys(&self) -> bool {
        self.expected.pointer("/official_sdks/result").is_some_and(|result| result == "keys")
    }

    /// Returns the value that all official SDKs read for this name, or `None` if they read nothing.
    pub fn agreed(&self, name: &str) -> Option<&str> {
        self.expected.pointer(&format!("/official_sdks/{name}"))?.as_str()
    }

    /// Returns whether the official SDKs give different answers.
    pub fn is_disputed(&self) -> bool {
        self.expected.get("official_sdks").is_some_and(|answer| answer == "disagree")
    }

    /// Returns whether none of the official SDKs finds a key.
    pub fn has_no_keys(&self) -> bool {
        self.expected.pointer("/official_sdks/result").is_some_and(|result| result == "none")
    }

    /// The key id and the token that one of the official SDKs reads; none of both if it reads no key.
    pub fn answer_of(&self, client: &str) -> [Option<&str>; 2] {
        let answer = self.expected.pointer(&format!("/answers/{client}")).or(self.expected.get("all_clients"));
        ["aws_access_key_id", "aws_session_token"].map(|name| answer?.get(name)?.as_str())
    }

    /// The region, if all clients that print one agree.
    pub fn agreed_region(&self) -> Option<&str> {
        self.expected.get("region")?.as_str()
    }
}

pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("fixtures/cases is there")
        .map(|entry| entry.expect("it can be listed").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 292, "every case is there");
    let case = |name: String| {
        let read = |file: &str| fs::read(folder.join(&name).join(file));
        Case {
            config: read("config").unwrap_or_default(),
            credentials: read("credentials").unwrap_or_default(),
            expected: serde_json::from_slice(&read("expected.json").expect("it is there")).expect("JSON"),
            name,
        }
    };
    names.into_iter().map(case).collect()
}
