//! The snapshot of the environment variables and of the home folder.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::environment::{Environment, VARIABLES};
use crate::platform::{HOME_VARIABLE, MORE_VARIABLES, is_variable};

/// Takes a snapshot of the environment variables that awsmfa knows, and of the home folder.
pub fn capture() -> Environment {
    // Of two variables with the same name, the first one counts, as for getenv(3).
    let all: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    let variables = all.into_iter().rev().flat_map(|(found, value)| {
        let known = VARIABLES.iter().chain(MORE_VARIABLES).copied();
        known.filter(move |name| is_variable(&found, name)).map(move |name| (name, value.clone()))
    });
    Environment::new(variables, home())
}

/// Returns the home folder: on Windows that of `USERPROFILE`, as the AWS SDKs have it (AWS SDKs and Tools Reference
/// Guide, "Location of the shared config and credentials files"), which `dirs` does not read.
fn home() -> Option<PathBuf> {
    let named = std::env::var_os(HOME_VARIABLE).filter(|path| !path.is_empty());
    named.map(PathBuf::from).or_else(dirs::home_dir)
}
