//! `awsmfa man`: prints the manual page, or writes the pages of all commands.

use std::path::PathBuf;

use clap::{CommandFactory, ValueHint};

use crate::cli::Cli;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{man_pages, terminal};
use crate::manual;

/// Print the manual page, or write all pages to a folder
///
/// Pages are roff, for man(1). Without --dir, the page of awsmfa itself is printed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write all pages to
    ///
    /// Such as ~/.local/share/man/man1; created if it does not exist.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the page, or writes all of them.
///
/// # Errors
///
/// Fails if a page cannot be printed or written; the pages before it are not removed.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let mut program = Cli::command();
    program.build();
    let pages = manual::pages(&program);
    let Some(folder) = &args.dir else {
        let text = pages.first().map_or("", |page| page.text.as_str());
        terminal::print(text).map_err(Error::Output)?;
        return Ok(0);
    };
    for page in &pages {
        man_pages::write(folder, &page.file_name, &page.text)?;
    }
    let note = format!("awsmfa: {} pages are in {}", pages.len(), folder.display());
    Messages::new(global, context).note(&note);
    Ok(0)
}
