//! Properties of every plan, for any two files. The fuzz target `resolve` checks the same.

use std::collections::HashSet;

use awsmfa::document::Document;
use awsmfa::environment::Environment;
use awsmfa::profile::{ProfileName, Profiles, SharedFile};
use awsmfa::resolve::{self, Call, Choice, LoginPlan, Outcome, PlannedProfile, Request, ResolveError, Situation};
use awsmfa::secret::Secret;
use awsmfa::session::{self, CredentialKind, Session};
use awsmfa::session_state::SessionState;
use awsmfa::time::{Clock, Seconds, Timestamp, parse_expiration};

/// The current time of the tests.
pub fn now() -> Timestamp {
    parse_expiration("2026-11-21T05:00:00Z").expect("RFC 3339")
}

/// Both files.
pub struct Files {
    pub config: SharedFile,
    pub credentials: SharedFile,
}

impl Files {
    /// None for UTF-16, which is refused before anything is decided.
    pub fn of(config: &[u8], credentials: &[u8]) -> Option<Self> {
        let parse = |bytes: &[u8]| Document::parse(bytes.to_vec()).ok();
        let config = SharedFile::config("config".into(), parse(config)?);
        Some(Self { config, credentials: SharedFile::credentials("credentials".into(), parse(credentials)?) })
    }

    pub fn profiles(&self) -> Profiles<'_> {
        Profiles { config: &self.config, credentials: &self.credentials }
    }

    pub fn plan(&self, request: &Request, environment: &Environment) -> Result<LoginPlan, ResolveError> {
        resolve::resolve(request, Situation { profiles: self.profiles(), environment, clock: &Clock::utc(now()) })
    }

    fn holding(&self, profile: &str) -> CredentialKind {
        let section = self.profiles().get(profile).and_then(|profile| profile.credentials_section());
        section.map_or(CredentialKind::None, |section| CredentialKind::of(&section))
    }

    /// The long-term keys of the credentials file, with everything else in their sections.
    fn long_term_keys(&self) -> Vec<(String, Vec<(String, String)>)> {
        let names =
            self.profiles().names().into_iter().filter(|name| self.holding(name) == CredentialKind::LongTermKey);
        let properties = |name: &str| {
            let section = self.profiles().get(name).and_then(|profile| profile.credentials_section());
            let properties = section.into_iter().flat_map(|section| section.properties());
            properties.map(|property| (property.name().into_owned(), property.value().into_owned())).collect()
        };
        names.map(|name| (name.to_owned(), properties(name))).collect()
    }
}

/// Plans a login, asserts the properties of every plan, and returns the plan, if there is one.
pub fn check(files: &Files, request: &Request, environment: &Environment) -> Option<LoginPlan> {
    let plan = match files.plan(request, environment) {
        Ok(plan) => plan,
        Err(error) => {
            assert_can_be_said(&error);
            return None;
        }
    };
    for error in plan.profiles.iter().filter_map(|planned| planned.outcome.as_ref().err()) {
        assert_can_be_said(error);
    }
    assert_targets_are_free(files, &plan);
    assert_every_step_has_source_credentials(&plan);
    assert_codes_are_shared(&plan);
    for planned in &plan.profiles {
        assert_outcome(files, planned, &plan);
    }
    Some(plan)
}

fn assert_can_be_said(error: &ResolveError) {
    assert!(!error.to_string().is_empty());
    assert_ne!(error.hint(), Some(String::new()));
}

/// No session is written over a long-term key, where another program manages the section, or where clients would
/// ignore it; none to its source profile, and no two to the same profile.
fn assert_targets_are_free(files: &Files, plan: &LoginPlan) {
    let mut seen = HashSet::new();
    for step in &plan.steps {
        let Some(target) = &step.session_profile else { continue };
        assert_ne!(files.holding(target.as_str()), CredentialKind::LongTermKey, "{target}");
        assert_ne!(*target, step.source_profile, "a session is not its own source");
        assert!(seen.insert(target), "two sessions are written to {target}");
        let profile = files.profiles().get(target.as_str());
        let property = |name: &str| profile.as_ref()?.property(name).map(|found| found.value.into_owned());
        assert_eq!(property("role_arn"), None, "{target}");
        assert_eq!(property("credential_process"), None, "{target}");
        let manager = profile.as_ref().and_then(|profile| profile.credentials_property("manager"));
        assert!(manager.is_none_or(|found| found.value == "awsmfa"), "{target}");
    }
}

/// Every chain of steps begins with an existing key or session, and a reused session is written twice.
fn assert_every_step_has_source_credentials(plan: &LoginPlan) {
    for (index, step) in plan.steps.iter().enumerate() {
        let chain = plan.chain(index);
        assert_eq!(chain.last(), Some(&index));
        assert_eq!(chain.iter().collect::<HashSet<_>>().len(), chain.len(), "no step needs itself");
        assert_eq!(plan.steps[chain[0]].call.source_step(), None, "a chain begins with credentials that are there");
        if let Call::Reuse(reused) = step.call {
            assert!(matches!(plan.steps[reused].call, Call::GetSessionToken { .. }), "only a user's session is reused");
        }
    }
}

/// No device gives two codes for the same key.
fn assert_codes_are_shared(plan: &LoginPlan) {
    let mut seen = HashSet::new();
    for step in &plan.steps {
        let Some((key, Some(mfa))) = step.call.key_and_mfa() else { continue };
        assert!(seen.insert((format!("{key:?}"), mfa.serial_number.clone())), "one code is enough");
    }
}

fn assert_outcome(files: &Files, planned: &PlannedProfile, plan: &LoginPlan) {
    match &planned.outcome {
        Ok(Outcome::Step(step)) => {
            assert!(plan.steps[*step].session_profile.is_some(), "a requested session is written");
        }
        Ok(Outcome::StillValid { session_profile, until }) => {
            let section = files.profiles().get(session_profile.as_str()).and_then(|found| found.credentials_section());
            let state = SessionState::of(section.as_ref(), &Clock::utc(now()), Seconds(0));
            assert_eq!(state, SessionState::Valid(*until));
        }
        Err(_) => {}
    }
}

/// Returns the profile in which `status` looks for the session.
pub fn profile_of_status(files: &Files, profile: &ProfileName) -> Result<ProfileName, ResolveError> {
    resolve::session_profile(Choice::of(profile), files.profiles())
}

/// The files after a successful login; none if a section cannot be edited. No long-term key has changed.
pub fn after_login(files: &Files, plan: &LoginPlan) -> Option<Files> {
    let session = Session {
        access_key_id: "ASIANEWSESSION000001".to_owned(),
        secret_access_key: Secret::new("new/Secret+Key"),
        session_token: Secret::new("new//Token+With/Padding=="),
        expiration: now() + std::time::Duration::from_secs(43_200),
        is_narrowed: false,
    };
    let mut bytes = files.credentials.document.bytes().to_vec();
    for target in plan.steps.iter().filter_map(|step| step.session_profile.as_ref()) {
        let document = Document::parse(bytes).expect("no edit makes UTF-16");
        let exists = document.sections_named(target.as_str()).next().is_some();
        bytes = document.edited(target.as_str(), &session::login_edits(&session, exists)).ok()?;
    }
    let after = Files::of(files.config.document.bytes(), &bytes).expect("no edit makes UTF-16");
    assert_eq!(after.long_term_keys(), files.long_term_keys(), "a login changes no long-term key");
    Some(after)
}
