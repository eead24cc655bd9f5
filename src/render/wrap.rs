//! Messages in the lines of a terminal. A quoted command, path or name is not broken, so that it can be copied.

use crate::escape::escape;
use crate::palette::Style;

use super::text::width_of;

/// The text before all lines of a message but the first.
const INDENT: &str = "  ";

/// The beginnings of commands that are not in quotes. Such a command is at the beginning of a text, or after a colon.
const COMMANDS: [&str; 20] = [
    "awsmfa login",
    "awsmfa logout",
    "awsmfa setup",
    "awsmfa use",
    "awsmfa exec",
    "awsmfa env",
    "awsmfa import",
    "awsmfa key",
    "awsmfa device",
    "awsmfa doctor",
    "aws sts",
    "aws configure",
    "chmod",
    "chown",
    "export",
    "set -gx",
    "set-env",
    "icacls",
    "eval",
    "for /f",
];

/// The beginnings of commands in which no space follows.
const OPEN_COMMANDS: [&str; 2] = ["$Env:", "set \""];

/// The form of messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form {
    /// The width of the terminal; none if lines are not broken.
    pub columns: Option<usize>,
    /// Set if labels and commands are coloured.
    pub color: bool,
}

/// A part of a message that is not broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    /// A word, with the quoted texts in it.
    Word(&'a str),
    /// A command that is not in quotes.
    Command(&'a str),
}

/// Renders a message behind its label, with control characters escaped.
pub fn message(label: &str, style: Style, text: &str, form: Form) -> String {
    let text = escape(text);
    let mut shown = if label.is_empty() { String::new() } else { style.paint(label, form.color) };
    let mut used = width_of(label);
    for part in parts(&text) {
        let (Part::Word(text) | Part::Command(text)) = part;
        let width = width_of(text);
        if used > INDENT.len() && form.columns.is_some_and(|columns| used + 1 + width > columns) {
            shown.push('\n');
            shown.push_str(INDENT);
            used = INDENT.len();
        } else if used > 0 {
            shown.push(' ');
            used += 1;
        }
        match part {
            Part::Word(word) => push_word(&mut shown, word, form.color),
            Part::Command(command) => {
                let bare = command.trim_end_matches([';', ',']);
                shown.push_str(&Style::Command.paint(bare, form.color));
                shown.push_str(command.strip_prefix(bare).unwrap_or_default());
            }
        }
        used += width;
    }
    shown
}

/// Adds a word, and colours what is in backquotes.
fn push_word(shown: &mut String, word: &str, color: bool) {
    for (index, piece) in word.split('`').enumerate() {
        if index > 0 {
            shown.push('`');
        }
        let is_quoted = index % 2 == 1 && word.matches('`').count() > index;
        if is_quoted { shown.push_str(&Style::Command.paint(piece, color)) } else { shown.push_str(piece) }
    }
}

/// Splits a text at its spaces, except for those in quotes and in commands.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = Some(text);
    let mut follows_colon = true;
    std::iter::from_fn(move || {
        let text = rest?;
        let is_command = follows_colon && begins_with_command(text);
        let end = if is_command { command_end(text) } else { word_end(text) };
        let (part, after) = text.split_at_checked(end)?;
        rest = after.strip_prefix(' ').or_else(|| Some(after).filter(|after| !after.is_empty()));
        follows_colon = part.ends_with(':');
        Some(if is_command { Part::Command(part) } else { Part::Word(part) })
    })
}

fn begins_with_command(text: &str) -> bool {
    let mut rests = COMMANDS.iter().filter_map(|start| text.strip_prefix(start));
    OPEN_COMMANDS.iter().any(|start| text.starts_with(start))
        || rests.any(|rest| rest.is_empty() || rest.starts_with([' ', ',', ';']))
}

/// Returns the end of a command, with the punctuation behind it.
fn command_end(text: &str) -> usize {
    let end = end_outside_quotes(text, |rest| rest.starts_with("; ") || rest.starts_with(", "));
    text.len().min(end + 1)
}

/// Returns the end of a word: the first space that is not in quotes.
fn word_end(text: &str) -> usize {
    end_outside_quotes(text, |rest| rest.starts_with(' '))
}

/// Returns where the rest of the text is an end and not in quotes, or else the length of the text.
fn end_outside_quotes(text: &str, is_end: impl Fn(&str) -> bool) -> usize {
    let mut before = ' ';
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        let rest = text.get(at..).unwrap_or_default();
        if is_end(rest) {
            return at;
        }
        // An apostrophe is no quote: a letter comes before it.
        let length = if before.is_alphanumeric() { None } else { quoted_length(rest, c) };
        if let Some(length) = length {
            while characters.offset() < at + length && characters.next().is_some() {}
        }
        before = c;
    }
    text.len()
}

