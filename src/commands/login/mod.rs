//! `awsmfa login`: requests sessions and writes them to the credentials file.
//!
//! Everything that can fail without an MFA code is tried before one is prompted for or sent.

mod codes;
pub(super) mod commit;
mod exchange_lock;
mod for_commands;
mod outcome;
mod prepare;
pub(super) mod recover;
mod rehearse;
pub(super) mod report;
mod request_session;
mod run;
mod run_at_once;
mod sdk_session;
mod step_state;
mod sts_options;
pub(super) mod write_sessions;

pub(super) use for_commands::{Asking, ensure, log_in, renew_if_code_at_hand, unsaved};

use std::cell::RefCell;
use std::time::Duration;

use clap::ValueHint::FilePath;
use clap::builder::NonEmptyStringValueParser;

use crate::check;
use crate::commands::login::codes::Codes;
use crate::commands::login::exchange_lock::ExchangeLocks;
use crate::commands::login::outcome::Outcomes;
use crate::commands::login::prepare::Prepared;
use crate::commands::login::recover::recover;
use crate::commands::login::request_session::Exchange;
use crate::commands::login::run::Executed;
use crate::commands::login::step_state::StepState;
use crate::commands::login::sts_options::StsOptions;
use crate::commands::messages::Messages;
use crate::commands::pick;
use crate::commands::scope_args::ScopeArgs;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::files::ReservedSpace;
use crate::io::interrupt;
use crate::io::sts::Network;
use crate::manual::{NETWORK, SESSION};
use crate::profile::ProfileName;
use crate::resolve::{self, Choice, LoginPlan, Request, ResolveError};
use crate::session_scope::SessionScope;
use crate::time::Seconds;
use crate::token_code::TokenCode;

/// Request a session and write it to the session profile
///
/// awsmfa prompts for an MFA code if one is needed. Unless a code is given, a session that is valid for at least
/// 15 more minutes is kept, without a prompt. The arguments after `--` are options of `aws sts get-session-token`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profiles to log in to, of any kind
    ///
    /// A single one may also be named by --profile.
    #[arg(value_name = "PROFILE")]
    names: Vec<ProfileName>,
    /// Log in to all profiles, one code per device
    ///
    /// These are all role profiles, and all profiles with a long-term access key and an MFA device.
    #[arg(long, conflicts_with_all = ["names", "source_profile", "session_profile", "role_arn", "scope"])]
    all: bool,
    /// The MFA code; `-` reads standard input
    ///
    /// Six digits. With a code, the session is always renewed.
    ///
    /// [env: AWSMFA_TOKEN_CODE]
    #[arg(long, value_name = "CODE")]
    token_code: Option<String>,
    /// A command that prints the MFA code
    ///
    /// If it fails, awsmfa prompts for the code.
    ///
    /// [env: AWSMFA_MFA_PROCESS; property: mfa_process]
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true, help_heading = SESSION)]
    mfa_process: Option<String>,
    /// If STS rejects the code from that command, wait for the next code and run the command once more
    #[arg(long, hide_short_help = true, help_heading = SESSION)]
    wait: bool,
    /// The ARN or serial number of the MFA device
    ///
    /// [env: AWS_MFA_SERIAL; property: mfa_serial]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true, help_heading = SESSION)]
    serial_number: Option<String>,
    /// The duration, such as 3600, 12h or 90m
    ///
    /// Defaults to the duration that STS chooses: 12 hours, or one hour for a role.
    ///
    /// [env: AWSMFA_DURATION_SECONDS; property: awsmfa_duration_seconds]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    duration_seconds: Option<Seconds>,
    /// Keep a session that is valid for at least this long
    ///
    /// [default: 15m; env: AWSMFA_MIN_REMAINING; property: awsmfa_min_remaining]
    #[arg(long, value_name = "DURATION", hide_short_help = true, help_heading = SESSION)]
    min_remaining: Option<Seconds>,
    /// If the sign-in of the profile has ended, run `aws sso login` or `aws login`
    #[arg(long, hide_short_help = true, help_heading = SESSION)]
    sign_in: bool,
    /// Renew the session even if it is still valid
    #[arg(long)]
    force: bool,
    /// The profile with the source credentials
    ///
    /// [property: awsmfa_source_profile]
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = SESSION)]
    source_profile: Option<ProfileName>,
    /// The profile to write the session to
    ///
    /// [property: awsmfa_session_profile]
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    /// The role to assume with the profile
    ///
    /// For a role that is in neither file.
    ///
    /// [property: role_arn of a role profile]
    #[arg(long, value_name = "ARN", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true, help_heading = SESSION)]
    role_arn: Option<String>,
    /// The name of the role session in CloudTrail
    ///
    /// [default: that of the IAM user or the MFA device, or else awsmfa-USER; property: role_session_name]
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = SESSION)]
    role_session_name: Option<String>,
    /// The external ID that the trust policy of the role requires
    ///
    /// [property: external_id]
    #[arg(long, value_name = "ID", hide_short_help = true, help_heading = SESSION)]
    external_id: Option<String>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The region of the STS endpoint
    ///
    /// [default: the first region of the partition in the device's ARN; env: AWS_REGION, AWS_DEFAULT_REGION; property:
    /// region]
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new(), hide_short_help = true, help_heading = NETWORK)]
    region: Option<String>,
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
    /// Seconds to wait for a connection to STS
    ///
    /// 0 means no limit. [default: 5]
    #[arg(long, value_name = "SECONDS", hide_short_help = true, help_heading = NETWORK)]
    cli_connect_timeout: Option<u64>,
    /// Seconds to wait for an answer from STS
    ///
    /// 0 means no limit. [default: 9]
    #[arg(long, value_name = "SECONDS", hide_short_help = true, help_heading = NETWORK)]
    cli_read_timeout: Option<u64>,
    /// Show the change, but do not write it
    ///
    /// There is no prompt and no request, and all values are hidden.
    #[arg(long)]
    dry_run: bool,
    /// Options of `aws sts get-session-token`, such as --duration-seconds
    #[arg(last = true, value_name = "STS OPTIONS", hide_short_help = true)]
    sts_options: Vec<String>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Parses a duration within the limits of STS.
