//! `awsmfa provide`: prints the credentials that the AWS SDK gets for a profile, for awsmfa itself (`io::provided`).

use std::path::Path;

use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{files, provided, terminal};
use crate::provided_credentials;
use crate::render::json;

/// Print the credentials that the AWS SDK gets for a profile; for awsmfa itself
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile.
    name: String,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the credentials, or the reason why there are none.
///
/// # Errors
///
/// Fails if the files cannot be read, or if writing to standard output fails.
pub fn run(args: &Args, context: &Context) -> Result<u8, Error> {
    let variable = |name| context.environment.get(name);
    let text = |path: &Path| -> Result<String, Error> {
        Ok(provided_credentials::without_endpoint_urls(&String::from_utf8_lossy(&files::read(path)?)))
    };
    let config = text(&context.environment.config_file(None)?)?;
    let credentials = text(&context.environment.credentials_file(None)?)?;
    let loaded = provided::load(&args.name, config, credentials, variable("AWS_REGION"), variable("AWS_CA_BUNDLE"));
    let printed = loaded.map_or_else(|error| error.render(), |session| json::credential_process(&session));
    terminal::print(&printed).map_err(Error::Output)?;
    Ok(0)
}
