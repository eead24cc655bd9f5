//! awsmfa: a credentials-file editor that exchanges an MFA code for a temporary AWS session, writes that session to the
//! profile where every AWS tool looks for it, and changes nothing else.
//!
//! The library has no stable API. It is public only for the program, the tests, the benches and the fuzz targets, and
//! any version may change it.
//!
//! `docs/architecture.md` describes the terms, the layers, the rules for both files, and how to add things;
//! `docs/CONTRIBUTING.md` explains how to build, test and release.
//!
//! # The map
//!
//! [`io`] is the only module that calls the operating system, the network, the clock or the terminal; `.clippy.toml`
//! makes `cargo clippy` reject a direct call anywhere else. [`commands`] has a file or a folder for each command and
//! calls both `io` and the pure modules. [`error`] defines every error and its hint. All other modules are pure: they
//! take bytes and values and return them.
//!
//! ```text
//! argv -> cli -> commands::login::run
//!    read      both files                                   io::files      -> document::Document x 2
//!    decide    request + documents + environment            resolve        -> LoginPlan: profiles and steps
//!    rehearse  the edits with placeholders, the disk        document, io::files
//!    act       MFA codes, sessions                          io::token_source, io::sts
//!    keep      each session in a recovery file              io::recovery
//!    commit    lock, read again, edit, verify, rename       document, io::files
//!    report    a line for each session, findings            render, check
//! ```
//!
//! A step of a plan is a call to STS, or the copy of a session to a second profile. A call is signed with a long-term
//! access key, with a session in the credentials file, or with the session of another step. A login to one profile is
//! usually a plan of one step.
//!
//! If STS refuses, [`diagnosis`] finds the cause. [`check`] finds what is wrong with the files, for `login` and
//! `doctor`. [`setup`] makes the edits of `setup` and `doctor --fix` in memory; both commands show and write the change
//! in the same way. [`completion`] finds the words that can be typed at the cursor, and [`manual`] renders the manual
//! pages; both use clap's definition of the command line.

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
pub mod endpoint_url;
pub mod environment;
pub mod error;
pub mod escape;
pub mod exit_code;
pub mod global;
pub mod io;
pub mod key_ages;
pub mod key_error;
pub mod key_in_files;
pub mod key_rotation;

pub mod limits;
pub mod manual;
pub mod mfa_device;
pub mod palette;
pub mod platform;
pub mod profile;
pub mod provided_credentials;
pub mod proxy;
pub mod recovery_file;
pub mod region_names;
pub mod render;
pub mod resolve;
pub mod role;
pub mod secret;
pub mod session;
pub mod session_input;
pub mod session_scope;
pub mod session_state;
pub mod setup;
pub mod shell_function;
pub mod text_width;
pub mod time;
pub mod token_code;
pub mod typed;
pub mod used_codes;
pub mod value;
pub mod web_console;

use cli::{Cli, Command};
use context::Context;
use error::Error;
use io::clock::Stopwatch;

/// Runs a command and returns its exit code.
///
/// # Errors
///
/// Fails if `--profile` and the command's own argument both name a profile, or if the command fails.
/// [`Error::exit_code`] returns the exit code for the error.
pub fn run(cli: &Cli, context: &Context) -> Result<u8, Error> {
    if cli.names_profile_twice() {
        return Err(Error::Usage(
            "--profile and the command's own argument both name a profile: leave one out".to_owned(),
        ));
    }
    if cli.global.no_input || context.environment.get("AWSMFA_NO_INPUT").is_some() {
        io::terminal::ask_nothing();
    }
    let watch = Stopwatch::start();
    let code = match &cli.command {
        Command::Login(args) => commands::login::run(args, &cli.global, context),
        Command::Logout(args) => commands::logout::run(args, &cli.global, context),
        Command::Import(args) => commands::import::run(args, &cli.global, context),
        Command::Status(args) => commands::status::run(args, &cli.global, context),
        Command::List(args) => commands::list::run(args, &cli.global, context),
        Command::Use(args) => commands::use_profile::run(args, &cli.global, context),
        Command::Env(args) => commands::env::run(args, &cli.global, context),
        Command::Exec(args) => commands::exec::run(args, &cli.global, context),
        Command::CredentialProcess(args) => commands::credential_process::run(args, &cli.global, context),
        Command::Console(args) => commands::open_console::run(args, &cli.global, context),
        Command::Whoami(args) => commands::whoami::run(args, &cli.global, context),
        Command::Setup(args) => commands::setup::run(args, &cli.global, context),
        Command::Key(args) => commands::key::run(args, &cli.global, context),
        Command::Device(args) => commands::device::run(args, &cli.global, context),
        Command::Init(args) => commands::init::run(args),
        Command::Completions(args) => commands::completions::run(args),
        Command::Man(args) => commands::man::run(args, &cli.global, context),
        Command::Help(args) => commands::help::run(args, &cli.global, context),
        Command::Version(_) => commands::version::run(),
        Command::Provide(args) => commands::provide::run(args, context),
        Command::Complete(args) => commands::complete::run(args, &cli.global, context),
        Command::Doctor(args) => commands::doctor::run(args, &cli.global, context),
    };
    let shown = code.as_ref().map_or_else(Error::exit_code, |code| *code);
    tracing::info!(exit_code = shown, took_ms = watch.ms(), "done");
    code
}
