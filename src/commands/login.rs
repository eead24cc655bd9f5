//! `awsmfa login`: one way through, from the files to the session in the credentials file.
//!
//! Everything that can fail without a token code is tried before one is asked for or sent. From STS's answer on nothing
//! may lose the session: it is on disk before the commit begins, and stays there if the commit fails.

use std::path::Path;
use std::time::Duration;

use crate::cli::GlobalArgs;
use crate::commands::sts_options::{self, StsOptions};
use crate::commands::{Messages, SharedFiles, parse};
use crate::context::Context;
use crate::error::Error;
use crate::io::files::{self, Committed};
use crate::io::recovery::{self, Recovery};
use crate::io::sts::{GetSessionToken, Sts};
use crate::io::token_source::TokenSource;
use crate::io::{clock, process, terminal};
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::render::{diff, text};
use crate::resolve::{self, KeySource, LoginPlan, Request};
use crate::secret::Secret;
use crate::session::{self, LongTermKey, Session, SessionState};
use crate::time::Seconds;
use crate::{check, credential_process};

/// How often a rejected code is asked for again.
const ATTEMPTS: usize = 3;

/// How long a `credential_process` may take.
const KEY_PROCESS_LIMIT: Duration = Duration::from_secs(60);

/// Exchange a token code for a session and write it to the session profile
///
/// Without a code, a session that is still valid for 15 minutes is kept and nothing is asked. What stands after `--` are
/// options of `aws sts get-session-token`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to log in to, of any kind; as --profile
    #[arg(value_name = "PROFILE", conflicts_with = "profile")]
    name: Option<ProfileName>,
    /// The code of the MFA device, six digits; `-` reads it from standard input [env: AWSMFA_TOKEN_CODE]
    #[arg(long, value_name = "CODE")]
    token_code: Option<String>,
    /// A command that prints the code [env: AWSMFA_MFA_PROCESS; property: mfa_process]
    #[arg(long, value_name = "COMMAND")]
    mfa_process: Option<String>,
    /// The ARN or serial number of the MFA device [env: AWS_MFA_SERIAL; property: mfa_serial]
    #[arg(long, value_name = "SERIAL")]
    serial_number: Option<String>,
    /// How long the session should last: 3600, 12h, 90m [env: AWSMFA_DURATION_SECONDS; property:
    /// awsmfa_duration_seconds]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    duration_seconds: Option<Seconds>,
    /// Keep a session that is valid for at least this long [default: 15m; env: AWSMFA_MIN_REMAINING; property:
    /// awsmfa_min_remaining]
    #[arg(long, value_name = "DURATION")]
    min_remaining: Option<Seconds>,
    /// Renew the session although it is still valid
    #[arg(long)]
    force: bool,
    /// The profile whose long-term key pays [property: awsmfa_source_profile]
    #[arg(long, value_name = "NAME")]
    source_profile: Option<ProfileName>,
    /// The profile that the session is written to [property: awsmfa_session_profile]
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    /// The region of the STS endpoint [env: AWS_REGION, AWS_DEFAULT_REGION; property: region]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The STS endpoint [env: AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL; property: endpoint_url]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// A file of certificates to trust [env: AWS_CA_BUNDLE; property: ca_bundle]
    #[arg(long, value_name = "PATH")]
    ca_bundle: Option<String>,
    /// Seconds to wait for a connection to STS [default: 5]
    #[arg(long, value_name = "SECONDS")]
    cli_connect_timeout: Option<u64>,
    /// Seconds to wait for STS's answer [default: 9]
    #[arg(long, value_name = "SECONDS")]
    cli_read_timeout: Option<u64>,
    /// Show the change with all values hidden; ask, send and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Options of `aws sts get-session-token`, such as --duration-seconds
    #[arg(last = true, value_name = "STS OPTIONS")]
    sts_options: Vec<String>,
}

/// Reads a duration that STS gives sessions for.
pub(super) fn duration(text: &str) -> Result<Seconds, String> {
    let seconds: Seconds = text.parse().map_err(|error: crate::time::DurationError| error.to_string())?;
    let possible = resolve::SESSION_DURATION.contains(&seconds.0);
    possible.then_some(seconds).ok_or_else(|| "STS gives sessions of 900 to 129600 seconds (15m to 36h)".to_owned())
}

impl Args {
    /// Whether `--debug` stands after `--`.
    pub fn wants_debug(&self) -> bool {
        self.sts_options.iter().any(|word| word == "--debug")
    }

