//! `awsmfa setup`: connects a session profile to the key that pays for it, and takes that back.
//!
//! With flags it asks nothing; without any it asks on the terminal. Nothing is written before everything is decided and
//! shown.

mod from_flags;
mod interactive;
mod key_check;
mod undo;

use clap::ValueHint::FilePath;
use clap::builder::NonEmptyStringValueParser;

use crate::check::session_profile as check_profile;
use crate::commands::apply::{self, Change};
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{dialog, interrupt, terminal};
use crate::profile::ProfileName;
use crate::render::text::shell_word;
use crate::setup::{self, Connection, Draft};

/// Connect a session profile to the access key that pays for it
///
/// Finds the key or takes a new one, checks it, finds the MFA device, and writes the few lines of the config file that
/// connect both to a session profile, after it has shown them. Without flags it asks on the terminal; with flags it asks
/// nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ask nothing: take what the files, AWS and the usual names suggest
    #[arg(long)]
    yes: bool,
    /// The profile that has the access key, or is to get the new one
    #[arg(long, value_name = "NAME")]
    source_profile: Option<ProfileName>,
    /// The profile that sessions are written to: the one to name in AWS_PROFILE. If it has the key, the key is moved
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    /// Where a key goes that leaves the session profile [default: the session profile's name and -long-term]
    #[arg(long, value_name = "NAME")]
    key_profile: Option<ProfileName>,
    /// The id of a new access key, AKIA…
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    access_key_id: Option<String>,
    /// The secret of the new key: `-` reads it from standard input; it is never given here [env: AWSMFA_SECRET_ACCESS_KEY]
    #[arg(long, value_name = "-", requires = "access_key_id")]
    secret_access_key: Option<String>,
    /// The ARN or serial number of the MFA device [default: as in the files, or as IAM says]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new())]
    serial_number: Option<String>,
    /// The region of the session profile, if it has none [default: that of the key's profile]
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    region: Option<String>,
    /// Do not try the key at AWS
    #[arg(long)]
    skip_check: bool,
    /// Mend what other tools have left: source_profile without role_arn, bare sections, aws_mfa_device, a second mfa_serial
    #[arg(long)]
    migrate: bool,
    /// Show the change; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the last change of `setup` back, if the files have not changed since
    #[arg(long, conflicts_with_all = ["yes", "source_profile", "session_profile", "key_profile", "access_key_id", "serial_number",
                                      "region", "skip_check", "migrate"])]
    undo: bool,
    /// The STS endpoint [env: AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL; property: endpoint_url]
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    endpoint_url: Option<String>,
    /// A file of certificates to trust [env: AWS_CA_BUNDLE; property: ca_bundle]
    #[arg(long, value_name = "PATH", value_hint = FilePath, value_parser = NonEmptyStringValueParser::new())]
    ca_bundle: Option<String>,
    /// The global options behind the command's name, until [`crate::cli::Cli::joined`] has taken them.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

impl Args {
    /// Returns whether the flags say what to connect.
    fn names_connection(&self, global: &GlobalArgs) -> bool {
        let profiles = [&self.source_profile, &self.session_profile, &self.key_profile, &global.profile];
        let texts = [&self.access_key_id, &self.serial_number];
        self.yes || profiles.into_iter().any(Option::is_some) || texts.into_iter().any(Option::is_some)
    }
}

/// What all parts of the command need.
#[derive(Clone, Copy)]
struct Setting<'a> {
    args: &'a Args,
    global: &'a GlobalArgs,
    context: &'a Context,
    messages: Messages,
}

/// Sets up.
///
/// # Errors
///
/// Fails before anything is written if something is missing, does not fit, or if AWS does not know the key.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let setting = Setting { args, global, context, messages: Messages::new(global, context) };
    let files = SharedFiles::read(global, context)?;
    interrupt::handle();
    if args.undo {
        return undo::run(setting, &files);
    }
    let connects = args.names_connection(global);
    if !connects && !args.migrate {
        return ask(setting, &files);
    }
    let profiles = files.profiles();
    let connection = if connects { Some(from_flags::from_flags(setting, profiles)?) } else { None };
    let planned = Planned::new(&files, connection, args.migrate)?;
    apply::show(&planned.changes, args.dry_run, setting.messages)?;
    finish(setting, &planned)
}

/// Asks on the terminal, if there is one.
fn ask(setting: Setting<'_>, files: &SharedFiles) -> Result<u8, Error> {
    if !terminal::may_ask() {
        return Err(Error::NoInput {
            what: "setup",
            hint: "--yes takes what the files, AWS and the usual names suggest",
        });
    }
    if !dialog::is_possible() {
        return Err(Error::Usage(
            "there is no terminal to prompt on, and no flag says what to set up: --yes uses the defaults; or give --source-profile, --session-profile, --access-key-id or --serial-number; --migrate alone migrates"
                .to_owned(),
        ));
    }
    let dialogue = dialog::Dialogue::begin(setting.messages.colors_messages());
    let planned = interactive::ask(setting, files);
    drop(dialogue);
    let Some(planned) = planned? else {
        setting.messages.note("awsmfa: nothing was changed");
        return Ok(0);
    };
    finish(setting, &planned)
}

/// Everything that is to be done.
struct Planned {
    draft: Draft,
    connection: Option<Connection>,
    mended: Vec<String>,
    changes: Vec<Change>,
}

impl Planned {
    fn new(files: &SharedFiles, connection: Option<Connection>, mends: bool) -> Result<Self, Error> {
        let mut draft = Draft::of(files.profiles());
        let mended = if mends { setup::migrate(&mut draft)? } else { Vec::new() };
        if let Some(connection) = &connection {
            setup::connect(&mut draft, connection)?;
        }
        let changes = apply::changes(files, &draft)?;
        Ok(Self { draft, connection, mended, changes })
    }
}

/// Writes the change that has been shown, and says what it means.
fn finish(setting: Setting<'_>, planned: &Planned) -> Result<u8, Error> {
    let Planned { draft, connection, mended, changes } = planned;
    let messages = setting.messages;
    mended.iter().for_each(|done| messages.note(&format!("awsmfa: {done}")));
    if setting.args.dry_run {
        return Ok(0);
    }
    if changes.is_empty() {
        messages.note("awsmfa: there is nothing to change");
    } else {
        let interim = apply::interim(draft, connection.as_ref())?;
        apply::commit(changes, interim.as_deref(), setting.context, messages)?;
    }
    if let Some(connection) = connection {
        let (session, paying) = (&connection.session_profile, connection.paying_profile());
        messages.note(&format!("awsmfa: the key of '{paying}' is used to request the sessions of '{session}'"));
        messages.note(&format!("log in with: awsmfa login {}", shell_word(session.as_str())));
    }
    let session = connection.as_ref().map(|connection| &connection.session_profile);
    for warning in session.into_iter().flat_map(|name| check_profile(name, draft.profiles())) {
        messages.warning(&warning.to_string());
    }
    if !changes.is_empty() {
        messages.note("undo the change with: awsmfa setup --undo");
    }
    Ok(0)
}
