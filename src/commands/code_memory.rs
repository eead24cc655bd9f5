//! The memory of used MFA codes, in the state folder.

use std::rc::Rc;

use crate::commands::messages::Messages;
use crate::context::Context;
use crate::io::files::{self, FileError, Target};
use crate::limits;
use crate::time::Timestamp;
use crate::token_code::{SerialNumber, TokenCode};
use crate::used_codes;

/// A code that AWS has accepted, or may have accepted.
pub(super) struct UsedCode {
    pub serial_number: SerialNumber,
    pub code: TokenCode,
    pub at: Timestamp,
}

/// Adds codes to the memory. It only explains a later refusal, so it is no error if that fails.
pub(super) fn remember(used: &[UsedCode], is_accepted: bool, context: &Context, messages: Messages) {
    if used.is_empty() {
        return;
    }
    let Some(path) = context.environment.used_codes_file() else { return };
    let target = Target::own(&path, limits::CODE_MEMORY_BYTES);
    let written = files::replace_in_passing(&target, |bytes| -> Result<Rc<Vec<u8>>, FileError> {
        let remembered = used.iter().fold((*bytes).clone(), |bytes, used| {
            used_codes::remember(&bytes, &used.serial_number, &used.code, used.at, is_accepted)
        });
        Ok(Rc::new(remembered))
    });
    if let Err(error @ FileError::Foreign { .. }) = &written {
        messages.warning(&error.to_string());
    }
    tracing::info!(path = %path.display(), written = written.is_ok(), "the code is remembered as used");
}
