//! Decides which calls a login takes: each profile's link is followed to a key, and every session on the way that is not
//! valid becomes a step.

use std::collections::HashMap;

use super::call::Call;
use super::link::{self, Choice, Link, RoleOrigin, has_long_term_key};
use super::plan::{Goal, LoginPlan, Mfa, Outcome, Payer, Step};
use super::resolve_error::ResolveError;
use super::role_settings::{profile_of, role};
use super::settings::{self, KeySource, Lookup};
use super::{Request, Selected, Situation, code_sharing, endpoint_choice, guard, targets};
use crate::awsmfa_command;
use crate::environment::RUNNING;
use crate::limits;
use crate::profile::property::MFA_PROCESS;
use crate::profile::{Profile, ProfileName};
use crate::role::CHAINED_ROLE_LIMIT;
use crate::session::{self, CredentialKind, Session, SessionState};

/// Decides everything.
///
/// # Errors
///
/// Fails if the selected profile cannot be told. What is wrong with one profile is in its [`Goal`].
pub fn resolve(request: &Request, situation: Situation<'_>) -> Result<LoginPlan, ResolveError> {
    let inherited = Request {
        role_session_name: None,
        external_id: None,
        duration: None,
        renew: request.renew_payers,
        ..request.clone()
    };
    let mut planner = Planner { request, inherited, situation, steps: Vec::new(), by_session_profile: HashMap::new() };
    let mut goals: Vec<Goal> =
        targets::asked_for(request, situation)?.iter().map(|selected| planner.goal(selected)).collect();
    // Of all profiles those are meant that awsmfa can log in to, not roles over what other programs keep.
    goals.retain(|goal| !request.all || !goal.outcome.as_ref().is_err_and(ResolveError::is_nobody_pays));
    let mut steps = planner.steps;
    code_sharing::share_codes(&mut steps);
    if request.has_code && steps.iter().all(|step| step.mfa.is_none()) {
        // STS would refuse for want of MFA, and the code would have been dropped in silence.
        for goal in goals.iter_mut().filter(|goal| matches!(goal.outcome, Ok(Outcome::Step(_)))) {
            goal.outcome = Err(unused_code(&goal.profile, situation));
        }
    }
    Ok(LoginPlan { goals, steps })
}

/// The properties by which aws-vault takes others, such as the MFA device, from another profile.
const INCLUDES: [&str; 2] = ["include_profile", "parent_profile"];

fn unused_code(profile: &ProfileName, situation: Situation<'_>) -> ResolveError {
    let mut names = vec![profile.clone()];
    names.extend(link::link(Choice::of(profile), situation.profiles).ok().map(|link| link.source_profile));
    let include = names.iter().find_map(|name| {
        let profile = situation.profiles.get(name.as_str())?;
        INCLUDES.into_iter().find_map(|name| Some((name.to_owned(), profile.property(name)?.place())))
    });
    ResolveError::UnusedCode { profile: profile.clone(), include }
}

struct Planner<'a> {
    request: &'a Request,
    /// The flags that hold for the whole chain, not for the profile that was asked for alone.
    inherited: Request,
    situation: Situation<'a>,
    steps: Vec<Step>,
    /// The session profiles so far: whose session each gets, and in which step; none if its own is still valid.
    by_session_profile: HashMap<ProfileName, (Link, Option<usize>)>,
}

