//! The variables, the command lines and the advice that differ by system. It makes no system calls: those that differ
//! are in `io`.

use std::ffi::OsStr;

use crate::escape::{posix_word, windows_word};

/// The variables that are read on this system only.
pub const MORE_VARIABLES: &[&str] = if cfg!(windows) { &["LOCALAPPDATA"] } else { &[] };

/// The variables that name the folder for state files, if they are absolute paths.
pub const STATE_VARIABLES: &[&str] =
    if cfg!(windows) { &["XDG_STATE_HOME", "LOCALAPPDATA"] } else { &["XDG_STATE_HOME"] };

/// The folder for state files in the home folder, if no variable names another (XDG Base Directory Specification;
/// Windows, `FOLDERID_LocalAppData`).
pub const STATE_FOLDER: &[&str] = if cfg!(windows) { &["AppData", "Local"] } else { &[".local", "state"] };

/// The variable that names the home folder.
pub const HOME_VARIABLE: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Returns whether this is the name of a variable. Windows ignores the case of letters.
pub fn is_variable(found: &OsStr, name: &str) -> bool {
    if cfg!(windows) { found.eq_ignore_ascii_case(name) } else { found == name }
}

/// Set if PowerShell is the usual shell, and not a POSIX shell.
pub const HAS_POWERSHELL: bool = cfg!(windows);

/// The remedy for a file that other users can read, with the placeholder `{path}`.
pub const CLOSE_FILE: &str = if cfg!(windows) { CLOSE_LIST } else { "`chmod 600 {path}`" };

/// The remedy for a folder that other users can write to, with the placeholder `{path}`.
pub const CLOSE_FOLDER: &str = if cfg!(windows) { CLOSE_LIST } else { "`chmod 700 {path}`" };

const CLOSE_LIST: &str = "`icacls {path}` lists them, `awsmfa doctor --fix` removes their access";

/// Returns what grants other users access to a file of this mode.
pub fn granted_by(mode: u32) -> String {
    if cfg!(windows) { "according to its access control list".to_owned() } else { format!("mode {:03o}", mode & 0o777) }
}

/// Returns the description of a change of the mode of a file.
pub fn mode_change(mode: u32, path: &str) -> String {
    if cfg!(windows) { format!("close {path} to other users") } else { format!("chmod {mode:03o} {path}") }
}

/// Returns the command that makes a read-only file writable.
pub fn make_writable(path: &str) -> String {
    let path = shell_word(path);
    if cfg!(windows) { format!("attrib -R {path}") } else { format!("chmod u+w {path}") }
}

/// Returns the command that makes an immutable file mutable.
pub fn make_mutable(path: &str) -> String {
    let path = shell_word(path);
    if cfg!(target_os = "linux") { format!("chattr -i -a {path}") } else { format!("chflags nouchg,nouappnd {path}") }
}

/// Where the keyring is unlocked.
pub const UNLOCK_KEYRING: &str = if cfg!(target_os = "macos") {
    "`security unlock-keychain` unlocks it"
} else {
    "run the command again and type the keyring's password, or unlock it in Passwords and Keys, KWalletManager or KeePassXC"
};

/// What to do where there is no keyring.
pub const WITHOUT_KEYRING: &str = if cfg!(target_os = "linux") {
    "a keyring needs a desktop session (DBUS_SESSION_BUS_ADDRESS); without one, let a credential_process get the key from \
     another program, such as `pass`"
} else {
    "a credential_process can get the key from another program, such as `pass`"
};

/// Returns how to find out why access to a file was denied, if that needs more than a look at its owner.
pub fn on_denied_access(path: &str) -> Option<String> {
    let path = shell_word(path);
    cfg!(windows).then(|| format!("`icacls {path}` shows who may access it; another program may have it open"))
}

/// Quotes a word for the shell of a user if necessary: for a POSIX shell or, on Windows, for cmd and PowerShell.
pub fn shell_word(word: &str) -> String {
    if cfg!(windows) { windows_word(word) } else { posix_word(word) }
}

/// Splits a command line as the AWS clients do: as a POSIX shell or, on Windows, as cmd, where a backslash is part of a
/// path. Returns `None` if a quote is not closed.
pub fn command_words(line: &str) -> Option<Vec<String>> {
    if cfg!(windows) { Some(words_of_cmd(line)) } else { shell_words::split(line).ok() }
}

fn words_of_cmd(line: &str) -> Vec<String> {
    let mut is_quoted = false;
    let words = line.split(|c: char| {
        is_quoted ^= c == '"';
        c.is_whitespace() && !is_quoted
    });
    words.filter(|word| !word.is_empty()).map(|word| word.replace('"', "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cmd_splits_at_white_space_outside_of_quotes() {
        let line = r#""C:\Program Files (x86)\awsmfa.exe"  credential-process a\b --x="c d""#;
        let words = [r"C:\Program Files (x86)\awsmfa.exe", "credential-process", r"a\b", "--x=c d"];
        assert_eq!(words_of_cmd(line), words);
    }
}
