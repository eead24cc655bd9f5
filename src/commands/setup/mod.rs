//! `awsmfa setup`: connects a session profile to a long-term access key, or undoes the last change.
//!
//! Without flags it prompts for everything, with flags for nothing. Nothing is written until the whole change is
//! decided and shown.

mod device_offers;
mod first_steps;
mod from_flags;
mod interactive;
mod prompts;
mod undo;

use clap::ValueHint::FilePath;
use clap::builder::NonEmptyStringValueParser;

use crate::check::session_profile as check_profile;
use crate::commands::apply::{self, Change};
use crate::commands::ask_aws_about_key::{self, KeyOwner};
use crate::commands::calling_shell;
use crate::commands::login::report;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{dialog, interrupt, terminal};
use crate::manual::NETWORK;
use crate::profile::{ProfileName, Profiles};
use crate::render::text::shell_word;
use crate::resolve::{self, Choice, Request, Situation};
use crate::session::LongTermKey;
use crate::setup::{self, Connection, Draft, NewRole};

/// Connect a session profile to a key and an MFA device
///
/// awsmfa finds the key or uses a new one, checks it with AWS, finds the MFA device, shows the few lines of the config
/// file that connect both to a session profile, and writes them. Without flags, it prompts for everything. With flags,
/// it prompts for nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Do not prompt: use the defaults
    ///
    /// The defaults come from the files, from AWS, and from the usual names. With --undo, removes even the only copy of a
    /// key.
    #[arg(long)]
    yes: bool,
    /// The profile that has or gets the access key
    ///
    /// [default: the source of the selected profile, or the only profile with a key]
    #[arg(long, value_name = "NAME")]
    source_profile: Option<ProfileName>,
    /// The profile to write sessions to
    ///
    /// Set AWS_PROFILE to its name. If it has the key, the key is moved.
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    /// The profile to move the key of the session profile to
    ///
    /// [default: PROFILE-long-term]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    key_profile: Option<ProfileName>,
    /// The ID of a new access key, AKIA…
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    access_key_id: Option<String>,
    /// The secret of the new key, from standard input
    ///
    /// The value must be `-`, because other users can see the arguments of a program.
    ///
    /// [env: AWSMFA_SECRET_ACCESS_KEY]
    #[arg(long, value_name = "-", requires = "access_key_id")]
    secret_access_key: Option<String>,
    /// The ARN or serial number of the MFA device
    ///
    /// [default: from the files, else from IAM, else a guess from the user's name; env: AWS_MFA_SERIAL]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new())]
    serial_number: Option<String>,
    /// The region to set in the session profile if it has none
    ///
    /// [default: that of the key's profile]
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true)]
    region: Option<String>,
    /// Add a profile for this role
    ///
    /// AWS tools assume the role with the session.
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    role_arn: Option<String>,
    /// The name of the role's profile
    ///
    /// [default: the name of the role]
    #[arg(long, value_name = "NAME", requires = "role_arn", hide_short_help = true)]
    role_profile: Option<ProfileName>,
    /// Do not check the key with AWS
    #[arg(long, hide_short_help = true)]
    skip_check: bool,
    /// Migrate from the layout of another tool
    ///
    /// Changes source_profile without role_arn, bare sections, aws_mfa_device, and a second mfa_serial.
    #[arg(long)]
    migrate: bool,
    /// Show the change, but do not write it
    #[arg(long)]
    dry_run: bool,
    /// Undo the last change of setup or doctor --fix
    ///
    /// The files must not have changed since.
    #[arg(long, conflicts_with_all = ["source_profile", "session_profile", "key_profile", "access_key_id", "serial_number",
                                      "region", "role_arn", "skip_check", "migrate"])]
    undo: bool,
    /// The URL of the STS endpoint
    ///
    /// [env: AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL; property: endpoint_url]
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true, help_heading = NETWORK)]
    endpoint_url: Option<String>,
    /// A file with CA certificates to trust instead of the system's
    ///
    /// [env: AWS_CA_BUNDLE; property: ca_bundle]
    #[arg(long, value_name = "PATH", value_hint = FilePath, value_parser = NonEmptyStringValueParser::new(), hide_short_help = true, help_heading = NETWORK)]
    ca_bundle: Option<String>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

impl Args {
    /// Returns whether the flags request a connection.
    fn names_connection(&self) -> bool {
        let profiles = [&self.source_profile, &self.session_profile, &self.key_profile];
        let texts = [&self.access_key_id, &self.serial_number, &self.role_arn];
        self.yes || profiles.into_iter().any(Option::is_some) || texts.into_iter().any(Option::is_some)
    }
}

/// The input that all parts of the command share.
#[derive(Clone, Copy)]
struct Setting<'a> {
    args: &'a Args,
    global: &'a GlobalArgs,
    context: &'a Context,
    messages: Messages,
}

/// Sets up the files.
///
/// # Errors
///
/// Fails, before anything is written, if a value is missing or not valid, or if AWS refuses the key. Also fails if a
/// file cannot be replaced.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let setting = Setting { args, global, context, messages: Messages::new(global, context) };
    let files = SharedFiles::read(global, context)?;
    interrupt::handle();
    if args.undo {
        return undo::run(setting, &files);
    }
    let connects = args.names_connection();
    if !connects && !args.migrate {
        return prompt(setting, &files);
    }
    let profiles = files.profiles();
    let connection = if connects { Some(from_flags::from_flags(setting, profiles)?) } else { None };
    let planned = Planned::new(&files, connection, args.migrate)?;
    apply::show(&planned.changes, args.dry_run, setting.messages)?;
    finish(setting, &planned)?;
    if !args.dry_run {
        next_commands(setting, &planned);
    }
    Ok(0)
}

