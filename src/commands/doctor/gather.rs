//! The facts: both files, as far as they can be read, and what is around them.

use std::path::{Path, PathBuf};

use crate::check::{Facts, Heard, Reason, Standing};
use crate::commands::login::recover;
use crate::commands::shared_files::SharedFiles;
use crate::commands::shared_files::read;
use crate::context::Context;
use crate::document::Document;
use crate::environment::Environment;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::files::FileError;
use crate::io::{file_status, path_lookup};
use crate::limits;
use crate::profile::property::{ACCESS_KEY_ID, MFA_PROCESS, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN};
use crate::profile::{ProfileName, SharedFile};
use crate::resolve::{self, Selected};

/// What makes a file one that others should not read.
const PRIVATE: [&str; 5] = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, SECURITY_TOKEN, MFA_PROCESS];

/// What is known before anything is decided.
pub(super) struct Gathered {
    pub files: SharedFiles,
    /// Set if both files could be read.
    pub are_whole: bool,
    pub standings: [Standing; 2],
    pub heard: Option<Heard>,
    selected: Option<ProfileName>,
    selected_by: Option<&'static str>,
    other_awsmfa: Option<PathBuf>,
    state_folder: Option<(PathBuf, String)>,
}

impl Gathered {
    /// Reads both files. One that cannot be read is empty, and why is told in its standing.
    pub(super) fn read(global: &GlobalArgs, context: &Context) -> Result<Self, Error> {
        let environment = &context.environment;
        let config = environment.config_file(global.config_file.as_deref())?;
        let credentials = environment.credentials_file(global.credentials_file.as_deref())?;
        let [config_document, credentials_document] = [&config, &credentials].map(|path| read(path));
        let are_whole = config_document.is_ok() && credentials_document.is_ok();
        let mut standings = [stand(&config, &config_document), stand(&credentials, &credentials_document)];
        let [of_config, of_credentials] = &mut standings;
        of_config.is_config = true;
        of_credentials.foreign.extend(foreign_state_files(environment));
        let mut files = SharedFiles {
            config: SharedFile::config(config, config_document.unwrap_or_default()),
            credentials: SharedFile::credentials(credentials, credentials_document.unwrap_or_default()),
        };
        files.note_missing(global, context);
        let variable = resolve::selecting_variable(environment).map(|(variable, _)| variable);
        let selected_by = if global.profile.is_some() { Some("--profile") } else { variable };
        let selected = resolve::selected_profile(global.profile.as_ref(), environment).ok();
        let selected = selected.map(|selected| selected.name);
        let other_awsmfa = path_lookup::other_first("awsmfa");
        Ok(Self {
            files,
            are_whole,
            standings,
            heard: None,
            selected,
            selected_by,
            other_awsmfa,
            state_folder: state_folder(environment),
        })
    }

    pub(super) fn facts<'a>(&'a self, context: &'a Context) -> Facts<'a> {
        let selected = self.selected.clone().map(|name| Selected { name, by: self.selected_by });
        Facts {
            profiles: self.files.profiles(),
            are_whole: self.are_whole,
            environment: &context.environment,
            clock: &context.clock,
            bad_selection: self.selected_by.filter(|_| selected.is_none()),
            selected,
            standings: &self.standings,
            state_folder: self.state_folder.clone(),
            other_awsmfa: self.other_awsmfa.clone(),
            heard: self.heard.as_ref(),
        }
    }
}

fn state_folder(environment: &Environment) -> Option<(PathBuf, String)> {
    let folder = environment.undo_file()?.parent()?.to_owned();
    file_status::why_not_writable(&folder).map(|why| (folder, why))
}

fn foreign_state_files(environment: &Environment) -> Vec<(PathBuf, String)> {
    let undo = environment.undo_file().map(|path| (path, limits::UNDO_BYTES));
    let codes = environment.used_codes_file().map(|path| (path, limits::CODE_MEMORY_BYTES));
    let files = [undo, codes].into_iter().flatten();
    files.filter_map(|(path, limit)| file_status::why_foreign(&path, limit).map(|why| (path, why))).collect()
}

fn stand(path: &Path, document: &Result<Document, Error>) -> Standing {
    let is_utf16 = matches!(document, Err(Error::Document { .. }));
    // The link without a target is a finding of its own.
    let is_dangling = matches!(document, Err(Error::File(FileError::Dangling { .. })));
    let unreadable = document.as_ref().err().filter(|_| !is_utf16 && !is_dangling).map(Reason::from);
    let replaceable = file_status::check_replaceable(path).map_err(Error::File);
    let not_replaceable = replaceable.err().filter(|_| unreadable.is_none() && !is_dangling).as_ref().map(Reason::from);
    // What cannot be read may hold anything.
    let is_private = document.as_ref().map_or(true, |document| PRIVATE.iter().any(|name| document.mentions(name)));
    let looked = file_status::look(path);
    let (recovery, mut foreign) = recover::look(path);
    foreign.extend(looked.foreign.iter().cloned());
    Standing { is_utf16, unreadable, not_replaceable, is_private, recovery, foreign, ..looked }
}
