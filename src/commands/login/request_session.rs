//! A request to STS for a session, with or without an MFA code, and the diagnosis of a refusal.

use std::cell::RefCell;
use std::path::Path;

use crate::commands::code_memory::{self, UsedCode};
use crate::commands::login::exchange_lock::ExchangeLocks;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::diagnosis::{self, Facts, Identity};
use crate::endpoint::{first_region, partition_of_region};
use crate::error::Error;
use crate::io::files;
use crate::io::iam;
use crate::io::interrupt::{self, Answering};
use crate::io::sts::{Caller, MfaProof, Network, Sts, StsError};
use crate::io::terminal;
use crate::io::token_source::TokenSource;
use crate::limits;
use crate::resolve::{self, KeySource, Mfa, Step};
use crate::role::Role;
use crate::secret::Secret;
use crate::session::{LongTermKey, Session};
use crate::time::Seconds;
use crate::token_code::{SerialNumber, TokenCode};
use crate::used_codes::{self, Sent, until_next_code};

/// The maximum number of codes to try.
const ATTEMPTS: usize = 3;

/// The settings that all requests of a login share.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    /// The connections to STS.
    pub network: &'a Network,
    /// The ids of unknown keys, each with the region in which it is valid, if one was found.
    pub good_regions: &'a RefCell<Vec<(String, Option<&'static str>)>>,
    /// The environment, for the state folder and the kind of machine.
    pub context: &'a Context,
    /// The printer of messages between two attempts.
    pub messages: Messages,
    /// Set to wait for the next code if a program's code is rejected.
    pub waits: bool,
    /// Set if the user may be prompted, as when a program fails or its code is rejected.
    pub may_prompt: bool,
    /// Set to sign in with the AWS CLI if a sign-in has ended.
    pub signs_in: bool,
    /// The paths of the config file and the credentials file.
    pub paths: (&'a Path, &'a Path),
    /// The locks of the login, released while a user is prompted.
    pub locks: &'a ExchangeLocks<'a>,
}

/// A request with an MFA code.
#[derive(Clone, Copy)]
pub(super) enum Request<'a> {
    /// For a session of the key's user, with this duration or the default of STS.
    SessionToken(Option<Seconds>),
    /// For a session of a role.
    Role(&'a Role),
}

impl<'a> Request<'a> {
    fn role(self) -> Option<&'a Role> {
        if let Self::Role(role) = self { Some(role) } else { None }
    }
}

/// The answer to a request.
pub(super) struct Exchanged {
    /// The session.
    pub session: Session,
    /// The lead of the local clock over that of STS.
    pub clock_offset: Option<Seconds>,
    /// The code that was used.
    pub used: UsedCode,
    /// Delays signals until the session is on disk.
    pub answering: Answering,
}

