//! `awsmfa login`: one way through, from the files to the sessions in the credentials file.
//!
//! Everything that can fail without a token code is tried before one is asked for or sent.

mod codes;
mod exchange_lock;
mod outcome;
pub(crate) mod recover;
mod report;
mod request_session;
pub(crate) mod run;
mod sts_options;

use std::time::Duration;

use clap::ValueHint::FilePath;
use clap::builder::NonEmptyStringValueParser;

use crate::check;
use crate::commands::login::codes::Codes;
use crate::commands::login::exchange_lock::ExchangeLocks;
use crate::commands::login::outcome::Goals;
use crate::commands::login::recover::recover;
use crate::commands::login::request_session::Exchange;
use crate::commands::login::run::{Executed, Rehearsed};
use crate::commands::login::sts_options::StsOptions;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{file_status, files, interrupt, terminal};
use crate::profile::ProfileName;
use crate::profile::property::SESSION_TOKEN;
use crate::render::{diff, json};
use crate::resolve::{self, LoginPlan, Request, Situation};
use crate::secret::Secret;
use crate::time::Seconds;

/// Exchange a token code for a session and write it to the session profile
///
/// Without a code, a session that is still valid for 15 minutes is kept and nothing is asked. What stands after `--` are
/// options of `aws sts get-session-token`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profiles to log in to, of any kind; one as --profile
    #[arg(value_name = "PROFILE")]
    names: Vec<ProfileName>,
    /// Log in to all profiles that awsmfa can get a session for, with one code for each MFA device
    #[arg(long, conflicts_with_all = ["names", "source_profile", "session_profile", "role_arn"])]
    all: bool,
    /// The code of the MFA device, six digits; `-` reads it from standard input [env: AWSMFA_TOKEN_CODE]
    #[arg(long, value_name = "CODE")]
    token_code: Option<String>,
    /// A command that prints the code [env: AWSMFA_MFA_PROCESS; property: mfa_process]
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    mfa_process: Option<String>,
    /// If STS rejects the code of that command, wait for the next one and ask it once more
    #[arg(long)]
    wait: bool,
    /// The ARN or serial number of the MFA device [env: AWS_MFA_SERIAL; property: mfa_serial]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new())]
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
    /// A role to assume with the profile [property: role_arn of a role profile]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new())]
    role_arn: Option<String>,
    /// What the role's session is called in AWS's logs [default: awsmfa- and the user; property: role_session_name]
    #[arg(long, value_name = "NAME")]
    role_session_name: Option<String>,
    /// What the role asks its callers for [property: external_id]
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// The region of the STS endpoint [env: AWS_REGION, AWS_DEFAULT_REGION; property: region]
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    region: Option<String>,
    /// The STS endpoint [env: AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL; property: endpoint_url]
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    endpoint_url: Option<String>,
    /// A file of certificates to trust [env: AWS_CA_BUNDLE; property: ca_bundle]
    #[arg(long, value_name = "PATH", value_hint = FilePath, value_parser = NonEmptyStringValueParser::new())]
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
    /// The global options behind the command's name, until [`crate::cli::Cli::joined`] has taken them.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Reads a duration that STS gives sessions for.
pub(super) fn duration(text: &str) -> Result<Seconds, String> {
    let seconds: Seconds = text.parse().map_err(|error: crate::time::DurationError| error.to_string())?;
    let possible = resolve::SESSION_DURATION.contains(&seconds.0);
    possible.then_some(seconds).ok_or_else(|| "STS gives sessions of 15m to 36h".to_owned())
}

/// Longer than anybody waits.
const NO_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

impl Args {
    /// Returns whether the command's own arguments, or `--all`, say which profiles are meant.
    pub fn names_profile(&self) -> bool {
        self.all || !self.names.is_empty()
    }

    /// Returns whether `--debug` stands after `--`.
    pub fn wants_debug(&self) -> bool {
        self.sts_options.iter().any(|word| word == "--debug")
    }

