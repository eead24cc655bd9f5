//! The command line: what can be typed.

use std::mem;

use clap::{Parser, Subcommand};

use crate::commands::{
    complete, completions, credential_process, doctor, env, exec, help, list, login, logout, man, setup, status,
    version,
};
use crate::context::Context;
use crate::global::GlobalArgs;

/// Exchanges an MFA code for a temporary AWS session, and puts it where every AWS tool looks for it
///
/// The session is asked for with the long-term key of one profile, the source profile, and written to another one, the
/// session profile: the one to name in AWS_PROFILE. With a key and an mfa_serial in the default profile,
/// `awsmfa login` needs no set-up and fills the profile default-session.
#[derive(Debug, Parser)]
#[command(name = "awsmfa", version, long_version = env!("AWSMFA_LONG_VERSION"), max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command; what stands behind its name is there once it is [`joined`](Cli::joined).
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, with the line that lists them. Their whole help stands at their arguments, which are built once chosen.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Exchange a token code for a session and write it to the session profile
    Login(Box<login::Args>),
    /// Remove what login wrote, and nothing else
    Logout(logout::Args),
    /// Say how long the session is still valid; exit 0 only if it is
    Status(status::Args),
    /// List every profile: kind, source, MFA device, state of its session, time left
    List(list::Args),
    /// Print the session as commands that set variables, for `eval "$(awsmfa env)"`
    Env(env::Args),
    /// Run a program with the session in its environment; log in first if needed
    Exec(exec::Args),
    /// Print the session as the JSON that AWS tools expect of a `credential_process`
    CredentialProcess(credential_process::Args),
    /// Connect a session profile to the access key that pays for it
    Setup(Box<setup::Args>),
    /// Find what keeps AWS tools from a session, and say what mends it; exit 1 if anything is wrong
    Doctor(doctor::Args),
    /// Print a script that makes a shell complete commands, flags and profiles
    Completions(completions::Args),
    /// Print the manual page, or write that of each command to a folder
    Man(man::Args),
    /// Print the help of awsmfa or of a command, as --help does
    Help(help::Args),
    /// Print the version, as --version does
    Version(version::Args),
    /// Say what can stand at the cursor; for the scripts of `completions`
    #[command(hide = true)]
    Complete(complete::Args),
}

impl Command {
    fn global_mut(&mut self) -> &mut GlobalArgs {
        match self {
            Self::Login(args) => &mut args.global,
            Self::Logout(args) => &mut args.global,
            Self::Status(args) => &mut args.global,
            Self::List(args) => &mut args.global,
            Self::Env(args) => &mut args.global,
            Self::Exec(args) => &mut args.global,
            Self::CredentialProcess(args) => &mut args.global,
            Self::Setup(args) => &mut args.global,
            Self::Doctor(args) => &mut args.global,
            Self::Completions(args) => &mut args.global,
            Self::Man(args) => &mut args.global,
            Self::Help(args) => &mut args.global,
            Self::Version(args) => &mut args.global,
            Self::Complete(args) => &mut args.global,
        }
    }
}

impl Cli {
    /// Takes the global options behind the command's name to those before it.
    #[must_use]
    pub fn joined(mut self) -> Self {
        let behind = mem::take(self.command.global_mut());
        Self { global: self.global.joined(behind), ..self }
    }

    /// Returns whether the profile is named twice: by `--profile` and by the command's own argument. clap does not see a flag
    /// before the command and an argument behind it as a conflict.
    pub fn names_profile_twice(&self) -> bool {
        let named = match &self.command {
            Command::Login(args) => args.names_profile(),
            Command::Logout(args) => args.names_profile(),
            Command::Status(args) => args.name.is_some(),
            Command::Env(args) => args.name.is_some(),
            Command::Exec(args) => args.name.is_some(),
            Command::CredentialProcess(args) => args.name.is_some(),
            Command::List(_)
            | Command::Setup(_)
            | Command::Doctor(_)
            | Command::Completions(_)
            | Command::Help(_)
            | Command::Version(_)
            | Command::Complete(_)
            | Command::Man(_) => false,
        };
        named && self.global.profile.is_some()
    }

    /// Returns whether to say what is read and decided: `--debug` anywhere, or `AWSMFA_LOG`.
    pub fn wants_debug(&self, context: &Context) -> bool {
        let after_dashes = matches!(&self.command, Command::Login(args) if args.wants_debug());
        self.global.debug || after_dashes || context.environment.get("AWSMFA_LOG").is_some_and(|level| level != "off")
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_command_is_listed_with_the_first_line_of_its_help() {
        let listed = Cli::command();
        let mut built = Cli::command();
        built.build();
        for (listed, built) in listed.get_subcommands().zip(built.get_subcommands()) {
            assert_eq!(listed.get_about().map(ToString::to_string), built.get_about().map(ToString::to_string));
        }
    }
}
