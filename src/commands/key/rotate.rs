//! `awsmfa key rotate`: replaces a long-term access key, so that the files hold a working key at every moment.
//!
//! The new key is in the record before anything else happens, and in the files only after AWS has accepted it. The old
//! key is deactivated only after that, and deleted only by `--finish`.

use std::ops::ControlFlow;

use serde_json::json;

use super::edit_files;
use super::held_key::{HeldKey, source_profile};
use super::key_lock;
use super::rotation_record::Record;
use crate::commands::login::{self, Asking};
use crate::commands::messages::Messages;
use crate::commands::session_owner::{SessionOwner, owner_of};
use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::{self, usable_or_new};
use crate::commands::{json_result, key_age_memory, keyring_entry};
use crate::context::Context;
use crate::document::Document;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::clock::{self, Stopwatch};
use crate::io::iam::{self, IamError, ListedKey};
use crate::io::sts::{Caller, Network};
use crate::io::{interrupt, terminal};
use crate::key_error::KeyError;
use crate::key_in_files::{
    KeyringEntry, entries_of, sections_with, sections_with_entry, sections_with_id, with_entry_replaced,
    with_key_replaced,
};
use crate::key_rotation::{Keys, Rotation, Stage};
use crate::limits;
use crate::platform::shell_word;
use crate::profile::{ProfileName, SectionError, SharedFile};
use crate::resolve;
use crate::session::{LongTermKey, Session};

/// Replace the access key of a profile with a new one
///
/// Creates a key, writes it in place of the old one, and deactivates the old one. The session of the profile signs the
/// requests to IAM, so there is a login if there is none. A rotation that was interrupted goes on where it stopped. The
/// old key stays inactive until --finish deletes it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose key to replace, of any kind
    ///
    /// It has the key, or its session is requested with the key. The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Delete the old key, if it is no longer used
    ///
    /// The old key must not have been used since it was replaced.
    #[arg(long, conflicts_with_all = ["undo", "delete"])]
    finish: bool,
    /// Go back to the old key
    ///
    /// Activates the old key, writes it back, and deactivates the new one.
    #[arg(long, conflicts_with = "delete")]
    undo: bool,
    /// With --finish: delete the old key even if it was used
    #[arg(long, requires = "finish")]
    force: bool,
    /// Delete this other key, to make room for a new one
    #[arg(long, value_name = "ID")]
    delete: Option<String>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Rotates the key, or completes or undoes a rotation.
///
/// # Errors
///
/// Fails if a step fails. The files hold a working key in any case.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let files = SharedFiles::read(global, context)?;
    let profile = source_profile(args.name.as_ref(), &files, global, context)?;
    let held = HeldKey::of(&profile, &files)?;
    let _lock = key_lock::acquire(held.access_key_id(), &profile, context)?;
    let had_session = stored_session::usable(Some(&profile), &files, context).is_ok_and(|stored| stored.is_lasting);
    // Before a code is prompted for.
    let record = Record::open(&profile, &files, context)?;
    check_stage(args, &profile, &record)?;
    let usable = match usable_or_new(Some(&profile), Asking::Exec, global, context)? {
        ControlFlow::Continue(usable) => usable,
        ControlFlow::Break(code) => return Ok(code),
    };
    interrupt::handle();
    let files = SharedFiles::read(global, context)?;
    let session = Session::from(usable.session.clone());
    let SessionOwner { identity, sts } = owner_of(&usable, &session, &profile, &files, context)?;
    let not_a_user = || KeyError::NotAUser { arn: identity.arn.clone() };
    let user = identity.user_name().ok_or_else(not_a_user)?.to_owned();
    let iam = resolve::iam_endpoint(sts.clone(), &identity.arn, &context.environment)?.ok_or_else(not_a_user)?;
    if let Some(Rotation { user_arn, .. }) = record.rotation()
        && user_arn != identity.arn
    {
        return Err(KeyError::OtherUser { expected: user_arn, found: identity.arn }.into());
    }
    let mut run = Run {
        context,
        profile,
        user_arn: identity.arn,
        user,
        session,
        iam,
        sts,
        files,
        record,
        messages: Messages::new(global, context),
    };
    let stage = run.record.rotation().map(|rotation| rotation.stage);
    let profile = run.profile.clone();
    let (result, id) = match (&args.delete, stage) {
        (Some(id), _) => ("deleted", run.delete(id)),
        (None, Some(Stage::Replaced(keys, since))) if args.finish => ("deleted", run.finish(keys, since, args.force)),
        (None, Some(Stage::Replacing(keys))) if args.undo && keys.is_undo => ("rotated", run.go_on(keys)),
        (None, Some(Stage::Replacing(keys) | Stage::Replaced(keys, _))) if args.undo => ("rotated", run.undo(keys)),
        (None, Some(Stage::Replacing(keys))) => ("rotated", run.go_on(keys)),
        _ => ("rotated", run.create()),
    };
    let id = id?;
    // A login of this run has used the code. The session of the old key stays valid, so nothing is lost without a new one.
    if result == "rotated" && had_session {
        login::renew_if_code_at_hand(&profile, global, context);
    }
    let result = json!({ "profile": profile.as_str(), "access_key_id": id, "result": result });
    json_result::print(&result, global).map(|()| 0)
}

