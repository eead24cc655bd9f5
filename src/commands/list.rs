//! `awsmfa list`: prints every profile of both files and the state of its session.

use std::collections::HashMap;

use crate::commands::key_age_memory;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::exit_code;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::key_ages;
use crate::profile::property::{
    ASSUME_ROLE, AWS_MFA_DEVICE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, ROLE_ARN, SOURCE_PROFILE, SSO_ACCOUNT_ID,
};
use crate::profile::{Profile, ProfileKind, ProfileName, Profiles};
use crate::render::profile_table::{self, KeyPlace, Layout, Row, Selection};
use crate::resolve::{self, Choice, KeySource, Link, RoleOrigin, Selected, min_remaining};
use crate::session_state::SessionState;
use crate::value::{account_of_arn, is_account};

/// The variable that overrides the MFA device of every profile.
const MFA_SERIAL_VARIABLE: &str = "AWS_MFA_SERIAL";

/// List all profiles, with their sessions and MFA devices
///
/// Shows the kind, the source, the session and its state, the time left, the account and the MFA device of each
/// profile. The session of a permanent or role profile is in another profile, whose name is shown. The profile that
/// commands use if none is named has a * in the first column. Nothing is sent.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also show where each access key is, and its age
    ///
    /// The age is known once `key rotate` or `doctor --online` has recorded it.
    #[arg(long)]
    long: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the list.
///
/// # Errors
///
/// Fails if a file cannot be read.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let Listed { rows, selected } = listed(args.long, global, context)?;
    let now = context.clock.now;
    let selection = selected.as_ref().ok();
    let rendered = match global.output() {
        OutputFormat::Text if rows.is_empty() => {
            let note = "awsmfa: there are no profiles yet: `awsmfa setup` connects a key and an MFA device";
            messages.note(note);
            return Ok(exit_code::DONE);
        }
        OutputFormat::Text => {
            let columns = terminal::columns_of_results();
            let color = messages.colors_results();
            profile_table::table(&rows, now, Layout { selected: selection, columns, color, is_long: args.long })
        }
        OutputFormat::Json => profile_table::json(&rows, now, selection, args.long) + "\n",
    };
    terminal::print(&rendered).map_err(Error::Output)?;
    match &selected {
        Ok(selection) if rows.iter().any(|row| row.profile == selection.profile.as_str()) => {
            messages.note(&format!("awsmfa: * is selected by {}", selection.by));
        }
        Err(error) => messages.warning(error),
        Ok(_) => {}
    }
    Ok(exit_code::DONE)
}

/// The content of the list.
struct Listed {
    rows: Vec<Row>,
    /// The selected profile, or the reason why there is none, for a warning.
    selected: Result<Selection, String>,
}

/// Returns a row for each profile. Frees the files and their index before anything is rendered: they take as much
/// memory as the output.
fn listed(is_long: bool, global: &GlobalArgs, context: &Context) -> Result<Listed, Error> {
    let files = SharedFiles::read(global, context)?;
    let mut rows = rows_of(files.profiles(), context);
    add_devices(&mut rows);
    if is_long {
        add_keys(&mut rows, files.profiles(), context);
    }
    let selected = selection(global, context, files.profiles());
    Ok(Listed { rows, selected })
}

/// Returns a row for each of the profiles, without the devices of other profiles.
pub(super) fn rows_of(profiles: Profiles<'_>, context: &Context) -> Vec<Row> {
    profiles.make_index();
    profiles.names().into_iter().map(|name| row(name, profiles, context)).collect()
}

