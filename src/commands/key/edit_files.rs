//! The edits of both files by which a key is replaced or moved.

use std::rc::Rc;

use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, about_commit, parse, read};
use crate::document::Document;
use crate::error::Error;
use crate::io::files::{self, Target};
use crate::profile::{SectionError, SharedFile};

/// Returns the new bytes of a file; none if there is nothing to edit.
type EditFile<'a> = &'a dyn Fn(&SharedFile) -> Result<Option<Vec<u8>>, SectionError>;

/// Tests everything that the edit of the files needs.
pub(super) fn rehearse(files: &SharedFiles, edit: EditFile<'_>) -> Result<(), Error> {
    for file in [&files.credentials, &files.config] {
        if let Some(bytes) = edit(file)? {
            files::rehearse(&file.path, bytes.len())?.release();
        }
    }
    Ok(())
}

/// Edits the files as they are now. Returns whether one of them is as it should be afterwards, according to `is_done`.
pub(super) fn commit(
    files: &SharedFiles,
    messages: Messages,
    edit: EditFile<'_>,
    is_done: impl Fn(&Document) -> bool,
) -> Result<bool, Error> {
    let mut is_there = false;
    for file in [&files.credentials, &files.config] {
        let now = file.with_document(read(&file.path)?);
        if edit(&now)?.is_none() {
            is_there |= is_done(&now.document);
            continue;
        }
        let mut is_edited = false;
        let committed = files::replace(&Target::of(&file.path)?, |bytes| -> Result<Rc<Vec<u8>>, Error> {
            let fresh = file.with_document(parse(&file.path, Rc::clone(&bytes))?);
            let edited = edit(&fresh)?.map_or(bytes, Rc::new);
            is_edited = is_done(&parse(&file.path, Rc::clone(&edited))?);
            Ok(edited)
        })?;
        is_there |= is_edited;
        for warning in about_commit(&committed, &file.path) {
            messages.warning(&warning.to_string());
        }
    }
    Ok(is_there)
}
