//! `awsmfa logout`: removes from the credentials file what login wrote, and nothing else.

use std::rc::Rc;

use crate::commands::login::recover::forget;
use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, about_commit};
use crate::commands::use_profile::own_regions;
use crate::context::Context;
use crate::document::{Edit, SectionRef};
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::files::{self, Target};
use crate::io::{interrupt, terminal};
use crate::profile::property::ACCESS_KEY_ID;
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::render::assignments::{self, Assignment};
use crate::render::json;
use crate::render::shell::Syntax;
use crate::resolve::{self, Choice, Selected};
use crate::session::{self, CredentialKind};

/// Remove what login wrote, and nothing else
///
/// The file is then byte for byte as it was before the login. AWS still accepts the session until it expires: STS has
/// no way to end one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profiles to log out of, of any kind
    ///
    /// A single one may also be named by --profile.
    #[arg(value_name = "PROFILE")]
    names: Vec<ProfileName>,
    /// Remove every session that awsmfa has written
    #[arg(long, conflicts_with_all = ["names", "session_profile"])]
    all: bool,
    /// The profile that the session was written to
    ///
    /// [property: awsmfa_session_profile]
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    /// Remove nothing; print the commands that clear the variables of a shell that holds such a session; for the
    /// functions of `init`.
    #[arg(long, hide = true)]
    clearing: Option<Syntax>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

impl Args {
    /// Returns whether the command's own arguments or `--all` select the profiles.
    pub fn names_profile(&self) -> bool {
        self.all || !self.names.is_empty()
    }
}

/// Removes the sessions.
///
/// # Errors
///
/// Fails, and removes nothing, if a profile is unknown or holds a long-term access key, or if the file cannot be
/// replaced.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let files = SharedFiles::read(global, context)?;
    let names = session_profiles(args, global, context, &files)?;
    if let Some(syntax) = args.clearing {
        let assignments = clearing(&names, &files, context)?;
        let rendered = syntax.render_marked(&assignments).map_err(|error| Error::Usage(error.to_string()))?;
        terminal::print(&rendered).map_err(Error::Output)?;
        return Ok(0);
    }

    interrupt::handle();
    let credentials = files.profiles().credentials;
    let mut removed = vec![false; names.len()];
    let mut is_any_session = false;
    // All or nothing: if one profile is refused, no session is removed.
    for name in &names {
        is_any_session |= !logout_edits(name, &files, credentials)?.is_empty();
    }
    let forgotten = forget((!args.all).then_some(names.as_slice()), &files, messages);
    // If there is nothing to remove, the file is not even locked.
    if is_any_session {
        let known = credentials.document.shared_bytes();
        let committed =
            files::replace_known(&Target::of(&credentials.path)?, &known, |bytes| -> Result<Rc<Vec<u8>>, Error> {
                let mut fresh = files.fresh_credentials(bytes)?;
                for (name, removed) in names.iter().zip(&mut removed) {
                    let without = without_session(name, &files, &fresh)?;
                    *removed = *without != fresh.document.bytes();
                    fresh = files.credentials_with(without)?;
                }
                Ok(fresh.document.shared_bytes())
            })?;
        for warning in about_commit(&committed, &credentials.path) {
            messages.warning(&warning.to_string());
        }
    }
    if names.is_empty() && forgotten.is_empty() {
        messages.note("awsmfa: there is no session to remove");
    }
    let results = names.iter().zip(removed).map(|(name, removed)| {
        let result = if removed || forgotten.contains(name) {
            Removal::Removed
        } else if is_of_another_tool(name, files.profiles()) {
            Removal::Kept
        } else {
            Removal::None
        };
        (name, result)
    });
    let unnamed = forgotten.iter().filter(|name| !names.contains(name)).map(|name| (name, Removal::Removed));
    let results: Vec<(&ProfileName, Removal)> = unnamed.chain(results).collect();
    for (name, result) in &results {
        let (_, message) = result.texts();
        messages.note(&format!("awsmfa: {name}: {message}"));
    }
    if messages.is_json() {
        let results = results.iter().map(|(name, result)| {
            let (word, _) = result.texts();
            json::logout_result(name, word)
        });
        terminal::print(&(json::text(&results.collect()) + "\n")).map_err(Error::Output)?;
    }
    Ok(0)
}

