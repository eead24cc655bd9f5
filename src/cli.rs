//! The command line: global options and commands.

use std::mem;

use clap::{Parser, Subcommand};

use crate::commands::{
    complete, completions, credential_process, device, doctor, env, exec, help, import, init, key, list, login, logout,
    man, open_console, provide, setup, status, use_profile, version, whoami,
};
use crate::context::Context;
use crate::global::GlobalArgs;

/// Exchange an MFA code for a temporary AWS session and write it where every AWS tool looks for it
///
/// The long-term access key of one profile, the source profile, is used to request the session. The session is written
/// to another one, the session profile: set AWS_PROFILE to its name. With a key and an mfa_serial in the default
/// profile, `awsmfa login` needs no setup and writes to the profile default-session.
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
    /// Request a session, with an MFA code if one is needed, and write it to the session profile
    Login(Box<login::Args>),
    /// Remove what login wrote, and nothing else
    Logout(logout::Args),
    /// Write a session to a profile, from the JSON that another program prints
    Import(import::Args),
    /// Show how long the session is still valid; exit with 0 only if it is valid
    Status(status::Args),
    /// List every profile: kind, source, session and its state, time left, account, MFA device
    List(list::Args),
    /// Select the profile that AWS tools use in this shell; log in first if needed
    Use(use_profile::Args),
    /// Print the session as commands that set variables, for `eval "$(awsmfa env)"`
    Env(env::Args),
    /// Run a program with the session in its environment; log in first if needed
    Exec(exec::Args),
    /// Print the session as the JSON that AWS tools expect from a `credential_process`
    CredentialProcess(credential_process::Args),
    /// Print a URL that signs in to the AWS web console with the session of a role, or open it
    Console(Box<open_console::Args>),
    /// Look up the owner of a session with AWS: the ARN, the account and its alias
    Whoami(whoami::Args),
    /// Connect a session profile to a long-term access key and an MFA device
    Setup(Box<setup::Args>),
    /// Rotate the long-term access key of a profile, or move it to the keyring
    Key(key::Args),
    /// Add, list, synchronize or remove the MFA devices of a user
    Device(device::Args),
    /// Find what keeps AWS tools from using a session, and how to fix it; exit with 1 if anything is wrong
    Doctor(doctor::Args),
    /// Print a script for the startup file of a shell: completions, and the function that lets `use` select a profile
    Init(init::Args),
    /// Print a shell script that completes commands, flags and profiles
    Completions(completions::Args),
    /// Print the manual page, or write the pages of all commands to a folder
    Man(man::Args),
    /// Print the help of awsmfa or of a command, like --help
    Help(help::Args),
    /// Print the version, like --version
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

    /// Returns whether to print debug messages: `--debug` is given, before or after `--`, or `AWSMFA_LOG` is set to
    /// anything but `off`.
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
