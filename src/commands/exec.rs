//! `awsmfa exec`: runs a program with the session in its environment.

use std::ffi::OsString;
use std::ops::ControlFlow;

use crate::commands::login::Asking;
use crate::commands::scope_args::ScopeArgs;
use crate::commands::stored_session::{unsaved, usable_or_new};
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::process;
use crate::profile::ProfileName;
use crate::render::assignments;
use crate::render::text::{escape, shell_word};

/// The variables to remove: most would make an AWS client use credentials other than those of the session.
const CONTRADICTING: [&str; 9] = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CREDENTIAL_FILE",
    // Secrets that only awsmfa needs.
    "AWSMFA_TOKEN_CODE",
    "AWSMFA_SECRET_ACCESS_KEY",
];

/// Run a program with the session in its environment
///
/// Logs in first if needed. The program replaces awsmfa: it receives the signals, and the caller sees its exit code.
/// The session is the only set of credentials in its environment.
///
/// With --read-only, or a flag for the scope of a role's session, a new session is requested for this program only, and
/// written to no file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session to use, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The words of a program without the `--` that must precede it.
    #[arg(hide = true, allow_hyphen_values = true)]
    misplaced: Vec<OsString>,
    /// The program to run, and its arguments
    #[arg(last = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    command: Vec<OsString>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Returns the error message for a missing `--`. awsmfa does not guess which word is a profile: the program could then
/// run with the wrong session.
fn missing_dashes(args: &Args) -> String {
    let first = args.name.iter().map(ToString::to_string);
    let words = first.chain(args.misplaced.iter().map(|word| word.to_string_lossy().into_owned()));
    let words: Vec<String> = words.map(|word| shell_word(&escape(&word))).collect();
    match words.split_first() {
        Some((first, [])) if args.command.is_empty() => {
            format!("there is no program to run: `awsmfa exec {first} -- <program>`, or `awsmfa exec -- {first}`")
        }
        Some((first, rest)) if !rest.is_empty() => format!(
            "`--` belongs before the program: `awsmfa exec -- {}`, or, if {first} is the profile, `awsmfa exec {first} -- {}`",
            words.join(" "),
            rest.join(" ")
        ),
        _ => "there is no program to run: `awsmfa exec [PROFILE] -- <program>`".to_owned(),
    }
}

/// Replaces awsmfa with the program.
///
/// # Errors
///
/// Fails if no session can be requested, or if the program cannot be run (exit code 126) or does not exist (127).
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    if args.command.is_empty() || !args.misplaced.is_empty() {
        return Err(Error::Usage(missing_dashes(args)));
    }
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let scope = args.scope.scope(context)?;
    let usable = if scope.first_flag().is_some() {
        unsaved(flag, scope, global, context)
    } else {
        usable_or_new(flag, Asking::Exec, global, context)
    };
    let usable = match usable? {
        ControlFlow::Continue(usable) => usable,
        ControlFlow::Break(code) => return Ok(code),
    };
    let mut environment = assignments::of_session(&usable.session_profile, &usable.session, usable.region.as_deref());
    environment.extend(CONTRADICTING.map(|name| (name, None)));
    match process::replace(&args.command, &environment).map_err(Error::Exec)? {}
}
