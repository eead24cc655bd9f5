//! `awsmfa version`: prints the same text as `--version`.

use clap::CommandFactory;

use crate::cli::Cli;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;

/// Print the version
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the version.
///
/// # Errors
///
/// Fails if writing to standard output fails.
pub fn run() -> Result<u8, Error> {
    terminal::print(&Cli::command().render_long_version()).map_err(Error::Output)?;
    Ok(0)
}
