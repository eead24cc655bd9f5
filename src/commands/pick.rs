//! The profile picker on the terminal, for commands that need a profile and were given none.

use crate::commands::list;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::escape::escape;
use crate::global::GlobalArgs;
use crate::io::dialog::{self, Dialogue, Line};
use crate::io::interrupt;
use crate::profile::ProfileName;
use crate::render::picker::{self, Entry};
use crate::resolve::{self, ResolveError};

/// The profiles to offer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// All profiles.
    All,
    /// The profiles that awsmfa can log in to.
    Managed,
}

/// Lets the user pick a profile if the lookup of a profile failed with `error` because none is named, `default` does
/// not exist, and there is a terminal. Otherwise returns none. `flag` is the profile that the command line names.
///
/// # Errors
///
/// Fails if the terminal is gone, or if the user picks nothing.
pub(super) fn instead_of_default(
    flag: Option<&ProfileName>,
    error: &ResolveError,
    files: &SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<Option<ProfileName>, Error> {
    let is_named = flag.is_some() || resolve::selecting_variable(&context.environment).is_some();
    let is_unknown = matches!(error, ResolveError::UnknownProfile { .. });
    if is_named || !is_unknown || !dialog::is_possible() {
        return Ok(None);
    }
    let entries = entries(Offer::Managed, files, context);
    if entries.is_empty() { Ok(None) } else { pick(&entries, global, context).map(Some) }
}

/// Returns the profiles to offer.
pub(super) fn entries(offer: Offer, files: &SharedFiles, context: &Context) -> Vec<Entry> {
    let rows = list::rows_of(files.profiles(), context);
    let selected = resolve::selecting_variable(&context.environment).map(|(_, name)| name);
    let mut entries = picker::entries(&rows, selected);
    entries.retain(|entry| offer == Offer::All || entry.is_managed());
    entries
}

/// Prompts for one of the profiles.
///
/// # Errors
///
/// Fails if the terminal is gone, or if the user picks nothing.
pub(super) fn pick(entries: &[Entry], global: &GlobalArgs, context: &Context) -> Result<ProfileName, Error> {
    interrupt::handle();
    let _dialogue = Dialogue::begin(Messages::new(global, context).colors_messages());
    // The picker puts a sign and a space before each line.
    let width = dialog::width().saturating_sub(3);
    let texts = picker::lines(entries, width, context.clock.now).into_iter();
    let answers = entries.iter().map(|entry| escape(entry.profile.as_str()));
    let lines = texts.zip(answers).map(|(text, answer)| Line { text, answer }).collect();
    let rank = |filter: &str, index: usize| entries.get(index).and_then(|entry| entry.rank(filter));
    let picked = dialog::pick("Profile:", lines, rank).map_err(Error::Terminal)?;
    picked.and_then(|index| entries.get(index)).map(|entry| entry.profile.clone()).ok_or(Error::NothingPicked)
}
