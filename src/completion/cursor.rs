//! The words that are possible at the cursor, according to the words before it and clap's description of the commands.

use std::any::TypeId;

use clap::builder::StyledStr;
use clap::{Arg, Command, ValueHint};

use super::Candidate;
use crate::profile::ProfileName;

/// The end of a command line, up to the cursor.
pub struct Cursor<'a> {
    /// The part of the word that is not completed: empty, or the `--flag=` before the value.
    pub prefix: String,
    /// The kind of word that is expected.
    pub wanted: Wanted<'a>,
    /// The flags before the cursor, with their values.
    values: Vec<(&'a str, &'a str)>,
}

/// The kind of word that is expected at the cursor.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// One of these words.
    Words(Vec<Candidate>),
    /// The name of a profile.
    Profile {
        /// Names that were typed before and are not offered again.
        except: Vec<&'a str>,
    },
    /// A path.
    Path,
    /// Another program's command line, which begins at this word.
    Program(usize),
    /// A value that cannot be completed, such as a code.
    Unknown,
}

impl<'a> Cursor<'a> {
    /// Parses the words of a command line. The first word is the program's name, the last one is at the cursor.
    /// `program` must have been built (`Command::build`).
    pub fn find(program: &'a Command, words: &'a [String]) -> Self {
        let mut walk = Walk { command: program, option: None, program_at: None, positionals: vec![], values: vec![] };
        let (word, before) = words.split_last().map_or(("", words), |(last, before)| (last.as_str(), before));
        for (at, word) in before.iter().enumerate().skip(1) {
            walk.pass(at, word);
        }
        let (prefix, wanted) = walk.wanted_at(word);
        Self { prefix, wanted, values: walk.values }
    }

    /// Returns the value of a flag before the cursor, by clap's name for the flag; the last one counts.
    pub fn value_of(&self, flag: &str) -> Option<&'a str> {
        self.values.iter().rev().find(|(name, _)| *name == flag).map(|(_, value)| *value)
    }
}

/// The state after the words read so far.
struct Walk<'a> {
    command: &'a Command,
    /// The flag that takes the next word as its value.
    option: Option<&'a Arg>,
    /// The index of the word after `--`.
    program_at: Option<usize>,
    positionals: Vec<&'a str>,
    values: Vec<(&'a str, &'a str)>,
}

impl<'a> Walk<'a> {
    /// Moves past a word before the cursor. No short flag of awsmfa takes a value, so short flags are skipped.
    fn pass(&mut self, at: usize, word: &'a str) {
        if let Some(option) = self.option.take() {
            self.values.push((option.get_id().as_str(), word));
        } else if self.program_at.is_some() {
        } else if word == "--" {
            self.program_at = Some(at + 1);
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            let Some(option) = self.flag_with_value(name) else { return };
            match value {
                Some(value) => self.values.push((option.get_id().as_str(), value)),
                None => self.option = Some(option),
            }
        } else if word.len() > 1 && word.starts_with('-') {
        } else if let Some(subcommand) = self.command.find_subcommand(word) {
            self.command = subcommand;
        } else {
            self.positionals.push(word);
        }
    }

    /// Returns the prefix of the word at the cursor, and the kind of word that is expected.
    fn wanted_at(&mut self, word: &'a str) -> (String, Wanted<'a>) {
        let flag = word.split_once('=').and_then(|(flag, _)| Some((flag, flag.strip_prefix("--")?)));
        let wanted = match (self.option.take(), self.program_at) {
            (Some(option), _) => self.value(option),
            (None, Some(at)) => self.after_dashes(at),
            (None, None) => match flag {
                Some((flag, name)) => {
                    let wanted = self.flag_with_value(name).map_or(Wanted::Unknown, |option| self.value(option));
                    return (format!("{flag}="), wanted);
                }
                None if word.starts_with('-') => Wanted::Words(self.flags()),
                None => self.subcommands().or_else(|| self.positional()).unwrap_or_else(|| Wanted::Words(self.flags())),
            },
        };
        (String::new(), wanted)
    }

    fn flag_with_value(&self, long: &str) -> Option<&'a Arg> {
        let mut options = self.command.get_opts();
        options.find(|option| option.get_long() == Some(long) && option.get_action().takes_values())
    }

    fn value(&self, argument: &'a Arg) -> Wanted<'a> {
        let values = argument.get_possible_values();
        if argument.get_value_parser().type_id() == TypeId::of::<ProfileName>() {
            let except = if argument.is_positional() { self.positionals.clone() } else { Vec::new() };
            return Wanted::Profile { except };
        }
        match argument.get_value_hint() {
            ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => Wanted::Path,
            _ if !values.is_empty() => {
                let visible = values.iter().filter(|value| !value.is_hide_set());
                Wanted::Words(visible.map(|value| candidate(value.get_name(), value.get_help())).collect())
            }
            _ => Wanted::Unknown,
        }
    }

    fn after_dashes(&self, at: usize) -> Wanted<'a> {
        let last = self.command.get_positionals().find(|argument| argument.is_last_set());
        let is_program = last.is_some_and(|last| last.get_value_hint() == ValueHint::CommandWithArguments);
        if is_program { Wanted::Program(at) } else { Wanted::Unknown }
    }

    fn subcommands(&self) -> Option<Wanted<'a>> {
        let visible = self.command.get_subcommands().filter(|command| !command.is_hide_set());
        let words: Vec<_> = visible.map(|command| candidate(command.get_name(), command.get_about())).collect();
        (!words.is_empty()).then_some(Wanted::Words(words))
    }

    /// Returns the kind of word that the next positional argument takes, unless all have been typed.
    fn positional(&self) -> Option<Wanted<'a>> {
        let mut arguments =
            self.command.get_positionals().filter(|argument| !argument.is_last_set() && !argument.is_hide_set());
        let takes_many = |argument: &Arg| argument.get_num_args().is_some_and(|count| count.max_values() > 1);
        let typed = self.positionals.len();
        let next = arguments.find(|argument| takes_many(argument) || argument.get_index() > Some(typed))?;
        Some(self.value(next))
    }

    fn flags(&self) -> Vec<Candidate> {
        let visible = self.command.get_arguments().filter(|argument| !argument.is_hide_set());
        let mut words = Vec::new();
        for argument in visible {
            let long = argument.get_long().map(|long| format!("--{long}"));
            let short = argument.get_short().map(|short| format!("-{short}"));
            let dashes = argument.is_last_set().then(|| "--".to_owned());
            let spellings = [long, short, dashes].into_iter().flatten();
            words.extend(spellings.map(|spelling| candidate(&spelling, argument.get_help())));
        }
        words
    }
}

