//! `awsmfa completions`: prints the script that makes a shell complete awsmfa's command line.

use crate::completion::Shell;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;

/// Print a shell script that completes commands and profiles
///
/// bash: add `eval "$(awsmfa completions bash)"` to ~/.bashrc. zsh: add `eval "$(awsmfa completions zsh)"` to ~/.zshrc,
/// after compinit. fish: save it as ~/.config/fish/completions/awsmfa.fish. PowerShell: add `awsmfa completions
/// powershell | Out-String | Invoke-Expression` to $PROFILE. elvish: add `eval (awsmfa completions elvish | slurp)` to
/// ~/.config/elvish/rc.elv.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to print the script for
    #[arg(value_name = "SHELL")]
    shell: Shell,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the script.
///
/// # Errors
///
/// Fails if writing to standard output fails.
pub fn run(args: &Args) -> Result<u8, Error> {
    terminal::print(args.shell.script()).map_err(Error::Output)?;
    Ok(0)
}
