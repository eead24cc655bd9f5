//! Completion of the command line in five shells.
//!
//! `awsmfa completions` prints a short script for a shell. When the user presses Tab, the script passes the words up to
//! the cursor to the hidden `awsmfa complete`, which prints candidates. Thus the profiles are always up to date, and a
//! new version needs no new script.
//!
//! clap_complete is not used. Its static scripts do not know the profiles. The scripts of its engine, which is not
//! stable yet, insert names unquoted in bash, so that `$(…)` in a name would be run, and evaluate the typed line in
//! PowerShell. The engine alone takes 100 KB and could not leave files and programs to the shell.

pub mod cursor;
pub mod line;

/// A shell that can complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// bash 3.2 or newer
    Bash,
    /// zsh
    Zsh,
    /// fish 3 or newer
    Fish,
    /// PowerShell 5.1 or newer
    #[value(alias = "pwsh")]
    Powershell,
    /// elvish
    Elvish,
}

impl Shell {
    /// Returns the script that gets candidates from awsmfa.
    pub fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("awsmfa.bash"),
            Self::Zsh => include_str!("awsmfa.zsh"),
            Self::Fish => include_str!("awsmfa.fish"),
            Self::Powershell => include_str!("awsmfa.ps1"),
            Self::Elvish => include_str!("awsmfa.elv"),
        }
    }
}

/// A word that is offered for completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word, not quoted for any shell.
    pub text: String,
    /// A description in one line, without escapes.
    pub description: String,
}

/// The completions that the shell offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These candidates.
    Candidates(Vec<Candidate>),
    /// The shell's own completion of file names.
    Files,
    /// The shell's own completion of another program's command line, which begins at this word, counted from 0.
    Program(usize),
}
