//! The state of the stand-in that tests see: users, roles, issued sessions, requests.

use jiff::Timestamp;

use super::faults::Fault;
use super::scope::Scope;

/// An IAM user with one long-term key and one MFA device.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    pub account: String,
    pub access_key_id: String,
    pub secret: String,
    /// The ARN of the MFA device.
    pub serial: String,
    /// The device's secret, 20 bytes: the same at every run, and another for each user.
    pub seed: Vec<u8>,
}

impl User {
    /// The user that every stand-in starts with; the key pair is the one of AWS's documentation.
    pub fn ada() -> Self {
        Self::new("ada", "123456789012", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    }

    pub(super) fn new(name: &str, account: &str, access_key_id: &str, secret: &str) -> Self {
        let serial = format!("arn:aws:iam::{account}:mfa/{name}");
        Self {
            // Backwards, because the serials of two users differ at their ends.
            seed: serial.bytes().rev().cycle().take(20).collect(),
            name: name.to_owned(),
            account: account.to_owned(),
            access_key_id: access_key_id.to_owned(),
            secret: secret.to_owned(),
            serial,
        }
    }

    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account, self.name)
    }

    pub(super) fn unique_id(&self) -> String {
        unique_id("AIDA", &self.name)
    }
}

/// An IAM role and who may assume it.
#[derive(Clone, Debug)]
pub struct Role {
    /// `arn:aws:iam::ACCOUNT:role/NAME`, with or without a path before the name.
    pub arn: String,
    /// The ARNs of the users and roles that may assume it.
    pub trusted: Vec<String>,
    pub requires_mfa: bool,
    pub external_id: Option<String>,
    /// In seconds.
    pub max_session_duration: u32,
    /// Set if its trust policy allows `sts:TagSession`.
    pub allows_tags: bool,
    /// Set if its trust policy allows `sts:SetSourceIdentity`.
    pub allows_source_identity: bool,
}

impl Role {
    /// A role of ada's account that she may assume for an hour, without MFA; change the fields for another.
    pub fn named(name: &str) -> Self {
        let ada = User::ada();
        Self {
            arn: format!("arn:aws:iam::{}:role/{name}", ada.account),
            trusted: vec![ada.arn()],
            requires_mfa: false,
            external_id: None,
            max_session_duration: 3600,
            allows_tags: false,
            allows_source_identity: false,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }

    pub(super) fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }

    pub(super) fn unique_id(&self) -> String {
        unique_id("AROA", self.name())
    }
}

/// An IAM unique id: the prefix and 16 upper-case letters or digits, the same for the same name.
fn unique_id(prefix: &str, name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).chain("EXAMPLE".chars().cycle());
    prefix.chars().chain(letters.take(16)).collect::<String>().to_ascii_uppercase()
}

/// A session that the stand-in issued.
#[derive(Clone, Debug)]
pub struct IssuedSession {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    /// In whole seconds; it is displayed as in the answer.
    pub expiration: Timestamp,
    /// The ARN that `GetCallerIdentity` returns for it.
    pub arn: String,
    /// Set if a code was given for it.
    pub mfa: bool,
    /// Its policies, tags and source identity.
    pub scope: Scope,
}

/// A request that the stand-in has seen.
#[derive(Clone, Debug)]
pub struct Call {
    /// Empty if the request named none.
    pub action: String,
    /// The key that the request claims to be signed with; empty if it is not signed.
    pub access_key_id: String,
    /// All parameters, in the order of the request.
    pub params: Vec<(String, String)>,
    /// `ok`, or the code of the error that STS decided on, or the word for the fault that came in between.
    pub outcome: String,
    pub user_agent: String,
    /// Set if the request used up its `TokenCode`.
    pub code_spent: bool,
    /// The fault that this request met.
    pub fault: Option<Fault>,
}

impl Call {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