impl Exchange<'_> {
    /// Gets a code from a source, or with a question, and requests a session with it; prompts again after a rejected code,
    /// if prompts are allowed.
    pub(super) fn with_code(
        self,
        step: &Step,
        request: Request<'_>,
        mfa: &Mfa,
        caller: &Caller<'_>,
        (mut source, question): (TokenSource<'_>, &str),
    ) -> Result<Exchanged, Error> {
        let mut sts = self.network.sts(&step.endpoint, caller)?;
        let mut may_wait = self.waits;
        let mut named: Option<Role> = None;
        for attempt in 1.. {
            let (code, owner) = self.code(source, question, step, caller, &mut sts)?;
            let user = owner.as_ref().and_then(Identity::user_name);
            named = user.and_then(|user| request.role()?.named_after(user)).or(named);
            if let Some(role) = &named {
                tracing::info!(name = %role.session_name, origin = %role.session_name_origin, "role session name");
            }
            let request = named.as_ref().map_or(request, Request::Role);
            let proof = MfaProof { serial_number: &mfa.serial_number, token_code: &code };
            let answering = interrupt::answering();
            let answer = self.network.run(async {
                match request {
                    Request::SessionToken(duration) => sts.get_session_token(duration, proof).await,
                    Request::Role(role) => sts.assume_role(role, Some(proof)).await,
                }
            })?;
            let used = || UsedCode { serial_number: mfa.serial_number.clone(), code: code.clone(), at: sts.time() };
            let error = match answer {
                // The code is remembered later: the session must be saved to disk first.
                Ok(session) => {
                    return Ok(Exchanged { session, clock_offset: sts.clock_offset(), used: used(), answering });
                }
                Err(error) => error,
            };
            drop(answering);
            if error.may_have_spent_code() {
                self.remember(&[used()], false);
            }
            let is_rejected = error.is_rejected_code();
            let error = self.explained(error, step, request.role(), caller, &sts, Some((mfa, &code)));
            if is_rejected && may_wait && matches!(source, TokenSource::Command(_)) {
                may_wait = false;
                self.messages.error(&error);
                self.wait_for_next_code(&sts);
            } else if is_rejected && self.may_prompt && source.can_be_asked_again() && attempt < ATTEMPTS {
                self.messages.error(&error);
                // The program would print the same code again.
                source = TokenSource::Prompt;
            } else {
                return Err(error);
            }
        }
        unreachable!("the loop ends at the last attempt")
    }

    /// Assumes a role without a code.
    pub(super) fn assume(self, step: &Step, role: &Role, caller: &Caller<'_>) -> Result<Session, Error> {
        let sts = self.network.sts(&step.endpoint, caller)?;
        let answer = self.network.run(sts.assume_role(role, None))?;
        answer.map_err(|error| self.explained(error, step, Some(role), caller, &sts, None))
    }

    /// Gets a code, and opens the connection while the user looks it up. Also returns the owner of the key, if that
    /// connection has shown it.
    fn code(
        self,
        source: TokenSource<'_>,
        question: &str,
        step: &Step,
        caller: &Caller<'_>,
        sts: &mut Sts<'_>,
    ) -> Result<(TokenCode, Option<Identity>), Error> {
        let release = || self.locks.release();
        if source != TokenSource::Prompt {
            let before_prompt: Option<&dyn Fn()> = if self.may_prompt { Some(&release) } else { None };
            let code = source.read(question, before_prompt)?;
            sts.reconnect_if_idle(caller)?;
            return Ok((code, None));
        }
        release();
        let (messages, shown, profile) = (self.messages, question.to_owned(), step.source_profile.clone());
        let refused = move |error: StsError| {
            let message = format!("STS refuses the key of '{profile}', so no MFA code will help: {error}");
            let warning = messages.rendered_warning(&message);
            warning.iter().for_each(|warning| terminal::message_above(warning, &shown));
        };
        let (code, owner) = sts.connect_while(caller, refused, || source.read(question, None))?;
        Ok((code?, owner))
    }

    fn wait_for_next_code(self, sts: &Sts) {
        // One more second, so that the device certainly shows the next code.
        let seconds = until_next_code(sts.time()).0.unsigned_abs() + 1;
        if self.messages.is_quiet() {
            terminal::wait(seconds);
        } else {
            terminal::count_down(seconds, |left| format!("awsmfa: waiting {left} s for the next code"));
        }
    }

    /// Converts an error of a request without a code, and adds the cause of a refusal if it can be found.
    pub(super) fn explained_without_code(self, error: StsError, step: &Step, caller: &Caller<'_>) -> Error {
        match self.network.sts(&step.endpoint, caller) {
            Ok(sts) => self.explained(error, step, step.call.role(), caller, &sts, None),
            Err(error) => error.into(),
        }
    }

    /// Converts an error of STS, and adds the cause of a refusal if it can be found.
    fn explained(
        self,
        error: StsError,
        step: &Step,
        role: Option<&Role>,
        caller: &Caller<'_>,
        sts: &Sts,
        used: Option<(&Mfa, &TokenCode)>,
    ) -> Error {
        let cause = match &error {
            StsError::Refused { code, message, clock_offset, status } if *status < 500 => {
                let is_about_device = diagnosis::is_about_device(code, message);
                let identity =
                    if is_about_device { self.network.run(sts.identity()).and_then(|it| it).ok() } else { None };
                let listed_devices = match (&identity, caller) {
                    (Some(identity), Caller::Key(key)) => self.listed_devices(step, identity, key),
                    _ => Vec::new(),
                };
                let serial_origin = used.map(|(mfa, _)| mfa.origin.to_string());
                let good_region = if diagnosis::is_unknown_key(code) { self.good_region(step, caller) } else { None };
                let (access_key_id, secret) = caller.key();
                let facts = Facts {
                    code,
                    message,
                    source_profile: &step.source_profile,
                    is_session: matches!(caller, Caller::Session(_)),
                    access_key_id,
                    is_key_in_file: matches!(step.call.key_and_mfa(), Some((KeySource::Key(_), _))),
                    has_whole_secret: is_whole(secret),
                    region: &step.endpoint.region,
                    serial_number: used.map(|(mfa, _)| &mfa.serial_number),
                    serial_origin: serial_origin.as_deref(),
                    listed_devices: &listed_devices,
                    role,
                    clock_offset: *clock_offset,
                    is_wsl: self.context.environment.is_wsl(),
                    sent: used.and_then(|(mfa, code)| self.sent(mfa, code, sts)),
                    remembers_codes: self.remembers_codes(),
                    next_code_in: until_next_code(sts.time()),
                    identity: identity.as_ref(),
                    good_region,
                };
                diagnosis::cause(&facts)
            }
            _ => None,
        };
        if let Some(cause) = &cause {
            tracing::info!(?cause, "why STS refused");
        }
        match cause {
            Some(cause) => Error::Refused { source: error, cause: Box::new(cause) },
            None => Error::Sts { source: error, with_code: used.is_some() },
        }
    }

    /// Remembers that codes were used. If that cannot be written, later messages are less precise.
    pub(super) fn remember(self, used: &[UsedCode], is_accepted: bool) {
        code_memory::remember(used, is_accepted, self.context, self.messages);
    }

    /// Returns the devices that IAM lists for the key's user; none if the user may not list them.
    fn listed_devices(self, step: &Step, identity: &Identity, key: &LongTermKey) -> Vec<SerialNumber> {
        let iam = resolve::iam_endpoint(step.endpoint.clone(), &identity.arn, &self.context.environment);
        iam.ok().flatten().and_then(|iam| iam::mfa_devices(&iam, key)).unwrap_or_default()
    }

    /// Returns whether used codes can be remembered: whether their file is writable.
    fn remembers_codes(self) -> bool {
        self.context.environment.used_codes_file().is_some_and(|path| files::is_writable(&path))
    }

    fn sent(self, mfa: &Mfa, code: &TokenCode, sts: &Sts) -> Option<Sent> {
        let bytes = files::read_own(&self.context.environment.used_codes_file()?, limits::CODE_MEMORY_BYTES).ok()?;
        used_codes::sent(&bytes, &mfa.serial_number, code, sts.time())
    }

    /// Returns the first region of the partition, which no account can disable, if the key is valid there.
    fn good_region(self, step: &Step, caller: &Caller<'_>) -> Option<&'static str> {
        let first = first_region(partition_of_region(&step.endpoint.region))?;
        if step.endpoint.url.is_some() || first == step.endpoint.region {
            return None;
        }
        let (access_key_id, _) = caller.key();
        if let Some((_, known)) = self.good_regions.borrow().iter().find(|(id, _)| id == access_key_id) {
            return *known;
        }
        let mut endpoint = step.endpoint.clone();
        first.clone_into(&mut endpoint.region);
        let identity = self.network.sts(&endpoint, caller).and_then(|sts| self.network.run(sts.identity())?);
        let good_region = identity.is_ok().then_some(first);
        self.good_regions.borrow_mut().push((access_key_id.to_owned(), good_region));
        good_region
    }
}

/// Returns whether the secret access key has the usual form: 40 characters of Base64.
fn is_whole(secret: &Secret) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    secret.expose().len() == 40 && secret.expose().bytes().all(is_usual)
}
