//! `awsmfa help`: prints the same text as `--help`.

use std::ffi::OsString;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;
use crate::manual;
use crate::render::text::without_codes;

/// Print the help of awsmfa or of a command
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command, such as login or key rotate
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the help.
///
/// # Errors
///
/// Fails if there is no such command, or if writing to standard output fails.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let words = ["awsmfa"].into_iter().chain(args.command.iter().map(String::as_str)).chain(["--help"]);
    let words: Vec<OsString> = words.map(OsString::from).collect();
    match laid_out(&words) {
        Some(help) if !help.use_stderr() => print(&help, messages),
        _ => {
            let command = without_codes(&args.command.join(" "));
            Err(Error::Usage(format!("awsmfa has no command '{command}': awsmfa help lists them")))
        }
    }
}

/// Returns the error that clap has for a command line, which contains the help if the line asks for it. The layout of the
/// help takes too long for a command that prints none.
pub fn laid_out(words: &[OsString]) -> Option<clap::Error> {
    let mut program = Cli::command();
    program.build();
    manual::lay_out(program).try_get_matches_from(words).err()
}

/// Prints the help or the version, which clap returns as an error.
///
/// # Errors
///
/// Fails if writing to standard output fails.
pub fn print(text: &clap::Error, messages: Messages) -> Result<u8, Error> {
    let styled = text.render();
    let text = if messages.colors_results() { styled.ansi().to_string() } else { styled.to_string() };
    terminal::print(&text).map_err(Error::Output)?;
    Ok(0)
}
