//! awsmfa: a credentials-file editor that turns an MFA code into a temporary AWS session, and puts that session where
//! every AWS tool looks for it, touching nothing else.
//!
//! # The map
//!
//! Everything at the root is pure: bytes and values in, values out. [`io`] is the only place that touches the operating
//! system, the network, the clock or the terminal; `.clippy.toml` makes that a build error. [`commands`] has a file for
//! each subcommand, which joins both.
//!
//! ```text
//! argv -> cli -> commands::login::run
//!    read      both files                                   io::files      -> document::Document x 2
//!    decide    request + documents + environment            resolve        -> LoginPlan: goals and steps
//!    rehearse  the edits with placeholders, the folder      commands::execute, document, io::files
//!    act       token codes, sessions                        io::token_source, io::sts
//!    keep      each session in a recovery file              io::recovery
//!    commit    lock, read again, edit, verify, rename       document, io::files
//!    report    a line for a person, warnings                render, check
//! ```
//!
//! If STS refuses, `commands::login::request_session` gathers what is known and [`diagnosis`] finds the cause; [`error`] has the hints.
//!
//! `setup` and `doctor --fix` edit both files in memory ([`setup`]), show the change, and write it in the same way. What is
//! wrong with the files is decided in [`check`].
//!
//! [`completion`] says what can stand at the cursor of a line that is being typed, and [`manual`] writes the manual, both by
//! what clap knows of the command line.
//!
//! A plan is a list of steps, calls to STS that refer to each other: the session of one pays for the next. One profile is
//! a plan of one step.
//!
//! # Adding things
//!
//! A subcommand: a file in `commands/`, a variant in [`cli`], an arm in [`run`], an example in `manual/text.rs`. A source of
//! token codes: a file with one function in `io/token_source/`, and a line in the one place that chooses. An output format: a
//! file in `render/`. A finding of `doctor`: a row in the table of `check::kind`, a few lines in the file of its topic, a folder in `fixtures/doctor/`.

mod awsmfa_command;
pub mod bytes;
pub mod check;
pub mod cli;
pub mod commands;
pub mod completion;
pub mod context;
pub mod credential_process_output;
pub mod diagnosis;
pub mod document;
pub mod endpoint;
pub mod environment;
pub mod error;
pub mod escape;
pub mod exit_code;
pub mod global;
pub mod io;
pub mod kept_session;
pub mod limits;
pub mod manual;
pub mod profile;
pub mod proxy;
pub mod render;
pub mod resolve;
pub mod role;
pub mod secret;
pub mod session;
pub mod setup;
pub mod time;
pub mod token_code;
pub mod typed;
pub mod used_codes;
pub mod value;

use cli::{Cli, Command};
use context::Context;
use error::Error;
use io::clock::Stopwatch;

/// Runs a command and returns its exit code.
///
/// # Errors
///
/// Fails as the command does; [`Error::exit_code`] says with which code the process ends then.
pub fn run(cli: &Cli, context: &Context) -> Result<u8, Error> {
    if cli.names_profile_twice() {
        return Err(Error::Usage("--profile and the command's own argument both name a profile".to_owned()));
    }
    if cli.global.no_input || context.environment.get("AWSMFA_NO_INPUT").is_some() {
        io::terminal::ask_nothing();
    }
    let watch = Stopwatch::start();
    let code = match &cli.command {
        Command::Login(args) => commands::login::run(args, &cli.global, context),
        Command::Logout(args) => commands::logout::run(args, &cli.global, context),
        Command::Status(args) => commands::status::run(args, &cli.global, context),
        Command::List(args) => commands::list::run(args, &cli.global, context),
        Command::Env(args) => commands::env::run(args, &cli.global, context),
        Command::Exec(args) => commands::exec::run(args, &cli.global, context),
        Command::CredentialProcess(args) => commands::credential_process::run(args, &cli.global, context),
        Command::Setup(args) => commands::setup::run(args, &cli.global, context),
        Command::Completions(args) => commands::completions::run(args),
        Command::Man(args) => commands::man::run(args, &cli.global, context),
        Command::Help(args) => commands::help::run(args, &cli.global, context),
        Command::Version(_) => commands::version::run(),
        Command::Complete(args) => commands::complete::run(args, &cli.global, context),
        Command::Doctor(args) => commands::doctor::run(args, &cli.global, context),
    };
    let shown = code.as_ref().map_or_else(Error::exit_code, |code| *code);
    tracing::info!(exit_code = shown, took_ms = watch.ms(), "done");
    code
}
