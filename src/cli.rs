//! The command line: what can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{credential_process, env, exec, list, login, logout, setup, status};
use crate::context::Context;
use crate::profile::ProfileName;

/// Exchanges an MFA code for a temporary AWS session, and puts it where every AWS tool looks for it
///
/// The session is asked for with the long-term key of one profile, the source profile, and written to another one, the
/// session profile: the one to name in AWS_PROFILE. With a key and an mfa_serial in the default profile,
/// `awsmfa login` needs no set-up and fills the profile default-session.
#[derive(Debug, Parser)]
#[command(name = "awsmfa", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command, before or after its name.
#[derive(Args, Clone, Debug)]
pub struct GlobalArgs {
    /// The profile: source or session profile; else AWS_PROFILE, AWS_DEFAULT_PROFILE, `default`
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<ProfileName>,
    /// The shared config file [default: AWS_CONFIG_FILE or ~/.aws/config]
    #[arg(long, global = true, value_name = "PATH", help_heading = "Global options")]
    pub config_file: Option<PathBuf>,
    /// The shared credentials file [default: AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials]
    #[arg(long, global = true, value_name = "PATH", help_heading = "Global options")]
    pub credentials_file: Option<PathBuf>,
    /// How to print results
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", help_heading = "Global options")]
    pub output: OutputFormat,
    /// Say nothing but errors
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// When to colour messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub color: Color,
    /// Say what is read and decided, on standard error; no secret is shown
    #[arg(long, global = true, help_heading = "Global options")]
    pub debug: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// When messages are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "a comment here would take the place of the command's help, which stands at its Args")]
pub enum Command {
    Login(Box<login::Args>),
    Logout(logout::Args),
    Status(status::Args),
    List(list::Args),
    Env(env::Args),
    Exec(exec::Args),
    CredentialProcess(credential_process::Args),
    Setup(Box<setup::Args>),
}

impl Cli {
    /// Whether the profile is named twice: by `--profile` and by the command's own argument. clap does not see a flag
    /// before the command and an argument behind it as a conflict.
    pub fn names_profile_twice(&self) -> bool {
        let named = match &self.command {
            Command::Login(args) => args.names_profile(),
            Command::Logout(args) => args.names_profile(),
            Command::Status(args) => args.name.is_some(),
            Command::Env(args) => args.name.is_some(),
            Command::Exec(args) => args.name.is_some(),
            Command::CredentialProcess(args) => args.name.is_some(),
            Command::List(_) | Command::Setup(_) => false,
        };
        named && self.global.profile.is_some()
    }

    /// Whether to say what is read and decided: `--debug` anywhere, or `AWSMFA_LOG`.
    pub fn wants_debug(&self, context: &Context) -> bool {
        let after_dashes = matches!(&self.command, Command::Login(args) if args.wants_debug());
        self.global.debug || after_dashes || context.environment.get("AWSMFA_LOG").is_some_and(|level| level != "off")
    }
}
