//! The snapshot of the environment variables and of the home folder.

use crate::environment::{Environment, VARIABLES};

/// Takes the snapshot of the variables that awsmfa knows.
pub fn capture() -> Environment {
    let variables = VARIABLES.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    Environment::new(variables, dirs::home_dir())
}