/// Creates a candidate with the first line of the help, without the notes in brackets that follow.
fn candidate(text: &str, help: Option<&StyledStr>) -> Candidate {
    let help = help.map(ToString::to_string).unwrap_or_default();
    let line = help.lines().next().unwrap_or_default();
    let description = line.split(" [").next().unwrap_or_default();
    Candidate { text: text.to_owned(), description: description.to_owned() }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn program() -> Command {
        let mut program = Cli::command();
        program.build();
        program
    }

    /// Checks the kind of word that is expected. The last of the words is at the cursor.
    #[track_caller]
    fn check(words: &[&str], prefix: &str, expected: &Wanted<'_>) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let program = program();
        let cursor = Cursor::find(&program, &words);
        assert_eq!((cursor.prefix.as_str(), &cursor.wanted), (prefix, expected), "{words:?}");
    }

    /// Returns the words that are offered.
    fn words(typed: &[&str]) -> Vec<String> {
        let typed: Vec<String> = typed.iter().map(|word| (*word).to_owned()).collect();
        match Cursor::find(&program(), &typed).wanted {
            Wanted::Words(words) => words.into_iter().map(|word| word.text).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn profiles_are_offered_wherever_an_argument_takes_one() {
        let profile = Wanted::Profile { except: vec![] };
        check(&["awsmfa", "--profile", ""], "", &profile);
        check(&["awsmfa", "login", "--source-profile", "x"], "", &profile);
        check(&["awsmfa", "--quiet", "login", "--session-profile=x"], "--session-profile=", &profile);
        for command in ["login", "logout", "status", "env", "exec", "credential-process"] {
            check(&["awsmfa", command, ""], "", &profile);
        }
        check(&["awsmfa", "login", "a", "--force", "b", ""], "", &Wanted::Profile { except: vec!["a", "b"] });
    }

    #[test]
    fn paths_and_programs_are_left_to_the_shell_and_codes_to_the_user() {
        check(&["awsmfa", "status", "--config-file", ""], "", &Wanted::Path);
        check(&["awsmfa", "--credentials-file=x"], "--credentials-file=", &Wanted::Path);
        check(&["awsmfa", "login", "--ca-bundle", ""], "", &Wanted::Path);
        check(&["awsmfa", "exec", "work", "--", "ls", "--all", ""], "", &Wanted::Program(4));
        check(&["awsmfa", "login", "--token-code", ""], "", &Wanted::Unknown);
        check(&["awsmfa", "login", "--", ""], "", &Wanted::Unknown);
        check(&["awsmfa", "--no-such-flag=x"], "--no-such-flag=", &Wanted::Unknown);
    }

    #[test]
    fn words_are_those_of_the_command_that_was_typed() {
        assert!(words(&["awsmfa", ""]).contains(&"login".to_owned()));
        assert!(!words(&["awsmfa", ""]).contains(&"complete".to_owned()), "it is for the scripts");
        assert_eq!(words(&["awsmfa", "env", "--shell", ""])[..2], ["posix", "fish"]);
        assert_eq!(words(&["awsmfa", "list", "--output="]), ["text", "json"]);
        assert_eq!(words(&["awsmfa", "completions", ""]), ["bash", "zsh", "fish", "powershell", "elvish"]);
        let flags = words(&["awsmfa", "exec", "work", ""]);
        assert!(["--", "--profile", "--quiet", "-q"].iter().all(|flag| flags.iter().any(|found| found == flag)));
        assert!(!flags.contains(&"--force".to_owned()));
    }

    #[test]
    fn a_description_is_a_line_without_notes() {
        let program = program();
        let words = ["awsmfa", "env", "--sh"].map(str::to_owned);
        let Wanted::Words(words) = Cursor::find(&program, &words).wanted else { panic!("flags are expected") };
        let shell = words.iter().find(|word| word.text == "--shell").expect("a flag of env");
        assert_eq!(shell.description, "The syntax to print");
    }

    #[test]
    fn values_of_flags_are_known_in_either_spelling_and_the_last_one_counts() {
        let program = program();
        let words = ["awsmfa", "--config-file", "a", "login", "--config-file=b", "--profile"].map(str::to_owned);
        let cursor = Cursor::find(&program, &words);
        assert_eq!((cursor.value_of("config_file"), cursor.value_of("credentials_file")), (Some("b"), None));
    }

    #[test]
    fn no_short_flag_takes_a_value() {
        fn check(command: &Command) {
            let mut short = command.get_opts().filter(|option| option.get_short().is_some());
            assert!(short.all(|option| !option.get_action().takes_values()), "{}", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&program());
    }
}