/// Returns the assignments that clear the variables of the calling shell that hold a session of these profiles, or its
/// end. The profile that `use` has selected stays selected.
fn clearing(names: &[ProfileName], files: &SharedFiles, context: &Context) -> Result<Vec<Assignment>, Error> {
    let environment = &context.environment;
    for name in names {
        if logout_edits(name, files, files.profiles().credentials)?.is_empty() {
            continue;
        }
        let section = files.profiles().get(name.as_str()).and_then(|profile| profile.credentials_section());
        let id = section.and_then(|section| section.property(ACCESS_KEY_ID)).map(|id| id.value().into_owned());
        if id.is_some() && id.as_deref() == environment.get("AWS_ACCESS_KEY_ID") {
            return Ok(assignments::clearing_session(&own_regions(files, environment), environment));
        }
        if environment.get("AWS_PROFILE") == Some(name.as_str()) {
            return Ok(assignments::expiring_at(None));
        }
    }
    Ok(Vec::new())
}

/// The outcome of a logout.
#[derive(Clone, Copy)]
enum Removal {
    Removed,
    None,
    /// The session was written by another tool.
    Kept,
}

impl Removal {
    /// Returns the word for JSON, and the message.
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Removed => ("removed", "the session is removed"),
            Self::None => ("none", "there is no session to remove"),
            Self::Kept => ("kept", "the session was not written by awsmfa, so it is not removed"),
        }
    }
}

/// Returns the session profiles of the selected profiles; with `--all`, every profile that awsmfa has written a session
/// to.
fn session_profiles(
    args: &Args,
    global: &GlobalArgs,
    context: &Context,
    files: &SharedFiles,
) -> Result<Vec<ProfileName>, Error> {
    let profiles = files.profiles();
    if args.all {
        let is_written = |section: &SectionRef<'_>| {
            session::is_managed(section) && CredentialKind::of(section) != CredentialKind::LongTermKey
        };
        let sections = profiles.credentials.document.sections().filter(is_written);
        return Ok(sections.filter_map(|section| std::str::from_utf8(section.name()).ok()?.parse().ok()).collect());
    }
    let named = args.names.iter().chain(&global.profile);
    let mut selected: Vec<Selected> = named.map(|name| Selected { name: name.clone(), by: None }).collect();
    if selected.is_empty() {
        selected.push(resolve::selected_profile(None, &context.environment)?);
    }
    let mut names = Vec::new();
    for selected in selected {
        let choice = Choice { session_profile: args.session_profile.as_ref(), ..Choice::of(&selected.name) };
        names.push(resolve::session_profile(choice, profiles).map_err(|error| error.named_by(&selected))?);
    }
    Ok(names)
}

fn is_of_another_tool(name: &ProfileName, profiles: Profiles<'_>) -> bool {
    let section = profiles.get(name.as_str()).and_then(|profile| profile.credentials_section());
    section.is_some_and(|section| {
        CredentialKind::of(&section) == CredentialKind::Session && !session::is_managed(&section)
    })
}

/// Returns the edits that remove the session from its section; none if there is no session.
fn logout_edits(name: &ProfileName, files: &SharedFiles, credentials: &SharedFile) -> Result<Vec<Edit>, Error> {
    let profiles = Profiles { config: files.profiles().config, credentials };
    let Some(target) = profiles.get(name.as_str()) else { return Ok(Vec::new()) };
    resolve::check_holding(name, &target)?;
    Ok(target.credentials_section().map(|section| session::logout_edits(&section)).unwrap_or_default())
}

fn without_session(name: &ProfileName, files: &SharedFiles, fresh: &SharedFile) -> Result<Rc<Vec<u8>>, Error> {
    let edits = logout_edits(name, files, fresh)?;
    if edits.is_empty() {
        return Ok(fresh.document.shared_bytes());
    }
    Ok(Rc::new(fresh.edited(name.as_str(), &edits)?))
}
