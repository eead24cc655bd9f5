//! The function `awsmfa` of each shell. A program cannot change the variables of the shell that runs it, so the function
//! evaluates what `awsmfa use` prints. It passes all other commands to the program unchanged.

use crate::completion::Shell;

/// Returns the script that defines the function.
pub fn function(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash | Shell::Zsh => include_str!("awsmfa.sh"),
        Shell::Fish => include_str!("awsmfa.fish"),
        Shell::Powershell => include_str!("awsmfa.ps1"),
        Shell::Elvish => include_str!("awsmfa.elv"),
    }
}
