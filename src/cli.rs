//! The command line: global options and commands.

use std::mem;

use clap::{Parser, Subcommand};

use crate::commands::{
    complete, completions, credential_process, device, doctor, env, exec, help, import, init, key, list, login, logout,
    man, open_console, provide, setup, status, use_profile, version, whoami,
};
use crate::context::Context;
use crate::global::GlobalArgs;

/// Exchange an MFA code for an AWS session that every AWS tool finds
///
/// The long-term access key of one profile, the source profile, is used to request the session. The session is written
/// to another one, the session profile: set AWS_PROFILE to its name. With a key and an mfa_serial in the default
/// profile, `awsmfa login` needs no setup and writes to the profile default-session.
///
/// On a terminal, awsmfa without a command shows the selected profile, the state of its session, and the next command.
#[derive(Debug, Parser)]
#[command(name = "awsmfa", version, long_version = env!("AWSMFA_LONG_VERSION"), max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// The global options before the command's name, until [`Cli::with_all_globals`] adds those after it.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command and its own arguments.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, with the line that lists them. The rest of their help is in their `Args`, built only when needed.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Request a session and write it to the session profile
    Login(Box<login::Args>),
    /// Remove what login wrote, and nothing else
    Logout(logout::Args),
    /// Import a session from the output of another program
    Import(import::Args),
    /// Show how long the session remains valid
    Status(status::Args),
    /// List all profiles, with their sessions and MFA devices
    List(list::Args),
    /// Select the profile that AWS tools use in this shell
    Use(use_profile::Args),
    /// Print the session as commands that set variables
    Env(env::Args),
    /// Run a program with the session in its environment
    Exec(exec::Args),
    /// Print the session as JSON, for `credential_process`
    CredentialProcess(credential_process::Args),
    /// Print a sign-in URL for the AWS web console, or open it
    Console(Box<open_console::Args>),
    /// Ask AWS for the owner of the session
    Whoami(whoami::Args),
    /// Connect a session profile to a key and an MFA device
    Setup(Box<setup::Args>),
    /// Rotate an access key, or move it to the keyring
    Key(key::Args),
    /// Add, list, resynchronize or remove MFA devices
    Device(device::Args),
    /// Find and fix what keeps AWS tools from using a session
    Doctor(doctor::Args),
    /// Print a shell's startup script: completions and `use`
    Init(init::Args),
    /// Print a shell script that completes commands and profiles
    Completions(completions::Args),
    /// Print the manual page, or write all pages to a folder
    Man(man::Args),
    /// Print the help of awsmfa or of a command
    Help(help::Args),
    /// Print the version
    Version(version::Args),
    /// Print what can be typed at the cursor; for the scripts of `completions`
    #[command(hide = true)]
    Complete(complete::Args),
    /// Print the credentials that the AWS SDK gets for a profile; for awsmfa itself
    #[command(hide = true)]
    Provide(provide::Args),
}

impl Command {
    fn global_mut(&mut self) -> &mut GlobalArgs {
        match self {
            Self::Login(args) => &mut args.global,
            Self::Logout(args) => &mut args.global,
            Self::Import(args) => &mut args.global,
            Self::Status(args) => &mut args.global,
            Self::List(args) => &mut args.global,
            Self::Use(args) => &mut args.global,
            Self::Env(args) => &mut args.global,
            Self::Exec(args) => &mut args.global,
            Self::CredentialProcess(args) => &mut args.global,
            Self::Console(args) => &mut args.global,
            Self::Whoami(args) => &mut args.global,
            Self::Setup(args) => &mut args.global,
            Self::Key(args) => args.global_mut(),
            Self::Device(args) => args.global_mut(),
            Self::Doctor(args) => &mut args.global,
            Self::Init(args) => &mut args.global,
            Self::Completions(args) => &mut args.global,
            Self::Man(args) => &mut args.global,
            Self::Help(args) => &mut args.global,
            Self::Version(args) => &mut args.global,
            Self::Complete(args) => &mut args.global,
            Self::Provide(args) => &mut args.global,
        }
    }
}

impl Cli {
    /// Merges the global options after the command's name into those before it.
    #[must_use]
    pub fn with_all_globals(mut self) -> Self {
        let after = mem::take(self.command.global_mut());
        Self { global: self.global.overridden_by(after), ..self }
    }

    /// Returns whether both `--profile` and the command's own argument name a profile. clap does not detect a conflict
    /// between a flag before the command and an argument after it.
    pub fn names_profile_twice(&self) -> bool {
        let named = match &self.command {
            Command::Login(args) => args.names_profile(),
            Command::Logout(args) => args.names_profile(),
            Command::Import(args) => args.name.is_some(),
            Command::Status(args) => args.name.is_some(),
            Command::Use(args) => args.name.is_some(),
            Command::Env(args) => args.name.is_some(),
            Command::Exec(args) => args.name.is_some(),
            Command::CredentialProcess(args) => args.name.is_some(),
            Command::Console(args) => args.name.is_some(),
            Command::Whoami(args) => args.name.is_some(),
            Command::Key(args) => args.profile().is_some(),
            Command::Device(args) => args.profile().is_some(),
            Command::List(_)
            | Command::Setup(_)
            | Command::Doctor(_)
            | Command::Init(_)
            | Command::Completions(_)
            | Command::Help(_)
            | Command::Version(_)
            | Command::Complete(_)
            | Command::Provide(_)
            | Command::Man(_) => false,
        };
        named && self.global.profile.is_some()
    }

    /// Returns whether to print debug messages, also because of `--debug` after `--`.
    pub fn wants_debug(&self, context: &Context) -> bool {
        let after_dashes = matches!(&self.command, Command::Login(args) if args.wants_debug());
        after_dashes || self.global.wants_debug(context)
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
