//! What makes AWS clients not see a session, or not all of them: facts -> warnings.
//!
//! Which client does what is from the project's own experiments with seventeen clients.

use std::collections::HashSet;
use std::fmt;

use crate::document::PropertyRef;
use crate::environment::Environment;
use crate::profile::property::{
    ACCESS_KEY_ID, MFA_SERIAL, REGION, ROLE_ARN, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN, SOURCE_PROFILE,
};
use crate::profile::{Place, ProfileName, Profiles, SharedFile};
use crate::time::Seconds;

/// Properties that every client reads, so that it matters what they take for the value.
const READ_BY_CLIENTS: [&str; 7] =
    [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, REGION, ROLE_ARN, SOURCE_PROFILE, MFA_SERIAL];

/// Something that works for some clients only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Variables that hold keys beat the profile.
    KeysInEnvironment(Vec<&'static str>),
    /// `AWS_PROFILE` and `AWS_DEFAULT_PROFILE` differ.
    ProfileVariablesDiffer,
    /// A session profile's name that some SDKs drop.
    UnportableName(ProfileName),
    /// `source_profile` without `role_arn`.
    SourceProfileWithoutRole {
        /// The session profile.
        profile: ProfileName,
        /// Where it stands.
        place: Place,
    },
    /// A token in the config file outlives the session.
    TokenInConfig {
        /// Where it stands.
        place: Place,
    },
    /// A line that some clients refuse the whole file for.
    UnreadableLine {
        /// Where it stands.
        place: Place,
    },
    /// A section, or a property in one, that stands twice.
    Duplicate {
        /// What stands twice.
        what: String,
        /// Where it stands again.
        place: Place,
    },
    /// A comment behind a value.
    InlineComment {
        /// The property.
        property: String,
        /// Where it stands.
        place: Place,
    },
    /// A UTF-8 byte order mark.
    ByteOrderMark {
        /// Where it stands.
        place: Place,
    },
    /// A role over a role, for which AWS cuts the duration.
    ChainedRole {
        /// The session profile.
        profile: ProfileName,
        /// What was wished for.
        wished: Seconds,
        /// What AWS gives.
        limit: Seconds,
    },
    /// The file has other names, which keep the old bytes.
    OtherLinks {
        /// The file.
        path: std::path::PathBuf,
        /// How many.
        count: u64,
    },
    /// The file system cannot lock.
    NoLock {
        /// The file.
        path: std::path::PathBuf,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeysInEnvironment(names) => {
                let names = names.join(", ");
                write!(f, "{names} is set and beats the profile in most AWS clients: unset it")
            }
            Self::ProfileVariablesDiffer => f.write_str(
                "AWS_PROFILE and AWS_DEFAULT_PROFILE differ, and clients disagree which counts (the AWS CLI v1 and boto3 \
                 take AWS_DEFAULT_PROFILE): unset one",
            ),
            Self::UnportableName(name) => write!(
                f,
                "the SDKs for Rust, C++ and Java drop a profile called '{name}' in silence: letters, digits and - _ . / @ \
                 : + % are seen by all"
            ),
            Self::SourceProfileWithoutRole { profile, place } => write!(
                f,
                "the SDKs for Go (so Terraform, too) and Ruby refuse '{profile}' because of source_profile without \
                 role_arn ({place}): call it awsmfa_source_profile"
            ),
            Self::TokenInConfig { place } => write!(
                f,
                "there is a session token in the config file ({place}), which some clients will use after logout: remove \
                 the line"
            ),
            Self::UnreadableLine { place } => write!(
                f,
                "{place} is no header, property or comment: the AWS CLI, boto3 and the SDKs for Rust and C++ refuse the \
                 whole file"
            ),
            Self::Duplicate { what, place } => {
                write!(f, "{what} stands again in {place}: the AWS CLI and boto3 refuse the whole file")
            }
            Self::InlineComment { property, place } => write!(
                f,
                "the AWS CLI and boto3 take the comment behind {property} ({place}) for a part of the value: move it to \
                 a line of its own"
            ),
            Self::ByteOrderMark { place } => write!(
                f,
                "there is a byte order mark before {place}: the AWS CLI, boto3 and the SDK for Rust refuse the whole file"
            ),
            Self::ChainedRole { profile, wished, limit } => write!(
                f,
                "'{profile}' is a role over a role, which AWS limits to {limit}: {wished} was wished for"
            ),
            Self::OtherLinks { path, count } => {
                write!(f, "{} has {count} other name(s), which keep the old content", path.display())
            }
            Self::NoLock { path } => {
                write!(f, "the file system of {} cannot lock: do not run two logins at the same time", path.display())
            }
        }
    }
}

/// What in the environment keeps clients from the session profile.
pub fn environment(environment: &Environment) -> Vec<Warning> {
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];
    let set: Vec<&'static str> = keys.into_iter().filter(|name| environment.get(name).is_some()).collect();
    let differ = match (environment.get("AWS_PROFILE"), environment.get("AWS_DEFAULT_PROFILE")) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    let keys = (!set.is_empty()).then_some(Warning::KeysInEnvironment(set));
    keys.into_iter().chain(differ.then_some(Warning::ProfileVariablesDiffer)).collect()
}

/// What about the session profile keeps some clients from it.
pub fn session_profile(name: &ProfileName, refused_by_some: Option<&Place>, profiles: Profiles<'_>) -> Vec<Warning> {
    let unportable = (!name.is_portable()).then(|| Warning::UnportableName(name.clone()));
    let source_profile =
        refused_by_some.map(|place| Warning::SourceProfileWithoutRole { profile: name.clone(), place: place.clone() });
    let profile = profiles.get(name.as_str());
    let token = profile
        .and_then(|profile| profile.config_property(SESSION_TOKEN).or_else(|| profile.config_property(SECURITY_TOKEN)));
    let token = token.map(|found| Warning::TokenInConfig { place: found.place });
    [unportable, source_profile, token].into_iter().flatten().collect()
}

/// What makes some clients refuse the file as a whole.
pub fn file(file: &SharedFile) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if file.document.has_byte_order_mark() {
        warnings.push(Warning::ByteOrderMark { place: file.place(1) });
    }
    let unreadable = file.document.first_unreadable_line();
    warnings.extend(unreadable.map(|line| Warning::UnreadableLine { place: file.place(line) }));
    let mut seen = HashSet::new();
    let again = file.document.sections().find(|section| !seen.insert(section.name()));
    warnings.extend(again.map(|section| Warning::Duplicate {
        what: format!("the section [{}]", String::from_utf8_lossy(section.name())),
        place: file.place(section.line()),
    }));
    warnings.extend(file.document.sections().find_map(|section| {
        let mut seen = HashSet::new();
        let properties = section.properties();
        let again = properties.iter().find(|property| !seen.insert(property.name().to_ascii_lowercase()))?;
        Some(Warning::Duplicate { what: again.name().into_owned(), place: file.place(again.line()) })
    }));
    warnings.extend(file.document.sections().find_map(|section| {
        let properties = section.properties();
        let is_read = |property: &&PropertyRef<'_>| READ_BY_CLIENTS.iter().any(|name| property.is_named(name));
        let found = properties.iter().filter(is_read).find(|property| property.has_inline_comment())?;
        Some(Warning::InlineComment { property: found.name().into_owned(), place: file.place(found.line()) })
    }));
    warnings
}
