//! Collects the outside world, calls the library, and turns its result into an exit code.

use std::process::ExitCode;

use awsmfa::cli::Cli;
use awsmfa::commands::Messages;
use awsmfa::context::Context;
use awsmfa::io;
use awsmfa::render::text::without_codes;
use clap::Parser;

/// clap's own exit code for a wrong command line is 2; the AWS CLI's is 252.
const USAGE: u8 = 252;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            return if error.use_stderr() {
                io::terminal::message(&without_codes(&error.to_string()));
                USAGE.into()
            } else {
                // Help and version; nobody is left to tell if they cannot be printed.
                let _ = error.print();
                ExitCode::SUCCESS
            };
        }
    };
    let context = Context { environment: io::environment::capture(), now: io::clock::now() };
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
