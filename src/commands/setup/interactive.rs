//! `setup` on a terminal: one prompt after another. Escape goes back; nothing is written before the last answer.

use std::collections::HashSet;

use crate::commands::apply;
use crate::commands::ask_aws_about_key::KeyOwner;
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::dialog;
use crate::profile::property::REGION;
use crate::profile::{ProfileName, Profiles};
use crate::render::text::escape;
use crate::resolve;
use crate::session::LongTermKey;
use crate::setup::{Connection, candidate};
use crate::token_code::SerialNumber;
use crate::value::{LongTermKeyId, Region, Value};

use super::{Planned, Setting, from_flags, owner_of};

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

/// An MFA device to choose.
struct DeviceOffer {
    text: String,
    /// None for one that is to be typed.
    serial_number: Option<SerialNumber>,
    /// Set if it does not exist yet.
    is_new: bool,
}

/// The answers so far.
struct Dialog<'a> {
    setting: Setting<'a>,
    files: &'a SharedFiles,
    source_profile: ProfileName,
    key_id: String,
    key: Option<LongTermKey>,
    owner: Option<KeyOwner>,
    serial_number: Option<SerialNumber>,
    creates_device: bool,
    session_profile: Option<ProfileName>,
    region: Option<Region>,
    migrates: bool,
}

