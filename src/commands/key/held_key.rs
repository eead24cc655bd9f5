//! The long-term access key that `awsmfa key` is about, in its place.

use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::key_error::KeyError;
use crate::key_in_files::EntryName;
use crate::profile::ProfileName;
use crate::resolve::{self, Choice, KeySource};
use crate::secret::Secret;
use crate::session::LongTermKey;

/// The key of a profile, in one of the places where awsmfa can change it.
pub(super) enum HeldKey {
    /// The AWS files.
    InFiles(LongTermKey),
    /// The keyring, which has the key in this entry.
    InKeyring(EntryName),
}

impl HeldKey {
    /// Finds the key of a profile; fails if a program prints it.
    pub(super) fn of(profile: &ProfileName, files: &SharedFiles) -> Result<Self, Error> {
        let unknown = || KeyError::Printed { profile: profile.clone() };
        let found = files.profiles().get(profile.as_str()).ok_or_else(unknown)?;
        match resolve::key(&found, profile)? {
            KeySource::Key(key) => Ok(Self::InFiles(key)),
            KeySource::Keyring(name) => Ok(Self::InKeyring(name)),
            KeySource::Process(_) | KeySource::External { .. } => Err(unknown().into()),
        }
    }

    /// Returns the ID of the key.
    pub(super) fn access_key_id(&self) -> &str {
        match self {
            Self::InFiles(key) => &key.access_key_id,
            Self::InKeyring(name) => name.access_key_id(),
        }
    }

    /// Returns the key for a rotation, and its entry in the keyring, if it is there: then the key has no secret.
    pub(super) fn into_key(self) -> (LongTermKey, Option<EntryName>) {
        match self {
            Self::InFiles(key) => (key, None),
            Self::InKeyring(name) => {
                let access_key_id = name.access_key_id().to_owned();
                (LongTermKey { access_key_id, secret_access_key: Secret::new("") }, Some(name))
            }
        }
    }
}

/// Returns the profile with the key: the selected one, or the source profile of its session.
pub(super) fn source_profile(
    name: Option<&ProfileName>,
    files: &SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<ProfileName, Error> {
    let flag = name.or(global.profile.as_ref());
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let link = resolve::link(Choice::of(&selected.name), files.profiles());
    Ok(link.map_err(|error| error.named_by(&selected))?.source_profile)
}