    fn request(&self, global: &GlobalArgs, options: StsOptions) -> Request {
        // Zero is the AWS CLI's way to say no limit.
        let limit = |seconds: u64| if seconds == 0 { NO_LIMIT } else { Duration::from_secs(seconds).min(NO_LIMIT) };
        Request {
            profiles: self.names.iter().chain(&global.profile).cloned().collect(),
            all: self.all,
            source_profile: self.source_profile.clone(),
            session_profile: self.session_profile.clone(),
            role_arn: self.role_arn.clone(),
            role_session_name: self.role_session_name.clone(),
            external_id: self.external_id.clone(),
            serial_number: options.serial_number.or_else(|| self.serial_number.clone()),
            duration: options.duration_seconds.or(self.duration_seconds),
            min_remaining: self.min_remaining,
            renew: self.force,
            renew_payers: false,
            renewed: Vec::new(),
            has_code: false,
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
/// Fails before a code is spent where that can be known, and without losing a session after it.
/// What is wrong with single profiles is said here, and told by the exit code.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let codes = Codes::new(args.token_code.as_deref(), context).waiting(args.wait);
    let mut request = args.request(global, sts_options::parse(&args.sts_options)?);
    if request.profiles.len() > 1 && (args.session_profile.is_some() || args.role_arn.is_some()) {
        return Err(Error::Usage("--session-profile and --role-arn can be used with one profile only".to_owned()));
    }
    // A dry run shows what a code would change.
    request.renew_payers = codes.is_given();
    request.has_code = codes.is_given();
    request.renew = args.force || args.dry_run || codes.is_given();
    if args.dry_run {
        codes.check_given()?;
        return dry_run(&request, &SharedFiles::read(global, context)?, context, messages);
    }
    let login = carry_out(&request, codes, global, context, messages)?;
    report::outcome(&login, context, messages)
}

/// The prompts that are allowed for a session that a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// Everything, by `exec`.
    Exec,
    /// Everything, by `credential-process --prompt`.
    Prompt,
    /// Nothing.
    Nothing,
}

/// Makes sure that a profile has a session that is still valid, and says nothing if it has.
pub(super) fn ensure(
    profile: Option<&ProfileName>,
    asking: Asking,
    global: &GlobalArgs,
    context: &Context,
) -> Result<Goals, Error> {
    let messages = Messages::new(global, context);
    let request = Request { profiles: profile.cloned().into_iter().collect(), ..Request::default() };
    let codes = Codes::new(None, context).asking(asking != Asking::Nothing);
    let codes = if asking == Asking::Exec { codes.for_exec() } else { codes };
    let login = carry_out(&request, codes, global, context, messages)?;
    report::sessions(&login, context, messages);
    Ok(login.goals)
}

/// What a login did, to be reported.
struct Login {
    files: SharedFiles,
    plan: LoginPlan,
    goals: Goals,
    executed: Executed,
}

/// The one way through: read, decide, rehearse, act, commit.
fn carry_out(
    request: &Request,
    codes: Codes<'_>,
    global: &GlobalArgs,
    context: &Context,
    messages: Messages,
) -> Result<Login, Error> {
    interrupt::handle();
    let mut files = SharedFiles::read(global, context)?;
    if recover(&files, messages) {
        files = SharedFiles::read(global, context)?;
    }
    let mut prepared = Prepared::new(request, &codes, &files, context)?;
    let locks = ExchangeLocks::new(&files.profiles().credentials.path, context, messages);
    let mut request = request.clone();
    while locks.lock_next(&prepared.to_lock(&codes)) {
        if let Some(changed) = changed_since(&files, global, context)? {
            request.renewed.extend(renewed(&prepared, &files, &changed));
            request.has_code &= request.renewed.is_empty();
            files = changed;
            prepared = Prepared::new(&request, &codes, &files, context)?;
        }
    }
    let Prepared { plan, mut goals, rehearsed } = prepared;
    let wanted = goals.steps(&plan);
    let mut executed = Executed::default();
    if !wanted.is_empty() {
        let room = run::rehearse_write(&files, &rehearsed.bytes, wanted.len())?;
        // It is as large as the file.
        drop(rehearsed);
        let credentials = &files.profiles().credentials.path;
        let open = room.mode().and_then(|mode| check::readable_by_others(credentials, mode));
        open.iter().for_each(|finding| messages.warning(&finding.to_string()));
        let (waits, may_prompt) = (codes.waits(), codes.may_ask());
        let exchange = Exchange { context, messages, waits, may_prompt, locks: &locks };
        executed = run::execute(&plan, &wanted, codes, room, &files, exchange);
        goals.fail_without_session(&plan, &executed.no_session);
        goals.fail_unwritable(&executed.not_written);
    }
    Ok(Login { files, plan, goals, executed })
}

/// A plan whose edits have been tried out.
struct Prepared {
    plan: LoginPlan,
    goals: Goals,
    rehearsed: Rehearsed,
}

impl Prepared {
    fn new(request: &Request, codes: &Codes<'_>, files: &SharedFiles, context: &Context) -> Result<Self, Error> {
        let plan = plan(request, files, context)?;
        let mut goals = Goals::of(&plan);
        let rehearsed = run::rehearse(&plan, &goals.steps(&plan), files)?;
        goals.fail_unwritable(&rehearsed.failures);
        let wanted = goals.steps(&plan);
        if !wanted.is_empty() {
            goals.fail_without_session(&plan, &codes.check(&plan, &wanted));
        }
        Ok(Self { plan, goals, rehearsed })
    }

