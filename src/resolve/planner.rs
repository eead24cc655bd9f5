//! The planner of a login. It follows the links of each profile to a key, and adds a step for each session along the
//! way that is missing or about to expire.

use std::collections::HashMap;

use super::chain::{self, Chain, ChainEnd};
use super::external::ExternalSource;
use super::inherited_device::{inherited_device, unused_code};
use super::link::{self, Choice, Link, RoleOrigin};
use super::near_names::unknown;
use super::permanent::has_long_term_key;
use super::plan::{Call, LoginPlan, Mfa, Outcome, PlannedProfile, SessionSource, SourceCredentials, Step};
use super::resolve_error::ResolveError;
use super::role_settings::{profile_of, role};
use super::settings::{self, KeySource, Lookup};
use super::{
    Request, Selected, Situation, code_sharing, endpoint_choice, foreign, guard, narrowing, scope_settings, targets,
};
use crate::awsmfa_command;
use crate::environment::RUNNING;
use crate::limits;
use crate::profile::property::MFA_PROCESS;
use crate::profile::{Profile, ProfileName};
use crate::role::{CHAINED_ROLE_LIMIT, Role};
use crate::session::{self, Session};
use crate::session_scope::SessionScope;
use crate::session_state::SessionState;

/// Plans a login.
///
/// # Errors
///
/// Fails if the selected profile cannot be determined. An error that concerns one profile is in its
/// [`PlannedProfile`].
pub fn resolve(request: &Request, situation: Situation<'_>) -> Result<LoginPlan, ResolveError> {
    let inherited = Request {
        role_session_name: None,
        external_id: None,
        duration: None,
        scope: SessionScope::default(),
        is_unsaved: false,
        is_source: true,
        renew: request.renew_sources,
        ..request.clone()
    };
    let mut planner = Planner { request, inherited, situation, steps: Vec::new(), by_session_profile: HashMap::new() };
    let mut profiles: Vec<PlannedProfile> =
        targets::requested(request, situation)?.iter().map(|selected| planner.profile(selected)).collect();
    // `--all` means the profiles that awsmfa can log in to, so not a role if another program manages its source.
    profiles.retain(|planned| !request.all || !planned.outcome.as_ref().is_err_and(ResolveError::is_without_source));
    let mut steps = planner.steps;
    code_sharing::share_codes(&mut steps);
    if request.has_code && steps.iter().all(|step| step.call.mfa().is_none()) {
        // Without this error, the code would be ignored silently, and the session would be one without MFA.
        for planned in profiles.iter_mut().filter(|planned| matches!(planned.outcome, Ok(Outcome::Step(_)))) {
            planned.outcome = Err(unused_code(&planned.profile, situation));
        }
    }
    Ok(LoginPlan { profiles, steps })
}

/// The credentials of a source profile.
enum Credentials {
    Key(KeySource),
    Session(SessionSource),
}

struct Planner<'a> {
    request: &'a Request,
    /// The flags that apply to the whole chain, not only to the requested profile.
    inherited: Request,
    situation: Situation<'a>,
    steps: Vec<Step>,
    /// The session profiles planned so far, each with its link and its step; no step if its session is still valid.
    by_session_profile: HashMap<ProfileName, (Link, Option<usize>)>,
}

