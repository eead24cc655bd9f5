//! `awsmfa doctor`: finds the problems that prevent AWS clients from using a session; `--fix` fixes those that are safe
//! to fix.
//!
//! This folder gathers the facts (`gather`, `online`); `check` derives the findings from them, and `setup` makes the
//! changes.

mod fix;
mod gather;
mod online;

use crate::check::{self, Severity};
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::exit_code;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::{interrupt, terminal};
use crate::render::findings;
use gather::Gathered;

/// Find and fix what keeps AWS tools from using a session
///
/// Checks both files and their permissions, the environment, and the selected profile, and says how to fix each finding.
/// The exit code is 1 if there are errors or warnings. Nothing is sent without --online, and nothing is changed without
/// --fix.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fix what can be fixed safely
    ///
    /// The change is shown first. `awsmfa setup --undo` undoes the changes of the two files.
    #[arg(long)]
    fix: bool,
    /// Do not prompt before --fix writes
    #[arg(long, requires = "fix")]
    yes: bool,
    /// Also check the key and the clock with AWS
    ///
    /// Asks AWS for the time, and whether it accepts the long-term access key. No MFA code is used.
    #[arg(long)]
    online: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the findings, and returns 1 if one of them is more than a note.
///
/// # Errors
///
/// Fails if the paths of the files are unknown, or if a change cannot be written.
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
        let key_check = gathered.surroundings.key_check.take();
        fix::fix(args.yes, &gathered, context, messages)?;
        gathered = Gathered::read(global, context)?;
        gathered.surroundings.key_check = key_check;
    }
    let facts = gathered.facts(context);
    let mut in_files = check::in_files(&facts);
    fix::mark(&mut in_files, &gathered, context);
    let findings = check::findings(&facts, in_files);
    let rendered = match global.output() {
        OutputFormat::Text => findings::text(&findings, messages.form_of_results()),
        OutputFormat::Json => findings::json(&findings) + "\n",
    };
    if !global.quiet {
        terminal::print(&rendered).map_err(Error::Output)?;
    }
    if gathered.are_whole && facts.profiles.names().is_empty() {
        messages.note("awsmfa: neither file has a profile: `awsmfa setup` creates the first");
    }
    let is_wrong = findings.iter().any(|finding| finding.severity() != Severity::Note);
    Ok(if is_wrong { exit_code::NOT_VALID } else { exit_code::DONE })
}
