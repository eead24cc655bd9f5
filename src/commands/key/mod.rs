//! `awsmfa key`: the life of the long-term access key.

mod delete_key;
mod edit_files;
mod held_key;
mod key_lock;
mod restore;
mod rotate;
mod rotation_record;
mod store;

pub(super) use rotation_record::recorded;
pub(super) use store::move_to_keyring;

use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::ProfileName;

/// Rotate an access key, or move it to the keyring
///
/// The key is the long-term access key of a profile. At every moment, a working key is in the file or in the keyring.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
#[command(defer = true)]
enum Command {
    /// Replace the access key of a profile with a new one
    Rotate(rotate::Args),
    /// Move the access key of a profile to the keyring
    Store(store::Args),
    /// Move the access key of a profile back to the file
    Restore(restore::Args),
}

impl Args {
    pub(crate) fn global_mut(&mut self) -> &mut GlobalArgs {
        match &mut self.command {
            Command::Rotate(args) => &mut args.global,
            Command::Store(args) => &mut args.global,
            Command::Restore(args) => &mut args.global,
        }
    }

    pub(crate) fn profile(&self) -> Option<&ProfileName> {
        match &self.command {
            Command::Rotate(args) => args.name.as_ref(),
            Command::Store(args) => args.name.as_ref(),
            Command::Restore(args) => args.name.as_ref(),
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
        Command::Store(args) => store::run(args, global, context),
        Command::Restore(args) => restore::run(args, global, context),
    }
}
