//! The user whose MFA devices a command is about, and the credentials that sign its requests to IAM.

use std::ops::ControlFlow;

use crate::commands::ask_aws_about_key::key_of;
use crate::commands::login::Asking;
use crate::commands::messages::Messages;
use crate::commands::session_owner::{SessionOwner, owner_of};
use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::{Usable, usable, usable_or_new};
use crate::context::Context;
use crate::diagnosis::Identity;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::iam::IamError;
use crate::io::iam::mfa_devices::{self, ListedDevice};
use crate::io::sts::{Caller, Network, StsError};
use crate::io::terminal;
use crate::limits;
use crate::mfa_device::MfaDeviceError;
use crate::profile::ProfileName;
use crate::resolve::{self, Choice, Link, Situation};
use crate::session::{LongTermKey, Session};
use crate::setup::candidate;
use crate::token_code::SerialNumber;

/// The credentials that sign.
#[derive(Clone)]
pub(super) enum Signer {
    Key(LongTermKey),
    Session(Session),
}

impl Signer {
    pub(super) fn caller(&self) -> Caller<'_> {
        match self {
            Self::Key(key) => Caller::Key(key),
            Self::Session(session) => Caller::Session(session),
        }
    }
}

/// The permanent profile whose user is meant, and its session profile.
pub(super) struct Subject<'a> {
    pub profile: ProfileName,
    pub session_profile: ProfileName,
    pub global: &'a GlobalArgs,
    pub context: &'a Context,
    pub messages: Messages,
}

impl<'a> Subject<'a> {
    /// Finds the permanent profile of the selected profile, which may be of any kind.
    pub(super) fn of(
        argument: Option<&ProfileName>,
        global: &'a GlobalArgs,
        context: &'a Context,
    ) -> Result<Self, Error> {
        let selected = resolve::selected_profile(argument.or(global.profile.as_ref()), &context.environment)?;
        let files = SharedFiles::read(global, context)?;
        let mut link = resolve::link(Choice::of(&selected.name), files.profiles());
        for _ in 0..limits::CHAIN {
            link = match link {
                Ok(Link { role: Some(_), source_profile, .. }) if source_profile != selected.name => {
                    resolve::link(Choice::of(&source_profile), files.profiles())
                }
                link => link,
            };
        }
        let link = link.map_err(|error| error.named_by(&selected))?;
        let (profile, session_profile) = (link.source_profile, link.session_profile);
        Ok(Self { profile, session_profile, global, context, messages: Messages::new(global, context) })
    }

    pub(super) fn files(&self) -> Result<SharedFiles, Error> {
        SharedFiles::read(self.global, self.context)
    }

    /// Returns the MFA device that a login to the profile uses, if it is known.
    pub(super) fn device(&self) -> Result<Option<SerialNumber>, Error> {
        let files = self.files()?;
        let profiles = files.profiles();
        let (session, own) = (profiles.get(self.session_profile.as_str()), profiles.get(self.profile.as_str()));
        let named = resolve::serial_number(None, &self.context.environment, &[session.as_ref(), own.as_ref()])?;
        Ok(match named {
            Some((serial_number, _)) => Some(serial_number),
            None => candidate::serial_number(&self.profile, &self.session_profile, profiles),
        })
    }

    /// Signs with the long-term access key.
    pub(super) fn with_key(&self) -> Result<Owner, Error> {
        let files = self.files()?;
        let key = key_of(&self.profile, files.profiles())?;
        let situation = Situation {
            profiles: files.profiles(),
            environment: &self.context.environment,
            clock: &self.context.clock,
        };
        let sts = resolve::endpoint_of_session(&self.profile, &self.session_profile, situation)?;
        let network = Network::new()?;
        let identity = {
            let access = network.sts(&sts, &Caller::Key(&key))?;
            network.run(access.identity()).and_then(|identity| identity)
        };
        let identity = identity.map_err(|source| match source {
            StsError::Refused { .. } => Error::Unchecked { source },
            source => source.into(),
        })?;
        self.owner(identity, sts, Signer::Key(key))
    }

    /// Signs with a session, after a login if there is none; breaks with the exit code of a failed login.
    pub(super) fn with_session(&self) -> Result<ControlFlow<u8, Owner>, Error> {
        Ok(match usable_or_new(Some(&self.profile), Asking::Exec, self.global, self.context)? {
            ControlFlow::Continue(usable) => ControlFlow::Continue(self.with(&usable)?),
            ControlFlow::Break(code) => ControlFlow::Break(code),
        })
    }

    /// Signs with the stored session if it is valid, or else with the key.
    pub(super) fn at_hand(&self) -> Result<Owner, Error> {
        match usable(Some(&self.profile), &self.files()?, self.context) {
            Ok(usable) if usable.is_lasting => self.with(&usable),
            _ => self.with_key(),
        }
    }

    fn with(&self, usable: &Usable) -> Result<Owner, Error> {
        let session = Session::from(usable.session.clone());
        let files = self.files()?;
        let SessionOwner { identity, sts } = owner_of(usable, &session, &self.profile, &files, self.context)?;
        self.owner(identity, sts, Signer::Session(session))
    }

    fn owner(&self, identity: Identity, sts: Endpoint, signer: Signer) -> Result<Owner, Error> {
        let not_a_user = || MfaDeviceError::NotAUser { arn: identity.arn.clone() };
        let user = identity.user_name().ok_or_else(not_a_user)?.to_owned();
        let iam = resolve::iam_endpoint(sts, &identity.arn, &self.context.environment)?.ok_or_else(not_a_user)?;
        Ok(Owner { arn: identity.arn, account: identity.account, user, iam, signer })
    }
}

/// The user, and how to reach IAM.
#[derive(Clone)]
pub(super) struct Owner {
    pub arn: String,
    pub account: String,
    pub user: String,
    pub iam: Endpoint,
    pub signer: Signer,
}

impl Owner {
    /// Lists the devices that are enabled.
    pub(super) fn devices(&self) -> Result<Vec<ListedDevice>, Error> {
        let listed = mfa_devices::list(&self.iam, &self.signer.caller(), &self.user);
        listed.map_err(|source| Error::Iam { action: "ListMFADevices", source })
    }

    /// Makes a call again while IAM says that the user cannot be changed for the moment (IAM API Reference,
    /// `EntityTemporarilyUnmodifiable` and `ConcurrentModification`).
    pub(super) fn patiently(&self, call: impl Fn(&Self) -> Result<(), IamError>) -> Result<(), IamError> {
        for _ in 1..limits::BUSY_ATTEMPTS {
            match call(self) {
                Err(error) if error.is_temporary() => tracing::info!(%error, "IAM is busy with the user"),
                done => return done,
            }
            terminal::wait(1);
        }
        call(self)
    }
}
