//! The record of a rotation, and the lock that lets one process at a time change it.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::bytes::hex;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::io::files::{self, FileError, Target};
use crate::io::lock::{Acquired, Lock};
use crate::io::path;
use crate::io::slot::Slot;
use crate::key_error::KeyError;
use crate::key_rotation::{Rotation, Stage};
use crate::limits;
use crate::profile::ProfileName;

/// The record of the rotation of a profile's key, locked for this process.
pub(super) struct Record {
    path: PathBuf,
    /// The bytes of the file; empty if there is none.
    bytes: Vec<u8>,
    /// The space for the secret of a key that is about to be created.
    slot: Option<Slot>,
    _lock: Lock,
}

impl Record {
    /// Locks the record of a profile, and reads it.
    pub(super) fn open(profile: &ProfileName, files: &SharedFiles, context: &Context) -> Result<Self, Error> {
        let path = path_of(profile, files, context).ok_or(KeyError::NoRecord)?;
        let lock = match Lock::acquire_file(&path.with_extension("lock"), Duration::ZERO) {
            Acquired::Held(lock) => lock,
            Acquired::Busy(_) => return Err(KeyError::Busy { profile: profile.clone() }.into()),
            Acquired::Unavailable(error) => return Err(error.into()),
        };
        let bytes = files::read_own(&path, limits::ROTATION_BYTES)?;
        Ok(Self { path, bytes, slot: None, _lock: lock })
    }

    /// Returns the rotation that has begun, if any.
    pub(super) fn rotation(&self) -> Option<Rotation> {
        Rotation::parse(&self.bytes)
    }

    /// Writes the rotation, and syncs it.
    pub(super) fn keep(&mut self, rotation: &Rotation) -> Result<(), Error> {
        let line = rotation.to_bytes();
        if let Some(slot) = self.slot.take() {
            slot.fill(&line)?;
            // Reading the file may fail, but the secret is in it.
            let place = self.bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            self.bytes.splice(place..(place + line.len()).min(self.bytes.len()), line);
            return Ok(());
        }
        let is_before_creation = matches!(rotation.stage, Stage::Creating(_));
        let bytes = Rc::new(if is_before_creation { rotation.to_bytes_with_space() } else { line.clone() });
        let target = Target::own(&self.path, limits::ROTATION_BYTES);
        files::replace(&target, |_| -> Result<Rc<Vec<u8>>, FileError> { Ok(Rc::clone(&bytes)) })?;
        self.bytes = bytes.to_vec();
        if is_before_creation {
            self.slot = Some(Slot::open(&self.path, line.len(), limits::ROTATION_BYTES)?);
        }
        Ok(())
    }

    /// Deletes the record.
    pub(super) fn discard(self) -> Result<(), Error> {
        Ok(files::remove(&Target::own(&self.path, limits::ROTATION_BYTES), &self.bytes)?)
    }
}

/// Returns the path of the record of a profile, or `None` if the state folder is unknown.
fn path_of(profile: &ProfileName, files: &SharedFiles, context: &Context) -> Option<PathBuf> {
    let place = format!("{}\0{profile}", path::absolute(&files.credentials.path).display());
    let mut digits = hex(&Sha256::digest(place));
    digits.truncate(16);
    context.environment.rotation_file(&digits)
}

/// Returns the recorded rotation of a profile's key, without the lock.
pub(in crate::commands) fn recorded(profile: &ProfileName, files: &SharedFiles, context: &Context) -> Option<Rotation> {
    let bytes = files::read_own(&path_of(profile, files, context)?, limits::ROTATION_BYTES).ok()?;
    Rotation::parse(&bytes)
}
