//! The file with the creation times of long-term access keys.

use std::rc::Rc;

use crate::context::Context;
use crate::io::files::{self, FileError, Target};
use crate::key_ages;
use crate::limits;
use crate::time::Timestamp;

/// Remembers when a key was created. If that cannot be written, `list --long` does not show it.
pub(super) fn remember(access_key_id: &str, created: Timestamp, context: &Context) {
    let Some(path) = context.environment.key_ages_file() else { return };
    let target = Target::own(&path, limits::KEY_AGES_BYTES);
    let written = files::replace_in_passing(&target, |bytes| -> Result<Rc<Vec<u8>>, FileError> {
        Ok(Rc::new(key_ages::remember(&bytes, access_key_id, created)))
    });
    tracing::info!(path = %path.display(), written = written.is_ok(), "the creation time of the key is remembered");
}

/// Returns what is remembered, for [`key_ages::created`].
pub(super) fn read(context: &Context) -> Vec<u8> {
    let path = context.environment.key_ages_file();
    path.and_then(|path| files::read_own(&path, limits::KEY_AGES_BYTES).ok()).unwrap_or_default()
}
