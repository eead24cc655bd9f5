//! The options that every command has.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::profile::ProfileName;

/// What holds for every command, before or behind its name.
///
/// Each command has these options as its own: those that clap calls global it copies to every command at each start, which
/// was a quarter of what `awsmfa status` did.
#[derive(Args, Clone, Debug, Default)]
pub struct GlobalArgs {
    /// The profile: source or session profile; else AWS_PROFILE, AWS_DEFAULT_PROFILE, `default`
    #[arg(long, value_name = "NAME")]
    pub profile: Option<ProfileName>,
    /// The shared config file [default: AWS_CONFIG_FILE or ~/.aws/config]
    #[arg(long, value_name = "PATH", help_heading = "Global options")]
    pub config_file: Option<PathBuf>,
    /// The shared credentials file [default: AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials]
    #[arg(long, value_name = "PATH", help_heading = "Global options")]
    pub credentials_file: Option<PathBuf>,
    /// How to print results [default: text]
    #[arg(long, value_name = "FORMAT", help_heading = "Global options")]
    pub output: Option<OutputFormat>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "Global options")]
    pub quiet: bool,
    /// When to colour messages [default: auto]
    #[arg(long, value_name = "WHEN", help_heading = "Global options")]
    pub color: Option<Color>,
    /// Never ask anything: what needs an answer fails at once, and names the flag that gives it [env: AWSMFA_NO_INPUT]
    #[arg(long, help_heading = "Global options")]
    pub no_input: bool,
    /// Say what is read and decided, on standard error; no secret is shown
    #[arg(long, help_heading = "Global options")]
    pub debug: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// When messages are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl GlobalArgs {
    /// How to print results.
    pub fn output(&self) -> OutputFormat {
        self.output.unwrap_or_default()
    }

    /// When to colour messages.
    pub fn color(&self) -> Color {
        self.color.unwrap_or_default()
    }

    /// Reads the output options in a command line that is not understood, or not run: how to say so.
    pub fn seen(words: &[OsString]) -> Self {
        let mut words =
            words.iter().map(OsString::as_os_str).take_while(|word| *word != "--").filter_map(OsStr::to_str);
        let mut seen = Self::default();
        while let Some(word) = words.next() {
            let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            match name {
                "--output" => seen.output = value_of(value.or_else(|| words.next())).or(seen.output),
                "--color" => seen.color = value_of(value.or_else(|| words.next())).or(seen.color),
                _ => {}
            }
        }
        seen
    }

    /// What both say; where they differ, what stands behind the command's name.
    pub(crate) fn joined(self, behind: Self) -> Self {
        Self {
            profile: behind.profile.or(self.profile),
            config_file: behind.config_file.or(self.config_file),
            credentials_file: behind.credentials_file.or(self.credentials_file),
            output: behind.output.or(self.output),
            quiet: behind.quiet || self.quiet,
            color: behind.color.or(self.color),
            no_input: behind.no_input || self.no_input,
            debug: behind.debug || self.debug,
        }
    }
}

fn value_of<T: ValueEnum>(word: Option<&str>) -> Option<T> {
    T::from_str(word?, false).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_to_say_that_a_command_line_is_wrong_is_seen_in_it() {
        let seen = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let GlobalArgs { output, color, .. } = GlobalArgs::seen(&words);
            (output, color)
        };
        assert_eq!(
            seen("awsmfa login --nonsense --output json --color=never"),
            (Some(OutputFormat::Json), Some(Color::Never))
        );
        assert_eq!(seen("awsmfa --output=json --color"), (Some(OutputFormat::Json), None));
        assert_eq!(seen("awsmfa exec -- x --output json --color always"), (None, None));
        assert_eq!(seen("awsmfa --output yaml status"), (None, None));
    }
}
