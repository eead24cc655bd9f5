//! `awsmfa credential-process`: prints the session for AWS tools that run a `credential_process`.

use std::ops::ControlFlow;

use crate::commands::login::Asking;
use crate::commands::stored_session::usable_or_new;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;
use crate::profile::ProfileName;
use crate::render::json;

/// Print the session as JSON, for `credential_process`
///
/// For a line such as `credential_process = awsmfa credential-process work` in another profile. A session that is about
/// to expire is renewed if that needs no MFA code, as for a role that is assumed with a valid session. awsmfa prompts
/// for a code only with --prompt.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session to use, of any kind
    ///
    /// The same as --profile.
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
/// Fails if there is no session and none can be requested with the prompts that are allowed.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let asking = if args.prompt { Asking::Prompt } else { Asking::Nothing };
    let session = match usable_or_new(flag, asking, global, context)? {
        ControlFlow::Continue(usable) => usable.session,
        ControlFlow::Break(code) => return Ok(code),
    };
    terminal::print(&format!("{}\n", json::credential_process(&session))).map_err(Error::Output)?;
    Ok(0)
}
