//! The snapshot of the environment variables and of the home folder.

use crate::environment::{Environment, VARIABLES};

/// Takes a snapshot of the environment variables that awsmfa knows, and of the home folder.
pub fn capture() -> Environment {
    let variables = VARIABLES.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    Environment::new(variables, dirs::home_dir())
}
