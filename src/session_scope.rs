//! The scope of a role's session: the session policies that narrow it, and the tags and the source identity that it
//! carries.
//!
//! The bounds are those of the AWS STS API Reference, `AssumeRole`, and of its service model, `sts/2011-06-15`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::endpoint::partition_of_arn;
use crate::value::{RoleArn, Value, ValueError, iam_resource, is_session_name_byte, text_values};

/// The maximum number of managed policies of a session.
pub const POLICY_ARNS: usize = 10;

/// The maximum number of tags of a session, and of keys that are transitive.
pub const TAGS: usize = 50;

/// The maximum number of characters of a session policy.
const POLICY_CHARACTERS: usize = 2048;

text_values! {
    /// A session policy, as JSON. AWS checks that it is a policy.
    SessionPolicy, "session policy", is_policy,
        "must be a JSON object of at most 2048 Latin-1 characters";
    /// The ARN of a managed policy, of AWS or of the account.
    PolicyArn, "policy ARN", is_policy_arn,
        "must look like arn:aws:iam::aws:policy/<name> or arn:aws:iam::<account>:policy/<name>";
    /// A name that CloudTrail records for every request of a session, and of roles that are assumed with it.
    SourceIdentity, "source identity", is_source_identity,
        "must be 2 to 64 characters: letters, digits and = , . @ - + _";
    /// The key of a session tag.
    TagKey, "tag key", is_tag_key,
        "must be 1 to 128 characters: letters, digits, spaces and _ . : / = + - @; and must not begin with aws:";
}

/// A session tag. No two tags of a session have the same key, in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTag {
    /// The key.
    pub key: TagKey,
    /// The value, which may be empty.
    pub value: String,
}

impl FromStr for SessionTag {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (key, value) = text.split_once('=').ok_or(ValueError("must look like KEY=VALUE"))?;
        if value.chars().count() > 256 || !value.chars().all(is_tag_character) {
            return Err(ValueError(
                "must have a value of at most 256 characters: letters, digits, spaces and _ . : / = + - @",
            ));
        }
        let key = key.parse().map_err(|_| {
            ValueError(
                "must have a key of 1 to 128 characters: letters, digits, spaces and _ . : / = + - @; it must not begin \
                 with aws:",
            )
        })?;
        Ok(Self { key, value: value.to_owned() })
    }
}

/// Tags as aws-vault writes them: `team=a, cost center=42`.
pub struct SessionTags(pub Vec<SessionTag>);

impl FromStr for SessionTags {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let tags = text.split(',').map(|tag| {
            let (key, value) = tag.split_once('=').ok_or(ValueError("must look like KEY=VALUE,KEY=VALUE"))?;
            format!("{}={}", key.trim(), value.trim()).parse()
        });
        let tags = tags.collect::<Result<Vec<SessionTag>, _>>()?;
        check_tags(&tags)?;
        Ok(Self(tags))
    }
}

impl Value for SessionTags {
    const NAME: &'static str = "list of session tags";
}

/// Keys of tags as aws-vault writes them: `team, cost center`.
pub struct TagKeys(pub Vec<TagKey>);

impl FromStr for TagKeys {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let keys = text.split(',').map(str::trim).filter(|key| !key.is_empty());
        let keys = keys.map(str::parse).collect::<Result<Vec<TagKey>, _>>()?;
        if keys.len() > TAGS {
            return Err(ValueError("must have at most 50 keys"));
        }
        Ok(Self(keys))
    }
}

impl Value for TagKeys {
    const NAME: &'static str = "list of transitive tags";
}

/// A session policy in an argument, or the file that holds it, in the notation of the AWS CLI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicySource {
    /// The policy itself.
    Inline(SessionPolicy),
    /// `file://` and the path of a file.
    File(PathBuf),
}

impl FromStr for PolicySource {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        match text.strip_prefix("file://") {
            Some("") => Err(ValueError("must name a file after file://")),
            Some(path) => Ok(Self::File(path.into())),
            None => text.parse().map(Self::Inline),
        }
    }
}