    fn request(&self, global: &GlobalArgs, options: StsOptions) -> Request {
        // Zero is the AWS CLI's way to say no limit.
        let limit = |seconds: u64| Duration::from_secs(if seconds == 0 { 24 * 60 * 60 } else { seconds });
        Request {
            profile: self.name.clone().or_else(|| global.profile.clone()),
            source_profile: self.source_profile.clone(),
            session_profile: self.session_profile.clone(),
            serial_number: options.serial_number.or_else(|| self.serial_number.clone()),
            duration: options.duration_seconds.or(self.duration_seconds),
            min_remaining: self.min_remaining,
            mfa_process: self.mfa_process.clone(),
            region: options.region.or_else(|| self.region.clone()),
            endpoint_url: options.endpoint_url.or_else(|| self.endpoint_url.clone()),
            ca_bundle: options.ca_bundle.or_else(|| self.ca_bundle.clone()),
            connect_limit: options.cli_connect_timeout.or(self.cli_connect_timeout).map(limit),
            read_limit: options.cli_read_timeout.or(self.cli_read_timeout).map(limit),
        }
    }
}

/// Logs in.
///
/// # Errors
///
/// Fails as the contract says; before a code is spent where that can be known, and without losing a session after it.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let request = args.request(global, sts_options::parse(&args.sts_options)?);
    let mut files = SharedFiles::read(global, context)?;
    if !args.dry_run && recover(&files, messages) {
        files = SharedFiles::read(global, context)?;
    }
    let plan = resolve::resolve(&request, &context.environment, files.profiles())?;
    tracing::debug!(
        source_profile = %plan.source_profile,
        session_profile = %plan.session_profile,
        serial_number = %plan.serial_number,
        region = plan.endpoint.region,
        "decided"
    );

    let code_variable = context.environment.get("AWSMFA_TOKEN_CODE");
    let token_source = TokenSource::choose(args.token_code.as_deref(), code_variable, plan.mfa_process.as_deref());
    if !args.dry_run
        && !args.force
        && !token_source.is_given()
        && is_still_valid(&plan, files.profiles(), context, messages)
    {
        return Ok(0);
    }
    let rehearsed = with_session(&plan.session_profile, &placeholder(), &plan, files.profiles())?;
    if args.dry_run {
        let credentials = &files.profiles().credentials;
        let change = diff::hidden(&credentials.path, credentials.document.bytes(), &rehearsed);
        terminal::print(&change).map_err(Error::Output)?;
        return Ok(0);
    }
    token_source.check()?;
    files::rehearse(&files.profiles().credentials.path, &rehearsed)?;

    let session = act(&plan, token_source, messages)?;
    #[cfg(unix)]
    let _uninterrupted = crate::io::interrupt::defer();
    let committed = keep_and_commit(&plan, &session, &files)?;
    report(&plan, &session, committed, files.profiles(), context, messages);
    Ok(0)
}

fn is_still_valid(plan: &LoginPlan, profiles: Profiles<'_>, context: &Context, messages: Messages) -> bool {
    let target = profiles.get(plan.session_profile.as_str()).and_then(|profile| profile.credentials_section());
    let SessionState::Valid(until) = SessionState::of(target.as_ref(), context.now, plan.min_remaining) else {
        return false;
    };
    let remaining = text::remaining(until, context.now, &clock::zone());
    messages.note(&format!("awsmfa: {} is still valid: {remaining}", plan.session_profile));
    true
}

/// A session for trying the edit out, as long as real ones can be.
fn placeholder() -> Session {
    Session {
        access_key_id: "ASIAPLACEHOLDER00000".to_owned(),
        secret_access_key: Secret::new("x".repeat(40)),
        session_token: Secret::new("x".repeat(4096)),
        expiration: jiff::Timestamp::UNIX_EPOCH,
    }
}

/// The credentials file with the session in it.
fn with_session(
    name: &ProfileName,
    session: &Session,
    plan: &LoginPlan,
    profiles: Profiles<'_>,
) -> Result<Vec<u8>, Error> {
    resolve::check_target(name, &plan.source_profile, profiles)?;
    write_session(name, session, profiles.credentials)
}

fn write_session(name: &ProfileName, session: &Session, credentials: &SharedFile) -> Result<Vec<u8>, Error> {
    let exists = credentials.document.sections_named(name.as_str()).next().is_some();
    let edits = session::login_edits(session, exists);
    credentials.document.edited(name.as_str(), &edits).map_err(|source| Error::Edit {
        path: credentials.path.clone(),
        profile: name.clone(),
        source,
    })
}

/// Gets the key and the code, and asks STS.
fn act(plan: &LoginPlan, token_source: TokenSource<'_>, messages: Messages) -> Result<Session, Error> {
    #[cfg(unix)]
    crate::io::interrupt::handle();
    let key = long_term_key(plan)?;
    let sts = Sts::new(&plan.endpoint, &key)?;
    let question = question(plan);
    for attempt in 1.. {
        let token_code = token_source.read(&question)?;
        let request =
            GetSessionToken { serial_number: &plan.serial_number, token_code: &token_code, duration: plan.duration };
        match sts.get_session_token(&request) {
            Err(error) if error.is_rejected_code() && token_source == TokenSource::Prompt && attempt < ATTEMPTS => {
                messages.error(&error.into());
            }
            answer => return Ok(answer?),
        }
    }
    unreachable!("the loop ends at the last attempt")
}

