//! Variables as commands for a shell or as lines for a program, for `env` and `use`.

use super::assignments::Assignment;
use crate::escape::{is_hidden, posix_quoted, posix_word, powershell_quoted};

/// The syntax to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Syntax {
    /// bash, zsh, dash and other POSIX shells
    #[value(aliases = ["bash", "zsh", "sh", "dash", "ksh"])]
    Posix,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
    /// elvish
    Elvish,
    /// Windows' cmd
    Cmd,
    /// NAME=value lines, for Docker and others
    Dotenv,
    /// A JSON object; null clears
    Json,
}

/// The error for a value that a syntax cannot represent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the value of {name} has a quote, a percent sign, a line break or an invisible character, which this syntax cannot express: try --shell json"
)]
pub struct UnrepresentableError {
    name: &'static str,
}

impl Syntax {
    /// Finds the syntax of a shell by its program's name, such as `zsh` or `/usr/bin/fish`.
    pub fn of_shell(program: &str) -> Option<Self> {
        let name = program.rsplit(['/', '\\']).next()?.trim_start_matches('-');
        match name.trim_end_matches(".exe") {
            "sh" | "bash" | "zsh" | "dash" | "ash" | "ksh" | "mksh" | "busybox" => Some(Self::Posix),
            "fish" => Some(Self::Fish),
            "pwsh" | "powershell" => Some(Self::Powershell),
            "elvish" => Some(Self::Elvish),
            "cmd" => Some(Self::Cmd),
            _ => None,
        }
    }

    /// Returns the command that selects a profile for the AWS tools that are started in this shell.
    pub fn use_profile(self, name: &str) -> String {
        match self {
            Self::Posix | Self::Dotenv | Self::Json => format!("export AWS_PROFILE={}", posix_word(name)),
            Self::Fish => format!("set -gx AWS_PROFILE {}", posix_word(name)),
            Self::Powershell => format!("$Env:AWS_PROFILE = {}", powershell_quoted(name)),
            Self::Elvish => format!("set-env AWS_PROFILE {}", elvish_quoted(name)),
            Self::Cmd => format!("set \"AWS_PROFILE={name}\""),
        }
    }

    /// Returns the line that evaluates what a command prints.
    pub fn evaluating(self, command: &str) -> String {
        match self {
            Self::Posix | Self::Dotenv | Self::Json => format!("eval \"$({command})\""),
            Self::Fish => format!("{command} | source"),
            Self::Powershell => format!("{command} | Out-String | Invoke-Expression"),
            Self::Elvish => format!("eval ({command} | slurp)"),
            Self::Cmd => format!("for /f \"delims=\" %i in ('{command}') do @%i"),
        }
    }

    /// Renders assignments, one per line.
    ///
    /// # Errors
    ///
    /// Fails if the syntax cannot represent a value.
    pub fn render(self, assignments: &[Assignment]) -> Result<String, UnrepresentableError> {
        let values = assignments.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        if let Some((name, _)) = values.into_iter().find(|(_, value)| !self.can_represent(value)) {
            return Err(UnrepresentableError { name });
        }
        if self == Self::Json {
            return Ok(json(assignments));
        }
        let lines = assignments.iter().filter_map(|(name, value)| self.line(name, value.as_deref()));
        let line_break = if self == Self::Cmd { "\r\n" } else { "\n" };
        Ok(lines.map(|line| line + line_break).collect())
    }

    /// Renders assignments below a comment, by which the functions of `init` tell them from other output, such as help.
    ///
    /// # Errors
    ///
    /// Fails if the syntax cannot represent a value.
    pub fn render_marked(self, assignments: &[Assignment]) -> Result<String, UnrepresentableError> {
        let comment = match self {
            Self::Json => "",
            Self::Cmd => "rem awsmfa\r\n",
            _ => "# awsmfa\n",
        };
        Ok(comment.to_owned() + &self.render(assignments)?)
    }

    /// Returns whether the syntax can represent the value. A line break would begin another command or line, and
    /// control or invisible characters are never part of a session or region: only JSON has escapes for them. In cmd, a
    /// quote would end the quotes, and what follows would be run; a percent sign is doubled in a batch file, but not in
    /// the output that `for /f` runs.
    fn can_represent(self, value: &str) -> bool {
        match self {
            Self::Json => true,
            Self::Cmd => !value.contains(|c| matches!(c, '"' | '%') || is_hidden(c)),
            Self::Dotenv | Self::Powershell | Self::Posix | Self::Fish | Self::Elvish => !value.contains(is_hidden),
        }
    }

