//! Changes to the two files by `setup` and `doctor --fix`: shown, then written, with a record to undo them.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, about_commit};
use crate::context::Context;
use crate::error::Error;
use crate::io::files::{self, FileError, ReservedSpace, Target};
use crate::io::{path, terminal};
use crate::limits;
use crate::profile::{FileKind, SharedFile};
use crate::render::{diff, json};
use crate::setup::undo_record::{Changed, Record};
use crate::setup::{Connection, Draft};

/// The change to a file.
pub(super) struct Change {
    kind: FileKind,
    path: PathBuf,
    /// None if the file does not exist.
    old: Option<Vec<u8>>,
    new: Vec<u8>,
}

impl Change {
    fn old(&self) -> &[u8] {
        self.old.as_deref().unwrap_or_default()
    }

    /// Tests on the disk whether the file can be written.
    pub(super) fn rehearse(&self) -> Result<ReservedSpace, Error> {
        Ok(files::rehearse(&self.path, self.new.len())?)
    }
}

/// Returns the changes in the order in which they are written: a key is written before anything links to it.
pub(super) fn changes(files: &SharedFiles, draft: &Draft) -> Result<Vec<Change>, Error> {
    let profiles = files.profiles();
    let change = |kind, file: &SharedFile| -> Result<Change, Error> {
        let old = files::is_there(&file.path)?.then(|| file.document.bytes().to_vec());
        Ok(Change { kind, path: file.path.clone(), old, new: draft.bytes(kind).to_vec() })
    };
    let credentials = change(FileKind::Credentials, profiles.credentials)?;
    let config = change(FileKind::Config, profiles.config)?;
    let changes = [credentials, config].into_iter();
    let changes: Vec<Change> = changes.filter(|change| change.old() != change.new).collect();
    if !changes.is_empty() {
        files::check_different(&profiles.credentials.path, &profiles.config.path)?;
    }
    Ok(changes)
}

/// Prints the changes without secrets, as the result of a dry run or as a message.
pub(super) fn show(changes: &[Change], as_result: bool, messages: Messages) -> Result<(), Error> {
    for change in changes {
        let text = diff::without_secrets(&change.path, change.old(), &change.new);
        show_diff(&change.path, &text, as_result, messages)?;
    }
    Ok(())
}

/// Prints the diff of a file, as the result of a dry run or as a message.
pub(super) fn show_diff(path: &Path, text: &str, as_result: bool, messages: Messages) -> Result<(), Error> {
    if as_result && messages.is_json() {
        return terminal::print(&(json::change(path, text) + "\n")).map_err(Error::Output);
    }
    if as_result {
        return terminal::print(&diff::colored(text, messages.colors_results())).map_err(Error::Output);
    }
    if !messages.is_quiet() {
        terminal::message(diff::colored(text, messages.colors_messages()).trim_end());
    }
    Ok(())
}

/// Returns the intermediate content of the credentials file, if one is needed: while a key moves to another profile,
/// the credentials file holds the link to it until the config file does.
pub(super) fn interim(draft: &Draft, connection: Option<&Connection>) -> Result<Option<Vec<u8>>, Error> {
    let moved = connection.filter(|connection| connection.moves_key() && connection.key.is_none());
    Ok(moved.map(|connection| draft.with_link_in_credentials(connection)).transpose()?)
}

/// Writes the files, each only if it has not changed since it was read.
pub(super) fn commit(
    changes: &[Change],
    interim: Option<&[u8]>,
    context: &Context,
    messages: Messages,
) -> Result<(), Error> {
    // A change that cannot be written must not replace the record of the last one.
    let mut rehearsed = Vec::new();
    for change in changes {
        let mut reserved = change.rehearse()?;
        reserved.release();
        rehearsed.push((change, reserved));
    }
    keep_record(changes, context, messages)?;
    let write = |(change, reserved): &(&Change, ReservedSpace), old: &[u8], new: &[u8]| {
        replace(messages, reserved.target(), &change.path, old, new)
    };
    let of = |kind| rehearsed.iter().find(|(change, _)| change.kind == kind);
    if let (Some(credentials), Some(config), Some(interim)) = (of(FileKind::Credentials), of(FileKind::Config), interim)
    {
        write(credentials, credentials.0.old(), interim)?;
        write(config, config.0.old(), &config.0.new)?;
        return write(credentials, interim, &credentials.0.new);
    }
    rehearsed.iter().try_for_each(|rehearsed| write(rehearsed, rehearsed.0.old(), &rehearsed.0.new))
}

/// Replaces a file; fails if its content is no longer `old`.
pub(super) fn replace(messages: Messages, target: &Target, path: &Path, old: &[u8], new: &[u8]) -> Result<(), Error> {
    let committed = files::replace(target, |bytes| -> Result<Rc<Vec<u8>>, Error> {
        if *bytes == old { Ok(Rc::new(new.to_vec())) } else { Err(FileError::Changed { path: path.to_owned() }.into()) }
    })?;
    for warning in about_commit(&committed, path) {
        messages.warning(&warning.to_string());
    }
    Ok(())
}

/// Writes the record for `setup --undo`, before the change is made.
fn keep_record(changes: &[Change], context: &Context, messages: Messages) -> Result<(), Error> {
    let Some(path) = context.environment.undo_file() else {
        messages.warning("`awsmfa setup --undo` cannot undo this change: HOME is not set, so it is not recorded");
        return Ok(());
    };
    let paths: Vec<PathBuf> = changes.iter().map(|change| path::absolute(&change.path)).collect();
    let changed =
        paths.iter().zip(changes).map(|(path, Change { old, new, .. })| Changed { path, old: old.as_deref(), new });
    let changed: Vec<Changed<'_>> = changed.collect();
    let record = Rc::new(Record::of(&changed).to_bytes());
    let target = Target::own(&path, limits::UNDO_BYTES);
    files::replace(&target, |_| -> Result<Rc<Vec<u8>>, FileError> { Ok(Rc::clone(&record)) })?;
    Ok(())
}
