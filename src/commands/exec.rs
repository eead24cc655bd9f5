//! `awsmfa exec`: a program with the session in its environment.

use std::ffi::OsString;

use crate::commands::login::{self, Asking};
use crate::commands::messages::Messages;
use crate::commands::stored_session::usable;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::process;
use crate::profile::ProfileName;
use crate::render::shell;
use crate::render::text::{escape, shell_word};

/// Variables that would lead an AWS client to other credentials than the session's.
const CONTRADICTING: [&str; 9] = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CREDENTIAL_FILE",
    // Not credentials, but nobody else's business.
    "AWSMFA_TOKEN_CODE",
    "AWSMFA_SECRET_ACCESS_KEY",
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
    /// Words of a program that `--` is missing before.
    #[arg(hide = true, allow_hyphen_values = true)]
    misplaced: Vec<OsString>,
    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    command: Vec<OsString>,
    /// The global options behind the command's name, until [`crate::cli::Cli::joined`] has taken them.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// The command line with `--` where it belongs: awsmfa does not guess which word is a profile, lest a program runs with the
/// session of another one.
fn where_dashes_belong(args: &Args) -> String {
    let first = args.name.iter().map(ToString::to_string);
    let words = first.chain(args.misplaced.iter().map(|word| word.to_string_lossy().into_owned()));
    let words: Vec<String> = words.map(|word| shell_word(&escape(&word))).collect();
    match words.split_first() {
        Some((first, [])) if args.command.is_empty() => {
            format!("there is no program to run: awsmfa exec {first} -- <program>, or awsmfa exec -- {first}")
        }
        Some((first, rest)) if !rest.is_empty() => format!(
            "`--` belongs before the program: awsmfa exec -- {}, or, if {first} is the profile, awsmfa exec {first} -- {}",
            words.join(" "),
            rest.join(" ")
        ),
        _ => "there is no program to run: awsmfa exec [PROFILE] -- <program>".to_owned(),
    }
}

/// Runs the program in the place of this one.
///
/// # Errors
///
/// Fails if there is no session and none can be got, or if the program cannot be run (126, or 127 if it is not there).
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    if args.command.is_empty() || !args.misplaced.is_empty() {
        return Err(Error::Usage(where_dashes_belong(args)));
    }
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let in_file = usable(flag, global, context);
    if !in_file.as_ref().is_ok_and(|usable| usable.is_lasting) {
        let messages = Messages::new(global, context);
        let code = match login::ensure(flag, Asking::Exec, global, context) {
            Ok(goals) => goals.report_failures(messages),
            Err(error) if in_file.is_err() => return Err(error),
            Err(error) => {
                messages.error(&error);
                error.exit_code()
            }
        };
        match &in_file {
            Err(_) if code != 0 => return Ok(code),
            Ok(usable) if code != 0 => {
                let name = &usable.session_profile;
                messages.warning(&format!("the session of '{name}' was not renewed, and is used until it expires"));
            }
            _ => {}
        }
    }
    let usable = usable(flag, global, context)?;
    let mut environment = shell::assignments(&usable.session, usable.region.as_deref());
    environment.extend(CONTRADICTING.map(|name| (name, None)));
    process::replace(&args.command, &environment).map_err(Error::Exec)
}
