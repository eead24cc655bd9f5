//! Collects the outside world, calls the library, and turns its result into an exit code.

#[cfg(not(target_env = "musl"))]
use std::alloc::System as Allocator;
use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use awsmfa::cli::Cli;
use awsmfa::commands::messages::Messages;
use awsmfa::commands::{explain, help};
use awsmfa::context::Context;
use awsmfa::error::Error;
use awsmfa::exit_code;
use awsmfa::global::GlobalArgs;
use awsmfa::io;
use awsmfa::time::Clock;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
// musl's own asks the system for memory at every turn: a fifth of the time that `status` takes.
#[cfg(target_env = "musl")]
use dlmalloc::GlobalDlmalloc as Allocator;
use zeroizing_alloc::ZeroAlloc;

/// Wipes memory when it is given back: whatever part of the files, of STS's answer or of a buffer on the way it held.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Allocator> = ZeroAlloc(Allocator);

fn main() -> ExitCode {
    io::process::hide_memory();
    #[expect(clippy::disallowed_methods, reason = "this is main, which hands the arguments over")]
    let words: Vec<OsString> = std::env::args_os().collect();
    let cli = match parse(&words) {
        Ok(cli) => cli,
        Err(error) => return not_run(&error, &words),
    };
    let context = context();
    if cli.wants_debug(&context) {
        io::trace::enable();
    }
    let messages = Messages::new(&cli.global, &context);
    let result = awsmfa::run(&cli, &context);
    let refusal = result.as_ref().err().map(|error| (error.exit_code(), error.to_string()));
    let code = ended(result, messages);
    if let Some((exit_code::CONFIGURATION | exit_code::REFUSED, said)) = refusal {
        explain::after(&cli, &said, &context, messages);
    }
    code
}

/// Reads the command line. What clap knows of it is not freed: that would take a tenth of the time of `awsmfa status`.
fn parse(words: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = ManuallyDrop::new(Cli::command());
    let mut matches = command.try_get_matches_from_mut(words)?;
    Cli::from_arg_matches_mut(&mut matches).map(Cli::joined).map_err(|error| error.format(&mut command))
}

fn context() -> Context {
    Context { environment: io::variables_snapshot::capture(), clock: Clock::new(io::clock::now(), io::clock::zone) }
}

/// Prints what clap reports: what is wrong, the help, or the version.
fn not_run(error: &clap::Error, words: &[OsString]) -> ExitCode {
    // The version needs nothing of the environment, which takes as long to read as all the rest.
    if error.kind() == ErrorKind::DisplayVersion && io::terminal::print(&error.to_string()).is_ok() {
        return ExitCode::SUCCESS;
    }
    let context = context();
    let messages = Messages::new(&GlobalArgs::seen(words), &context);
    if error.use_stderr() {
        messages.usage(&error.to_string(), exit_code::USAGE);
        return exit_code::USAGE.into();
    }
    ended(help::print(error, messages), messages)
}

fn ended(result: Result<u8, Error>, messages: Messages) -> ExitCode {
    let code = result.unwrap_or_else(|error| {
        messages.error(&error);
        error.exit_code()
    });
    code.into()
}