fn long_term_key(plan: &LoginPlan) -> Result<LongTermKey, Error> {
    match &plan.key {
        KeySource::Key(key) => Ok(key.clone()),
        KeySource::Process(command) => {
            let failed = |cause: String| Error::KeyProcess { profile: plan.source_profile.clone(), cause };
            let output = process::output_of(command, KEY_PROCESS_LIMIT).map_err(|error| failed(error.to_string()))?;
            credential_process::long_term_key(&output).map_err(|error| failed(error.to_string()))
        }
    }
}

fn question(plan: &LoginPlan) -> String {
    let account = plan.serial_number.account().map(|account| format!(", account {account}")).unwrap_or_default();
    let profile = text::escape(&plan.source_profile.to_string());
    format!("MFA code of {} (profile {profile}{account}): ", plan.serial_number)
}

/// Writes the session, by way of a recovery file.
fn keep_and_commit(plan: &LoginPlan, session: &Session, files: &SharedFiles) -> Result<Committed, Error> {
    let credentials = files.profiles().credentials;
    let kept = keep(&plan.session_profile, session, &credentials.path);
    let committed = commit(&credentials.path, |fresh| {
        let profiles = Profiles { config: files.profiles().config, credentials: fresh };
        with_session(&plan.session_profile, session, plan, profiles)
    });
    match (committed, kept) {
        (Ok(committed), kept) => {
            if let Ok(kept) = kept {
                kept.discard();
            }
            Ok(committed)
        }
        (Err(source), kept) => {
            let profile = plan.session_profile.clone();
            let recovery = kept.ok().inspect(Recovery::sync).map(|kept| kept.path);
            Err(Error::Unwritten { profile, recovery, source: Box::new(source) })
        }
    }
}

fn keep(name: &ProfileName, session: &Session, path: &Path) -> Result<Recovery, Error> {
    let empty = parse(path, Vec::new())?;
    let bytes = write_session(name, session, &empty)?;
    Ok(recovery::keep(path, &bytes)?)
}

fn commit(path: &Path, mut edit: impl FnMut(&SharedFile) -> Result<Vec<u8>, Error>) -> Result<Committed, Error> {
    files::replace(path, |bytes| edit(&parse(path, bytes)?))
}

/// Puts sessions into the file that earlier logins paid for and could not write. Says whether there was one. One that
/// still cannot be written stays where it is, and is no reason not to log in elsewhere.
fn recover(files: &SharedFiles, messages: Messages) -> bool {
    let mut any = false;
    for kept in recovery::find(&files.profiles().credentials.path) {
        let path = kept.path.clone();
        match recover_one(kept, files, messages) {
            Ok(recovered) => any |= recovered,
            Err(error) => {
                messages.warning(&format!("the session in {} still cannot be written: {error}", path.display()))
            }
        }
    }
    any
}

fn recover_one(kept: Recovery, files: &SharedFiles, messages: Messages) -> Result<bool, Error> {
    let credentials = files.profiles().credentials;
    let file = parse(&kept.path, kept.read()?)?;
    let Some((name, session)) = file.document.sections().next().and_then(|section| session::read(&section)) else {
        kept.discard_if_old();
        return Ok(false);
    };
    if session.expiration <= clock::now() {
        kept.discard();
        return Ok(false);
    }
    #[cfg(unix)]
    let _uninterrupted = crate::io::interrupt::defer();
    commit(&credentials.path, |fresh| {
        let profiles = Profiles { config: files.profiles().config, credentials: fresh };
        if let Some(target) = profiles.get(name.as_str()) {
            resolve::check_holding(&name, &target)?;
        }
        write_session(&name, &session, fresh)
    })?;
    messages.note(&format!("awsmfa: the session of {name} from an interrupted login is in the credentials file now"));
    kept.discard();
    Ok(true)
}

/// Says until when, and what keeps clients from seeing it.
fn report(
    plan: &LoginPlan,
    session: &Session,
    committed: Committed,
    profiles: Profiles<'_>,
    context: &Context,
    messages: Messages,
) {
    let name = &plan.session_profile;
    let remaining = text::remaining(session.expiration, clock::now(), &clock::zone());
    messages.note(&format!("awsmfa: {name} is valid: {remaining}"));

    let path = || profiles.credentials.path.clone();
    let warnings = check::environment(&context.environment)
        .into_iter()
        .chain(check::session_profile(name, plan.refused_by_some.as_ref(), profiles))
        .chain(check::file(profiles.config))
        .chain(check::file(profiles.credentials))
        .chain(
            (committed.other_links > 0)
                .then(|| check::Warning::OtherLinks { path: path(), count: committed.other_links }),
        )
        .chain(committed.unlocked.then(|| check::Warning::NoLock { path: path() }));
    for warning in warnings {
        messages.warning(&warning.to_string());
    }
    if context.environment.get("AWS_PROFILE") != Some(name.as_str()) {
        messages.note(&format!("use it with: export AWS_PROFILE={}", text::shell_word(name.as_str())));
    }
}
