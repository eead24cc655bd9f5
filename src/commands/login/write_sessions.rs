//! Sessions as edits of the credentials file: all sessions of a login in one pass.

use crate::commands::shared_files::SharedFiles;
use crate::document::{Edit, SectionEdits};
use crate::error::Error;
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::resolve;
use crate::session::{self, Session};

/// The credentials file with sessions in it.
pub(in crate::commands) struct Written {
    /// The bytes of the file, without the sessions that cannot be written.
    pub bytes: Vec<u8>,
    /// For each session, the error if it cannot be written.
    pub errors: Vec<Option<Error>>,
}

/// Writes sessions of different profiles to the credentials file, except for those that must not or cannot be written.
pub(in crate::commands) fn write_sessions(
    sessions: &[(&ProfileName, &Session)],
    files: &SharedFiles,
    credentials: &SharedFile,
) -> Written {
    let profiles = Profiles { config: files.profiles().config, credentials };
    if sessions.len() > 1 {
        profiles.make_index();
    }
    let mut errors: Vec<Option<Error>> = Vec::with_capacity(sessions.len());
    let mut writable: Vec<(usize, &ProfileName, Vec<Edit>)> = Vec::with_capacity(sessions.len());
    for (index, (name, session)) in sessions.iter().enumerate() {
        let checked = resolve::check_target(name, profiles);
        if checked.is_ok() {
            let target = profiles.get(name.as_str());
            let exists = target.is_some_and(|target| target.credentials_section().is_some());
            writable.push((index, name, session::login_edits(session, exists)));
        }
        errors.push(checked.err().map(Error::from));
    }
    let changes: Vec<SectionEdits<'_>> =
        writable.iter().map(|(_, name, edits)| SectionEdits { section: name.as_str(), edits }).collect();
    let (bytes, refused) = credentials.edited_all(&changes);
    for (at, error) in refused {
        if let Some(place) = writable.get(at).and_then(|(index, ..)| errors.get_mut(*index)) {
            *place = Some(error.into());
        }
    }
    Written { bytes, errors }
}

/// Returns the lines of a recovery file for these sessions. Each section has a blank line above it, so that it can be
/// added below a line that has no end.
pub(super) fn recovery_lines<'a>(sessions: impl IntoIterator<Item = (&'a ProfileName, &'a Session)>) -> Vec<u8> {
    let mut lines = Vec::new();
    for (name, session) in sessions {
        lines.extend_from_slice(format!("\n[{name}]\n").as_bytes());
        for edit in session::login_edits(session, false) {
            if let Edit::Set { name, value } = edit {
                lines.extend_from_slice([name, " = ", value.expose(), "\n"].concat().as_bytes());
            }
        }
    }
    lines
}