impl Planner<'_> {
    fn profile(&mut self, selected: &Selected) -> PlannedProfile {
        let profile = selected.name.clone();
        let choice = Choice {
            selected: &profile,
            source_profile: self.request.source_profile.as_ref().filter(|source| **source != profile),
            session_profile: self.request.session_profile.as_ref(),
            role_arn: self.request.role_arn.as_deref(),
        };
        let outcome = self.check_source(&profile).and_then(|()| self.session_of(choice, self.request, &mut Vec::new()));
        let outcome = outcome.map_err(|error| error.named_by(selected).with_near(self.situation.profiles));
        let outcome = outcome.map(|(link, session)| match session {
            SessionSource::Stored(session) => {
                Outcome::StillValid { session_profile: link.session_profile, until: session.expiration }
            }
            SessionSource::Step(step) => Outcome::Step(step),
        });
        PlannedProfile { profile, outcome }
    }

    /// Checks that the requested profile has a key if `--source-profile` names it, too.
    fn check_source(&self, profile: &ProfileName) -> Result<(), ResolveError> {
        let Situation { profiles, .. } = self.situation;
        if self.request.source_profile.as_ref() != Some(profile) || self.request.role_arn.is_some() {
            return Ok(());
        }
        match profiles.get(profile.as_str()) {
            // The key itself is checked and logged where it is used.
            Some(source) if has_long_term_key(&source) => Ok(()),
            Some(source) => settings::key(&source, profile).map(|_| ()),
            // A session profile may be missing before the first login; a source profile must exist.
            None => Err(unknown(profile, profiles)),
        }
    }

    /// Finds or plans the session of a profile of any kind. `path` contains the profiles that need it.
    fn session_of(
        &mut self,
        choice: Choice<'_>,
        request: &Request,
        path: &mut Vec<ProfileName>,
    ) -> Result<(Link, SessionSource), ResolveError> {
        let again = path.contains(choice.selected);
        if path.len() == limits::CHAIN {
            return Err(ResolveError::ChainTooLong { profile: choice.selected.clone(), limit: limits::CHAIN });
        }
        // A role from `--role-arn` has no profile of its own: the selected profile is its source.
        if choice.role_arn.is_none() {
            path.push(choice.selected.clone());
        }
        if again {
            return Err(self.loop_of(path));
        }
        let link = link::link(choice, self.situation.profiles)?;
        let Link { session_profile, source_profile, place, .. } = &link;
        let from = place.as_ref().map_or_else(|| "a flag or the names".to_owned(), ToString::to_string);
        tracing::info!(profile = %choice.selected, %session_profile, %source_profile, from, "profiles");
        if link.session_profile == link.source_profile {
            return Err(ResolveError::SameProfile { profile: link.session_profile });
        }
        narrowing::check(request, choice, &link, self.situation)?;
        if request.is_unsaved {
            let step = self.step(&link, request, path)?;
            return Ok((link, SessionSource::Step(self.add(step))));
        }
        guard::check_target(&link.session_profile, self.situation.profiles)?;
        self.check_owner(choice, &link)?;
        if let Some(step) = self.planned(&link)? {
            return Ok((link, SessionSource::Step(step)));
        }
        let has_scope = request.scope.first_flag().is_some();
        if let Some(session) = if has_scope { None } else { self.valid_session(&link, request)? } {
            tracing::info!(session_profile = %link.session_profile, until = %session.expiration, "still valid");
            self.by_session_profile.insert(link.session_profile.clone(), (link.clone(), None));
            return Ok((link, SessionSource::Stored(Box::new(session))));
        }
        let step = self.step(&link, request, path)?;
        // A step that has just been planned for the source may have the same session profile.
        self.planned(&link)?;
        let number = self.add(step);
        self.by_session_profile.insert(link.session_profile.clone(), (link.clone(), Some(number)));
        Ok((link, SessionSource::Step(number)))
    }

    fn add(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Finds the step that requests the same session. Fails if the profile already has another session.
    fn planned(&self, link: &Link) -> Result<Option<usize>, ResolveError> {
        let Some((other, step)) = self.by_session_profile.get(&link.session_profile) else { return Ok(None) };
        if (&other.source_profile, &other.role) != (&link.source_profile, &link.role) {
            let candidates = [other, link].map(Link::source_of_session).to_vec();
            return Err(ResolveError::SharedTarget { session_profile: link.session_profile.clone(), candidates });
        }
        Ok(*step)
    }

    /// Refuses a session profile that has a link to another source: the wrong session would be written to it.
    fn check_owner(&self, choice: Choice<'_>, link: &Link) -> Result<(), ResolveError> {
        if choice.session_profile.is_some() || link.session_profile == *choice.selected {
            return Ok(());
        }
        match link::link(Choice::of(&link.session_profile), self.situation.profiles) {
            Ok(own) if (&own.source_profile, &own.role) != (&link.source_profile, &link.role) => {
                let candidates = [&own, link].map(Link::source_of_session).to_vec();
                Err(ResolveError::SharedTarget { session_profile: link.session_profile.clone(), candidates })
            }
            _ => Ok(()),
        }
    }

    /// Returns the session in the file, if it is valid for long enough. Returns none for a role from `--role-arn`: the
    /// file does not record which role a session belongs to. Nor does it record the scope of a session.
    fn valid_session(&self, link: &Link, request: &Request) -> Result<Option<Session>, ResolveError> {
        let renews = request.renew && !self.request.renewed.contains(&link.session_profile);
        if renews || matches!(link.role, Some(RoleOrigin::Flag(_))) {
            return Ok(None);
        }
        let Situation { profiles, environment, clock } = self.situation;
        let target = profiles.get(link.session_profile.as_str());
        let source = profiles.get(link.source_profile.as_str());
        let min_remaining =
            settings::min_remaining(self.request.min_remaining, environment, target.as_ref(), source.as_ref())?;
        let section = target.and_then(|target| target.credentials_section());
        let is_valid = matches!(SessionState::of(section.as_ref(), clock, min_remaining), SessionState::Valid(_));
        if !is_valid {
            return Ok(None);
        }
        Ok(section.and_then(|section| session::stored(&section, clock)).map(Session::from))
    }

    fn step(&mut self, link: &Link, request: &Request, path: &mut Vec<ProfileName>) -> Result<Step, ResolveError> {
        let Situation { profiles, environment, .. } = self.situation;
        let session = profiles.get(link.session_profile.as_str());
        let source = profiles.get(link.source_profile.as_str());
        let role_profile = profile_of(link.role.as_ref(), profiles);
        let chain = chain::chain(&link.source_profile, profiles);
        let chain: Vec<Profile<'_>> = chain.profiles.iter().filter_map(|name| profiles.get(name.as_str())).collect();
        let nearest = [session.as_ref(), role_profile.as_ref(), source.as_ref()];
        let about: Vec<Option<&Profile<'_>>> = nearest.into_iter().chain(chain.iter().map(Some)).collect();

        let source_credentials = self.source_credentials(link, source.as_ref(), path)?;
        let call = match (&link.role, source_credentials) {
            (Some(origin), credentials) => {
                // A device that cannot be used is an error only where a code is needed.
                let device = || {
                    let found = settings::serial_number(request.serial_number.as_deref(), environment, &about);
                    found.ok().flatten()
                };
                let role = role(origin, request, environment, profiles, device)?;
                let source = self.source_of_role(&role, credentials, link, request, &about)?;
                scope_settings::check_inherited(&role, &source, &self.steps)?;
                Call::AssumeRole { role, source }
            }
            (None, Credentials::Key(source @ KeySource::External { .. })) => Call::Provide { source, duration: None },
            (None, Credentials::Key(key)) => {
                let duration = match &source {
                    Some(source) => settings::duration(request.duration, environment, session.as_ref(), source)?,
                    None => request.duration,
                };
                match (self.mfa(request, &about)?, key) {
                    (Some(mfa), key) => Call::GetSessionToken { key, mfa, duration },
                    // It may print a session.
                    (None, source @ KeySource::Process(_)) => Call::Provide { source, duration },
                    (None, _) => return Err(self.no_serial_number(link)),
                }
            }
            (None, Credentials::Session(_)) => return Err(self.no_serial_number(link)),
        };
        let of_role = call.role().map(|role| role.arn.as_str());
        let arn = of_role.or_else(|| call.mfa().map(|mfa| mfa.serial_number.as_str()));
        let endpoint = endpoint_choice::endpoint(request, self.situation, &about, arn)?;
        let mut step = Step {
            call,
            session_profile: (!request.is_unsaved).then(|| link.session_profile.clone()),
            source_profile: link.source_profile.clone(),
            endpoint,
            cut_duration: None,
        };
        step.cut_duration = step.call.cut_at_chaining_limit();
        Ok(step)
    }

    fn no_serial_number(&self, link: &Link) -> ResolveError {
        let names = [&link.session_profile, &link.source_profile];
        let inherited = inherited_device(&names, self.situation.profiles).map(Box::new);
        ResolveError::NoSerialNumber { profile: link.source_profile.clone(), inherited }
    }

    /// Returns the credentials to assume a role with. Prefers an existing MFA session of the user to the key and a new
    /// code.
    fn source_of_role(
        &self,
        role: &Role,
        credentials: Credentials,
        link: &Link,
        request: &Request,
        about: &[Option<&Profile<'_>>],
    ) -> Result<SourceCredentials, ResolveError> {
        let key = match credentials {
            Credentials::Key(key) => key,
            Credentials::Session(session) => return Ok(SourceCredentials::Session { session, fallback: None }),
        };
        // A code is sent only with a long-term access key: an MFA device belongs to a user.
        let is_external = matches!(key, KeySource::External { .. });
        let mfa = if is_external { None } else { self.mfa(request, about)? };
        let Some(mfa) = mfa else { return Ok(SourceCredentials::Key { key, mfa: None }) };
        Ok(match self.session_with_mfa(link, role, request)? {
            Some(session) => SourceCredentials::Session {
                session: SessionSource::Stored(Box::new(session)),
                fallback: Some((key, mfa)),
            },
            None => SourceCredentials::Key { key, mfa: Some(mfa) },
        })
    }

    /// Returns the MFA device, and the command that prints its codes; none if no device is configured.
    fn mfa(&self, request: &Request, about: &[Option<&Profile<'_>>]) -> Result<Option<Mfa>, ResolveError> {
        let environment = self.situation.environment;
        let found = settings::serial_number(request.serial_number.as_deref(), environment, about)?;
        let Some((serial_number, origin)) = found else { return Ok(None) };
        let lookup = Lookup {
            flag: request.mfa_process.as_deref().map(|value| ("--mfa-process", value)),
            variables: &["AWSMFA_MFA_PROCESS"],
            properties: about.iter().map(|profile| (MFA_PROCESS, *profile)).collect(),
        };
        let process = lookup.find(environment)?.map(|(value, _)| value);
        Ok(Some(Mfa { serial_number, origin, process }))
    }

    /// Returns the user's own session if it is valid, so that the role needs no new code. Returns none for a login that
    /// renews sessions, or if the role session must last for more than an hour, which role chaining does not allow.
    fn session_with_mfa(&self, link: &Link, role: &Role, request: &Request) -> Result<Option<Session>, ResolveError> {
        if request.renew || role.duration.is_some_and(|duration| duration > CHAINED_ROLE_LIMIT) {
            return Ok(None);
        }
        match link::own_link(&link.source_profile, self.situation.profiles) {
            Some(own) => self.valid_session(&own, request),
            None => Ok(None),
        }
    }

    /// Returns the credentials of the source profile: its key, or, for a role, any session. Adds a step for a session
    /// that is not valid.
    fn source_credentials(
        &mut self,
        link: &Link,
        source: Option<&Profile<'_>>,
        path: &mut Vec<ProfileName>,
    ) -> Result<Credentials, ResolveError> {
        let is_role = link.role.is_some();
        // A role uses the key of its source profile, even if that profile has another source, too.
        let without_key = source.filter(|source| !is_role || !has_long_term_key(source));
        if let Some(external) = without_key.and_then(ExternalSource::of) {
            self.check_loop(link, path)?;
            let urls = match external.sign_in() {
                Some(_) => endpoint_choice::sign_in_urls(source, self.situation)?,
                None => Vec::new(),
            };
            let profile = link.source_profile.clone();
            return Ok(Credentials::Key(KeySource::External { profile, source: external, urls }));
        }
        if let Some(source) = source.filter(|source| !is_role || has_long_term_key(source)) {
            self.check_loop(link, path)?;
            let key = settings::key(source, &link.source_profile)?;
            let runs_itself = self.situation.environment.get(RUNNING).is_some();
            if matches!(key, KeySource::Process(_)) && runs_itself {
                return Err(ResolveError::ProcessLoop { profile: link.source_profile.clone(), place: source.place() });
            }
            return Ok(Credentials::Key(key));
        }
        if let Some(session) = foreign::valid_session(&link.source_profile, self.situation) {
            return Ok(Credentials::Session(SessionSource::Stored(Box::new(session))));
        }
        let inherited = self.inherited.clone();
        let source = self.session_of(Choice::of(&link.source_profile), &inherited, path);
        source.map(|(_, session)| Credentials::Session(session)).map_err(|error| match error {
            ResolveError::Loop { .. } | ResolveError::InChain { .. } => error,
            error => {
                let chain = path.iter().map(ToString::to_string).collect();
                ResolveError::InChain { chain, source: Box::new(error) }
            }
        })
    }

    /// Returns the error for a loop of profiles: about a `credential_process` in the loop, or about the links.
    fn loop_of(&self, path: &[ProfileName]) -> ResolveError {
        let by_command = path.iter().find_map(|name| {
            let profile = self.situation.profiles.get(name.as_str())?;
            Some((name, awsmfa_command::named_by(&profile)?))
        });
        match by_command {
            Some((profile, (_, place))) => ResolveError::ProcessLoop { profile: profile.clone(), place },
            None => ResolveError::Loop { chain: path.iter().map(ToString::to_string).collect() },
        }
    }

    /// Refuses source profiles that form a loop.
    fn check_loop(&self, link: &Link, path: &[ProfileName]) -> Result<(), ResolveError> {
        let Chain { mut profiles, end } = chain::chain(&link.source_profile, self.situation.profiles);
        match end {
            // The last profile may be in the path already: a role may be assumed with its own key.
            ChainEnd::Key => drop(profiles.pop()),
            ChainEnd::Loop(again) => profiles.push(again),
            ChainEnd::Open => {}
        }
        let mut seen = path.to_vec();
        for name in profiles {
            let again = seen.contains(&name);
            seen.push(name);
            if again {
                return Err(self.loop_of(&seen));
            }
        }
        Ok(())
    }
}
