//! The config and credentials files as read when a command starts.

use std::path::Path;
use std::rc::Rc;

use crate::check::Warning;
use crate::context::Context;
use crate::document::Document;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::clock::Stopwatch;
use crate::io::files::{self, Committed, FileError};
use crate::profile::{Profiles, SharedFile};

/// The two files as they were when the command started.
pub(crate) struct SharedFiles {
    pub config: SharedFile,
    pub credentials: SharedFile,
}

impl SharedFiles {
    /// Reads both files; a file that does not exist counts as empty.
    pub(crate) fn read(global: &GlobalArgs, context: &Context) -> Result<Self, Error> {
        Self::read_by(read, global, context)
    }

    fn read_by(
        read: impl Fn(&Path) -> Result<Document, Error>,
        global: &GlobalArgs,
        context: &Context,
    ) -> Result<Self, Error> {
        let config = context.environment.config_file(global.config_file.as_deref())?;
        let credentials = context.environment.credentials_file(global.credentials_file.as_deref())?;
        let (config_document, credentials_document) = (read(&config)?, read(&credentials)?);
        let mut files = Self {
            config: SharedFile::config(config, config_document),
            credentials: SharedFile::credentials(credentials, credentials_document),
        };
        files.note_missing(global, context);
        Ok(files)
    }

    /// Records which files do not exist although a flag or a variable names them.
    pub(crate) fn note_missing(&mut self, global: &GlobalArgs, context: &Context) {
        let names = [
            (&mut self.config, global.config_file.is_some(), "--config-file", "AWS_CONFIG_FILE"),
            (
                &mut self.credentials,
                global.credentials_file.is_some(),
                "--credentials-file",
                "AWS_SHARED_CREDENTIALS_FILE",
            ),
        ];
        for (file, has_flag, flag, variable) in names {
            let by = if has_flag { Some(flag) } else { context.environment.get(variable).map(|_| variable) };
            if file.document.bytes().is_empty() && matches!(files::is_there(&file.path), Ok(false)) {
                file.missing = by;
            }
        }
    }

    /// Reads both files; a file that cannot be read or parsed counts as empty.
    pub(crate) fn read_what_is_readable(global: &GlobalArgs, context: &Context) -> Result<Self, Error> {
        Self::read_by(|path| read(path).or_else(|_| parse(path, Vec::new())), global, context)
    }

    /// Returns the credentials file with the content that was read under the lock. Fails if the file was emptied after
    /// the command started: another program is probably about to write it.
    pub(crate) fn fresh_credentials(&self, bytes: Rc<Vec<u8>>) -> Result<SharedFile, Error> {
        if bytes.is_empty() && !self.credentials.document.bytes().is_empty() {
            return Err(FileError::Emptied { path: self.credentials.path.clone() }.into());
        }
        self.credentials_with(bytes)
    }

    /// Returns the credentials file with other content.
    pub(crate) fn credentials_with(&self, bytes: impl Into<Rc<Vec<u8>>>) -> Result<SharedFile, Error> {
        let (bytes, known) = (bytes.into(), &self.credentials.document);
        let is_known = Rc::ptr_eq(&bytes, &known.shared_bytes());
        // Parsing the same bytes again would take as long as the first time.
        let document = if is_known { known.clone() } else { parse(&self.credentials.path, bytes)? };
        Ok(self.credentials.with_document(document))
    }

    pub(crate) fn profiles(&self) -> Profiles<'_> {
        Profiles { config: &self.config, credentials: &self.credentials }
    }
}

pub(crate) fn read(path: &Path) -> Result<Document, Error> {
    let watch = Stopwatch::start();
    let bytes = files::read(path)?;
    tracing::info!(path = %path.display(), bytes = bytes.len(), took_ms = watch.ms(), "read");
    parse(path, bytes)
}

/// Parses the bytes that were read from `path`.
pub(crate) fn parse(path: &Path, bytes: impl Into<Rc<Vec<u8>>>) -> Result<Document, Error> {
    Document::parse(bytes).map_err(|source| Error::Document { path: path.to_owned(), source })
}

/// Returns the warnings about a file that was replaced.
pub(crate) fn about_commit(committed: &Committed, path: &Path) -> Vec<Warning> {
    let path = || path.to_owned();
    let links = (committed.other_links > 0).then(|| Warning::OtherLinks { path: path(), count: committed.other_links });
    let unlocked = committed.unlocked.clone().map(|cause| Warning::NoLock { path: path(), cause });
    let unsynced = committed.unsynced.map(|cause| Warning::Unsynced { path: path(), cause: cause.to_string() });
    [links, unlocked, unsynced].into_iter().flatten().collect()
}
