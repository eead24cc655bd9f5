//! `doctor --fix`: makes the change in memory, shows it, and writes it as `setup` does.

use std::collections::HashSet;
use std::path::Path;

use crate::check::{self, Finding, Standing};
use crate::commands::apply;
use crate::commands::doctor::gather::Gathered;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::io::dialog::Choice;
use crate::io::files::{self, FileError};
use crate::io::{dialog, file_status, terminal};
use crate::limits;
use crate::platform::mode_change;
use crate::setup::{self, Draft};

/// Fixes what is safe to fix, after the user has confirmed it.
pub(super) fn fix(yes: bool, gathered: &Gathered, context: &Context, messages: Messages) -> Result<(), Error> {
    let mut draft = Draft::of(gathered.files.profiles());
    let mut done = setup::repair(&mut draft, gathered.are_whole);
    let changes = apply::changes(&gathered.files, &draft)?;
    let mut on_disk: Vec<OnDisk<'_>> = gathered.surroundings.standings.iter().flat_map(OnDisk::of).collect();
    // Both files are usually in the same folder, which needs only one fix.
    let mut seen = HashSet::new();
    on_disk.retain(|fix| seen.insert(fix.describe()));
    if changes.is_empty() && on_disk.is_empty() {
        messages.note("awsmfa: there is nothing to fix");
        return Ok(());
    }
    apply::show(&changes, false, messages)?;
    on_disk.iter().for_each(|fix| messages.note(&format!("awsmfa: {}", fix.describe())));
    if !yes && !terminal::may_ask() {
        return Err(Error::NoInput { what: "doctor --fix", hint: "--yes writes the change without a prompt" });
    }
    if !yes && dialog::is_possible() {
        let _dialogue = dialog::Dialogue::begin(messages.colors_messages());
        let options = [Choice::new("yes", "writes the change"), Choice::new("no", "leaves everything as it is")];
        if dialog::choose("Do this?", &options, 0).map_err(Error::Terminal)? != Some(0) {
            messages.note("awsmfa: nothing was changed");
            return Ok(());
        }
    } else if !yes && terminal::is_there() {
        let cause =
            "--fix prompts on the terminal, but standard error, which shows the change, is redirected: give --yes";
        return Err(Error::Usage(cause.to_owned()));
    }
    for error in on_disk.iter().filter_map(|fix| fix.carry_out().err()) {
        messages.warning(&error.to_string());
    }
    if !changes.is_empty() {
        apply::commit(&changes, None, context, messages)?;
        done.push("undo the changes of the files with: awsmfa setup --undo".to_owned());
    }
    done.iter().for_each(|what| messages.note(&format!("awsmfa: {what}")));
    Ok(())
}

/// Marks the findings that [`fix`] would fix, by making the fixes in memory.
pub(super) fn mark(in_files: &mut [Finding], gathered: &Gathered, context: &Context) {
    let profiles = gathered.files.profiles();
    let size = profiles.config.document.bytes().len() + profiles.credentials.document.bytes().len();
    if in_files.is_empty() || in_files.len().saturating_mul(size) > limits::TRIAL_BYTES {
        return;
    }
    let mut draft = Draft::of(profiles);
    if !setup::repair(&mut draft, gathered.are_whole).is_empty() {
        let left = check::in_files(&check::Facts { profiles: draft.profiles(), ..gathered.facts(context) });
        check::mark_fixable(in_files, &left);
    }
}

/// A fix that does not change the content of a file.
enum OnDisk<'a> {
    Mode(&'a Path, u32),
    Unfinished(&'a Standing),
}

impl<'a> OnDisk<'a> {
    fn of(standing: &'a Standing) -> Vec<Self> {
        let folder = standing.better_folder_mode().map(|mode| Self::Mode(&standing.folder, mode));
        let file = standing.better_mode().map(|mode| Self::Mode(&standing.path, mode));
        let unfinished = (!standing.unfinished.is_empty()).then_some(Self::Unfinished(standing));
        [folder, file, unfinished].into_iter().flatten().collect()
    }

    fn describe(&self) -> String {
        match self {
            Self::Mode(path, mode) => mode_change(*mode, &path.display().to_string()),
            Self::Unfinished(Standing { unfinished, .. }) => {
                let paths: Vec<String> = unfinished.iter().map(|path| path.display().to_string()).collect();
                format!("rm {}", paths.join(" "))
            }
        }
    }

    fn carry_out(&self) -> Result<(), FileError> {
        match self {
            Self::Mode(path, mode) => file_status::set_mode(path, *mode),
            Self::Unfinished(Standing { path, .. }) => files::tidy(path),
        }
    }
}
