//! `setup` on a terminal: one prompt after another. Escape goes back; nothing is written before the last answer. A prompt
//! that is shown again has the earlier answer.

use std::collections::HashSet;

use crate::commands::apply;
use crate::commands::ask_aws_about_key::KeyOwner;
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::dialog::{self, Choice};
use crate::profile::property::REGION;
use crate::profile::{ProfileName, Profiles};
use crate::region_names::REGION_NAMES;
use crate::render::text::escape;
use crate::resolve;
use crate::session::LongTermKey;
use crate::setup::{Connection, NewRole, candidate};
use crate::token_code::SerialNumber;
use crate::value::{Region, RoleArn};

use super::prompts::{ask, ask_with_suggestion, ask_with_words, choose};
use super::{Planned, Setting, device_offers, from_flags, owner_of};

/// A prompt, or the check of the key.
type Step<'a> = fn(&mut Dialog<'a>) -> Result<Next<'a>, Error>;

/// The result of a step.
enum Next<'a> {
    To(Step<'a>),
    /// Like [`Next::To`], but from a step without a prompt: going back to that step would only return here.
    Past(Step<'a>),
    Back,
    /// The planned changes, or none if the user has cancelled.
    End(Option<Box<Planned>>),
}

/// What was typed at the prompts for text, and chosen in the menus.
#[derive(Default)]
struct Typed {
    key: usize,
    key_profile: String,
    key_id: String,
    /// The key that the answers to the menus of devices and session profiles are about.
    answered_for: Option<(ProfileName, Option<String>)>,
    device: usize,
    serial_number: String,
    session: usize,
    session_profile: String,
    role: usize,
    role_arn: String,
    role_profile: String,
    region: String,
    migration: usize,
}

/// The answers so far.
struct Dialog<'a> {
    setting: Setting<'a>,
    files: &'a SharedFiles,
    typed: Typed,
    source_profile: ProfileName,
    /// The new key.
    key: Option<LongTermKey>,
    owner: Option<KeyOwner>,
    serial_number: Option<SerialNumber>,
    creates_device: bool,
    session_profile: Option<ProfileName>,
    role: Option<NewRole>,
    region: Option<Region>,
    migrates: bool,
}

/// Prompts for everything; returns none if the user has cancelled.
pub(super) fn prompt(setting: Setting<'_>, files: &SharedFiles) -> Result<Option<Planned>, Error> {
    let mut dialog = Dialog {
        setting,
        files,
        typed: Typed::default(),
        source_profile: ProfileName::default_profile(),
        key: None,
        owner: None,
        serial_number: None,
        creates_device: false,
        session_profile: None,
        role: None,
        region: None,
        migrates: setting.args.migrate,
    };
    let mut past = Vec::new();
    let mut step: Step<'_> = Dialog::ask_key;
    loop {
        match step(&mut dialog)? {
            Next::To(next) => {
                past.push(step);
                step = next;
            }
            Next::Past(next) => step = next,
            Next::Back => match past.pop() {
                Some(previous) => step = previous,
                None => return Ok(None),
            },
            Next::End(planned) => return Ok(planned.map(|planned| *planned)),
        }
    }
}

