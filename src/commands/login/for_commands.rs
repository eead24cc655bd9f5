//! The logins by which other commands get a session.

use std::ops::ControlFlow;

use super::codes::Codes;
use super::outcome::Outcomes;
use super::{Login, carry_out, report};
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::ProfileName;
use crate::resolve::Request;
use crate::session::Session;
use crate::session_scope::SessionScope;

/// The prompts that are allowed when another command needs a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Asking {
    /// All prompts, for `exec`.
    Exec,
    /// All prompts, for `credential-process --prompt`.
    Prompt,
    /// Nothing.
    Nothing,
}

/// Requests a session, unless the profile has one that is valid for long enough: then nothing is printed. Returns the
/// outcomes, and the files with the session in them.
pub(in crate::commands) fn ensure(
    profile: Option<&ProfileName>,
    asking: Asking,
    files: SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<(Outcomes, SharedFiles), Error> {
    let messages = Messages::new(global, context);
    let request = Request { profiles: profile.cloned().into_iter().collect(), ..Request::default() };
    let codes = Codes::new(None, context).asking(asking != Asking::Nothing);
    let codes = if asking == Asking::Exec { codes.for_exec() } else { codes };
    let login = carry_out(&request, codes, files, global, context, messages)?;
    report::sessions(&login, context, messages);
    let Login { mut files, outcomes, executed, .. } = login;
    files.credentials = executed.credentials.unwrap_or(files.credentials);
    Ok((outcomes, files))
}

/// Renews the session of a profile if a code is at hand, in the environment or from a program. Prints the session, or a
/// warning: the old session stays valid.
pub(in crate::commands) fn renew_if_code_at_hand(profile: &ProfileName, global: &GlobalArgs, context: &Context) {
    let messages = Messages::new(global, context);
    let warn = |error: &Error| messages.warning(&format!("no session was requested with the new key: {error}"));
    match renewed(profile, global, context) {
        Ok(login) => {
            report::sessions(&login, context, messages);
            let failed = login.outcomes.failed().filter(|(_, error)| !matches!(error, Error::CodeNeeded { .. }));
            failed.for_each(|(_, error)| warn(error));
        }
        Err(error) => warn(&error),
    }
}

fn renewed(profile: &ProfileName, global: &GlobalArgs, context: &Context) -> Result<Login, Error> {
    let messages = Messages::new(global, context);
    let codes = Codes::new(None, context).asking(false).waiting(true);
    let request = Request { profiles: vec![profile.clone()], renew: true, ..Request::default() };
    carry_out(&request, codes, SharedFiles::read(global, context)?, global, context, messages)
}

/// Requests a session with this scope for a program that is about to run, and writes it to no file. The session that
/// signs the request is written, if it is a new one. Returns the session, or the exit code of a failed login.
pub(in crate::commands) fn unsaved(
    profile: Option<&ProfileName>,
    scope: SessionScope,
    files: SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<ControlFlow<u8, Session>, Error> {
    let messages = Messages::new(global, context);
    let profiles = profile.cloned().into_iter().collect();
    let request = Request { profiles, scope, is_unsaved: true, ..Request::default() };
    let codes = Codes::new(None, context).for_exec();
    let login = carry_out(&request, codes, files, global, context, messages)?;
    report::sessions(&login, context, messages);
    match report::unsaved(&login, context, messages) {
        Some(session) => {
            // The session that signed the request may be in a recovery file only.
            login.outcomes.report_failures(messages);
            Ok(ControlFlow::Continue(session.clone()))
        }
        None => Ok(ControlFlow::Break(report::failures(&login.outcomes, &login.files, context, messages))),
    }
}

/// Logs in to a profile, as the command `login` does. Returns the exit code.
pub(in crate::commands) fn log_in(profile: &ProfileName, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let request = Request { profiles: vec![profile.clone()], ..Request::default() };
    let files = SharedFiles::read(global, context)?;
    let login = carry_out(&request, Codes::new(None, context), files, global, context, messages)?;
    report::outcome(&login, context, messages)
}
