//! `awsmfa doctor`: what keeps AWS clients from a session, each with its remedy, and `--fix` for what is certain.
//!
//! Facts are gathered here (`gather`, `ask`); what they mean is decided in `check`, and what is changed in `setup`.

mod fix;
mod gather;
mod online;

use crate::check::{self, Finding, Severity};
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::exit_code;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::{interrupt, terminal};
use crate::render::findings;
use gather::Gathered;

/// Find what keeps AWS tools from a session, and say what mends it; exit 1 if anything is wrong
///
/// Looks at both files, at how they stand on the disk, at the environment, and at the selected profile. Nothing is sent
/// without --online, and nothing is changed without --fix.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Mend what is certain, after showing it; `awsmfa setup --undo` takes changes of the files back
    #[arg(long)]
    fix: bool,
    /// Do not ask before --fix writes
    #[arg(long, requires = "fix")]
    yes: bool,
    /// Ask AWS, too: for the time, and whether it takes the permanent key. No code is spent
    #[arg(long)]
    online: bool,
    /// The global options behind the command's name, until [`crate::cli::Cli::joined`] has taken them.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the findings, and returns 1 if one of them is more than a note.
///
/// # Errors
///
/// Fails if nobody knows where the files are, or if a change cannot be written.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    if args.fix || args.online {
        interrupt::handle();
    }
    let mut gathered = Gathered::read(global, context)?;
    if args.online {
        online::ask(&mut gathered, context, messages);
    }
    if args.fix {
        let heard = gathered.heard.take();
        fix::fix(args.yes, &gathered, context, messages)?;
        gathered = Gathered::read(global, context)?;
        gathered.heard = heard;
    }
    let facts = gathered.facts(context);
    let mut in_files = check::in_files(&facts);
    fix::mark(&mut in_files, &gathered, context);
    let findings = check::findings(&facts, in_files);
    print(&findings, global, messages)?;
    if gathered.are_whole && facts.profiles.names().is_empty() {
        messages.note("awsmfa: neither file has a profile: `awsmfa setup` creates the first");
    }
    let is_wrong = findings.iter().any(|finding| finding.severity() != Severity::Note);
    Ok(if is_wrong { exit_code::NOT_VALID } else { exit_code::DONE })
}

fn print(findings: &[Finding], global: &GlobalArgs, messages: Messages) -> Result<(), Error> {
    let rendered = match global.output() {
        OutputFormat::Text => findings::text(findings, messages.colors_results()),
        OutputFormat::Json => findings::json(findings) + "\n",
    };
    if global.quiet {
        return Ok(());
    }
    terminal::print(&rendered).map_err(Error::Output)
}
