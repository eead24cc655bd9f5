//! Takes the snapshot of the variables and of the home folder.

use crate::environment::{Environment, VARIABLES};

/// Reads the variables that awsmfa knows. One that is not Unicode counts as unset.
pub fn capture() -> Environment {
    let variables = VARIABLES.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?)));
    Environment::new(variables, dirs::home_dir())
}

/// What to call the person in messages to STS and in names.
pub fn arguments() -> Vec<std::ffi::OsString> {
    std::env::args_os().collect()
}
