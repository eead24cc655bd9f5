//! Both files and the time, changed by the functions that the commands consist of.

use std::path::Path;

use awsmfa::document::{Document, Edit};
use awsmfa::environment::Environment;
use awsmfa::profile::{ProfileName, Profiles, SharedFile};
use awsmfa::recovery_file;
use awsmfa::resolve::{self, Choice, Request, ResolveError, Situation};
use awsmfa::secret::Secret;
use awsmfa::session::{self, CredentialKind, LongTermKey, Session};
use awsmfa::setup::undo_record::{Changed, Record, Undone};
use awsmfa::setup::{Connection, Draft, connect, migrate, repair};
use awsmfa::time::{Clock, Timestamp, parse_expiration};

use crate::configure;
use crate::generator::{Property, Step};
use crate::lines;
use crate::tracker::Keys;

/// The number of times that each of these happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    written: usize,
    refused_for_key: usize,
    removed: usize,
    recovered: usize,
    over_key_of_emulator: usize,
    connected: usize,
    moved: usize,
    fixed: usize,
    undone: usize,
    keys_set: usize,
}

impl Counts {
    pub fn each(&self) -> [(&'static str, usize); 10] {
        [
            ("a session is written", self.written),
            ("a login or logout is refused for a long-term key", self.refused_for_key),
            ("a session is removed", self.removed),
            ("a session is recovered", self.recovered),
            ("the key of an emulator is replaced", self.over_key_of_emulator),
            ("setup connects", self.connected),
            ("setup moves a key", self.moved),
            ("a file is fixed or migrated", self.fixed),
            ("a change is taken back", self.undone),
            ("configure set completes a key", self.keys_set),
        ]
    }

    pub fn add(&mut self, other: &Self) {
        self.written += other.written;
        self.refused_for_key += other.refused_for_key;
        self.removed += other.removed;
        self.recovered += other.recovered;
        self.over_key_of_emulator += other.over_key_of_emulator;
        self.connected += other.connected;
        self.moved += other.moved;
        self.fixed += other.fixed;
        self.undone += other.undone;
        self.keys_set += other.keys_set;
    }
}

/// The record that undoes the last change of setup, and the keys before it.
struct Undo {
    record: Vec<u8>,
    keys: Keys,
}

pub struct World {
    config: Vec<u8>,
    credentials: Vec<u8>,
    now: Timestamp,
    /// Set if the commands look for a long-term key before they write.
    is_guarded: bool,
    keys: Keys,
    kept: Vec<(ProfileName, Session)>,
    undo: Option<Undo>,
    issued: usize,
    pub counts: Counts,
}

fn name(text: &str) -> ProfileName {
    text.parse().expect("a name")
}

fn document(bytes: &[u8]) -> Document {
    Document::parse(bytes.to_vec()).expect("no test writes UTF-16")
}

impl World {
    pub fn new(config: &str, credentials: &str, is_guarded: bool) -> Self {
        let credentials = credentials.as_bytes().to_vec();
        Self {
            config: config.as_bytes().to_vec(),
            keys: Keys::of(&credentials),
            credentials,
            now: parse_expiration("2026-11-21T05:00:00Z").expect("RFC 3339"),
            is_guarded,
            kept: Vec::new(),
            undo: None,
            issued: 0,
            counts: Counts::default(),
        }
    }

    /// Does the step, and returns the key that it must not have changed, if there is one.
    pub fn take(&mut self, step: &Step) -> Result<(), String> {
        let (config, credentials) = (self.config.clone(), self.credentials.clone());
        let targets = match step {
            Step::Login { .. } => self.login(step),
            Step::Logout { profile } => self.logout(*profile),
            Step::Set { profile, property } => {
                self.configure(profile, property);
                return Ok(());
            }
            Step::SetKey { profile, key, secret_first } => {
                let mut halves = [Property::LongTermId(*key), Property::Secret(*key)];
                if *secret_first {
                    halves.reverse();
                }
                halves.iter().for_each(|half| self.configure(profile, half));
                self.counts.keys_set += usize::from(self.keys.is_in(profile));
                return Ok(());
            }
            Step::Wait { hours } => {
                self.now += jiff::SignedDuration::from_hours(*hours);
                return Ok(());
            }
            Step::Connect { .. } | Step::Migrate | Step::Fix => return self.set_up(step),
            Step::Undo => return self.take_back(),
        };
        self.keys.check(&self.credentials, step)?;
        if self.config != config
            || lines::elsewhere(&self.credentials, &targets) != lines::elsewhere(&credentials, &targets)
        {
            return Err(format!("{step:?} has changed a line of another section than {targets:?}:\n{}", self.text()));
        }
        Ok(())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.credentials).into_owned()
    }

