//! `awsmfa env`: the session as variables, for `eval`.

use crate::cli::{GlobalArgs, OutputFormat};
use crate::commands::{SharedFiles, session_profile_of};
use crate::context::Context;
use crate::error::Error;
use crate::io::{process, terminal};
use crate::profile::property::REGION;
use crate::profile::{Profile, ProfileName};
use crate::render::shell::{self, Syntax};
use crate::session::{SessionState, StoredSession};
use crate::{resolve, session};

/// Print the session as commands that set variables, for `eval "$(awsmfa env)"`
///
/// For tools that read neither file. What would contradict the session is cleared: AWS_PROFILE, AWS_DEFAULT_PROFILE,
/// AWS_SECURITY_TOKEN. Without a session that is still valid nothing is printed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session is meant, of any kind; as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// The syntax [default: that of the calling shell, then of SHELL]
    #[arg(long, value_name = "SYNTAX")]
    shell: Option<Syntax>,
    /// Clear everything that `env` sets
    #[arg(long)]
    unset: bool,
    /// The global options behind the command's name, until [`crate::cli::Cli::joined`] has taken them.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the session.
///
/// # Errors
///
/// Fails if there is no session that is still valid, or if the syntax cannot say one of its values.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let syntax = args.shell.unwrap_or_else(|| guess(global, context));
    let assignments = if args.unset {
        shell::clearing()
    } else {
        let usable = usable(args.name.as_ref().or(global.profile.as_ref()), global, context)?;
        shell::assignments(&usable.session, usable.region.as_deref())
    };
    let rendered = syntax.render(&assignments).map_err(|error| Error::Usage(error.to_string()))?;
    terminal::print(&rendered).map_err(Error::Output)?;
    Ok(0)
}

/// The shell that will evaluate the output.
fn guess(global: &GlobalArgs, context: &Context) -> Syntax {
    if global.output() == OutputFormat::Json {
        return Syntax::Json;
    }
    let parent = process::parent_name();
    let parent = parent.as_deref().and_then(Syntax::of_shell);
    let by_variable = || Syntax::of_shell(context.environment.get("SHELL")?);
    parent.or_else(by_variable).unwrap_or(if cfg!(windows) { Syntax::Powershell } else { Syntax::Posix })
}

/// The session of a profile of any kind, and what a program needs beside it.
pub(super) struct Usable {
    /// Where it stands.
    pub session_profile: ProfileName,
    /// It has not expired; one that does not say when it ends may be good.
    pub session: StoredSession,
    /// Set if it lasts as long as a session should that is not renewed.
    pub is_lasting: bool,
    /// The region of the session profile, else of the profile that was asked for.
    pub region: Option<String>,
}

/// Reads the session, unless it has expired.
pub(super) fn usable(flag: Option<&ProfileName>, global: &GlobalArgs, context: &Context) -> Result<Usable, Error> {
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let name = session_profile_of(&selected, profiles)?;
    let (target, asked_for) = (profiles.get(name.as_str()), profiles.get(selected.name.as_str()));
    let min_remaining = resolve::min_remaining(None, &context.environment, target.as_ref(), asked_for.as_ref())?;
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining);
    let is_usable = matches!(state, SessionState::Valid(_) | SessionState::Expiring(_) | SessionState::Unknown);
    let stored = section.filter(|_| is_usable).and_then(|section| session::stored(&section, &context.clock));
    let expired = matches!(state, SessionState::Expired(_));
    let session = stored.ok_or_else(|| Error::NoSession { profile: name.clone(), expired })?;
    let region = [&target, &asked_for].into_iter().flatten().find_map(|profile| profile.property(REGION));
    let region = region.map(|found| found.value.into_owned());
    Ok(Usable { session_profile: name, session, is_lasting: matches!(state, SessionState::Valid(_)), region })
}