    fn line(self, name: &str, value: Option<&str>) -> Option<String> {
        Some(match (self, value) {
            (Self::Posix, Some(value)) => format!("export {name}={}", posix_quoted(value)),
            (Self::Posix, None) => format!("unset {name}"),
            (Self::Fish, Some(value)) => format!("set -gx {name} {}", fish_quoted(value)),
            // `set -e` alone fails if the variable is not set, and `and` sees the status of the last line. A universal
            // variable is that of all shells of the user, so it is not erased. One that holds a key is hidden by an empty
            // one, which AWS clients ignore; they do not ignore an empty AWS_PROFILE.
            (Self::Fish, None) if name.contains("KEY") || name.contains("TOKEN") => {
                format!("if set -qg {name}; set -eg {name}; end; if set -q {name}; set -gx {name} ''; end")
            }
            (Self::Fish, None) => format!("if set -qg {name}; set -eg {name}; end"),
            (Self::Powershell, Some(value)) => format!("$Env:{name} = {}", powershell_quoted(value)),
            (Self::Powershell, None) => format!("Remove-Item -ErrorAction SilentlyContinue Env:{name}"),
            (Self::Elvish, Some(value)) => format!("set-env {name} {}", elvish_quoted(value)),
            (Self::Elvish, None) => format!("unset-env {name}"),
            (Self::Cmd, value) => format!("set \"{name}={}\"", value.unwrap_or_default()),
            (Self::Dotenv, Some(value)) => format!("{name}={value}"),
            // A file of this kind cannot clear a variable.
            (Self::Dotenv, None) | (Self::Json, _) => return None,
        })
    }
}

fn json(assignments: &[Assignment]) -> String {
    let object: serde_json::Map<String, serde_json::Value> =
        assignments.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
    super::json::text(&serde_json::Value::Object(object)) + "\n"
}

/// Quotes a value for elvish: in single quotes, a quote is doubled.
fn elvish_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Quotes a value for fish: in single quotes, a backslash escapes itself and the quote.
fn fish_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn values_are_quoted_as_each_shell_needs_it() {
        let value = r#"a'b"c$d\e%f `g"#;
        let expected = [
            (Syntax::Posix, r#"export X='a'\''b"c$d\e%f `g'"#),
            (Syntax::Fish, r#"set -gx X 'a\'b"c$d\\e%f `g'"#),
            (Syntax::Powershell, r#"$Env:X = 'a''b"c$d\e%f `g'"#),
            (Syntax::Elvish, r#"set-env X 'a''b"c$d\e%f `g'"#),
            (Syntax::Cmd, r#"set "X=a'b"c$d\e%f `g""#),
            (Syntax::Dotenv, r#"X=a'b"c$d\e%f `g"#),
        ];
        for (syntax, line) in expected {
            assert_eq!(syntax.line("X", Some(value)).as_deref(), Some(line), "{syntax:?}");
        }
        assert_eq!(Syntax::Powershell.line("X", Some("\u{2019}")).as_deref(), Some("$Env:X = '\u{2019}\u{2019}'"));
    }

    #[test]
    fn variables_are_cleared_as_each_shell_does_it() {
        let expected = [
            (Syntax::Posix, Some("unset X")),
            (Syntax::Fish, Some("if set -qg X; set -eg X; end")),
            (Syntax::Powershell, Some("Remove-Item -ErrorAction SilentlyContinue Env:X")),
            (Syntax::Elvish, Some("unset-env X")),
            (Syntax::Cmd, Some("set \"X=\"")),
            (Syntax::Dotenv, None),
        ];
        for (syntax, line) in expected {
            assert_eq!(syntax.line("X", None).as_deref(), line, "{syntax:?}");
        }
        let json = Syntax::Json.render(&[("X", None), ("Y", Some("z".into()))]);
        assert_eq!(json.as_deref(), Ok("{\"X\":null,\"Y\":\"z\"}\n"));
    }

    #[test]
    fn a_value_that_would_end_its_line_or_its_quotes_is_refused_where_it_cannot_be_quoted() {
        let but_cmd = [Syntax::Posix, Syntax::Fish, Syntax::Powershell, Syntax::Elvish, Syntax::Dotenv, Syntax::Json];
        let is_rendered = |syntax: Syntax, value: &str| syntax.render(&[("X", Some(value.to_owned()))]).is_ok();
        for (value, able) in [
            ("a\" & calc & \"", but_cmd.to_vec()),
            ("a%PATH%b", but_cmd.to_vec()),
            ("a\nY=b", vec![Syntax::Json]),
            ("a\0b", vec![Syntax::Json]),
            ("a\u{1B}[2Jb", vec![Syntax::Json]),
            ("a\u{202E}b", vec![Syntax::Json]),
        ] {
            for syntax in Syntax::value_variants() {
                assert_eq!(is_rendered(*syntax, value), able.contains(syntax), "{syntax:?} {value:?}");
            }
        }
        let refused = Syntax::Cmd.render(&[("X", Some("\"".to_owned()))]);
        assert!(refused.is_err_and(|error| error.to_string().starts_with("the value of X has a quote")));
    }

    #[test]
    fn shells_are_recognized_by_their_programs_names() {
        for (program, syntax) in [
            ("-bash", Some(Syntax::Posix)),
            ("/usr/bin/fish", Some(Syntax::Fish)),
            ("C:\\Windows\\System32\\cmd.exe", Some(Syntax::Cmd)),
            ("pwsh", Some(Syntax::Powershell)),
            ("elvish", Some(Syntax::Elvish)),
            ("python3", None),
            ("", None),
        ] {
            assert_eq!(Syntax::of_shell(program), syntax, "{program}");
        }
    }
}