    /// `aws configure set`, after which another key may be there.
    fn configure(&mut self, profile: &str, property: &Property) {
        let (name, value) = property.pair();
        self.credentials = configure::set(&self.credentials, profile, name, &value);
        self.keys.after_configure(&self.credentials, profile);
    }

    fn files(&self) -> (SharedFile, SharedFile) {
        let config = SharedFile::config("config".into(), document(&self.config));
        (config, SharedFile::credentials("credentials".into(), document(&self.credentials)))
    }

    fn with_profiles<T>(&self, look: impl FnOnce(Profiles<'_>) -> T) -> T {
        let (config, credentials) = self.files();
        look(Profiles { config: &config, credentials: &credentials })
    }

    /// `commands::login::run::with_session`; whether it was written.
    fn write(&mut self, target: &ProfileName, session: &Session) -> bool {
        let guard = self.with_profiles(|profiles| resolve::check_target(target, profiles));
        self.counts.refused_for_key += usize::from(matches!(guard, Err(ResolveError::TargetHoldsKey { .. })));
        if guard.is_err() && self.is_guarded {
            return false;
        }
        let document = document(&self.credentials);
        let exists = document.sections_named(target.as_str()).next().is_some();
        let Ok(bytes) = document.edited(target.as_str(), &session::login_edits(session, exists)) else { return false };
        let is_over_emulated = lines::keys(&self.credentials).contains_key(target.as_str());
        self.counts.over_key_of_emulator += usize::from(is_over_emulated);
        self.credentials = bytes;
        true
    }

    /// `commands::login::recover::recover`; returns the profiles of the sessions that were found.
    fn recover(&mut self) -> Vec<String> {
        let kept = std::mem::take(&mut self.kept);
        let mut targets = Vec::new();
        for (target, session) in kept {
            if session.expiration <= self.now {
                continue;
            }
            targets.push(target.to_string());
            if !recovery_file::is_newer(&target, &session, &document(&self.credentials)) {
                continue;
            }
            if self.write(&target, &session) {
                self.counts.recovered += 1;
            } else {
                self.kept.push((target, session));
            }
        }
        targets
    }

    /// Returns the sections that it may change.
    fn login(&mut self, step: &Step) -> Vec<String> {
        let Step::Login { profile, session_profile, renews, emulator, is_written } = step else { return Vec::new() };
        let mut targets = self.recover();
        let request = Request {
            profiles: vec![name(profile)],
            session_profile: session_profile.map(name),
            renew: *renews,
            ..Request::default()
        };
        let (environment, clock) = (Environment::default(), Clock::utc(self.now));
        let plan = self.with_profiles(|profiles| {
            resolve::resolve(&request, Situation { profiles, environment: &environment, clock: &clock })
        });
        let mut planned: Vec<ProfileName> = Vec::new();
        for planned_profile in plan.as_ref().map(|plan| plan.profiles.as_slice()).unwrap_or_default() {
            let is_key = matches!(planned_profile.outcome, Err(ResolveError::TargetHoldsKey { .. }));
            self.counts.refused_for_key += usize::from(is_key);
            if is_key && !self.is_guarded {
                planned.extend(session_profile.map(name));
            }
        }
        planned.extend(plan.into_iter().flat_map(|plan| plan.steps).filter_map(|step| step.session_profile));
        for target in planned {
            targets.push(target.to_string());
            let session = self.issue(*emulator);
            if !is_written {
                self.kept.push((target, session));
            } else if self.write(&target, &session) {
                self.counts.written += 1;
            } else {
                self.kept.push((target, session));
            }
        }
        targets
    }

    /// The answer of STS or of an emulator.
    fn issue(&mut self, is_emulator: bool) -> Session {
        self.issued += 1;
        let prefix = if is_emulator { "AKIA" } else { "ASIA" };
        let (id, secret) = (format!("{prefix}STAND{:011}", self.issued), format!("secret/Of+{:030}", self.issued));
        if is_emulator {
            self.keys.emulate(&id, &secret);
        }
        Session {
            access_key_id: id,
            secret_access_key: Secret::new(secret),
            session_token: Secret::new(format!("token//{}==", self.issued)),
            expiration: self.now + jiff::SignedDuration::from_hours(12),
            is_narrowed: false,
        }
    }

    /// Returns the sections that it may change.
    fn logout(&mut self, profile: Option<&str>) -> Vec<String> {
        let forgets = |name: &ProfileName, targets: &[ProfileName]| profile.is_none() || targets.contains(name);
        let targets: Vec<ProfileName> = self.with_profiles(|profiles| match profile {
            Some(profile) => resolve::session_profile(Choice::of(&name(profile)), profiles).into_iter().collect(),
            None => {
                let sections = profiles.credentials.document.sections();
                let managed = sections.filter(|section| {
                    session::is_managed(section) && CredentialKind::of(section) != CredentialKind::LongTermKey
                });
                managed.map(|section| name(&String::from_utf8_lossy(section.name()))).collect()
            }
        });
        for target in &targets {
            let edits = self.with_profiles(|profiles| {
                let Some(found) = profiles.get(target.as_str()) else { return Ok(Vec::new()) };
                resolve::check_holding(target, &found)?;
                Ok(found.credentials_section().map(|section| session::logout_edits(&section)).unwrap_or_default())
            });
            let edits: Vec<Edit> = match edits {
                Ok(edits) => edits,
                Err(error) => {
                    let is_key = matches!(error, ResolveError::TargetHoldsKey { .. });
                    self.counts.refused_for_key += usize::from(is_key);
                    return Vec::new();
                }
            };
            if let Ok(bytes) = document(&self.credentials).edited(target.as_str(), &edits)
                && !edits.is_empty()
            {
                self.counts.removed += usize::from(bytes != self.credentials);
                self.credentials = bytes;
            }
        }
        self.kept.retain(|(name, _)| !forgets(name, &targets));
        targets.iter().map(ToString::to_string).collect()
    }

    /// `setup`, `setup --migrate` and `doctor --fix`: a change of both files, with a record.
    fn set_up(&mut self, step: &Step) -> Result<(), String> {
        let mut draft = self.with_profiles(Draft::of);
        let mut planned = None;
        let is_done = match step {
            Step::Connect { source, session, key_profile, key } => {
                let connection = connection(source, session, key_profile, *key);
                let is_done = connect(&mut draft, &connection).is_ok();
                planned = Some(connection);
                is_done
            }
            Step::Migrate => migrate(&mut draft).is_ok(),
            _ => !repair(&mut draft, true).is_empty(),
        };
        let files = [awsmfa::profile::FileKind::Config, awsmfa::profile::FileKind::Credentials];
        let [config, credentials] = files.map(|kind| draft.bytes(kind).to_vec());
        if !is_done || (config == self.config && credentials == self.credentials) {
            return Ok(());
        }
        let changed = [("config", &self.config, &config), ("credentials", &self.credentials, &credentials)];
        let changed = changed.into_iter().filter(|(_, old, new)| old != new);
        let changed: Vec<Changed<'_>> =
            changed.map(|(path, old, new)| Changed { path: Path::new(path), old: Some(old), new }).collect();
        self.undo = Some(Undo { record: Record::of(&changed).to_bytes(), keys: self.keys.clone() });
        (self.config, self.credentials) = (config, credentials);
        match planned {
            Some(planned) => {
                let moves = planned.key.is_none() && planned.moves_key();
                let from = moves.then_some(planned.source_profile.as_str());
                let is_moved =
                    self.keys.after_connect(&self.credentials, from, planned.paying_profile().as_str(), step)?;
                self.counts.connected += 1;
                self.counts.moved += usize::from(is_moved);
            }
            None => self.counts.fixed += 1,
        }
        if matches!(step, Step::Fix) {
            self.keys.after_fix(&self.credentials);
        }
        self.keys.check(&self.credentials, step)
    }

    fn take_back(&mut self) -> Result<(), String> {
        let Some(undo) = self.undo.take() else { return Ok(()) };
        let record = Record::parse(&undo.record).expect("it is a record");
        let config = record.undo(Path::new("config"), &self.config);
        let credentials = record.undo(Path::new("credentials"), &self.credentials);
        if [&config, &credentials].contains(&&Undone::ChangedSince) {
            self.undo = Some(undo);
            return Ok(());
        }
        if let Undone::Becomes(old) = config {
            self.config = old.unwrap_or_default();
        }
        if let Undone::Becomes(old) = credentials {
            // The file is unchanged since: it has the keys of that time, and those that setup itself has added.
            self.credentials = old.unwrap_or_default();
            self.keys = undo.keys;
        }
        self.counts.undone += 1;
        self.keys.check(&self.credentials, &Step::Undo)
    }
}

fn connection(source: &str, session: &str, key_profile: &str, key: Option<usize>) -> Connection {
    let key = key.map(|key| LongTermKey {
        access_key_id: Property::LongTermId(key).pair().1,
        secret_access_key: Secret::new(Property::Secret(key).pair().1),
    });
    Connection {
        source_profile: name(source),
        session_profile: name(session),
        key_profile: name(key_profile),
        key,
        serial_number: "arn:aws:iam::123456789012:mfa/ada".parse().expect("a serial number"),
        region: None,
        role: None,
    }
}