/// Checks that the rotation is at the stage for which the flags are.
fn check_stage(args: &Args, profile: &ProfileName, record: &Record) -> Result<(), KeyError> {
    let profile = || profile.clone();
    match record.rotation().map(|rotation| rotation.stage) {
        _ if args.delete.is_some() => Ok(()),
        None | Some(Stage::Creating(_)) if args.finish || args.undo => {
            Err(KeyError::NothingBegun { profile: profile() })
        }
        Some(Stage::Replacing(_)) if args.finish => Err(KeyError::Incomplete { profile: profile() }),
        Some(Stage::Replaced(keys, since)) if !args.finish && !args.undo => {
            Err(KeyError::NotFinished { profile: profile(), old: keys.old.access_key_id, since })
        }
        _ => Ok(()),
    }
}

/// A rotation with a session of the user.
pub(super) struct Run<'a> {
    context: &'a Context,
    pub profile: ProfileName,
    user_arn: String,
    user: String,
    session: Session,
    iam: Endpoint,
    sts: Endpoint,
    pub files: SharedFiles,
    pub record: Record,
    pub messages: Messages,
}

impl Run<'_> {
    /// Creates the new key, and replaces the old one. Returns the ID of the new one, as the next two do.
    fn create(&mut self) -> Result<String, Error> {
        let held = HeldKey::of(&self.profile, &self.files)?;
        let (old, entry) = held.into_key();
        let listed = self.listed()?;
        if !listed.iter().any(|key| key.access_key_id == old.access_key_id) {
            let (id, profile, user) = (old.access_key_id, self.profile.clone(), self.user_arn.clone());
            return Err(KeyError::NotListed { id, profile, user }.into());
        }
        if let Some(other) = listed.iter().find(|key| key.access_key_id != old.access_key_id) {
            return Err(self.two_keys(&old, other)?.into());
        }
        // The new key is about as long as the old one.
        let (new, is_undo) = (old.clone(), false);
        let mut keys = Keys { old, new, is_undo, entry };
        self.rehearse(&keys)?;
        let known: Vec<String> = listed.into_iter().map(|key| key.access_key_id).collect();
        self.keep(Stage::Creating(known.clone()))?;
        {
            // A signal must not end the process between the answer and the record.
            let _answering = interrupt::answering();
            keys.new = match iam::create_access_key(&self.iam, &Caller::Session(&self.session), &self.user) {
                Ok(new) => new,
                Err(error) => return Err(self.not_created(error, &known)),
            };
            if let Err(error) = self.keep(Stage::Replacing(keys.clone())) {
                // Nothing else holds its secret.
                self.call("DeleteAccessKey", iam::delete_access_key, &keys.new.access_key_id)?;
                return Err(error);
            }
        }
        key_age_memory::remember(&keys.new.access_key_id, clock::now(), self.context);
        self.messages.note(&format!("awsmfa: created the access key {}", keys.new.access_key_id));
        self.go_on(keys)
    }

    /// Replaces the old key by the new one in the files, and deactivates it. All of it may have been done before.
    fn go_on(&mut self, mut keys: Keys) -> Result<String, Error> {
        let of_new = keys.entry_of_new();
        if let Some(name) = of_new.filter(|_| keys.new.secret_access_key.expose().is_empty()) {
            keys.new = keyring_entry::read(&name, &self.profile)?.key;
        }
        let caller = Caller::Session(&self.session);
        let set_active = |id: &str, is_active| {
            let done = iam::set_active(&self.iam, &caller, &self.user, id, is_active);
            done.map_err(|source| Error::Iam { action: "UpdateAccessKey", source })
        };
        let (old, new) = (&keys.old.access_key_id, &keys.new.access_key_id);
        if keys.is_undo {
            set_active(new, true)?;
        }
        self.await_acceptance(&keys.new)?;
        self.write(&keys)?;
        self.messages.note(&format!("awsmfa: '{}' holds the access key {new}", self.profile));
        set_active(old, false)?;
        self.messages.note(&format!("awsmfa: the access key {old} is inactive"));
        let (old, new, profile) = (old.clone(), new.clone(), shell_word(self.profile.as_str()));
        let keys = if keys.entry.is_some() { keys.without_secrets() } else { keys };
        self.keep(Stage::Replaced(keys, clock::now()))?;
        self.messages.note(&format!(
            "awsmfa: `awsmfa key rotate {profile} --finish` deletes {old} when nothing uses it any more; `--undo` brings \
             it back"
        ));
        Ok(new)
    }

    /// Undoes a rotation: the same with the keys exchanged.
    fn undo(&mut self, keys: Keys) -> Result<String, Error> {
        let keys = keys.reversed();
        self.keep(Stage::Replacing(keys.clone()))?;
        self.go_on(keys)
    }

    pub(super) fn listed(&self) -> Result<Vec<ListedKey>, Error> {
        let listed = iam::access_keys(&self.iam, &Caller::Session(&self.session), Some(&self.user));
        listed.map_err(|source| Error::Iam { action: "ListAccessKeys", source })
    }

    /// Describes the second key of a user.
    fn two_keys(&self, own: &LongTermKey, other: &ListedKey) -> Result<KeyError, Error> {
        let used = self.call_with_id("GetAccessKeyLastUsed", iam::last_used, &other.access_key_id)?;
        let state = if other.is_active { "active" } else { "inactive" };
        let created = other.created.map(|created| format!(", created at {created}")).unwrap_or_default();
        let used = used.map_or_else(|| ", never used".to_owned(), |used| format!(", last used at {used}"));
        Ok(KeyError::TwoKeys {
            user: self.user_arn.clone(),
            id: own.access_key_id.clone(),
            profile: self.profile.clone(),
            other: format!("{} ({state}{created}{used})", other.access_key_id),
            other_id: other.access_key_id.clone(),
        })
    }

    /// Returns the error for a key that was not created, or whose secret got lost with the answer.
    fn not_created(&self, error: IamError, known: &[String]) -> Error {
        if !error.may_be_done() {
            return Error::Iam { action: "CreateAccessKey", source: error };
        }
        let (profile, cause) = (self.profile.clone(), error.to_string());
        let Ok(listed) = self.listed() else { return KeyError::Unknown { profile, cause }.into() };
        match listed.into_iter().find(|key| !known.contains(&key.access_key_id)) {
            Some(orphan) => KeyError::Orphan { id: orphan.access_key_id, profile, cause }.into(),
            None => Error::Iam { action: "CreateAccessKey", source: error },
        }
    }

    /// Tests everything that the change of the files, and of the keyring, needs.
    fn rehearse(&self, keys: &Keys) -> Result<(), Error> {
        let (id, profile) = (&keys.old.access_key_id, &self.profile);
        if let Some(name) = &keys.entry
            && keyring_entry::read(name, profile)?.with_key(&keys.new).is_none()
        {
            return Err(KeyError::Unwritable { id: id.clone(), profile: profile.clone() }.into());
        }
        for file in [&self.files.credentials, &self.files.config] {
            let is_stored = entries_of(id, &file.document).iter().any(|name| keys.entry.as_ref() != Some(name));
            let in_file = sections_with_id(id, &file.document).into_iter().next().filter(|_| keys.entry.is_some());
            let in_file = in_file.map(|section| String::from_utf8_lossy(section.name()).into_owned());
            if let Some(section) = in_file.or_else(|| is_stored.then(|| profile.to_string())) {
                let stored = section.strip_prefix("profile ").unwrap_or(&section).parse();
                let stored = stored.unwrap_or_else(|_| profile.clone());
                return Err(KeyError::CopyElsewhere { id: id.clone(), section, stored }.into());
            }
        }
        edit_files::rehearse(&self.files, &|file| with_new_key(file, keys))
    }

    /// Waits until AWS accepts a key: IAM is eventually consistent (IAM User Guide, "Troubleshoot IAM").
    fn await_acceptance(&self, key: &LongTermKey) -> Result<(), Error> {
        let caller = Caller::Key(key);
        let watch = Stopwatch::start();
        for attempt in 1.. {
            // The connection of the last attempt may have been closed.
            let network = Network::new()?;
            let sts = network.sts(&self.sts, &caller)?;
            let refused = match network.run(sts.identity())? {
                Ok(identity) if identity.arn == self.user_arn => return Ok(()),
                Ok(identity) => {
                    return Err(KeyError::OtherUser { expected: self.user_arn.clone(), found: identity.arn }.into());
                }
                Err(error) if watch.elapsed() < limits::KEY_ACCEPTANCE => error,
                Err(error) => {
                    let (id, profile) = (key.access_key_id.clone(), self.profile.clone());
                    return Err(KeyError::NotAccepted { id, profile, cause: error.to_string() }.into());
                }
            };
            tracing::info!(%refused, attempt, "AWS does not accept the key yet");
            if attempt == 2 {
                self.messages.note("awsmfa: waiting until AWS accepts the new key");
            }
            terminal::wait(1);
        }
        unreachable!("the loop ends at the last attempt")
    }

    /// Writes the new key in place of the old one.
    fn write(&self, keys: &Keys) -> Result<(), Error> {
        if let (Some(old), Some(new)) = (&keys.entry, keys.entry_of_new())
            && keyring_entry::found(&new, &self.profile)?.is_none()
        {
            let replaced = keyring_entry::found(old, &self.profile)?.and_then(|entry| entry.with_key(&keys.new));
            let entry = replaced.unwrap_or_else(|| KeyringEntry::plain(&keys.new));
            keyring_entry::write(&new, &entry, &self.profile)?;
        }
        let is_held = |document: &Document| match keys.entry_of_new() {
            Some(name) => !sections_with_entry(&name, document).is_empty(),
            None => !sections_with(&keys.new, document).is_empty(),
        };
        let is_there = edit_files::commit(&self.files, self.messages, &|file| with_new_key(file, keys), is_held)?;
        let (profile, id) = (self.profile.clone(), keys.old.access_key_id.clone());
        if is_there { Ok(()) } else { Err(KeyError::Changed { profile, id }.into()) }
    }

    fn keep(&mut self, stage: Stage) -> Result<(), Error> {
        self.record.keep(&Rotation { user_arn: self.user_arn.clone(), stage })
    }

    pub(super) fn call_with_id<T>(
        &self,
        action: &'static str,
        call: fn(&Endpoint, &Caller<'_>, &str) -> Result<T, IamError>,
        id: &str,
    ) -> Result<T, Error> {
        call(&self.iam, &Caller::Session(&self.session), id).map_err(|source| Error::Iam { action, source })
    }

    /// Makes a call about a key; a key that is not there is as good as deleted.
    pub(super) fn call(
        &self,
        action: &'static str,
        call: fn(&Endpoint, &Caller<'_>, &str, &str) -> Result<(), IamError>,
        id: &str,
    ) -> Result<(), Error> {
        match call(&self.iam, &Caller::Session(&self.session), &self.user, id) {
            Err(error) if !error.is_missing() => Err(Error::Iam { action, source: error }),
            _ => Ok(()),
        }
    }
}

/// Replaces the old key by the new one in a file, or its entry if the keys are in the keyring.
fn with_new_key(file: &SharedFile, keys: &Keys) -> Result<Option<Vec<u8>>, SectionError> {
    match (&keys.entry, keys.entry_of_new()) {
        (Some(old), Some(new)) => with_entry_replaced(file, old, &new),
        _ => with_key_replaced(file, &keys.old, &keys.new),
    }
}
