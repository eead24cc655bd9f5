//! Collects the outside world, calls the library, and turns its result into an exit code.

#[cfg(not(target_env = "musl"))]
use std::alloc::System as Allocator;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use awsmfa::cli::Cli;
use awsmfa::commands::Messages;
use awsmfa::context::Context;
use awsmfa::io;
use awsmfa::render::text::{escape, without_codes};
use awsmfa::time::Clock;
use clap::{CommandFactory, FromArgMatches};
// musl's own asks the system for memory at every turn: a fifth of the time that `status` takes.
#[cfg(target_env = "musl")]
use dlmalloc::GlobalDlmalloc as Allocator;
use zeroizing_alloc::ZeroAlloc;

/// Wipes memory when it is given back: whatever part of the files, of STS's answer or of a buffer on the way it held.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Allocator> = ZeroAlloc(Allocator);

/// clap's own exit code for a wrong command line is 2; the AWS CLI's is 252.
const USAGE: u8 = 252;

fn main() -> ExitCode {
    io::process::hide_memory();
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => {
            return if error.use_stderr() {
                let text: Vec<String> = error.to_string().lines().map(escape).collect();
                io::terminal::message(&without_codes(&text.join("\n")));
                USAGE.into()
            } else {
                // Help and version; nobody is left to tell if they cannot be printed.
                let _ = error.print();
                ExitCode::SUCCESS
            };
        }
    };
    let context =
        Context { environment: io::environment::capture(), clock: Clock::new(io::clock::now(), io::clock::zone) };
    if cli.wants_debug(&context) {
        io::trace::enable();
    }
    match awsmfa::run(&cli, &context) {
        Ok(code) => code.into(),
        Err(error) => {
            Messages::new(&cli.global, &context).error(&error);
            error.exit_code().into()
        }
    }
}

/// Reads the command line. What clap knows of it is not freed: that would take a tenth of the time of `awsmfa status`.
#[expect(clippy::disallowed_methods, reason = "this is main, which hands the arguments over")]
fn parse() -> Result<Cli, clap::Error> {
    let mut command = ManuallyDrop::new(Cli::command());
    let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Cli::from_arg_matches_mut(&mut matches).map(Cli::joined).map_err(|error| error.format(&mut command))
}
