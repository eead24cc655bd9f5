//! What makes AWS clients not see a session, or not all of them: facts -> warnings.
//!
//! Which client does what is from the project's own experiments with seventeen clients.

mod file;

use std::fmt;

pub use file::{FileFinding, file, simple_readers};

use crate::diagnosis::{clock_is_off, clock_remedy};
use crate::environment::Environment;
use crate::profile::property::{ROLE_ARN, SECURITY_TOKEN, SESSION_TOKEN, SOURCE_PROFILE};
use crate::profile::{Place, ProfileName, Profiles};
use crate::time::Seconds;

/// Something that works for some clients only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Variables that hold keys beat the profile.
    KeysInEnvironment(Vec<&'static str>),
    /// `AWS_PROFILE` and `AWS_DEFAULT_PROFILE` differ.
    ProfileVariablesDiffer,
    /// A session profile's name that some clients do not see.
    UnportableName {
        /// The session profile.
        profile: ProfileName,
        /// Those clients.
        clients: &'static str,
    },
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
    /// Something in one of the files.
    InFile {
        /// What it is.
        finding: FileFinding,
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
    /// The machine's clock differs from STS's.
    Clock {
        /// How far it is ahead; negative if behind.
        ahead: Seconds,
        /// Whether this is Linux in Windows.
        is_wsl: bool,
    },
    /// The file system cannot lock.
    NoLock {
        /// The file.
        path: std::path::PathBuf,
    },
    /// The file is replaced, but maybe not on the disk yet.
    Unsynced {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        cause: String,
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
            Self::UnportableName { profile, clients } => write!(
                f,
                "a profile called '{profile}' is not seen by {clients}: use another name (letters, digits and - _ . / @ : \
                 + % are for all)"
            ),
            Self::SourceProfileWithoutRole { profile, place } => write!(
                f,
                "the SDKs for Go (so Terraform, too) and Ruby refuse '{profile}' because of source_profile without \
                 role_arn ({place}): `awsmfa setup --mend` gives it another name"
            ),
            Self::TokenInConfig { place } => write!(
                f,
                "there is a session token in the config file ({place}), which some clients will use after logout: remove \
                 the line"
            ),
            Self::InFile { finding, place } => finding.describe(place, f),
            Self::ChainedRole { profile, wished, limit } => write!(
                f,
                "'{profile}' is a role over a role, which AWS limits to {limit}: {wished} was wished for"
            ),
            Self::OtherLinks { path, count } => {
                write!(f, "{} has {count} other name(s), which keep the old content", path.display())
            }
            Self::Clock { ahead, is_wsl } => {
                write!(f, "{}: AWS clients refuse to work with it, and times are shown wrong", clock_is_off(*ahead))?;
                write!(f, "; {}", clock_remedy(*is_wsl))
            }
            Self::NoLock { path } => {
                write!(f, "the file system of {} cannot lock: do not run two logins at the same time", path.display())
            }
            Self::Unsynced { path, cause } => write!(
                f,
                "{} is replaced, but the system cannot say that it is on the disk ({cause}): a power cut may bring the \
                 old file back",
                path.display()
            ),
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
pub fn session_profile(name: &ProfileName, profiles: Profiles<'_>) -> Vec<Warning> {
    let unportable = name.unseen_by().map(|clients| Warning::UnportableName { profile: name.clone(), clients });
    let profile = profiles.get(name.as_str());
    let property = |wanted: &str| profile.as_ref().and_then(|profile| profile.property(wanted));
    let source_profile = property(SOURCE_PROFILE).filter(|_| property(ROLE_ARN).is_none());
    let source_profile =
        source_profile.map(|found| Warning::SourceProfileWithoutRole { profile: name.clone(), place: found.place() });
    let token = profile
        .and_then(|profile| profile.config_property(SESSION_TOKEN).or_else(|| profile.config_property(SECURITY_TOKEN)));
    let token = token.map(|found| Warning::TokenInConfig { place: found.place() });
    [unportable, source_profile, token].into_iter().flatten().collect()
}
