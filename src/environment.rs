//! A snapshot of the environment variables and of the home folder, and their meaning for awsmfa.
//!
//! An empty variable counts as unset. `io::variables_snapshot` takes the snapshot: nothing here reads the environment.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::platform::{STATE_FOLDER, STATE_VARIABLES};

/// The variables that awsmfa reads on all systems; besides these and `MORE_VARIABLES`, none are stored.
pub const VARIABLES: [&str; 52] = [
    "AWSMFA_DURATION_SECONDS",
    "AWSMFA_LOG",
    "AWSMFA_MAX_KEY_AGE",
    "AWSMFA_MFA_PROCESS",
    "AWSMFA_MIN_REMAINING",
    "AWSMFA_NO_INPUT",
    PREVIOUS_PROFILE,
    SELECTED_PROFILE,
    RUNNING,
    "AWSMFA_SECRET_ACCESS_KEY",
    "AWSMFA_TOKEN_CODE",
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_SIGNIN",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_STS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MFA_SERIAL",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TAGS",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SOURCE_IDENTITY",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_TRANSITIVE_TAGS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LOGNAME",
    "NO_COLOR",
    "NO_PROXY",
    "SHELL",
    "TERM",
    "USER",
    "USERNAME",
    "WSL_DISTRO_NAME",
    "XDG_STATE_HOME",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// The variable with the profile that `use` has selected in a shell, or whose session `env` or `exec` has set. It is for
/// the prompt of the shell: AWS tools do not read it.
pub const SELECTED_PROFILE: &str = "AWSMFA_PROFILE";

/// The variable with the profile that was selected in a shell before.
pub const PREVIOUS_PROFILE: &str = "AWSMFA_PREVIOUS_PROFILE";

/// The variable that is set for programs that awsmfa runs to get a key or a code. If such a program runs awsmfa again,
/// that run must not need the same program.
pub const RUNNING: &str = "AWSMFA_RUNNING";

/// The folder of the two files, in the home folder.
const AWS_FOLDER: &str = ".aws";

/// The environment that the process was started in.
#[derive(Clone, Default)]
pub struct Environment {
    variables: HashMap<&'static str, Variable>,
    /// The variables that are set and empty.
    empty: Vec<&'static str>,
    home: Option<PathBuf>,
}

/// A variable in its original form, for paths, and as text. Invalid Unicode is replaced in the text, which then fails
/// where it is used.
#[derive(Clone)]
struct Variable {
    raw: OsString,
    text: String,
}

/// The error when neither a flag nor a variable names the file, and the home folder is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the home folder is unknown, so the AWS files cannot be found")]
pub struct NoHomeError;

impl Environment {
    /// Creates the snapshot; an empty variable counts as unset.
    pub fn new(variables: impl IntoIterator<Item = (&'static str, OsString)>, home: Option<PathBuf>) -> Self {
        let (mut set, mut empty) = (HashMap::new(), Vec::new());
        for (name, raw) in variables {
            // Of two values, the last one counts.
            empty.retain(|other| *other != name);
            if raw.is_empty() {
                set.remove(name);
                empty.push(name);
            } else {
                set.insert(name, Variable { text: raw.to_string_lossy().into_owned(), raw });
            }
        }
        Self { variables: set, empty, home }
    }

    /// Returns whether the variable is set and empty, which some AWS clients treat as a value.
    pub fn is_empty(&self, name: &str) -> bool {
        self.empty.contains(&name)
    }

    /// Returns a variable's value; an empty one is unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|variable| variable.text.as_str())
    }

    /// Returns the home folder, if it is known.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Returns the path of the shared config file: from the flag, from `AWS_CONFIG_FILE`, or `~/.aws/config`.
    ///
    /// # Errors
    ///
    /// Fails if the home folder is needed and unknown.
    pub fn config_file(&self, flag: Option<&Path>) -> Result<PathBuf, NoHomeError> {
        self.file(flag, "AWS_CONFIG_FILE", "config")
    }

    /// Returns the path of the shared credentials file, in the same way, with `AWS_SHARED_CREDENTIALS_FILE`.
    ///
    /// # Errors
    ///
    /// Fails if the home folder is needed and unknown.
    pub fn credentials_file(&self, flag: Option<&Path>) -> Result<PathBuf, NoHomeError> {
        self.file(flag, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
    }

    /// Returns the file that remembers used codes, or `None` if the state folder is unknown.
    pub fn used_codes_file(&self) -> Option<PathBuf> {
        self.state_file("used-codes")
    }

    /// Returns the lock file of an exchange with STS, by the digits of its target, or `None` if the state folder is
    /// unknown.
    pub fn exchange_lock_file(&self, digits: &str) -> Option<PathBuf> {
        self.state_file(&format!("exchange-{digits}.lock"))
    }

    /// Returns the file that remembers when keys were created, or `None` if the state folder is unknown.
    pub fn key_ages_file(&self) -> Option<PathBuf> {
        self.state_file("key-ages")
    }

    /// Returns the lock file of a key, by the digits of its ID, or `None` if the state folder is unknown.
    pub fn key_lock_file(&self, digits: &str) -> Option<PathBuf> {
        self.state_file(&format!("key-{digits}.lock"))
    }

    /// Returns the record of a key's rotation, by the digits of its place, or `None` if the state folder is unknown.
    pub fn rotation_file(&self, digits: &str) -> Option<PathBuf> {
        self.state_file(&format!("rotation-{digits}.json"))
    }

    /// Returns the file that can undo the last `setup`, or `None` if the state folder is unknown.
    pub fn undo_file(&self) -> Option<PathBuf> {
        self.state_file("undo-setup")
    }

    /// Returns a file in the state folder, which is below the first of [`STATE_VARIABLES`] with an absolute path, or
    /// below [`STATE_FOLDER`] in the home folder. Returns `None` if no variable is set and the home folder is unknown.
    fn state_file(&self, name: &str) -> Option<PathBuf> {
        let named = STATE_VARIABLES.iter().filter_map(|name| self.variables.get(name));
        // The specification requires that relative paths be ignored.
        let named = named.map(|variable| PathBuf::from(&variable.raw)).find(|path| path.is_absolute());
        let folder = named.or_else(|| Some(self.home.as_ref()?.join(STATE_FOLDER.iter().collect::<PathBuf>())))?;
        Some(folder.join("awsmfa").join(name))
    }

    /// Returns whether this is Linux on Windows (WSL), where the clock stops while the machine sleeps.
    pub fn is_wsl(&self) -> bool {
        self.get("WSL_DISTRO_NAME").is_some()
    }

    fn file(&self, flag: Option<&Path>, variable: &str, name: &str) -> Result<PathBuf, NoHomeError> {
        let named = flag.or_else(|| self.variables.get(variable).map(|variable| Path::new(&variable.raw)));
        // Most AWS clients expand a leading `~` in a variable, too.
        let in_home = match named.map(|path| path.strip_prefix("~").map_err(|_| path)) {
            None => Path::new(AWS_FOLDER).join(name),
            // Taken apart, so that Windows' separators are the same in the whole path.
            Some(Ok(rest)) => rest.components().collect(),
            Some(Err(path)) => return Ok(path.to_owned()),
        };
        self.home.as_ref().map(|home| home.join(in_home)).ok_or(NoHomeError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&'static str, &str)]) -> Environment {
        let variables = variables.iter().map(|(name, value)| (*name, OsString::from(*value)));
        Environment::new(variables, Some(PathBuf::from("/home/ada")))
    }

    #[test]
    fn a_flag_precedes_the_variable_and_the_variable_the_home_folder() {
        let set = environment(&[("AWS_CONFIG_FILE", "/etc/aws")]);
        assert_eq!(set.config_file(Some(Path::new("/flag"))), Ok(PathBuf::from("/flag")));
        assert_eq!(set.config_file(None), Ok(PathBuf::from("/etc/aws")));
        assert_eq!(set.credentials_file(None), Ok(PathBuf::from("/home/ada/.aws/credentials")));
    }

    #[test]
    fn used_codes_are_remembered_in_the_state_folder() {
        let file = |folder: &str| environment(&[("XDG_STATE_HOME", folder)]).used_codes_file();
        let absolute = if cfg!(windows) { r"C:\state" } else { "/state" };
        assert_eq!(file(absolute), Some(Path::new(absolute).join("awsmfa").join("used-codes")));
        let default: PathBuf = STATE_FOLDER.iter().collect();
        let default = Path::new("/home/ada").join(default).join("awsmfa").join("used-codes");
        assert_eq!(file("relative"), Some(default));
        assert_eq!(Environment::default().used_codes_file(), None);
    }

    #[test]
    fn the_last_of_two_values_counts_even_if_it_is_empty() {
        let read = |values: [&str; 2]| {
            let environment = environment(&values.map(|value| ("AWS_PROFILE", value)));
            (environment.get("AWS_PROFILE").map(str::to_owned), environment.is_empty("AWS_PROFILE"))
        };
        assert_eq!(read(["two", ""]), (None, true));
        assert_eq!(read(["", "two"]), (Some("two".to_owned()), false));
    }

    #[test]
    fn a_leading_tilde_is_the_home_folder_and_an_empty_variable_is_unset() {
        let set = environment(&[("AWS_CONFIG_FILE", "~/elsewhere/config"), ("AWS_SHARED_CREDENTIALS_FILE", "")]);
        assert_eq!(set.config_file(None), Ok(PathBuf::from("/home/ada/elsewhere/config")));
        assert_eq!(set.credentials_file(None), Ok(PathBuf::from("/home/ada/.aws/credentials")));
        assert_eq!(Environment::default().config_file(None), Err(NoHomeError));
    }
}
