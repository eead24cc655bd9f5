//! The options that every command has.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::manual::GLOBAL;
use crate::platform::shell_word;
use crate::profile::ProfileName;

/// The options that every command has, before or after its name.
///
/// The program and each command define them, and `Cli` merges both: clap would copy its global options to all commands
/// at each start, which took a quarter of the time of `awsmfa status`.
#[derive(Args, Clone, Debug, Default)]
pub struct GlobalArgs {
    /// The source or session profile to use [default: AWS_PROFILE, AWS_DEFAULT_PROFILE or `default`]
    #[arg(long, value_name = "NAME", help_heading = GLOBAL)]
    pub profile: Option<ProfileName>,
    /// The shared config file [default: AWS_CONFIG_FILE or ~/.aws/config]
    #[arg(long, value_name = "PATH", help_heading = GLOBAL)]
    pub config_file: Option<PathBuf>,
    /// The shared credentials file [default: AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials]
    #[arg(long, value_name = "PATH", help_heading = GLOBAL)]
    pub credentials_file: Option<PathBuf>,
    /// The format of results [default: text]
    ///
    /// With json, an error is one object on standard error with `error`, `hint` and `exit_code`, and a warning is an object
    /// with `warning`.
    #[arg(long, value_name = "FORMAT", help_heading = GLOBAL)]
    pub output: Option<OutputFormat>,
    /// Print no messages except errors
    #[arg(long, short, help_heading = GLOBAL)]
    pub quiet: bool,
    /// Colour messages always, never, or on a terminal [default: auto]
    #[arg(long, value_name = "WHEN", help_heading = GLOBAL)]
    pub color: Option<Color>,
    /// Never prompt: fail instead, and name the flag that supplies the missing input [env: AWSMFA_NO_INPUT]
    #[arg(long, help_heading = GLOBAL)]
    pub no_input: bool,
    /// Print what is read and decided to standard error, without secrets
    #[arg(long, help_heading = GLOBAL)]
    pub debug: bool,
}

/// The format of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The condition for coloured output.
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
    /// Returns the format of results.
    pub fn output(&self) -> OutputFormat {
        self.output.unwrap_or_default()
    }

    /// Returns the condition for coloured output.
    pub fn color(&self) -> Color {
        self.color.unwrap_or_default()
    }

    /// Returns the flags that name other files, for a command that is to read the same ones.
    pub fn file_flags(&self) -> String {
        let paths = [("--config-file", &self.config_file), ("--credentials-file", &self.credentials_file)];
        let given = paths.into_iter().filter_map(|(flag, path)| Some((flag, path.as_ref()?)));
        given.map(|(flag, path)| format!(" {flag} {}", shell_word(&path.display().to_string()))).collect()
    }

    /// Returns whether to print debug messages: `--debug` is given, or `AWSMFA_LOG` is set to anything but `off`.
    pub fn wants_debug(&self, context: &Context) -> bool {
        self.debug || context.environment.get("AWSMFA_LOG").is_some_and(|level| level != "off")
    }

    /// Finds the output options in a command line that clap rejects, so that they apply to its error.
    pub fn output_options(words: &[OsString]) -> Self {
        let mut words =
            words.iter().map(OsString::as_os_str).take_while(|word| *word != "--").filter_map(OsStr::to_str);
        let mut found = Self::default();
        while let Some(word) = words.next() {
            let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            match name {
                "--output" => found.output = value_of(value.or_else(|| words.next())).or(found.output),
                "--color" => found.color = value_of(value.or_else(|| words.next())).or(found.color),
                _ => {}
            }
        }
        found
    }

    /// Merges two sets of options: those in `after`, given after the command's name, override those in `self`.
    pub(crate) fn overridden_by(self, after: Self) -> Self {
        Self {
            profile: after.profile.or(self.profile),
            config_file: after.config_file.or(self.config_file),
            credentials_file: after.credentials_file.or(self.credentials_file),
            output: after.output.or(self.output),
            quiet: after.quiet || self.quiet,
            color: after.color.or(self.color),
            no_input: after.no_input || self.no_input,
            debug: after.debug || self.debug,
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
    fn output_options_are_found_in_a_command_line_that_is_refused() {
        let found = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let GlobalArgs { output, color, .. } = GlobalArgs::output_options(&words);
            (output, color)
        };
        assert_eq!(
            found("awsmfa login --nonsense --output json --color=never"),
            (Some(OutputFormat::Json), Some(Color::Never))
        );
        assert_eq!(found("awsmfa --output=json --color"), (Some(OutputFormat::Json), None));
        assert_eq!(found("awsmfa exec -- x --output json --color always"), (None, None));
        assert_eq!(found("awsmfa --output yaml status"), (None, None));
    }
}