/// Returns the length of the quoted text at the beginning of `text`, if that begins with a quote.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let is_quote = matches!(quote, '`' | '\'' | '"');
    let mut ends = text.match_indices(quote).skip(1).filter(|_| is_quote);
    let is_end = |end: &usize| !text.get(end + 1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    ends.by_ref().map(|(end, _)| end).find(is_end).map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use crate::profile::Place;
    use crate::render::shell::Syntax;
    use crate::render::text::shell_word;

    use super::*;

    fn lines(text: &str, columns: usize) -> String {
        message("hint:", Style::Hint, text, Form { columns: Some(columns), color: false })
    }

    #[test]
    fn lines_are_broken_at_spaces_but_not_in_quotes_or_commands() {
        for (text, columns, expected) in [
            ("one two three four", 13, "hint: one two\n  three four"),
            ("one two three four", 14, "hint: one two\n  three four"),
            ("the user's key of 'my work' is old", 22, "hint: the user's key\n  of 'my work' is old"),
            ("run `awsmfa login work`, then try", 24, "hint: run\n  `awsmfa login work`,\n  then try"),
            ("run `awsmfa login work-session-x` now", 20, "hint: run\n  `awsmfa login work-session-x`\n  now"),
            ("log in: awsmfa login work; then go on", 22, "hint: log in:\n  awsmfa login work;\n  then go on"),
            ("log in: awsmfa login 'a, b'; go on", 14, "hint: log in:\n  awsmfa login 'a, b';\n  go on"),
            ("log in with: awsmfa login", 20, "hint: log in with:\n  awsmfa login"),
            ("awsmfa login a-long-name", 10, "hint:\n  awsmfa login a-long-name"),
            ("awsmfa does not know the partition", 24, "hint: awsmfa does not\n  know the partition"),
            ("日本 日本 日本", 12, "hint: 日本\n  日本 日本"),
            ("an open 'quote and more", 14, "hint: an open\n  'quote and\n  more"),
            ("a\u{1B}[2Jb c", 12, "hint:\n  a\\u{1b}[2Jb\n  c"),
        ] {
            assert_eq!(lines(text, columns), expected);
        }
    }

    #[test]
    fn the_commands_of_each_shell_are_not_broken_at_any_width() {
        for syntax in Syntax::value_variants() {
            for name in ["work", "Acme, Inc", "a; b", "it's, Inc"] {
                let evaluated = syntax.evaluating(&format!("awsmfa use {}", shell_word(name)));
                for command in [syntax.use_profile(name), evaluated] {
                    for columns in 1..=120 {
                        let shown = lines(&format!("a shell must evaluate this: {command}"), columns);
                        assert!(shown.contains(&command), "{syntax:?} at {columns} columns: {shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_place_whose_path_has_a_space_is_not_broken() {
        let place = |path: &str| Place { path: path.into(), line: 2 };
        let shown = lines(&format!("no key ({})", place("/home/Ada L/.aws/credentials")), 20);
        assert_eq!(shown, "hint: no key\n  ('/home/Ada L/.aws/credentials'\n  line 2)");
        assert_eq!(place("/home/ada/.aws/credentials").to_string(), "/home/ada/.aws/credentials line 2");
    }

    #[test]
    fn without_a_width_nothing_is_broken_and_every_space_is_kept() {
        let text = "two  spaces, 'a  b' and `c  d` at the end ";
        assert_eq!(message("", Style::Note, text, Form::default()), text);
        let text = "x ".repeat(200);
        assert_eq!(message("hint:", Style::Hint, &text, Form::default()), format!("hint: {text}"));
        for columns in 1..90 {
            let text = "the key of 'my work' (`awsmfa login`) is used: awsmfa login work, or aws: export A='b c'";
            let joined = lines(text, columns).replace("\n  ", " ");
            assert_eq!(joined, format!("hint: {text}"), "{columns}");
        }
    }

    #[test]
    fn labels_and_commands_are_coloured() {
        let form = Form { columns: None, color: true };
        let shown = message("hint:", Style::Hint, "run (`a b`) or `c: awsmfa login d, e", form);
        let expected =
            "\u{1B}[1;36mhint:\u{1B}[0m run (`\u{1B}[36ma b\u{1B}[0m`) or `c: \u{1B}[36mawsmfa login d\u{1B}[0m, e";
        assert_eq!(shown, expected);
    }
}
