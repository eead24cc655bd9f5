//! `awsmfa init`: prints the script that connects a shell with awsmfa.

use crate::completion::Shell;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;
use crate::shell_function::function;

/// Print a shell's startup script: completions and `use`
///
/// The script has the completions, and the function that lets `use` select a profile in the shell itself.
///
/// bash: add `eval "$(awsmfa init bash)"` to ~/.bashrc. zsh: add `eval "$(awsmfa init zsh)"` to ~/.zshrc, after
/// compinit. fish: add `awsmfa init fish | source` to ~/.config/fish/config.fish. PowerShell: add `awsmfa init
/// powershell | Out-String | Invoke-Expression` to $PROFILE. elvish: add `eval (awsmfa init elvish | slurp)` to
/// ~/.config/elvish/rc.elv. The function passes all commands to the program; `use` then changes the variables of the
/// shell itself, and so do `login` and `logout` if they change the session that it uses.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
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
    terminal::print(&format!("{}\n{}", args.shell.script(), function(args.shell))).map_err(Error::Output)?;
    Ok(0)
}
