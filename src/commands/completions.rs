//! `awsmfa completions`: the script that teaches a shell to complete awsmfa's command line.

use crate::completion::Shell;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;

/// Print a script that makes a shell complete commands, flags and profiles
///
/// bash: add `eval "$(awsmfa completions bash)"` to ~/.bashrc. zsh: the same with zsh in ~/.zshrc, after compinit. fish:
/// save it as ~/.config/fish/completions/awsmfa.fish. PowerShell: add `awsmfa completions powershell | Out-String |
/// Invoke-Expression` to $PROFILE. elvish: add `eval (awsmfa completions elvish | slurp)` to ~/.config/elvish/rc.elv.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
    /// The global options behind the command's name, until [`crate::cli::Cli::joined`] has taken them.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the script.
///
/// # Errors
///
/// Fails if it cannot be printed.
pub fn run(args: &Args) -> Result<u8, Error> {
    terminal::print(args.shell.script()).map_err(Error::Output)?;
    Ok(0)
}