/// Prompts for everything, if there is a terminal.
fn prompt(setting: Setting<'_>, files: &SharedFiles) -> Result<u8, Error> {
    if !terminal::may_ask() {
        return Err(Error::NoInput {
            what: "setup",
            hint: "--yes takes what the files, AWS and the usual names suggest",
        });
    }
    if !dialog::is_possible() {
        return Err(Error::Usage(
            "there is no terminal to prompt on, and no flag says what to set up: --yes uses the defaults; or give --source-profile, --session-profile, --access-key-id, --serial-number or --role-arn; --migrate alone migrates"
                .to_owned(),
        ));
    }
    let planned = {
        let _dialogue = dialog::Dialogue::begin(setting.messages.colors_messages());
        interactive::prompt(setting, files)?
    };
    let Some(planned) = planned else {
        setting.messages.note("awsmfa: nothing was changed");
        return Ok(0);
    };
    finish(setting, &planned)?;
    match &planned.connection {
        Some(connection) if !setting.args.dry_run => first_steps::offer(setting, &planned, connection),
        _ => Ok(0),
    }
}

/// The changes to write, with the messages about them.
struct Planned {
    draft: Draft,
    connection: Option<Connection>,
    migrated: Vec<String>,
    changes: Vec<Change>,
    /// Set if the MFA device is to be created.
    creates_device: bool,
}

impl Planned {
    fn new(files: &SharedFiles, connection: Option<Connection>, migrates: bool) -> Result<Self, Error> {
        let mut draft = Draft::of(files.profiles());
        let migrated = if migrates { setup::migrate(&mut draft)? } else { Vec::new() };
        if let Some(connection) = &connection {
            setup::connect(&mut draft, connection)?;
        }
        let changes = apply::changes(files, &draft)?;
        Ok(Self { draft, connection, migrated, changes, creates_device: false })
    }
}

/// Writes the change, unless this is a dry run, and prints what it is.
fn finish(setting: Setting<'_>, planned: &Planned) -> Result<(), Error> {
    let Planned { draft, connection, migrated, changes, .. } = planned;
    let messages = setting.messages;
    migrated.iter().for_each(|done| messages.note(&format!("awsmfa: {done}")));
    if setting.args.dry_run {
        return Ok(());
    }
    if changes.is_empty() {
        messages.note("awsmfa: there is nothing to change");
    } else {
        let interim = apply::interim(draft, connection.as_ref())?;
        apply::commit(changes, interim.as_deref(), setting.context, messages)?;
    }
    if let Some(connection) = connection {
        let (session, source) = (&connection.session_profile, connection.paying_profile());
        messages.note(&format!("awsmfa: the key of '{source}' is used to request the sessions of '{session}'"));
        if let Some(NewRole { profile, .. }) = &connection.role {
            messages.note(&format!("awsmfa: AWS tools assume the role of '{profile}' with the session of '{session}'"));
        }
    }
    let session = connection.as_ref().map(|connection| &connection.session_profile);
    for warning in session.into_iter().flat_map(|name| check_profile(name, draft.profiles())) {
        messages.warning(&warning.to_string());
    }
    if !changes.is_empty() {
        messages.note("undo the change with: awsmfa setup --undo");
    }
    Ok(())
}

/// Prints how to log in, with the shortest command, and how to use the session.
fn next_commands(setting: Setting<'_>, planned: &Planned) {
    let Some(connection) = &planned.connection else { return };
    let Setting { context, messages, .. } = setting;
    let session = &connection.session_profile;
    // The files are written: a variable that names no profile is no reason to fail.
    let is_selected = resolve::selected_profile(None, &context.environment).is_ok_and(|selected| {
        let link = resolve::link(Choice::of(&selected.name), planned.draft.profiles());
        link.is_ok_and(|link| link.session_profile == *session && link.role.is_none())
    });
    let name = if is_selected { String::new() } else { format!(" {}", shell_word(session.as_str())) };
    messages.note(&format!("log in with: awsmfa login{name}"));
    how_to_use(connection, context, messages);
}

/// Prints how to select the profile for AWS tools: that of the role if there is one, or else the session profile.
fn how_to_use(connection: &Connection, context: &Context, messages: Messages) {
    match &connection.role {
        Some(NewRole { profile, .. }) => {
            let command = calling_shell::syntax(context).use_profile(profile.as_str());
            messages.note(&format!("use the role with: {command}"));
        }
        None => report::how_to_use(&connection.session_profile, context, messages),
    }
}

/// Asks AWS for the owner of the new key or, without one, of the key in the profile.
fn owner_of(
    setting: Setting<'_>,
    profiles: Profiles<'_>,
    source: &ProfileName,
    key: Option<&LongTermKey>,
) -> Result<KeyOwner, Error> {
    let Setting { args, context, .. } = setting;
    let request = Request {
        region: args.region.clone(),
        endpoint_url: args.endpoint_url.clone(),
        ca_bundle: args.ca_bundle.clone(),
        ..Request::default()
    };
    let situation = Situation { profiles, environment: &context.environment, clock: &context.clock };
    let endpoint = resolve::endpoint_of(&request, situation, &[source], args.serial_number.as_deref())?;
    let key = key.cloned().map_or_else(|| ask_aws_about_key::key_of(source, profiles), Ok)?;
    ask_aws_about_key::owner_of(&key, &endpoint, &context.environment).1.map_err(|error| match error {
        Error::Sts { source, .. } => Error::Unchecked { source },
        error => error,
    })
}
