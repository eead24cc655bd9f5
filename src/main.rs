//! The program: reads arguments and environment, calls the library, and turns its result into an exit code.

#[cfg(not(target_env = "musl"))]
use std::alloc::System as Allocator;
use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use awsmfa::cli::Cli;
use awsmfa::commands::messages::Messages;
use awsmfa::commands::{explain, help, overview};
use awsmfa::context::Context;
use awsmfa::exit_code;
use awsmfa::global::GlobalArgs;
use awsmfa::io;
use awsmfa::render::usage_tip;
use awsmfa::time::Clock;
use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
// musl's own allocator makes so many system calls that they take a fifth of the run time of `status`.
#[cfg(target_env = "musl")]
use dlmalloc::GlobalDlmalloc as Allocator;
use zeroizing_alloc::ZeroAlloc;

/// The allocator, which wipes all memory when it is freed: it may have held keys from the files or sessions from STS.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Allocator> = ZeroAlloc(Allocator);

fn main() -> ExitCode {
    io::process::hide_memory();
    #[expect(clippy::disallowed_methods, reason = "only main reads the arguments")]
    let words: Vec<OsString> = std::env::args_os().collect();
    let cli = match parse(&words) {
        Ok(cli) => cli,
        Err(error) => return print_clap_error(&error, &words),
    };
    let context = context();
    if cli.wants_debug(&context) {
        io::trace::enable();
    }
    let error = match awsmfa::run(&cli, &context) {
        Ok(code) => return code.into(),
        Err(error) => error,
    };
    let messages = Messages::new(&cli.global, &context);
    messages.error(&error);
    if matches!(error.exit_code(), exit_code::CONFIGURATION | exit_code::REFUSED) {
        explain::after(&cli, &error.to_string(), &context, messages);
    }
    error.exit_code().into()
}

/// Parses the command line. Leaks clap's `Command`: freeing it would take a tenth of the run time of `awsmfa status`.
fn parse(words: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = ManuallyDrop::new(Cli::command());
    let mut matches = command.try_get_matches_from_mut(words)?;
    Cli::from_arg_matches_mut(&mut matches).map(Cli::with_all_globals).map_err(|error| error.format(&mut command))
}

fn context() -> Context {
    Context { environment: io::variables_snapshot::capture(), clock: Clock::new(io::clock::now(), io::clock::zone) }
}

/// Prints an error of clap about the command line; clap also returns the help and the version as errors.
fn print_clap_error(error: &clap::Error, words: &[OsString]) -> ExitCode {
    // The version does not depend on the environment, and reading the environment would double the run time.
    if error.kind() == ErrorKind::DisplayVersion && io::terminal::print(&error.to_string()).is_ok() {
        return ExitCode::SUCCESS;
    }
    let context = context();
    if let Some(global) = overview::requested(error, words) {
        return print_overview(&global, &context);
    }
    let messages = Messages::new(&GlobalArgs::output_options(words), &context);
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
    let laid_out = if is_help { help::laid_out(words) } else { None };
    let error = laid_out.as_ref().unwrap_or(error);
    if error.use_stderr() {
        let text = usage_tip::usage_error(&error.to_string(), unknown_word(error).as_deref());
        messages.usage(&text, exit_code::USAGE);
        return exit_code::USAGE.into();
    }
    let code = help::print(error, messages).unwrap_or_else(|error| {
        messages.error(&error);
        error.exit_code()
    });
    code.into()
}

/// Returns the word that clap does not know: a command or an argument.
fn unknown_word(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg];
    let is_unknown = [ErrorKind::InvalidSubcommand, ErrorKind::UnknownArgument].contains(&error.kind());
    kinds.into_iter().filter(|_| is_unknown).find_map(|kind| error.get(kind)).map(ToString::to_string)
}

/// Prints what `awsmfa` without a command prints on a terminal.
fn print_overview(global: &GlobalArgs, context: &Context) -> ExitCode {
    if global.wants_debug(context) {
        io::trace::enable();
    }
    let code = overview::run(global, context).unwrap_or_else(|error| {
        Messages::new(global, context).error(&error);
        error.exit_code()
    });
    code.into()
}
