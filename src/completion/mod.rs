//! Completion of a command line that is being typed, in five shells.
//!
//! `awsmfa completions` prints a short script for a shell. When the person presses Tab, the script gives the words up to
//! the cursor to the hidden `awsmfa complete`, which answers with candidates: so profiles are known as they are at that
//! moment, and a new version needs no new script.
//!
//! clap_complete is not used: its static scripts know no profiles, and those of its engine, which is not stable yet, insert
//! names unquoted in bash, so that `$(…)` in one would be run, and evaluate the typed line in PowerShell. The engine alone
//! takes 100 KB and could not leave files and programs to the shell.

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
    /// The script that asks awsmfa for candidates.
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

/// Something that can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text of the word, not quoted for any shell.
    pub text: String,
    /// What it is; in a line, without escapes.
    pub description: String,
}

/// What the shell is to offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These.
    Candidates(Vec<Candidate>),
    /// Its own completion of file names.
    Files,
    /// Its own completion of another program's command line, which begins at this word, counted from 0.
    Program(usize),
}