pub(super) fn duration(text: &str) -> Result<Seconds, String> {
    let seconds: Seconds = text.parse().map_err(|error: crate::time::DurationError| error.to_string())?;
    let possible = resolve::SESSION_DURATION.contains(&seconds.0);
    possible.then_some(seconds).ok_or_else(|| "a session must last 15m to 36h".to_owned())
}

/// The maximum time limit, which is also used for "no limit".
const NO_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

impl Args {
    /// Returns whether the command's own arguments, or `--all`, select the profiles.
    pub fn names_profile(&self) -> bool {
        self.all || !self.names.is_empty()
    }

    /// Returns whether `--debug` comes after `--`.
    pub fn wants_debug(&self) -> bool {
        self.sts_options.iter().any(|word| word == "--debug")
    }

    fn request(&self, global: &GlobalArgs, options: StsOptions, scope: SessionScope) -> Request {
        // Zero means no limit, as in the AWS CLI.
        let limit = |seconds: u64| if seconds == 0 { NO_LIMIT } else { Duration::from_secs(seconds).min(NO_LIMIT) };
        Request {
            profiles: self.names.iter().chain(&global.profile).cloned().collect(),
            all: self.all,
            source_profile: self.source_profile.clone(),
            session_profile: self.session_profile.clone(),
            role_arn: self.role_arn.clone(),
            role_session_name: self.role_session_name.clone(),
            external_id: self.external_id.clone(),
            scope,
            is_unsaved: false,
            is_source: false,
            signs_in: self.sign_in,
            serial_number: options.serial_number.or_else(|| self.serial_number.clone()),
            duration: options.duration_seconds.or(self.duration_seconds),
            min_remaining: self.min_remaining,
            renew: self.force,
            renew_sources: false,
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
/// Fails before an MFA code is used, if possible. The errors of individual profiles are printed rather than returned,
/// and the first one determines the exit code.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let codes = Codes::new(args.token_code.as_deref(), context).waiting(args.wait);
    let mut request = args.request(global, sts_options::parse(&args.sts_options)?, args.scope.scope(context)?);
    let of_one = [
        (args.session_profile.is_some() || args.role_arn.is_some()).then_some("--session-profile and --role-arn"),
        request.scope.first_flag(),
    ];
    if request.profiles.len() > 1
        && let Some(flag) = of_one.into_iter().flatten().next()
    {
        return Err(Error::Usage(format!("{flag} can be used with one profile only")));
    }
    // A dry run shows the change even if the session is still valid.
    request.renew_sources = codes.is_given();
    request.has_code = codes.is_given();
    request.renew = args.force || args.dry_run || codes.is_given();
    if args.dry_run {
        codes.check_given()?;
    }
    let files = SharedFiles::read(global, context)?;
    // Nothing is sent for the other profiles: the code was meant for them.
    let mut codes_as_names = request.profiles.iter().filter(|name| name.as_str().parse::<TokenCode>().is_ok());
    let code = codes_as_names.find_map(|name| resolve::link(Choice::of(name), files.profiles()).err());
    if let Some(error @ ResolveError::CodeAsProfile) = code {
        return Err(error.into());
    }
    request.profiles.extend(picked(&request, &files, global, context)?);
    if args.dry_run {
        return dry_run(&request, &files, context, messages);
    }
    let login = carry_out(&request, codes, files, global, context, messages)?;
    report::outcome(&login, context, messages)
}

/// Lets the user pick the profile if the request needs one and names none, and `default` does not exist.
fn picked(
    request: &Request,
    files: &SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<Option<ProfileName>, Error> {
    let names_any = !request.profiles.is_empty() || request.all;
    let has_link = request.source_profile.is_some() || request.session_profile.is_some() || request.role_arn.is_some();
    // The lookup of a name that does not exist compares it with all others, so it is the last thing to try.
    let default = ProfileName::default_profile();
    let is_selected = resolve::selecting_variable(&context.environment).is_some();
    if names_any || has_link || is_selected || files.profiles().get(default.as_str()).is_some() {
        return Ok(None);
    }
    match resolve::session_profile(Choice::of(&default), files.profiles()) {
        Ok(_) => Ok(None),
        Err(error) => pick::instead_of_default(None, &error, files, global, context),
    }
}

/// The result of a login, for its report.
struct Login {
    files: SharedFiles,
    plan: LoginPlan,
    states: Vec<StepState>,
    outcomes: Outcomes,
    executed: Executed,
}

/// Carries out a login: recovers sessions, plans, rehearses, runs the steps and commits.
fn carry_out(
    request: &Request,
    codes: Codes<'_>,
    mut files: SharedFiles,
    global: &GlobalArgs,
    context: &Context,
    messages: Messages,
) -> Result<Login, Error> {
    interrupt::handle();
    if recover(&files, messages) {
        files = SharedFiles::read(global, context)?;
    }
    let mut prepared = Prepared::new(request, &codes, &files, context)?;
    let locks = ExchangeLocks::new(&files.profiles().credentials.path, context, messages);
    let mut request = request.clone();
    while locks.lock_next(&prepared.to_lock(&codes)) {
        if let Some(changed) = prepare::changed_since(&files, global, context)? {
            request.renewed.extend(prepared.renewed(&files, &changed));
            request.has_code &= request.renewed.is_empty();
            files = changed;
            prepared = Prepared::new(&request, &codes, &files, context)?;
        }
    }
    let Prepared { plan, mut states, rehearsed } = prepared;
    let needed = outcome::needed(&plan, &states);
    let mut executed = Executed::default();
    if !needed.is_empty() {
        let is_written = |index: &usize| plan.steps.get(*index).is_some_and(|step| step.session_profile.is_some());
        let reserved = match needed.iter().filter(|index| is_written(index)).count() {
            0 => None,
            count => Some(rehearse::rehearse_write(&files, &rehearsed, count)?),
        };
        // It is as large as the file, and no longer needed.
        drop(rehearsed);
        let credentials = &files.profiles().credentials.path;
        if let Some(open) = reserved
            .as_ref()
            .and_then(ReservedSpace::mode)
            .and_then(|mode| check::readable_by_others(credentials, mode))
        {
            messages.warning(&open.to_string());
        }
        let (waits, may_prompt) = (codes.waits(), codes.may_ask());
        let (network, good_regions) = (Network::new()?, RefCell::default());
        let exchange = Exchange {
            network: &network,
            good_regions: &good_regions,
            context,
            messages,
            waits,
            may_prompt,
            signs_in: request.signs_in,
            paths: (&files.profiles().config.path, credentials),
            locks: &locks,
        };
        executed = run::execute(&plan, &mut states, &needed, codes, reserved, &files, exchange);
    }
    let outcomes = Outcomes::of(&plan, &states);
    Ok(Login { files, plan, states, outcomes, executed })
}

/// Prints the change of a dry run, with all values hidden.
fn dry_run(request: &Request, files: &SharedFiles, context: &Context, messages: Messages) -> Result<u8, Error> {
    let Prepared { plan, states, rehearsed } = Prepared::without_codes(request, files, context)?;
    report::change(files, &rehearsed, messages)?;
    Ok(report::failures(&Outcomes::of(&plan, &states), files, context, messages))
}