impl Planner<'_> {
    fn goal(&mut self, selected: &Selected) -> Goal {
        let profile = selected.name.clone();
        let choice = Choice {
            selected: &profile,
            source_profile: self.request.source_profile.as_ref().filter(|source| **source != profile),
            session_profile: self.request.session_profile.as_ref(),
            role_arn: self.request.role_arn.as_deref(),
        };
        let outcome = self.check_source(&profile).and_then(|()| self.session_of(choice, self.request, &mut Vec::new()));
        let outcome = outcome.map_err(|error| error.named_by(selected).with_near(self.situation.profiles));
        let outcome = outcome.map(|(link, payer)| match payer {
            Payer::Session(session) => {
                Outcome::StillValid { session_profile: link.session_profile, until: session.expiration }
            }
            Payer::Step(step) => Outcome::Step(step),
            Payer::Key(_) => unreachable!("a session is never a key"),
        });
        Goal { profile, outcome }
    }

    /// `--source-profile` alone names the profile, too; then it must be one that can pay.
    fn check_source(&self, profile: &ProfileName) -> Result<(), ResolveError> {
        let Situation { profiles, .. } = self.situation;
        if self.request.source_profile.as_ref() != Some(profile) || self.request.role_arn.is_some() {
            return Ok(());
        }
        match profiles.get(profile.as_str()) {
            // Looked at closely, and told by --debug, when it pays.
            Some(source) if has_long_term_key(&source) => Ok(()),
            Some(source) => settings::key(&source, profile).map(|_| ()),
            // Not a session profile that is yet to be made, whatever its name says.
            None => Err(link::unknown(profile, profiles)),
        }
    }

    /// Finds or plans the session of a profile of any kind. `path` has the profiles that need it.
    fn session_of(
        &mut self,
        choice: Choice<'_>,
        request: &Request,
        path: &mut Vec<ProfileName>,
    ) -> Result<(Link, Payer), ResolveError> {
        let again = path.contains(choice.selected);
        if path.len() == limits::CHAIN {
            return Err(ResolveError::ChainTooLong { profile: choice.selected.clone(), limit: limits::CHAIN });
        }
        // A role in no file is no profile: the selected one pays for it.
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
        guard::check_target(&link.session_profile, self.situation.profiles)?;
        self.check_owner(choice, &link)?;
        if let Some(payer) = self.planned(&link)? {
            return Ok((link, payer));
        }
        if let Some(session) = self.valid_session(&link, request)? {
            tracing::info!(session_profile = %link.session_profile, until = %session.expiration, "still valid");
            self.by_session_profile.insert(link.session_profile.clone(), (link.clone(), None));
            return Ok((link, Payer::Session(Box::new(session))));
        }
        let step = self.step(&link, request, path)?;
        // Who pays may have the same session profile.
        self.planned(&link)?;
        let number = self.steps.len();
        self.by_session_profile.insert(link.session_profile.clone(), (link.clone(), Some(number)));
        self.steps.push(step);
        Ok((link, Payer::Step(number)))
    }

    /// The step so far that gets the same session. Another session in its place, to be written or still valid, is in the way.
    fn planned(&self, link: &Link) -> Result<Option<Payer>, ResolveError> {
        let Some((other, step)) = self.by_session_profile.get(&link.session_profile) else { return Ok(None) };
        if (&other.source_profile, &other.role) != (&link.source_profile, &link.role) {
            let candidates = [other, link].map(Link::source_of_session).to_vec();
            return Err(ResolveError::SharedTarget { session_profile: link.session_profile.clone(), candidates });
        }
        Ok(step.map(Payer::Step))
    }

    /// A session profile that links to another source itself would get the wrong session.
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

    /// The session that is in the file, if it is good enough. Of a role that only a flag names nobody knows whether it is
    /// the same.
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
        Ok(section.filter(|_| is_valid).and_then(|section| session::stored(&section, clock)).map(Session::from))
    }

    fn step(&mut self, link: &Link, request: &Request, path: &mut Vec<ProfileName>) -> Result<Step, ResolveError> {
        let Situation { profiles, environment, .. } = self.situation;
        let session = profiles.get(link.session_profile.as_str());
        let source = profiles.get(link.source_profile.as_str());
        let role_profile = profile_of(link.role.as_ref(), profiles);
        let chain = link::chain(link, profiles);
        let nearest = [session.as_ref(), role_profile.as_ref(), source.as_ref()];
        let about: Vec<Option<&Profile<'_>>> = nearest.into_iter().chain(chain.iter().map(Some)).collect();

        let mut payer = self.payer(link, source.as_ref(), path)?;
        let call = match (&link.role, source.as_ref()) {
            (Some(origin), _) => Call::AssumeRole(role(origin, request, environment, profiles)?),
            (None, Some(source)) => {
                Call::GetSessionToken(settings::duration(request.duration, environment, session.as_ref(), source)?)
            }
            (None, None) => Call::GetSessionToken(request.duration),
        };
        let mut mfa = match &payer {
            Payer::Key(_) => self.mfa(request, &about)?,
            Payer::Session(_) | Payer::Step(_) => None,
        };
        if let (Call::GetSessionToken(_), None) = (&call, &mfa) {
            return Err(ResolveError::NoSerialNumber { profile: link.source_profile.clone() });
        }
        let arn = match &call {
            Call::AssumeRole(role) => Some(role.arn.as_str()),
            Call::GetSessionToken(_) | Call::Reuse => mfa.as_ref().map(|mfa| mfa.serial_number.as_str()),
        };
        let endpoint = endpoint_choice::endpoint(request, self.situation, &about, arn)?;
        let mut fallback = None;
        if let (Payer::Key(key), Some(device)) = (&payer, &mfa)
            && let Some(session) = self.session_with_mfa(link, &call, request)?
        {
            fallback = Some((key.clone(), device.clone()));
            (payer, mfa) = (Payer::Session(Box::new(session)), None);
        }
        let is_temporary = matches!(payer, Payer::Session(_) | Payer::Step(_));
        let mut step = Step {
            call,
            payer,
            mfa,
            fallback,
            session_profile: Some(link.session_profile.clone()),
            source_profile: link.source_profile.clone(),
            endpoint,
            cut_duration: None,
        };
        if is_temporary {
            step.cut_at_chaining_limit();
        }
        Ok(step)
    }

    /// The MFA device, and the command that prints its codes; none if nothing names one.
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

    /// The valid session of the key's own user, which carries MFA: a role that is assumed with it takes no code. More than an
    /// hour takes a fresh code, and so does a login that renews.
    fn session_with_mfa(&self, link: &Link, call: &Call, request: &Request) -> Result<Option<Session>, ResolveError> {
        let Call::AssumeRole(role) = call else { return Ok(None) };
        if request.renew || role.duration.is_some_and(|duration| duration > CHAINED_ROLE_LIMIT) {
            return Ok(None);
        }
        match link::link(Choice::of(&link.source_profile), self.situation.profiles) {
            Ok(own) if own.role.is_none() && own.source_profile == link.source_profile => {
                self.valid_session(&own, request)
            }
            _ => Ok(None),
        }
    }

    /// A profile with a long-term key pays itself; for a role, any other is first given its own session.
    fn payer(
        &mut self,
        link: &Link,
        source: Option<&Profile<'_>>,
        path: &mut Vec<ProfileName>,
    ) -> Result<Payer, ResolveError> {
        if let Some(source) = source.filter(|source| link.role.is_none() || has_long_term_key(source)) {
            self.check_loop(link, path)?;
            let key = settings::key(source, &link.source_profile)?;
            let runs_itself = self.situation.environment.get(RUNNING).is_some();
            if matches!(key, KeySource::Process(_)) && runs_itself {
                return Err(ResolveError::ProcessLoop { profile: link.source_profile.clone(), place: source.place() });
            }
            return Ok(Payer::Key(key));
        }
        if let Some(session) = self.foreign_session(&link.source_profile) {
            return Ok(Payer::Session(Box::new(session)));
        }
        let inherited = self.inherited.clone();
        let source = self.session_of(Choice::of(&link.source_profile), &inherited, path);
        source.map(|(_, payer)| payer).map_err(|error| match error {
            ResolveError::Loop { .. } | ResolveError::InChain { .. } => error,
            error => {
                let chain = path.iter().map(ToString::to_string).collect();
                ResolveError::InChain { chain, source: Box::new(error) }
            }
        })
    }

    /// The session of a profile that awsmfa cannot renew, since nothing links it to a key: another tool wrote it, into either
    /// file.
    fn foreign_session(&self, name: &ProfileName) -> Option<Session> {
        let Situation { profiles, clock, .. } = self.situation;
        let profile = profiles.get(name.as_str())?;
        if link::link(Choice::of(name), profiles).is_ok() {
            return None;
        }
        let stored = match profile.credentials_section() {
            Some(section) if CredentialKind::of(&section) == CredentialKind::Session => {
                session::stored(&section, clock)
            }
            _ => session::stored_in_config(&profile),
        }?;
        let has_ended = stored.expiration.is_some_and(|expiration| expiration <= clock.now);
        (!has_ended).then(|| Session::from(stored))
    }

    /// The error for profiles that lead back to themselves: by a command, or by links alone.
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

    /// Session profiles that link to each other in a circle: none of them has a key.
    fn check_loop(&self, link: &Link, path: &[ProfileName]) -> Result<(), ResolveError> {
        let profiles = self.situation.profiles;
        let mut chain = path.to_vec();
        let mut next = link.source_profile.clone();
        while profiles.get(next.as_str()).is_some_and(|profile| !has_long_term_key(&profile)) {
            let again = chain.contains(&next);
            chain.push(next.clone());
            if again {
                return Err(self.loop_of(&chain));
            }
            match link::link(Choice::of(&next), profiles) {
                Ok(link) => next = link.source_profile,
                Err(_) => break,
            }
        }
        Ok(())
    }
}
