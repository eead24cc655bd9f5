//! Values that users write, with one check per kind, whether from a flag, a variable, a file, a prompt or a program.
//!
//! The bounds are those of the AWS API reference. Profile names are in `profile`, codes and MFA devices in
//! `token_code`, durations in `time`, endpoint URLs in `endpoint_url`, session policies and tags in `session_scope`.

use std::fmt;
use std::str::FromStr;

/// A value that is checked once, when it is read.
pub trait Value: FromStr<Err: fmt::Display> {
    /// The kind of value, for messages: "the {NAME} from --flag cannot be used: it {error}".
    const NAME: &'static str;
}

/// The reason a text is not a value of its kind. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValueError(pub &'static str);

/// Defines types for texts that pass a check, from rows of: type, name in messages, check, rule in messages.
macro_rules! text_values {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $check:path, $rule:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the text as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $check(text) { Ok(Self(text.to_owned())) } else { Err(ValueError($rule)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Value for $name {
            const NAME: &'static str = $what;
        }
    )*};
}
pub(crate) use text_values;

text_values! {
    /// The code of a region, such as `eu-west-1`, or a pseudo region such as `aws-global`.
    Region, "region", is_region, "must look like eu-west-1";
    /// The ARN of a role.
    RoleArn, "role ARN", is_role_arn, "must look like arn:aws:iam::<account>:role/<name>";
    /// The name of a role's session in AWS's logs (API reference, `AssumeRole`, `RoleSessionName`).
    RoleSessionName, "role session name", is_session_name,
        "must be 2 to 64 characters: letters, digits and = , . @ - + _";
    /// The external id that a role expects, to prevent the confused deputy problem (API reference, `AssumeRole`,
    /// `ExternalId`).
    ExternalId, "external id", is_external_id,
        "must be 2 to 1224 characters: letters, digits and = , . @ : / - + _";
    /// The name of a virtual MFA device (API reference, `CreateVirtualMFADevice`, `VirtualMFADeviceName`).
    MfaDeviceName, "device name", is_device_name, "must be 1 to 128 characters: letters, digits and = , . @ - + _";
    /// The name of a service in the addresses of the web console.
    ConsoleService, "service", is_console_service,
        "must be a word of the console's addresses, such as s3, ec2 or cloudwatch";
    /// The id of a long-term access key (API reference, IAM, `AccessKey`).
    LongTermKeyId, "access key id", is_long_term_key_id,
        "must have 16 to 128 letters and digits, such as AKIAIOSFODNN7EXAMPLE; one that begins with ASIA is that of a session";
}

impl Region {
    /// Parses the region of an endpoint that is not AWS's own, which only has to be valid in a signature.
    ///
    /// # Errors
    ///
    /// Fails if it is not made of letters, digits and hyphens, or has a hyphen at either end.
    pub fn of_other_service(text: &str) -> Result<Self, ValueError> {
        let is_label = !text.is_empty() && !text.starts_with('-') && !text.ends_with('-');
        if is_label && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Ok(Self(text.to_owned()));
        }
        Err(ValueError("must have letters, digits and hyphens, such as eu-west-1"))
    }
}

/// Returns whether the text is letters, hyphens and a number, like the code of every region of every partition (AWS
/// General Reference, regional endpoints).
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_name = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        // The SDKs' names for the endpoints that are the same for a whole partition.
        ["aws", middle @ .., "global"] => middle.iter().all(is_name),
        [names @ .., number] => names.len() >= 2 && names.iter().all(is_name) && is_number(number),
        [] => false,
    }
}

fn is_role_arn(text: &str) -> bool {
    let Some((account, resource)) = iam_resource(text) else { return false };
    let name = resource.strip_prefix("role/");
    is_account(account) && name.is_some_and(|name| !name.is_empty() && !name.ends_with('/')) && text.len() <= 2048
}

/// Returns the account and the resource of an IAM ARN, which names a partition and no region.
pub(crate) fn iam_resource(text: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "iam", "", account, resource]
            if partition.starts_with("aws") && text.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            Some((account, resource))
        }
        _ => None,
    }
}

/// Returns the account of an IAM ARN.
pub(crate) fn account_of_arn(text: &str) -> Option<&str> {
    iam_resource(text).map(|(account, _)| account).filter(|account| is_account(account))
}

/// Returns whether the text is an account number: 12 digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.bytes().all(is_session_name_byte)
}

/// Returns whether a role's session name may have this byte.
pub(crate) fn is_session_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_=,.@+-".contains(&byte)
}

fn is_device_name(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(is_session_name_byte)
}

fn is_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len()) && text.bytes().all(|byte| is_session_name_byte(byte) || b":/".contains(&byte))
}

/// Returns whether the text is a label of lower-case letters, digits and hyphens, like the paths of all services.
fn is_console_service(text: &str) -> bool {
    let is_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(is_byte)
}

fn is_long_term_key_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with("ASIA")
}

/// Returns whether the value has a quote at either end, which clients read as part of it.
pub fn is_quoted(text: &str) -> bool {
    let quotes = ['"', '\'', '\u{201C}', '\u{201D}', '\u{2018}', '\u{2019}'];
    text.starts_with(quotes) || text.ends_with(quotes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Value>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(text.parse::<T>().is_ok(), "{text}");
        }
        for text in bad {
            assert!(text.parse::<T>().is_err(), "{text}");
        }
    }

    #[test]
    fn regions_are_codes_and_not_names_of_cities() {
        let good =
            ["eu-west-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1", "aws-global", "aws-us-gov-global"];
        let bad =
            ["", "frankfurt", "eu-west", "eu-west-1-", "-eu-west-1", "EU-WEST-1", "eu west-1", "eu-west-1a", "1-1-1"];
        check::<Region>(&good, &bad);
    }

    #[test]
    fn role_arns_name_an_account_and_a_role() {
        let good = ["arn:aws:iam::123456789012:role/admin", "arn:aws-cn:iam::123456789012:role/path/to/admin"];
        let bad = [
            "",
            "admin",
            "arn:aws:iam::123456789012:user/ada",
            "arn:aws:iam::1234-5678-9012:role/admin",
            "arn:aws:iam:123456789012:role/admin",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:sts::123456789012:assumed-role/admin/ada",
        ];
        check::<RoleArn>(&good, &bad);
    }

    #[test]
    fn session_names_and_external_ids_have_the_bounds_of_the_api() {
        check::<RoleSessionName>(&["ab", "a.b@c=d,e+f-g_h"], &["a", "a b", "a/b", &"a".repeat(65)]);
        check::<ExternalId>(&["a:b/c"], &["a", "a b", "a#b"]);
    }

    #[test]
    fn services_of_the_console_are_plain_words() {
        check::<ConsoleService>(
            &["s3", "ec2", "systems-manager"],
            &["", "S3", "-s3", "s3/buckets", "../s3", "s3?x", "s 3", "s3#", "@x", &"a".repeat(65)],
        );
    }

    #[test]
    fn long_term_key_ids_are_not_those_of_sessions() {
        check::<LongTermKeyId>(
            &["AKIAIOSFODNN7EXAMPLE", "LKIAQAAAAAAAIOSFODNN"],
            &["ASIAIOSFODNN7EXAMPLE", "AKIA", "AKIA IOSFODNN7EXAMPLE"],
        );
    }

    #[test]
    fn quotes_of_any_kind_are_noticed() {
        for text in ["\"x\"", "'x'", "\u{201C}x\u{201D}", "\"x", "x'"] {
            assert!(is_quoted(text), "{text}");
        }
        assert!(!is_quoted("x\"y") && !is_quoted(""));
    }
}