/// The scope of a role's session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionScope {
    /// The inline session policy.
    pub policy: Option<SessionPolicy>,
    /// The managed session policies, without that of `read_only`.
    pub policy_arns: Vec<PolicyArn>,
    /// Set for the managed policy `ReadOnlyAccess`.
    pub read_only: bool,
    /// The source identity.
    pub source_identity: Option<SourceIdentity>,
    /// The session tags.
    pub tags: Vec<SessionTag>,
    /// The keys of the tags that sessions of further roles inherit.
    pub transitive_tags: Vec<TagKey>,
}

impl SessionScope {
    /// Returns whether session policies narrow the session.
    pub fn is_narrowing(&self) -> bool {
        self.policy.is_some() || !self.policy_arns.is_empty() || self.read_only
    }

    /// Returns the first flag of this scope, if flags set it; session policies come first.
    pub fn first_flag(&self) -> Option<&'static str> {
        let flags = [
            (self.policy.is_some(), "--policy"),
            (!self.policy_arns.is_empty(), "--policy-arn"),
            (self.read_only, "--read-only"),
            (self.source_identity.is_some(), "--source-identity"),
            (!self.tags.is_empty(), "--tag"),
            (!self.transitive_tags.is_empty(), "--transitive-tag"),
        ];
        flags.into_iter().find_map(|(is_set, flag)| is_set.then_some(flag))
    }

    /// Returns the ARNs of the managed session policies. `ReadOnlyAccess` is in the partition of the role.
    pub fn managed_policies(&self, role: &RoleArn) -> Vec<String> {
        let partition = partition_of_arn(role.as_str()).unwrap_or("aws");
        let read_only = self.read_only.then(|| format!("arn:{partition}:iam::aws:policy/ReadOnlyAccess"));
        self.policy_arns.iter().map(ToString::to_string).chain(read_only).collect()
    }

    /// Returns whether there is a tag with this key. Case does not matter, as in AWS.
    pub fn has_tag(&self, key: &TagKey) -> bool {
        self.tags.iter().any(|tag| tag.key.is_same(key))
    }

    /// Checks the flags in combination. Without `--tag`, transitive keys name tags from the variables or files.
    ///
    /// # Errors
    ///
    /// Fails with the flag and the rule that it breaks.
    pub fn check_flags(&self) -> Result<(), (&'static str, ValueError)> {
        if self.policy_arns.len() + usize::from(self.read_only) > POLICY_ARNS {
            return Err(("--policy-arn", ValueError("can be given at most 10 times, counting --read-only")));
        }
        check_tags(&self.tags).map_err(|rule| ("--tag", rule))?;
        if self.transitive_tags.len() > TAGS {
            return Err(("--transitive-tag", ValueError("can be given at most 50 times")));
        }
        if !self.tags.is_empty() && !self.transitive_tags.iter().all(|key| self.has_tag(key)) {
            return Err(("--transitive-tag", ValueError("must name the key of a --tag")));
        }
        Ok(())
    }
}

impl TagKey {
    /// Returns whether AWS takes this key for the other one: case does not matter.
    pub fn is_same(&self, other: &Self) -> bool {
        self.as_str().to_lowercase() == other.as_str().to_lowercase()
    }
}

fn check_tags(tags: &[SessionTag]) -> Result<(), ValueError> {
    if tags.len() > TAGS {
        return Err(ValueError("must not set more than 50 tags"));
    }
    let is_twice =
        |(index, tag): (usize, &SessionTag)| tags.iter().take(index).any(|other| other.key.is_same(&tag.key));
    if tags.iter().enumerate().any(is_twice) {
        return Err(ValueError("must not set the same key twice: AWS ignores the case of keys"));
    }
    Ok(())
}

fn is_policy(text: &str) -> bool {
    let is_character = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}');
    (1..=POLICY_CHARACTERS).contains(&text.chars().count())
        && text.chars().all(is_character)
        && serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object())
}

fn is_policy_arn(text: &str) -> bool {
    let Some((account, resource)) = iam_resource(text) else { return false };
    let is_owner = account == "aws" || crate::value::is_account(account);
    let name = resource.strip_prefix("policy/");
    is_owner && name.is_some_and(|name| !name.is_empty() && !name.ends_with('/')) && text.len() <= 2048
}

fn is_source_identity(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.bytes().all(is_session_name_byte)
}

fn is_tag_key(text: &str) -> bool {
    let is_reserved = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    (1..=128).contains(&text.chars().count()) && text.chars().all(is_tag_character) && !is_reserved
}

