//! The owner of a stored session, looked up with AWS.

use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::Usable;
use crate::context::Context;
use crate::diagnosis::{self, Facts, Identity};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::io::sts::{Caller, Network, StsError};
use crate::profile::ProfileName;
use crate::resolve::{self, Situation};
use crate::session::Session;
use crate::time::Seconds;

/// The owner of a session, and the endpoint of STS that was asked.
pub(super) struct SessionOwner {
    pub identity: Identity,
    pub sts: Endpoint,
}

/// Looks up the owner of a session with STS, which needs no permission. `selected` is the profile that the user has
/// named.
pub(super) fn owner_of(
    usable: &Usable,
    session: &Session,
    selected: &ProfileName,
    files: &SharedFiles,
    context: &Context,
) -> Result<SessionOwner, Error> {
    let situation = Situation { profiles: files.profiles(), environment: &context.environment, clock: &context.clock };
    let sts = resolve::endpoint_of_session(selected, &usable.session_profile, situation)?;
    let caller = Caller::Session(session);
    let identity = {
        let network = Network::new()?;
        let access = network.sts(&sts, &caller)?;
        network.run(access.identity()).and_then(|identity| identity)
    };
    match identity {
        Ok(identity) => Ok(SessionOwner { identity, sts }),
        Err(source) => Err(explained(source, session, selected, &sts, context)),
    }
}

/// Adds the cause to a refusal, such as a session that has ended at AWS.
fn explained(source: StsError, session: &Session, selected: &ProfileName, sts: &Endpoint, context: &Context) -> Error {
    let StsError::Refused { code, message, clock_offset, .. } = &source else { return source.into() };
    let facts = Facts {
        code,
        message,
        source_profile: selected,
        is_session: true,
        access_key_id: &session.access_key_id,
        is_key_in_file: true,
        has_whole_secret: true,
        region: &sts.region,
        serial_number: None,
        serial_origin: None,
        listed_devices: &[],
        role: None,
        clock_offset: *clock_offset,
        is_wsl: context.environment.is_wsl(),
        sent: None,
        remembers_codes: false,
        next_code_in: Seconds(0),
        identity: None,
        good_region: None,
    };
    match diagnosis::cause(&facts) {
        Some(cause) => Error::Refused { source, cause: Box::new(cause) },
        None => source.into(),
    }
}
