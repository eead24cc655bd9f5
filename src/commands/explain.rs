//! The findings of `doctor` about the profiles of a command that failed.

use std::collections::HashSet;

use crate::check::{self, Facts, Finding, Surroundings};
use crate::cli::{Cli, Command};
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::profile::ProfileName;
use crate::resolve::{self, Selected};

/// The maximum size of both files together: the checks must not delay an error noticeably.
const MOST_BYTES: usize = 1024 * 1024;

/// The maximum number of findings to print.
const MOST_FINDINGS: usize = 4;

/// Prints the findings about the profile of a command that failed with `error`.
pub fn after(cli: &Cli, error: &str, context: &Context, messages: Messages) {
    let named = match &cli.command {
        Command::Status(args) => args.name.as_ref(),
        Command::Use(args) => args.name.as_ref(),
        Command::Env(args) => args.name.as_ref(),
        Command::Exec(args) => args.name.as_ref(),
        Command::CredentialProcess(args) => args.name.as_ref(),
        _ => return,
    };
    let selected = resolve::selected_profile(named.or(cli.global.profile.as_ref()), &context.environment);
    let files = SharedFiles::read_what_is_readable(&cli.global, context);
    if let (Ok(selected), Ok(files)) = (selected, files) {
        explain(&[selected.name], &files, error, context, messages);
    }
}

/// Prints the findings about these profiles and the environment, except those with a place or a remedy that `text`
/// already contains.
pub(crate) fn explain(names: &[ProfileName], files: &SharedFiles, text: &str, context: &Context, messages: Messages) {
    let profiles = files.profiles();
    if profiles.config.document.bytes().len() + profiles.credentials.document.bytes().len() > MOST_BYTES {
        return;
    }
    let mut seen = HashSet::new();
    let mut found: Vec<Finding> = Vec::new();
    for name in names {
        let selected = Some(Selected { name: name.clone(), by: None });
        let facts = Facts {
            profiles,
            are_whole: true,
            environment: &context.environment,
            clock: &context.clock,
            surroundings: &Surroundings { selected, ..Surroundings::default() },
        };
        found.extend(check::about_profile(&facts, name));
    }
    let is_new = |finding: &Finding| {
        !finding.place().is_some_and(|place| text.contains(&place)) && !text.contains(&finding.remedy())
    };
    let new = found.into_iter().filter(|finding| is_new(finding) && seen.insert(finding.to_string()));
    new.take(MOST_FINDINGS).for_each(|finding| messages.finding(&finding));
}