/// Returns whether the key or the value of a tag may have this character: `[\p{L}\p{Z}\p{N}_.:/=+\-@]`. Rust's letters
/// include a few marks that STS refuses.
fn is_tag_character(c: char) -> bool {
    c.is_alphabetic() || c.is_numeric() || c.is_whitespace() && !c.is_control() || "_.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: FromStr>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(text.parse::<T>().is_ok(), "{text}");
        }
        for text in bad {
            assert!(text.parse::<T>().is_err(), "{text}");
        }
    }

    #[test]
    fn values_have_the_bounds_of_the_api() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(2048 - 8));
        check::<SessionPolicy>(
            &["{}", "{\"Version\": \"2012-10-17\",\n\t\"Statement\": []}\r\n", "{\"a\":\"\u{E9}\"}", &long],
            &["", "[]", "x", "{", "\"x\"", "{} {}", "{\"a\":\"\u{20AC}\"}", &format!("{long} ")],
        );
        check::<PolicyArn>(
            &["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws-cn:iam::123456789012:policy/a/b"],
            &["ReadOnlyAccess", "arn:aws:iam::aws:policy/", "arn:aws:iam::1:policy/x", "arn:aws:iam::aws:role/x"],
        );
        check::<SourceIdentity>(&["ada", "a=,.@-+_"], &["a", "aws:ada", "a b", &"a".repeat(65)]);
        check::<TagKey>(
            &["team", "cost center", "\u{E9}quipe", "a:b/c"],
            &["", "aws:x", "AWS:x", "a,b", "a\nb", "a#b"],
        );
        let longest = format!("{}={}", "k".repeat(128), "v".repeat(256));
        check::<SessionTag>(
            &["team=a", "team=", "a=b=c", &longest],
            &["team", "=a", "team=a,b", &format!("k{longest}"), &format!("{longest}v")],
        );
        check::<PolicySource>(&["{}", "file://x", "file:///x"], &["file://", "x", "http://x"]);
    }

    #[test]
    fn lists_are_read_as_aws_vault_reads_them() {
        let tags: SessionTags = " team = a ,cost center=4 2".parse().expect("a list");
        let pairs: Vec<_> = tags.0.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
        assert_eq!(pairs, [("team", "a"), ("cost center", "4 2")]);
        check::<SessionTags>(&["a=b"], &["a", "a=b,", "a=b,A=c", ""]);
        let keys: TagKeys = " team ,, cost center, ".parse().expect("a list");
        assert_eq!(keys.0.iter().map(TagKey::as_str).collect::<Vec<_>>(), ["team", "cost center"]);
        let many = |count: usize| (0..count).map(|number| format!("k{number}=v")).collect::<Vec<_>>().join(",");
        check::<SessionTags>(&[&many(50)], &[&many(51)]);
    }

    #[test]
    fn read_only_is_the_policy_of_the_roles_partition() {
        let scope = SessionScope { read_only: true, ..SessionScope::default() };
        let role = "arn:aws-us-gov:iam::123456789012:role/admin".parse().expect("an ARN");
        assert_eq!(scope.managed_policies(&role), ["arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess"]);
    }

    #[test]
    fn flags_that_do_not_go_together_are_refused() {
        let scope = |tags: &[&str], transitive: &[&str]| SessionScope {
            tags: tags.iter().map(|tag| tag.parse().expect("a tag")).collect(),
            transitive_tags: transitive.iter().map(|key| key.parse().expect("a key")).collect(),
            ..SessionScope::default()
        };
        assert!(scope(&["team=a"], &["TEAM"]).check_flags().is_ok());
        assert!(scope(&[], &["team"]).check_flags().is_ok());
        assert!(scope(&["team=a"], &["other"]).check_flags().is_err());
        assert!(scope(&["team=a", "Team=b"], &[]).check_flags().is_err());
        let arn: PolicyArn = "arn:aws:iam::aws:policy/x".parse().expect("an ARN");
        let full = SessionScope { policy_arns: vec![arn; 10], ..SessionScope::default() };
        assert!(full.check_flags().is_ok());
        assert!(SessionScope { read_only: true, ..full }.check_flags().is_err());
    }
}
