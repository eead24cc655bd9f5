//! `awsmfa device`: the life of the MFA devices of a user.

mod code_pair;
mod device_owner;
mod enrol;
mod half_made;
mod list_devices;
mod remove;
mod resync;

use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::ProfileName;

/// Add, list, resynchronize or remove MFA devices
///
/// The devices are those of the IAM user of a profile. awsmfa can add a virtual device for an authenticator app.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
#[command(defer = true)]
enum Command {
    /// Create and enable a virtual MFA device
    #[command(alias = "enroll")]
    Enrol(enrol::Args),
    /// List the MFA devices of a user
    List(list_devices::Args),
    /// Resynchronize a device if AWS no longer accepts its codes
    Resync(resync::Args),
    /// Deactivate an MFA device, and delete a virtual one
    Remove(remove::Args),
}

impl Args {
    pub(crate) fn global_mut(&mut self) -> &mut GlobalArgs {
        match &mut self.command {
            Command::Enrol(args) => &mut args.global,
            Command::List(args) => &mut args.global,
            Command::Resync(args) => &mut args.global,
            Command::Remove(args) => &mut args.global,
        }
    }

    pub(crate) fn profile(&self) -> Option<&ProfileName> {
        match &self.command {
            Command::Enrol(args) => args.name_of_profile.as_ref(),
            Command::List(args) => args.name.as_ref(),
            Command::Resync(args) => args.name.as_ref(),
            Command::Remove(args) => args.name_of_profile.as_ref(),
        }
    }
}

/// Creates a device with the name of the user for a profile, as `device enrol` does. Returns the exit code.
pub(super) fn enrol(profile: &ProfileName, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    enrol::run(&enrol::Args::first_of(profile, global), global, context)
}

/// Runs the command.
///
/// # Errors
///
/// Fails if AWS refuses, or if a file cannot be written.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    match &args.command {
        Command::Enrol(args) => enrol::run(args, global, context),
        Command::List(args) => list_devices::run(args, global, context),
        Command::Resync(args) => resync::run(args, global, context),
        Command::Remove(args) => remove::run(args, global, context),
    }
}