/// Prompts for everything; returns none if the user has cancelled.
pub(super) fn prompt(setting: Setting<'_>, files: &SharedFiles) -> Result<Option<Planned>, Error> {
    let mut dialog = Dialog {
        setting,
        files,
        source_profile: ProfileName::default_profile(),
        key_id: String::new(),
        key: None,
        owner: None,
        serial_number: None,
        creates_device: false,
        session_profile: None,
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
        let mut options: Vec<String> = known.iter().map(|name| format!("that of the profile '{name}'")).collect();
        options.push("a new one: I have its id and its secret at hand".to_owned());
        let Some(chosen) = dialog::choose("Which access key?", options).map_err(Error::Terminal)? else {
            return Ok(Next::Back);
        };
        self.key = None;
        let Some(name) = known.get(chosen) else { return Ok(Next::To(Self::ask_key_name)) };
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
        let usual = ProfileName::default_profile();
        let suggestion = if is_free(&usual) { usual.as_str() } else { "" };
        let answer = dialog::text("Which profile is to hold it?", suggestion, &check).map_err(Error::Terminal)?;
        let Some(name) = answer.and_then(|name| name.parse().ok()) else { return Ok(Next::Back) };
        self.source_profile = name;
        Ok(Next::To(Self::ask_key_id))
    }

    fn ask_key_id(&mut self) -> Result<Next<'a>, Error> {
        let check = |text: &str| match text {
            "" => Err(format!("the {} is missing", LongTermKeyId::NAME)),
            id => from_flags::check_answer::<LongTermKeyId>(id),
        };
        let Some(id) = dialog::text("Access key id:", &self.key_id, &check).map_err(Error::Terminal)? else {
            return Ok(Next::Back);
        };
        self.key_id = id;
        Ok(Next::To(Self::ask_secret))
    }

    fn ask_secret(&mut self) -> Result<Next<'a>, Error> {
        let Some(secret) =
            dialog::secret("Secret access key (is not shown):", from_flags::check_secret).map_err(Error::Terminal)?
        else {
            return Ok(Next::Back);
        };
        self.key = Some(LongTermKey { access_key_id: self.key_id.clone(), secret_access_key: secret });
        Ok(Next::To(Self::check))
    }

    /// Checks the key with AWS; if that fails, the user can go back and correct it.
    fn check(&mut self) -> Result<Next<'a>, Error> {
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
                let options = ["go back", "go on: the key is right"];
                let chosen = dialog::choose("The key could not be checked.", options).map_err(Error::Terminal)?;
                Ok(if chosen == Some(1) { Next::Past(Self::ask_device) } else { Next::Back })
            }
        }
    }

    fn ask_device(&mut self) -> Result<Next<'a>, Error> {
        let offers = self.device_offers();
        let chosen = if offers.len() == 1 {
            Some(0)
        } else {
            let options = offers.iter().map(|offer| offer.text.clone());
            dialog::choose("Which MFA device?", options).map_err(Error::Terminal)?
        };
        let Some(offer) = chosen.and_then(|chosen| offers.into_iter().nth(chosen)) else { return Ok(Next::Back) };
        let serial = match offer.serial_number {
            Some(serial) => Some(serial),
            None => {
                let question = "ARN or serial number of the MFA device:";
                let check = from_flags::check_answer::<SerialNumber>;
                dialog::text(question, "", &check).map_err(Error::Terminal)?.and_then(|text| text.parse().ok())
            }
        };
        let Some(serial) = serial else { return Ok(Next::Back) };
        self.serial_number = Some(serial);
        self.creates_device = offer.is_new;
        Ok(Next::To(Self::ask_session))
    }

    /// Returns the devices to choose from, the most likely one first.
    fn device_offers(&self) -> Vec<DeviceOffer> {
        let source = &self.source_profile;
        let session = candidate::session_profile(source, self.profiles());
        let in_files = session.and_then(|session| candidate::serial_number(source, &session, self.profiles()));
        let (listed, has_none) = match &self.owner {
            Some(owner) => (owner.devices.as_slice(), owner.has_no_device),
            None => (&[] as &[SerialNumber], false),
        };
        let named_as_user = self.owner.as_ref().filter(|_| listed.is_empty()).and_then(KeyOwner::guessed_device);
        // A device in the files that IAM does not list has been replaced.
        let is_old = |serial: &SerialNumber| has_none || (!listed.is_empty() && !listed.contains(serial));
        let (old, current): (Vec<_>, Vec<_>) = in_files.into_iter().partition(is_old);
        let mut known: Vec<(SerialNumber, &str)> = current.into_iter().map(|serial| (serial, "")).collect();
        known.extend(listed.iter().map(|serial| (serial.clone(), " (as IAM says)")));
        known.extend(old.into_iter().map(|serial| (serial, " (in the files, but not listed by IAM)")));
        known.extend(named_as_user.clone().filter(|_| !has_none).map(|it| (it, " (a guess from the user's name)")));
        let mut seen = HashSet::new();
        known.retain(|(serial, _)| seen.insert(serial.clone()));
        let known = known.into_iter().map(|(serial, remark)| DeviceOffer {
            text: format!("{serial}{remark}"),
            serial_number: Some(serial),
            is_new: false,
        });
        let new = named_as_user.map(|serial| DeviceOffer {
            text: "a new one: awsmfa shows a QR code for your authenticator app".to_owned(),
            serial_number: Some(serial),
            is_new: true,
        });
        let other = DeviceOffer {
            text: "another one: the IAM console shows it under Security credentials".to_owned(),
            serial_number: None,
            is_new: false,
        };
        let mut offers: Vec<DeviceOffer> = known.collect();
        offers.splice(if has_none { 0..0 } else { offers.len()..offers.len() }, new);
        offers.push(other);
        offers
    }

    fn ask_session(&mut self) -> Result<Next<'a>, Error> {
        let source = self.source_profile.clone();
        let default = ProfileName::default_profile();
        let mut names: Vec<ProfileName> = candidate::session_profile(&source, self.profiles()).into_iter().collect();
        names.extend([default, source.clone()]);
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names.retain(|name| self.planned(name.clone()).is_ok());
        let mut options: Vec<String> = names.iter().map(|name| self.describe(name)).collect();
        options.push("another name".to_owned());
        let question = "Which profile gets the sessions, the one for AWS_PROFILE?";
        let Some(chosen) = dialog::choose(question, options).map_err(Error::Terminal)? else { return Ok(Next::Back) };
        let name = match names.into_iter().nth(chosen) {
            Some(name) => Some(name),
            None => {
                let check = |text: &str| {
                    let name: ProfileName = text.parse().map_err(|error| format!("{error}"))?;
                    self.planned(name).map(|_| ()).map_err(|error| escape(&error.to_string()))
                };
                let answer = dialog::text("Its name:", "", &check).map_err(Error::Terminal)?;
                answer.and_then(|text| text.parse().ok())
            }
        };
        let Some(name) = name else { return Ok(Next::Back) };
        self.session_profile = Some(name);
        Ok(Next::To(Self::ask_region))
    }

    fn describe(&self, name: &ProfileName) -> String {
        let key_profile = if *name == self.source_profile { candidate::key_profile(name) } else { None };
        match key_profile {
            Some(moved) if self.key.is_none() => format!("{name}, and the key moves to {moved}"),
            Some(moved) => format!("{name}, and the key goes to {moved}"),
            None => name.to_string(),
        }
    }

    fn ask_region(&mut self) -> Result<Next<'a>, Error> {
        let region_of = |name: &ProfileName| {
            let profile = self.profiles().get(name.as_str())?;
            profile.property(REGION).map(|found| found.value.into_owned())
        };
        let known = self.session_profile.as_ref().and_then(region_of).or_else(|| region_of(&self.source_profile));
        let suggestion = self.setting.args.region.clone().or(known.clone());
        if let Some(region) = suggestion {
            self.region = Some(from_flags::from_flag(&region, "--region")?);
            return self.ask_migrate();
        }
        let question = "Region, such as eu-west-1 (empty for none):";
        let check = |text: &str| if text.is_empty() { Ok(()) } else { from_flags::check_answer::<Region>(text) };
        let Some(region) = dialog::text(question, "", &check).map_err(Error::Terminal)? else { return Ok(Next::Back) };
        self.region = region.parse().ok();
        Ok(Next::To(Self::ask_migrate))
    }

    /// Asks whether to migrate the settings of other tools, if there are any.
    fn ask_migrate(&mut self) -> Result<Next<'a>, Error> {
        let planned = Planned::new(self.files, None, true);
        let Some(planned) = planned.ok().filter(|planned| !planned.changes.is_empty()) else {
            return self.confirm();
        };
        let messages = self.setting.messages;
        planned.migrated.iter().for_each(|what| messages.note(&format!("awsmfa: {what}")));
        let options = ["migrate them, too", "leave them as they are"];
        let question = "Other tools have left settings that not every AWS tool reads.";
        let Some(chosen) = dialog::choose(question, options).map_err(Error::Terminal)? else { return Ok(Next::Back) };
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
        Ok(match dialog::choose("Write this?", ["yes", "no, leave everything as it is"]).map_err(Error::Terminal)? {
            Some(0) => Next::End(Some(Box::new(planned))),
            Some(_) => Next::End(None),
            None => Next::Back,
        })
    }

    /// Plans the changes for a session profile.
    fn planned(&self, session_profile: ProfileName) -> Result<Planned, Error> {
        let named = self.setting.args.key_profile.clone().or_else(|| candidate::key_profile(&session_profile));
        let connection = Connection {
            source_profile: self.source_profile.clone(),
            key_profile: named.ok_or_else(|| from_flags::usage("the profile of the key has no name"))?,
            session_profile,
            key: self.key.clone(),
            serial_number: self.serial_number.clone().ok_or_else(|| from_flags::usage("no MFA device is known"))?,
            region: self.region.clone(),
        };
        let planned = Planned::new(self.files, Some(connection), self.migrates)?;
        Ok(Planned { creates_device: self.creates_device, ..planned })
    }
}
