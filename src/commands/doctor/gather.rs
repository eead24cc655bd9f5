//! The facts that `doctor` needs: both files, as far as they are readable, and their surroundings.

use std::path::{Path, PathBuf};

use crate::check::{Facts, Reason, Standing, Surroundings};
use crate::commands::key;
use crate::commands::login::recover;
use crate::commands::shared_files::{SharedFiles, read};
use crate::context::Context;
use crate::document::Document;
use crate::environment::Environment;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::files::FileError;
use crate::io::{file_status, path_lookup};
use crate::key_rotation::Rotation;
use crate::limits;
use crate::profile::property::{ACCESS_KEY_ID, MFA_PROCESS, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN};
use crate::profile::{ProfileName, SharedFile};
use crate::resolve::{self, Selected};
use crate::setup::candidate;

/// The properties that require a file to be private.
const PRIVATE: [&str; 5] = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, SECURITY_TOKEN, MFA_PROCESS];

/// The owned form of [`Facts`].
pub(super) struct Gathered {
    pub files: SharedFiles,
    /// Set if both files could be read.
    pub are_whole: bool,
    pub surroundings: Surroundings,
}

impl Gathered {
    /// Gathers the facts. A file that cannot be read counts as empty, with the reason in its [`Standing`].
    pub(super) fn read(global: &GlobalArgs, context: &Context) -> Result<Self, Error> {
        let environment = &context.environment;
        let config = environment.config_file(global.config_file.as_deref())?;
        let credentials = environment.credentials_file(global.credentials_file.as_deref())?;
        let [config_document, credentials_document] = [&config, &credentials].map(|path| read(path));
        let are_whole = config_document.is_ok() && credentials_document.is_ok();
        let mut standings = [standing(&config, &config_document), standing(&credentials, &credentials_document)];
        let [config_standing, credentials_standing] = &mut standings;
        config_standing.is_config = true;
        credentials_standing.foreign.extend(foreign_state_files(environment));
        let mut files = SharedFiles {
            config: SharedFile::config(config, config_document.unwrap_or_default()),
            credentials: SharedFile::credentials(credentials, credentials_document.unwrap_or_default()),
        };
        files.note_missing(global, context);
        let variable = resolve::selecting_variable(environment).map(|(variable, _)| variable);
        let by = if global.profile.is_some() { Some("--profile") } else { variable };
        let selected = resolve::selected_profile(global.profile.as_ref(), environment).ok();
        let surroundings = Surroundings {
            bad_selection: if selected.is_none() { by } else { None },
            selected: selected.map(|selected| Selected { by, ..selected }),
            standings: standings.into(),
            state_folder: state_folder(environment),
            other_awsmfa: path_lookup::other_first("awsmfa"),
            rotations: rotations(&files, context),
            key_check: None,
        };
        Ok(Self { files, are_whole, surroundings })
    }

    pub(super) fn facts<'a>(&'a self, context: &'a Context) -> Facts<'a> {
        Facts {
            profiles: self.files.profiles(),
            are_whole: self.are_whole,
            environment: &context.environment,
            clock: &context.clock,
            surroundings: &self.surroundings,
        }
    }
}

/// Returns the recorded rotations of the keys in the files.
fn rotations(files: &SharedFiles, context: &Context) -> Vec<(ProfileName, Rotation)> {
    let names = candidate::permanent_profiles(files.profiles()).into_iter();
    let recorded = names.filter_map(|name| key::recorded(&name, files, context).map(|rotation| (name, rotation)));
    recorded.collect()
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

fn standing(path: &Path, document: &Result<Document, Error>) -> Standing {
    let is_utf16 = matches!(document, Err(Error::Document { .. }));
    // A dangling link has a finding of its own.
    let is_dangling = matches!(document, Err(Error::File(FileError::Dangling { .. })));
    let unreadable = if is_utf16 || is_dangling { None } else { document.as_ref().err().map(Reason::from) };
    let not_replaceable = file_status::check_replaceable(path).err().map(|error| Reason::from(&Error::File(error)));
    let not_replaceable = if unreadable.is_some() || is_dangling { None } else { not_replaceable };
    // A file that cannot be read may hold keys.
    let is_private = document.as_ref().map_or(true, |document| PRIVATE.iter().any(|name| document.mentions(name)));
    let looked = file_status::look(path);
    let (recovery, mut foreign) = recover::look(path);
    foreign.extend(looked.foreign.iter().cloned());
    Standing { is_utf16, unreadable, not_replaceable, is_private, recovery, foreign, ..looked }
}
