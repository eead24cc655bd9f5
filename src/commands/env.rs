//! `awsmfa env`: the session as variables, for `eval`.

use crate::cli::{GlobalArgs, OutputFormat};
use crate::commands::{SharedFiles, session_profile_of};
use crate::context::Context;
use crate::error::Error;
use crate::io::{process, terminal};
use crate::profile::property::REGION;
use crate::profile::{ProfileName, Profiles};
use crate::render::shell::{self, Syntax};
use crate::session::{SessionState, StoredSession};
use crate::time::Seconds;
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
}

/// Prints the session.
///
/// # Errors
///
/// Fails if there is no session that is still valid.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let syntax = args.shell.unwrap_or_else(|| guess(global, context));
    let assignments = if args.unset {
        shell::clearing()
    } else {
        let files = SharedFiles::read(global, context)?;
        let profiles = files.profiles();
        let flag = args.name.as_ref().or(global.profile.as_ref());
        let selected = resolve::selected_profile(flag, &context.environment)?;
        let name = session_profile_of(&selected, profiles)?;
        let session = usable_session(&name, profiles, context)?;
        shell::assignments(&session, region(&name, &selected, profiles).as_deref())
    };
    terminal::print(&syntax.render(&assignments)).map_err(Error::Output)?;
    Ok(0)
}

/// The shell that will evaluate the output.
fn guess(global: &GlobalArgs, context: &Context) -> Syntax {
    if global.output == OutputFormat::Json {
        return Syntax::Json;
    }
    let parent = process::parent_name();
    let parent = parent.as_deref().and_then(Syntax::of_shell);
    parent.or_else(|| Syntax::of_shell(context.environment.get("SHELL")?)).unwrap_or(Syntax::Posix)
}

/// The session, unless it has expired. One that does not say when it ends may be good.
pub(super) fn usable_session(
    name: &ProfileName,
    profiles: Profiles<'_>,
    context: &Context,
) -> Result<StoredSession, Error> {
    let section = profiles.get(name.as_str()).and_then(|profile| profile.credentials_section());
    let state = SessionState::of(section.as_ref(), context.now, Seconds(0));
    let usable = matches!(state, SessionState::Valid(_) | SessionState::Expiring(_) | SessionState::Unknown);
    let stored = section.filter(|_| usable).and_then(|section| session::stored(&section));
    stored.ok_or_else(|| Error::NoSession { profile: name.clone(), expired: matches!(state, SessionState::Expired(_)) })
}

/// The region of the session profile, else of the profile that was asked for.
pub(super) fn region(name: &ProfileName, selected: &ProfileName, profiles: Profiles<'_>) -> Option<String> {
    let mut regions = [name, selected].into_iter().filter_map(|name| profiles.get(name.as_str())?.property(REGION));
    regions.next().map(|found| found.value.into_owned())
}