    /// Returns the profiles whose sessions are requested without a prompt: no other process must wait for one.
    fn to_lock(&self, codes: &Codes<'_>) -> Vec<ProfileName> {
        let wanted = self.goals.steps(&self.plan);
        if codes.will_prompt(&self.plan, &wanted) {
            return Vec::new();
        }
        let steps = wanted.iter().filter_map(|index| self.plan.steps.get(*index));
        steps.filter_map(|step| step.session_profile.clone()).collect()
    }
}

/// Both files, if the credentials file is not what it was.
fn changed_since(files: &SharedFiles, global: &GlobalArgs, context: &Context) -> Result<Option<SharedFiles>, Error> {
    let credentials = files.profiles().credentials;
    if files::is_unchanged(&credentials.path, credentials.document.bytes())? {
        return Ok(None);
    }
    SharedFiles::read(global, context).map(Some)
}

/// The profiles of the plan that have another session now.
fn renewed(prepared: &Prepared, before: &SharedFiles, now: &SharedFiles) -> Vec<ProfileName> {
    let token = |files: &SharedFiles, name: &ProfileName| {
        let profile = files.profiles().get(name.as_str())?;
        profile.credentials_property(SESSION_TOKEN).map(|found| Secret::new(found.value))
    };
    let targets = prepared.plan.steps.iter().filter_map(|step| step.session_profile.as_ref());
    let is_renewed = |name: &&ProfileName| token(now, name).is_some_and(|now| token(before, name) != Some(now));
    targets.filter(is_renewed).cloned().collect()
}

/// Shows the change with all values hidden.
fn dry_run(request: &Request, files: &SharedFiles, context: &Context, messages: Messages) -> Result<u8, Error> {
    let plan = plan(request, files, context)?;
    let mut goals = Goals::of(&plan);
    let rehearsed = run::rehearse(&plan, &goals.steps(&plan), files)?;
    goals.fail_unwritable(&rehearsed.failures);
    let credentials = files.profiles().credentials;
    let change = diff::hidden(&credentials.path, credentials.document.bytes(), &rehearsed.bytes);
    let change = if messages.is_json() { json::change(&credentials.path, &change) + "\n" } else { change };
    terminal::print(&change).map_err(Error::Output)?;
    file_status::check_replaceable(&credentials.path)?;
    Ok(report::failures(&goals, files, context, messages))
}

/// Decides what has to be done.
fn plan(request: &Request, files: &SharedFiles, context: &Context) -> Result<LoginPlan, Error> {
    let environment = &context.environment;
    let plan = resolve::resolve(request, Situation { profiles: files.profiles(), environment, clock: &context.clock })?;
    for step in &plan.steps {
        tracing::info!(
            source_profile = %step.source_profile,
            session_profile = step.session_profile.as_ref().map(ToString::to_string),
            serial_number = step.mfa.as_ref().map(|mfa| mfa.serial_number.to_string()),
            call = step.call.name(),
            role = step.call.role().map(|role| role.arn.as_str()),
            duration_s = step.call.duration().map(|duration| duration.0),
            "call to make"
        );
    }
    Ok(plan)
}
