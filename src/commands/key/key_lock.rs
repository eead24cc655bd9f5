//! The lock that lets one process at a time move or rotate a key, whichever profile it is named by.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::rotation_record::recorded;
use crate::bytes::hex;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::io::lock::{Acquired, Lock};
use crate::key_error::KeyError;
use crate::key_rotation::Stage;
use crate::profile::ProfileName;
use crate::setup::candidate;

/// Locks the key with this ID.
pub(super) fn acquire(access_key_id: &str, profile: &ProfileName, context: &Context) -> Result<Lock, Error> {
    let mut digits = hex(&Sha256::digest(access_key_id));
    digits.truncate(16);
    let path = context.environment.key_lock_file(&digits).ok_or(KeyError::NoRecord)?;
    match Lock::acquire_file(&path, Duration::ZERO) {
        Acquired::Held(lock) => Ok(lock),
        Acquired::Busy(_) => Err(KeyError::Busy { profile: profile.clone() }.into()),
        Acquired::Unavailable(error) => Err(error.into()),
    }
}

/// Checks that no rotation of this key has begun and is not finished, for any profile.
pub(super) fn check_no_rotation(access_key_id: &str, files: &SharedFiles, context: &Context) -> Result<(), KeyError> {
    for profile in candidate::permanent_profiles(files.profiles()) {
        let stage = recorded(&profile, files, context).map(|rotation| rotation.stage);
        let Some(Stage::Replacing(keys) | Stage::Replaced(keys, _)) = &stage else { continue };
        if [&keys.old, &keys.new].iter().all(|key| key.access_key_id != access_key_id) {
            continue;
        }
        return Err(match stage {
            Some(Stage::Replaced(keys, since)) => KeyError::NotFinished { profile, old: keys.old.access_key_id, since },
            _ => KeyError::Incomplete { profile },
        });
    }
    Ok(())
}
