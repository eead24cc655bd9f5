//! `awsmfa list`: prints every profile of both files and the state of its session.

use std::collections::HashMap;

use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::profile::property::{AWS_MFA_DEVICE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{Profile, ProfileKind, ProfileName, Profiles};
use crate::render::profile_table::{self, Row};
use crate::resolve::{self, Choice, min_remaining};
use crate::session_state::SessionState;

/// The variable that overrides the MFA device of every profile.
const MFA_SERIAL_VARIABLE: &str = "AWS_MFA_SERIAL";

/// List every profile: kind, source, MFA device, session state, time left
///
/// The state is that of the session profile: for a permanent or role profile, that of the profile to which its session
/// is written. Nothing is sent.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the list.
///
/// # Errors
///
/// Fails if a file cannot be read.
pub fn run(_: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let rows = rows(global, context)?;
    let rendered = match global.output() {
        OutputFormat::Text => {
            let color = Messages::new(global, context).colors_results();
            profile_table::table(&rows, context.clock.now, color)
        }
        OutputFormat::Json => profile_table::json(&rows, context.clock.now) + "\n",
    };
    terminal::print(&rendered).map_err(Error::Output)?;
    Ok(0)
}

/// Returns a row for each profile. Frees the files and their index before anything is rendered: they take as much
/// memory as the output.
fn rows(global: &GlobalArgs, context: &Context) -> Result<Vec<Row>, Error> {
    let files = SharedFiles::read(global, context)?;
    Ok(rows_of(files.profiles(), context))
}

/// Returns a row for each of the profiles.
pub(super) fn rows_of(profiles: Profiles<'_>, context: &Context) -> Vec<Row> {
    profiles.make_index();
    let mut rows: Vec<Row> = profiles.names().into_iter().map(|name| row(name, profiles, context)).collect();
    add_devices(&mut rows);
    rows
}

/// Fills in the MFA device of each session profile from the permanent or role profile that its session belongs to.
fn add_devices(rows: &mut [Row]) {
    let owners = rows.iter().filter(|row| matches!(row.kind, ProfileKind::Permanent | ProfileKind::Role));
    let devices: HashMap<String, String> = owners
        .filter_map(|row| Some((row.session_profile.as_ref()?.to_string(), row.serial_number.clone()?)))
        .collect();
    for row in rows.iter_mut().filter(|row| row.kind == ProfileKind::Session && row.serial_number.is_none()) {
        row.serial_number = devices.get(&row.profile).cloned();
    }
}

/// Returns the row of a profile: its kind, source profile, session profile, MFA device and session state.
pub(super) fn row(name: &str, profiles: Profiles<'_>, context: &Context) -> Row {
    let other = Row {
        profile: name.to_owned(),
        kind: ProfileKind::Other,
        source_profile: None,
        session_profile: None,
        serial_number: None,
        serial_variable: None,
        account: None,
        state: SessionState::None,
    };
    let (Ok(selected), Some(own)) = (name.parse::<ProfileName>(), profiles.get(name)) else { return other };
    let choice = Choice::of(&selected);
    let link = resolve::link(choice, profiles);
    let is_role = own.property(ROLE_ARN).is_some();
    let source_profile = match &link {
        Ok(link) => Some(link.source_profile.clone()).filter(|source| *source != selected || is_role),
        // A link that cannot be resolved is shown as written in the file.
        Err(_) => {
            [AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE].into_iter().find_map(|link| own.property(link)?.value.parse().ok())
        }
    };
    let source = link.as_ref().ok().and_then(|link| profiles.get(link.source_profile.as_str()));
    let session_profile = resolve::session_profile_by(choice, profiles, || link).ok();
    let target = session_profile.as_ref().and_then(|name| profiles.get(name.as_str()));
    let min_remaining = min_remaining(None, &context.environment, target.as_ref(), source.as_ref());
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining.unwrap_or_default());
    let kind = if is_role {
        ProfileKind::Role
    } else if resolve::has_long_term_key(&own) {
        ProfileKind::Permanent
    } else if source_profile.is_some() || state != SessionState::None {
        ProfileKind::Session
    } else {
        return other;
    };
    let devices = [target.as_ref(), Some(&own), source.as_ref()];
    let found = [MFA_SERIAL, AWS_MFA_DEVICE]
        .into_iter()
        .find_map(|property| devices.into_iter().flatten().find_map(|profile| profile.property(property)));
    let serial_number = found.map(|found| found.value.into_owned());
    let variable = context.environment.get(MFA_SERIAL_VARIABLE).map(str::to_owned);
    let serial_variable = variable.is_some().then_some(MFA_SERIAL_VARIABLE);
    let serial_number = variable.or(serial_number);
    Row { kind, source_profile, session_profile, serial_number, serial_variable, state, ..other }
}
