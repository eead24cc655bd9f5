//! `awsmfa credential-process`: prints the session for AWS tools that run a `credential_process`.

use crate::commands::login::{self, Asking};
use crate::commands::messages::Messages;
use crate::commands::stored_session::usable;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;
use crate::profile::ProfileName;
use crate::render::json;

/// Print the session as the JSON that AWS tools expect from a `credential_process`
///
/// For a line such as `credential_process = awsmfa credential-process work` in another profile. A session that is about
/// to expire is renewed if that needs no MFA code, as for a role that is assumed with a valid session. awsmfa prompts
/// for a code only with --prompt.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session to use, of any kind; the same as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Prompt for an MFA code on the terminal if one is needed
    #[arg(long)]
    prompt: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the session.
///
/// # Errors
///
/// Fails if there is no session and none can be requested without a prompt.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let in_file = usable(flag, global, context);
    if !in_file.as_ref().is_ok_and(|usable| usable.is_lasting) {
        // The AWS tool shows standard error when something fails: the usual notes would hide the cause.
        let quiet = GlobalArgs { quiet: true, ..global.clone() };
        let asking = if args.prompt { Asking::Prompt } else { Asking::Nothing };
        match login::ensure(flag, asking, &quiet, context) {
            // A session that could not be renewed may still be valid for a while.
            _ if in_file.is_ok() => {}
            Ok(goals) => match goals.report_failures(Messages::new(global, context)) {
                0 => {}
                code => return Ok(code),
            },
            Err(error) => return Err(error),
        }
    }
    let session = usable(flag, global, context)?.session;
    terminal::print(&format!("{}\n", json::credential_process(&session))).map_err(Error::Output)?;
    Ok(0)
}
