//! `awsmfa list`: every profile of both files, and how its session is.

use crate::cli::{GlobalArgs, OutputFormat};
use crate::commands::{Messages, SharedFiles, session_profile_of};
use crate::context::Context;
use crate::error::Error;
use crate::io::terminal;
use crate::profile::property::{AWS_MFA_DEVICE, MFA_SERIAL};
use crate::profile::{Profile, ProfileName, Profiles};
use crate::render::json;
use crate::render::list::{Kind, Row, table};
use crate::resolve::{self, Choice, min_remaining};
use crate::session::SessionState;

/// List every profile: kind, source, MFA device, state of its session, time left
///
/// The state is that of the session profile: for a permanent or role profile that of the profile its session is written
/// to. Nothing is sent.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints the list.
///
/// # Errors
///
/// Fails if a file cannot be read.
pub fn run(_: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let rows: Vec<Row> = profiles.names().into_iter().map(|name| row(name, profiles, context)).collect();
    let rendered = match global.output {
        OutputFormat::Text => {
            let color = Messages::new(global, context).colors_results();
            table(&rows, context.now, color)
        }
        OutputFormat::Json => json::list(&rows, context.now) + "\n",
    };
    terminal::print(&rendered).map_err(Error::Output)?;
    Ok(0)
}

fn row(name: &str, profiles: Profiles<'_>, context: &Context) -> Row {
    let other = Row {
        profile: name.to_owned(),
        kind: Kind::Other,
        source_profile: None,
        session_profile: None,
        serial_number: None,
        state: SessionState::None,
    };
    let Ok(selected) = name.parse::<ProfileName>() else { return other };
    let link = resolve::link(Choice::of(&selected), profiles).ok();
    let session_profile = session_profile_of(&selected, profiles).ok();
    let target = session_profile.as_ref().and_then(|name| profiles.get(name.as_str()));
    let source = link.as_ref().and_then(|link| profiles.get(link.source_profile.as_str()));
    let min_remaining = min_remaining(None, &context.environment, target.as_ref(), source.as_ref());
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), context.now, min_remaining.unwrap_or_default());
    let own = profiles.get(name);
    let devices = [target, own, source];
    let found = [MFA_SERIAL, AWS_MFA_DEVICE]
        .into_iter()
        .find_map(|property| devices.iter().flatten().find_map(|profile| profile.property(property)));
    let kind = match &link {
        Some(link) if link.role.is_some() && link.session_profile != selected => Kind::Role,
        Some(link) if link.source_profile == selected => Kind::Permanent,
        Some(_) => Kind::Session,
        None if state != SessionState::None => Kind::Session,
        None => Kind::Other,
    };
    Row {
        kind,
        source_profile: link.map(|link| link.source_profile).filter(|source| *source != selected),
        session_profile: session_profile.filter(|_| kind != Kind::Other),
        serial_number: found.filter(|_| kind != Kind::Other).map(|found| found.value.into_owned()),
        state,
        ..other
    }
}
