//! `awsmfa provide`: prints the credentials that the AWS SDK gets for a profile, for awsmfa itself (`io::provided`).

use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{provided, terminal};
use crate::provided_credentials::ProvideError;
use crate::render::json;

/// Print the credentials that the AWS SDK gets for AWS_PROFILE; for awsmfa itself
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the credentials, or the reason why there are none.
///
/// # Errors
///
/// Fails if writing to standard output fails.
pub fn run(context: &Context) -> Result<u8, Error> {
    let variable = |name| context.environment.get(name);
    let loaded = variable("AWS_PROFILE")
        .ok_or_else(|| ProvideError::other(&"AWS_PROFILE is not set"))
        .and_then(|profile| provided::load(profile, variable("AWS_REGION"), variable("AWS_CA_BUNDLE")));
    let printed = loaded.map_or_else(|error| error.render(), |session| json::credential_process(&session));
    terminal::print(&printed).map_err(Error::Output)?;
    Ok(0)
}