/// Returns the profile that other commands use. A flag or variable that names a profile that does not exist is no
/// reason to list nothing, so it is a warning only.
fn selection(global: &GlobalArgs, context: &Context, profiles: Profiles<'_>) -> Result<Selection, String> {
    let flag = global.profile.as_ref();
    let selected = resolve::selected_profile(flag, &context.environment).map_err(|error| error.to_string())?;
    let by = if flag.is_some() { Some("--profile") } else { selected.by };
    let selected = Selected { by, ..selected };
    let (name, Some(by)) = (&selected.name, by) else {
        return Ok(Selection { profile: selected.name, by: "default" });
    };
    if profiles.get(name.as_str()).is_some() {
        return Ok(Selection { profile: selected.name, by });
    }
    match resolve::session_profile(Choice::of(name), profiles) {
        Ok(_) => Err(format!("there is no profile '{name}' (from {by}) yet: `awsmfa login` creates it")),
        Err(error) => Err(error.named_by(&selected).to_string()),
    }
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

/// Fills in the place and the creation time of the key of each permanent profile.
fn add_keys(rows: &mut [Row], profiles: Profiles<'_>, context: &Context) {
    let ages = key_age_memory::read(context);
    for row in rows.iter_mut().filter(|row| row.kind == ProfileKind::Permanent) {
        let source = profiles.get(&row.profile).zip(row.profile.parse().ok());
        let Some(source) = source.and_then(|(profile, name)| resolve::key(&profile, &name).ok()) else { continue };
        let (place, id) = match &source {
            KeySource::Key(key) => ("file", Some(key.access_key_id.as_str())),
            KeySource::Keyring(name) => ("keyring", Some(name.access_key_id())),
            KeySource::Process(_) | KeySource::External { .. } => ("program", None),
        };
        row.key = Some(KeyPlace { place, created: id.and_then(|id| key_ages::created(&ages, id)) });
    }
}

/// Returns the row of a profile: its kind, source profile, session profile, account, MFA device and session state.
pub(super) fn row(name: &str, profiles: Profiles<'_>, context: &Context) -> Row {
    let other = Row {
        profile: name.to_owned(),
        kind: ProfileKind::Other,
        source_profile: None,
        session_profile: None,
        account: None,
        serial_number: None,
        serial_variable: None,
        state: SessionState::None,
        key: None,
    };
    let (Ok(selected), Some(own)) = (name.parse::<ProfileName>(), profiles.get(name)) else { return other };
    let choice = Choice::of(&selected);
    let link = resolve::link(choice, profiles);
    let is_role = own.property(ROLE_ARN).is_some();
    // A profile with a link to itself has a key, or a source that the AWS SDK handles.
    let is_external = (is_role || !resolve::has_long_term_key(&own))
        && link.as_ref().is_ok_and(|link| link.role.is_none() && link.source_profile == selected);
    let source_profile = match &link {
        Ok(link) => Some(link.source_profile.clone()).filter(|source| *source != selected || (is_role && !is_external)),
        // A link that cannot be resolved is shown as written in the file.
        Err(_) => {
            [AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE].into_iter().find_map(|link| own.property(link)?.value.parse().ok())
        }
    };
    let source = link.as_ref().ok().and_then(|link| profiles.get(link.source_profile.as_str()));
    let role_account = link.as_ref().ok().and_then(|link| account_of_role(link, profiles));
    let session_profile = resolve::session_profile_by(choice, profiles, || link).ok();
    let target = session_profile.as_ref().and_then(|name| profiles.get(name.as_str()));
    let min_remaining = min_remaining(None, &context.environment, target.as_ref(), source.as_ref());
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining.unwrap_or_default());
    if !is_role && is_external {
        // Before the first login, its session profile is only a name.
        let session_profile = session_profile.filter(|_| state != SessionState::None);
        return Row { session_profile, state, account: sso_account(&own), ..other };
    }
    let kind = if is_role {
        ProfileKind::Role
    } else if resolve::has_long_term_key(&own) {
        ProfileKind::Permanent
    } else if source_profile.is_some() || state != SessionState::None {
        ProfileKind::Session
    } else {
        return Row { account: sso_account(&own), ..other };
    };
    let devices = [target.as_ref(), Some(&own), source.as_ref()];
    let found = [MFA_SERIAL, AWS_MFA_DEVICE]
        .into_iter()
        .find_map(|property| devices.into_iter().flatten().find_map(|profile| profile.property(property)));
    let serial_number = found.map(|found| found.value.into_owned());
    let variable = context.environment.get(MFA_SERIAL_VARIABLE).map(str::to_owned);
    let serial_variable = variable.is_some().then_some(MFA_SERIAL_VARIABLE);
    // The file's own device comes first: the variable is the same for all profiles.
    let of_device = || serial_number.as_deref().or(variable.as_deref()).and_then(account_of_arn).map(str::to_owned);
    let account = match kind {
        // The session of a permanent profile may be that of a role in another account; its key is not.
        ProfileKind::Permanent => of_device(),
        _ => role_account.or_else(|| account_of_own_role(&own)).or_else(of_device).or_else(|| sso_account(&own)),
    };
    let serial_number = variable.or(serial_number);
    Row { kind, source_profile, session_profile, account, serial_number, serial_variable, state, ..other }
}

/// Returns the account of the role whose session a login requests.
fn account_of_role(link: &Link, profiles: Profiles<'_>) -> Option<String> {
    let (name, property) = match link.role.as_ref()? {
        RoleOrigin::Flag(arn) => return account_of_arn(arn).map(str::to_owned),
        RoleOrigin::Profile(name) => (name, ROLE_ARN),
        RoleOrigin::AssumeRole(name) => (name, ASSUME_ROLE),
    };
    account_of_arn(&profiles.get(name.as_str())?.property(property)?.value).map(str::to_owned)
}

/// Returns the account of a role profile, even if its link cannot be resolved.
fn account_of_own_role(profile: &Profile<'_>) -> Option<String> {
    account_of_arn(&profile.property(ROLE_ARN)?.value).map(str::to_owned)
}

/// Returns the account that a profile for IAM Identity Center names.
fn sso_account(profile: &Profile<'_>) -> Option<String> {
    let account = profile.property(SSO_ACCOUNT_ID)?.value;
    is_account(&account).then(|| account.into_owned())
}
