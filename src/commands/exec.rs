//! `awsmfa exec`: a program with the session in its environment.

use std::ffi::OsString;

use crate::cli::GlobalArgs;
use crate::commands::env::{region, usable_session};
use crate::commands::{Messages, SharedFiles, login, session_profile_of};
use crate::context::Context;
use crate::error::Error;
use crate::io::process;
use crate::profile::ProfileName;
use crate::render::shell;
use crate::resolve;

/// Variables that would lead an AWS client to other credentials than the session's.
const CONTRADICTING: [&str; 6] = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_FILE",
];

/// Run a program with the session in its environment; log in first if needed
///
/// The program takes awsmfa's place: signals go to it, and its exit code is what the caller sees. It finds one set of
/// credentials only, the session's.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session is meant, of any kind; as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Runs the program in the place of this one.
///
/// # Errors
///
/// Fails if there is no session and none can be got, or if the program cannot be run (126, or 127 if it is not there).
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let code = login::ensure(flag, true, global, context)?.report_failures(Messages::new(global, context));
    if code != 0 {
        return Ok(code);
    }
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let name = session_profile_of(&selected, profiles)?;
    let session = usable_session(&name, profiles, context)?;
    let mut environment = shell::assignments(&session, region(&name, &selected, profiles).as_deref());
    environment.extend(CONTRADICTING.map(|name| (name, None)));
    process::replace(&args.command, &environment).map_err(Error::Exec)
}