impl<'a> Dialog<'a> {
    fn profiles(&self) -> Profiles<'a> {
        self.files.profiles()
    }

    fn ask_key(&mut self) -> Result<Next<'a>, Error> {
        let known = candidate::permanent_profiles(self.profiles());
        if known.is_empty() {
            self.setting.messages.note("awsmfa: neither file has an access key yet, so this sets up a new one");
            return Ok(Next::Past(Self::ask_key_name));
        }
        let of_profile = |name: &ProfileName| {
            Choice::new(format!("the one in the profile '{}'", escape(name.as_str())), "stays as it is")
        };
        let mut options: Vec<Choice> = known.iter().map(of_profile).collect();
        options.push(Choice::new("a new one", "you have its id and its secret"));
        let Some(chosen) = choose("Which access key?", &options, &mut self.typed.key)? else { return Ok(Next::Back) };
        let Some(name) = known.get(chosen) else { return Ok(Next::To(Self::ask_key_name)) };
        self.key = None;
        self.source_profile = name.clone();
        Ok(Next::To(Self::check))
    }

    fn ask_key_name(&mut self) -> Result<Next<'a>, Error> {
        let profiles = self.profiles();
        let is_free =
            |name: &ProfileName| profiles.get(name.as_str()).is_none_or(|it| !resolve::has_long_term_key(&it));
        let check = |text: &str| match text.parse::<ProfileName>() {
            Ok(name) if is_free(&name) => Ok(()),
            Ok(name) => Err(format!("'{name}' has an access key already, which is never overwritten")),
            Err(error) => Err(error.to_string()),
        };
        let default = ProfileName::default_profile();
        let suggestion = if is_free(&default) { default.to_string() } else { "default-long-term".to_owned() };
        let (question, typed) = ("Which profile should hold it?", &mut self.typed.key_profile);
        let name = ask_with_suggestion(self.setting.messages, question, typed, &suggestion, &check)?;
        let Some(name) = name.and_then(|name| name.parse().ok()) else { return Ok(Next::Back) };
        self.source_profile = name;
        Ok(Next::To(Self::ask_key_id))
    }

    fn ask_key_id(&mut self) -> Result<Next<'a>, Error> {
        let check = from_flags::check_key_id;
        let is_entered = ask(self.setting.messages, "Access key id:", &mut self.typed.key_id, &check)?;
        Ok(if is_entered { Next::To(Self::ask_secret) } else { Next::Back })
    }

    fn ask_secret(&mut self) -> Result<Next<'a>, Error> {
        if self.key.as_ref().is_some_and(|key| key.access_key_id == self.typed.key_id) {
            let options = [Choice::new("the one that you typed", ""), Choice::new("another one", "prompts for it")];
            match dialog::choose("Which secret access key?", &options, 0).map_err(Error::Terminal)? {
                Some(0) => return Ok(Next::To(Self::check)),
                Some(_) => {}
                None => return Ok(Next::Back),
            }
        }
        let Some(secret) = dialog::secret("Secret access key:", from_flags::check_secret).map_err(Error::Terminal)?
        else {
            return Ok(Next::Back);
        };
        self.key = Some(LongTermKey { access_key_id: self.typed.key_id.clone(), secret_access_key: secret });
        Ok(Next::To(Self::check))
    }

    /// Checks the key with AWS; if that fails, the user can go back and correct it.
    fn check(&mut self) -> Result<Next<'a>, Error> {
        let key = Some((self.source_profile.clone(), self.key.as_ref().map(|key| key.access_key_id.clone())));
        if self.typed.answered_for != key {
            // The menus of another key have other options.
            self.typed = Typed { answered_for: key, device: 0, session: 0, ..std::mem::take(&mut self.typed) };
        }
        self.owner = None;
        if self.setting.args.skip_check {
            return Ok(Next::Past(Self::ask_device));
        }
        let Setting { messages, .. } = self.setting;
        match owner_of(self.setting, self.profiles(), &self.source_profile, self.key.as_ref()) {
            Ok(owner) => {
                messages.note(&format!("awsmfa: this is the key of {}", owner.identity.arn));
                self.owner = Some(owner);
                Ok(Next::Past(Self::ask_device))
            }
            Err(error) => {
                messages.error(&error);
                let options = [
                    Choice::new("go back", "to correct the key"),
                    Choice::new("go on", "the key is right, but AWS cannot check it now"),
                ];
                if choose("The key could not be checked.", &options, &mut 0)? == Some(1) {
                    return Ok(Next::Past(Self::ask_device));
                }
                self.key = None;
                Ok(Next::Back)
            }
        }
    }

    fn ask_device(&mut self) -> Result<Next<'a>, Error> {
        let offers = device_offers::of_key(&self.source_profile, self.owner.as_ref(), self.profiles());
        let options: Vec<Choice> = offers.iter().map(|offer| offer.choice.clone()).collect();
        let is_only = options.len() == 1;
        let chosen = if is_only { Some(0) } else { choose("Which MFA device?", &options, &mut self.typed.device)? };
        let Some(offer) = chosen.and_then(|chosen| offers.into_iter().nth(chosen)) else { return Ok(Next::Back) };
        let serial = match offer.serial_number {
            Some(serial) => Some(serial),
            None => {
                let question = "ARN or serial number of the MFA device:";
                let check = from_flags::check_answer::<SerialNumber>;
                let is_entered = ask(self.setting.messages, question, &mut self.typed.serial_number, &check)?;
                self.typed.serial_number.parse().ok().filter(|_| is_entered)
            }
        };
        self.creates_device = offer.is_new;
        match serial {
            Some(serial) => self.serial_number = Some(serial),
            // Escape goes back to the menu, if there was one.
            None if is_only => return Ok(Next::Back),
            None => return Ok(Next::Past(Self::ask_device)),
        }
        Ok(Next::To(Self::ask_session))
    }

    fn ask_session(&mut self) -> Result<Next<'a>, Error> {
        self.role = None;
        let source = self.source_profile.clone();
        let default = ProfileName::default_profile();
        let mut names: Vec<ProfileName> = candidate::session_profile(&source, self.profiles()).into_iter().collect();
        names.extend([default, source.clone()]);
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names.retain(|name| self.planned(name.clone()).is_ok());
        let mut options: Vec<Choice> = names.iter().map(|name| self.describe(name)).collect();
        options.push(Choice::new("another name", "prompts for it"));
        let question = "Which profile should get the sessions (for AWS_PROFILE)?";
        let Some(chosen) = choose(question, &options, &mut self.typed.session)? else { return Ok(Next::Back) };
        let name = match names.into_iter().nth(chosen) {
            Some(name) => name,
            None => {
                let mut text = std::mem::take(&mut self.typed.session_profile);
                let check = |text: &str| {
                    let name: ProfileName = text.parse().map_err(|error| format!("{error}"))?;
                    self.planned(name).map(|_| ()).map_err(|error| escape(&error.to_string()))
                };
                let is_entered = ask(self.setting.messages, "Its name:", &mut text, &check)?;
                let name = text.parse().ok().filter(|_| is_entered);
                self.typed.session_profile = text;
                let Some(name) = name else { return Ok(Next::Past(Self::ask_session)) };
                name
            }
        };
        self.session_profile = Some(name);
        Ok(Next::To(Self::ask_region))
    }

    fn describe(&self, name: &ProfileName) -> Choice {
        let key_profile = if *name == self.source_profile { candidate::key_profile(name) } else { None };
        let detail = match key_profile {
            Some(moved) if self.key.is_none() => format!("the key moves to {moved}"),
            Some(moved) => format!("the key goes to {moved}"),
            None if *name == ProfileName::default_profile() => "AWS tools use it without AWS_PROFILE".to_owned(),
            None => format!("the key stays in {}", self.source_profile),
        };
        Choice::new(escape(name.as_str()), escape(&detail))
    }

    fn ask_region(&mut self) -> Result<Next<'a>, Error> {
        let region_of = |name: &ProfileName| {
            let profile = self.profiles().get(name.as_str())?;
            profile.property(REGION).map(|found| found.value.into_owned())
        };
        let known = self.session_profile.as_ref().and_then(region_of).or_else(|| region_of(&self.source_profile));
        let suggestion = self.setting.args.region.clone().or(known);
        if let Some(region) = suggestion {
            self.region = Some(from_flags::from_flag(&region, "--region")?);
            return Ok(Next::Past(Self::ask_role));
        }
        let question = "Region, such as eu-west-1 (empty for none):";
        let check = |text: &str| if text.is_empty() { Ok(()) } else { from_flags::check_answer::<Region>(text) };
        let typed = &mut self.typed.region;
        if !ask_with_words(self.setting.messages, question, typed, &check, &REGION_NAMES)? {
            return Ok(Next::Back);
        }
        self.region = typed.parse().ok();
        if let Some(region) = self.region.as_ref().filter(|region| !REGION_NAMES.contains(&region.as_str())) {
            self.setting.messages.warning(&format!("awsmfa does not know the region {region}: check its spelling"));
        }
        Ok(Next::To(Self::ask_role))
    }

    /// Offers a role that AWS tools assume with the session.
    fn ask_role(&mut self) -> Result<Next<'a>, Error> {
        let options = [
            Choice::new("no", "AWS tools use the session itself"),
            Choice::new("yes", "AWS tools assume it, without another code"),
        ];
        self.role = None;
        match choose("Add a role to assume?", &options, &mut self.typed.role)? {
            Some(0) => Ok(Next::To(Self::ask_migrate)),
            Some(_) => Ok(Next::To(Self::ask_role_arn)),
            None => Ok(Next::Back),
        }
    }

    fn ask_role_arn(&mut self) -> Result<Next<'a>, Error> {
        let check = from_flags::check_answer::<RoleArn>;
        let is_entered = ask(self.setting.messages, "ARN of the role:", &mut self.typed.role_arn, &check)?;
        Ok(if is_entered { Next::To(Self::ask_role_profile) } else { Next::Back })
    }

    fn ask_role_profile(&mut self) -> Result<Next<'a>, Error> {
        let (Ok(arn), Some(session)) = (self.typed.role_arn.parse::<RoleArn>(), self.session_profile.clone()) else {
            return Ok(Next::Back);
        };
        let suggestion = NewRole::suggested_profile(&arn).map(|name| name.to_string()).unwrap_or_default();
        let mut typed = std::mem::take(&mut self.typed.role_profile);
        let with = |text: &str| {
            let profile = text.parse::<ProfileName>().map_err(|error| error.to_string())?;
            Ok::<_, String>(NewRole { arn: arn.clone(), profile })
        };
        let check = |text: &str| {
            let planned = self.planned_with(session.clone(), Some(with(text)?));
            planned.map(|_| ()).map_err(|error| escape(&error.to_string()))
        };
        let question = "Which profile should assume the role?";
        let name = ask_with_suggestion(self.setting.messages, question, &mut typed, &suggestion, &check)?;
        let role = name.and_then(|name| with(&name).ok());
        self.typed.role_profile = typed;
        let Some(role) = role else { return Ok(Next::Back) };
        self.role = Some(role);
        Ok(Next::To(Self::ask_migrate))
    }

    /// Asks whether to migrate the settings of other tools, if there are any.
    fn ask_migrate(&mut self) -> Result<Next<'a>, Error> {
        let planned = Planned::new(self.files, None, true);
        let Some(planned) = planned.ok().filter(|planned| !planned.changes.is_empty()) else {
            return Ok(Next::Past(Self::confirm));
        };
        let messages = self.setting.messages;
        planned.migrated.iter().for_each(|what| messages.note(&format!("awsmfa: {what}")));
        let options = [
            Choice::new("migrate them, too", "every AWS tool reads the result"),
            Choice::new("leave them", "some AWS tools do not read them"),
        ];
        let question = "Other tools have left settings that not every AWS tool reads.";
        let Some(chosen) = choose(question, &options, &mut self.typed.migration)? else { return Ok(Next::Back) };
        self.migrates = chosen == 0;
        Ok(Next::To(Self::confirm))
    }

    fn confirm(&mut self) -> Result<Next<'a>, Error> {
        let Some(session) = self.session_profile.clone() else { return Ok(Next::Back) };
        let planned = self.planned(session)?;
        apply::show(&planned.changes, self.setting.args.dry_run, self.setting.messages)?;
        if self.setting.args.dry_run || planned.changes.is_empty() {
            return Ok(Next::End(Some(Box::new(planned))));
        }
        let options =
            [Choice::new("yes", "`awsmfa setup --undo` undoes it"), Choice::new("no", "leaves everything as it is")];
        Ok(match dialog::choose("Write this?", &options, 0).map_err(Error::Terminal)? {
            Some(0) => Next::End(Some(Box::new(planned))),
            Some(_) => Next::End(None),
            None => Next::Back,
        })
    }

    /// Plans the changes for a session profile.
    fn planned(&self, session_profile: ProfileName) -> Result<Planned, Error> {
        self.planned_with(session_profile, self.role.clone())
    }

    fn planned_with(&self, session_profile: ProfileName, role: Option<NewRole>) -> Result<Planned, Error> {
        let named = self.setting.args.key_profile.clone().or_else(|| candidate::key_profile(&session_profile));
        let connection = Connection {
            source_profile: self.source_profile.clone(),
            key_profile: named.ok_or_else(|| from_flags::usage("the profile of the key has no name"))?,
            session_profile,
            key: self.key.clone(),
            serial_number: self.serial_number.clone().ok_or_else(|| from_flags::usage("no MFA device is known"))?,
            region: self.region.clone(),
            role,
        };
        let planned = Planned::new(self.files, Some(connection), self.migrates)?;
        Ok(Planned { creates_device: self.creates_device, ..planned })
    }
}
