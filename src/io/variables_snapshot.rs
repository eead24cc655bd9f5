//! The snapshot of the environment variables and of the home folder.

use std::path::PathBuf;

use crate::environment::{Environment, VARIABLES};
use crate::platform::{HOME_VARIABLE, MORE_VARIABLES};

/// Takes a snapshot of the environment variables that awsmfa knows, and of the home folder.
pub fn capture() -> Environment {
    let variables = VARIABLES.iter().chain(MORE_VARIABLES).filter_map(|name| Some((*name, std::env::var_os(name)?)));
    Environment::new(variables, home())
}

/// Returns the home folder: on Windows that of `USERPROFILE`, as the AWS SDKs have it (AWS SDKs and Tools Reference
/// Guide, "Location of the shared config and credentials files"), which `dirs` does not read.
fn home() -> Option<PathBuf> {
    let named = std::env::var_os(HOME_VARIABLE).filter(|path| !path.is_empty());
    named.map(PathBuf::from).or_else(dirs::home_dir)
}
