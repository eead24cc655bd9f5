//! `awsmfa key`: the life of the long-term access key.

mod rotate;
mod rotation_record;

use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::ProfileName;

/// Replace the long-term access key of a profile
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Create a new access key, write it in place of the old one, and deactivate the old one
    Rotate(rotate::Args),
}

impl Args {
    pub(crate) fn global_mut(&mut self) -> &mut GlobalArgs {
        match &mut self.command {
            Command::Rotate(args) => &mut args.global,
        }
    }

    pub(crate) fn profile(&self) -> Option<&ProfileName> {
        match &self.command {
            Command::Rotate(args) => args.name.as_ref(),
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// Fails if the key cannot be changed.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    match &args.command {
        Command::Rotate(args) => rotate::run(args, global, context),
    }
}
