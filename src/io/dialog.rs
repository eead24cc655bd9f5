//! Prompts with arrow keys on a terminal. Escape goes back, and Ctrl-C ends the process, as everywhere else.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, IsTerminal};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::console::Term;

use inquire::autocompletion::Replacement;
use inquire::ui::{Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};
use inquire::{Autocomplete, CustomUserError, InquireError, Select, Text};

use super::system::terminal_settings::EchoOff;
use super::system::{console, hidden_prompt, signals};
use super::terminal::{self, InLine, Terminal};
use super::{interrupt, interrupt_state};
use crate::palette::Style;
use crate::secret::Secret;
use crate::text_width::width_of;

/// A check of an answer. The error is the message to print before the next attempt.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// The help line below each prompt.
pub(super) const HELP: &str = "Enter: on, Esc: back, Ctrl-C: leave everything as it is";

/// The maximum number of words that are shown to complete an answer.
const MOST_WORDS: usize = 7;

/// The help line below a list to filter.
const PICK_HELP: &str = "type to filter, Enter: select, Esc: change nothing";

/// Set if prompts are coloured.
static IS_COLORED: AtomicBool = AtomicBool::new(false);

/// A series of prompts. From the first to the last, the terminal does not echo text that is typed or pasted between
/// them.
pub struct Dialogue {
    _echo_off: EchoOff,
}

impl Dialogue {
    /// Begins a series of prompts.
    pub fn begin(color: bool) -> Self {
        IS_COLORED.store(color, Ordering::Relaxed);
        // Otherwise, it looks at standard output, where no prompt is.
        ::console::set_colors_enabled(color);
        inquire::set_global_render_config(if color { colors() } else { RenderConfig::empty() });
        if console::understands_escapes()
            && let Ok(mut terminal) = Terminal::open()
        {
            // Turns bracketed paste off (xterm, private mode 2004): a prompt would take the brackets for text.
            terminal.write("\x1b[?2004l");
        }
        Self { _echo_off: EchoOff::begin() }
    }
}

/// Returns the colours of prompts.
fn colors() -> RenderConfig<'static> {
    let [sign, chosen, failed] = [Style::Valid, Style::Command, Style::Error].map(color_of);
    let error = ErrorMessageRenderConfig::default_colored()
        .with_prefix(Styled::new("#").with_fg(failed))
        .with_message(StyleSheet::new().with_fg(failed));
    RenderConfig::default_colored()
        .with_prompt_prefix(Styled::new("?").with_fg(sign))
        .with_answered_prompt_prefix(Styled::new(">").with_fg(sign))
        .with_highlighted_option_prefix(Styled::new(">").with_fg(chosen))
        .with_selected_option(Some(StyleSheet::new().with_fg(chosen)))
        .with_answer(StyleSheet::new().with_fg(chosen))
        .with_help_message(StyleSheet::new().with_fg(chosen))
        .with_error_message(error)
}

fn color_of(style: Style) -> Color {
    match style {
        Style::Error | Style::Expired | Style::Removed => Color::LightRed,
        Style::Warning | Style::Expiring => Color::LightYellow,
        Style::Valid | Style::Added => Color::LightGreen,
        Style::Hint | Style::Command => Color::LightCyan,
        Style::Note => Color::White,
    }
}

/// Colours a part of a prompt if prompts are coloured.
#[cfg_attr(windows, expect(dead_code, reason = "on Windows, `inquire` draws all prompts"))]
pub(super) fn painted(style: Style, text: &str) -> String {
    style.paint(text, IS_COLORED.load(Ordering::Relaxed))
}

/// Returns whether the user can be prompted.
pub fn is_possible() -> bool {
    io::stderr().is_terminal() && terminal::is_there()
}

/// An option of a menu, with a few words about what it leads to.
#[derive(Clone, Debug)]
pub struct Choice {
    text: String,
    detail: String,
}

impl Choice {
    /// Creates an option.
    pub fn new(text: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { text: text.into(), detail: detail.into() }
    }
}

/// Prompts for one of the options; the cursor is on `start` first. Returns its index, or `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn choose(question: &str, options: &[Choice], start: usize) -> io::Result<Option<usize>> {
    let lines = lines(options, width().saturating_sub(3));
    let tallest = lines.iter().map(|line| height(&line.text, width())).max().unwrap_or(1);
    let (start, size) = (start.min(options.len().saturating_sub(1)), options.len().clamp(1, page_size(tallest)));
    let help = help_with("arrow keys: choose");
    let _in_line = InLine::begin();
    let question = Select::new(question, lines)
        .without_filtering()
        .with_help_message(&help)
        .with_starting_cursor(start)
        .with_page_size(size)
        .with_formatter(&|line| line.value.answer.clone());
    answered(|| question.raw_prompt()).map(|chosen| chosen.map(|chosen| chosen.index))
}

/// Returns the help line with another key before the usual ones, if the terminal is wide enough for it.
fn help_with(key: &str) -> String {
    let help = format!("{key}, {HELP}");
    if help.len() + "[]".len() <= width() { help } else { HELP.to_owned() }
}

/// Returns the options of a menu as lines: the details in a column of their own or, if that is too narrow, each below its
/// option.
fn lines(options: &[Choice], columns: usize) -> Vec<Line> {
    let widest = options.iter().map(|option| width_of(&option.text)).max().unwrap_or_default();
    let details = options.iter().map(|option| width_of(&option.detail)).max().unwrap_or_default();
    let line = |Choice { text, detail }: &Choice| {
        let shown = match detail.as_str() {
            "" => text.clone(),
            detail if widest + 2 + details <= columns => {
                let blanks = " ".repeat(widest - width_of(text) + 2);
                format!("{text}{blanks}{detail}")
            }
            detail => format!("{text}\n      {detail}"),
        };
        Line { text: shown, answer: text.clone() }
    };
    options.iter().map(line).collect()
}

/// Returns the number of lines of the terminal that an option takes, with the sign before it.
fn height(option: &str, columns: usize) -> usize {
    option.lines().map(|line| (width_of(line) + "> ".len()).div_ceil(columns.max(1)).max(1)).sum()
}

/// A line of a list to filter.
pub struct Line {
    /// The text, which must fit the width of the terminal.
    pub text: String,
    /// The text that is shown when the line was chosen.
    pub answer: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Prompts for one of the lines, which are filtered by what is typed: `rank` returns the rank of a line for a filter,
/// or none if the line does not match. Returns the index of the line, or `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn pick(question: &str, lines: Vec<Line>, rank: impl Fn(&str, usize) -> Option<i64>) -> io::Result<Option<usize>> {
    let scorer = |filter: &str, _: &Line, _: &str, index: usize| rank(filter, index);
    let prompt = Select::new(question, lines)
        .with_help_message(if width() > PICK_HELP.len() + 2 { PICK_HELP } else { "Esc: change nothing" })
        .with_page_size(page_size(1))
        .with_scorer(&scorer)
        // The default one changes the order of lines with the same rank.
        .with_sorter(&|lines| lines.sort_by_key(|(_, rank)| std::cmp::Reverse(*rank)))
        .with_formatter(&|line| line.value.answer.clone());
    let _in_line = InLine::begin();
    answered(|| prompt.raw_prompt()).map(|chosen| chosen.map(|chosen| chosen.index))
}

/// Returns the width of the terminal, in columns.
pub fn width() -> usize {
    let (_, columns) = Term::stderr().size();
    columns.into()
}

/// Returns how many options of a list, each of up to this many lines, are shown at the same time.
fn page_size(height: usize) -> usize {
    let (rows, _) = Term::stderr().size();
    fitting(rows.into(), height)
}

/// Returns how many options fit: the prompt and the help need four lines at most.
fn fitting(rows: usize, height: usize) -> usize {
    (rows.saturating_sub(4) / height.max(1)).clamp(1, 15)
}

/// Prompts for text. `answer` is the text at the beginning, and what was typed afterwards, even after Escape. Without it,
/// Enter alone gives the `suggestion`, if there is one. Tab completes one of the `words`. Returns whether the answer was
/// given, or false for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn text(
    question: &str,
    answer: &mut String,
    suggestion: &str,
    check: Check<'_>,
    words: &'static [&'static str],
) -> io::Result<bool> {
    let help = if words.is_empty() { HELP.to_owned() } else { help_with("Tab: complete") };
    let _in_line = InLine::begin();
    loop {
        let line = Rc::new(RefCell::new(String::new()));
        let completer = Completer { line: Rc::clone(&line), words, shows_all: false };
        let initial = answer.clone();
        let prompt = Text::new(question);
        let is_suggested = initial.is_empty() && !suggestion.is_empty();
        let prompt = if is_suggested { prompt.with_default(suggestion) } else { prompt.with_initial_value(&initial) };
        let prompt =
            prompt.with_help_message(&help).with_page_size(page_size(1).min(MOST_WORDS)).with_autocomplete(completer);
        let entered = answered(|| prompt.prompt())?;
        let is_entered = entered.is_some();
        *answer = typed(&entered.unwrap_or_else(|| line.take())).replace(char::is_control, "");
        match check(answer) {
            _ if !is_entered => return Ok(false),
            Ok(()) => return Ok(true),
            Err(reason) => terminal::message(&reason),
        }
    }
}

/// The completion of words. It also keeps the line, which is otherwise lost after Escape.
#[derive(Clone)]
struct Completer {
    line: Rc<RefCell<String>>,
    words: &'static [&'static str],
    /// Set after Tab in an empty line.
    shows_all: bool,
}

impl Completer {
    fn matching(&self, line: &str) -> Vec<&'static str> {
        self.words.iter().filter(|word| word.starts_with(line.trim())).copied().collect()
    }
}

impl Autocomplete for Completer {
    fn get_suggestions(&mut self, line: &str) -> Result<Vec<String>, CustomUserError> {
        line.clone_into(&mut self.line.borrow_mut());
        let matching = self.matching(line);
        let is_shown = (!line.is_empty() || self.shows_all) && matching.as_slice() != [line.trim()];
        Ok(matching.into_iter().filter(|_| is_shown).map(str::to_owned).collect())
    }

    fn get_completion(&mut self, line: &str, selected: Option<String>) -> Result<Replacement, CustomUserError> {
        self.shows_all = true;
        Ok(selected.or_else(|| common_start(&self.matching(line))))
    }
}

/// Returns the longest text that all words begin with; none if there are no words.
fn common_start(words: &[&str]) -> Option<String> {
    let (first, others) = words.split_first()?;
    let is_common = |end: &usize| others.iter().all(|word| word.get(..*end) == first.get(..*end));
    let end = (0..=first.len()).rev().find(is_common)?;
    first.get(..end).map(str::to_owned)
}

/// Prompts for a secret, and shows only how much was typed. Returns `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn secret(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
    let _in_line = InLine::begin();
    hidden_prompt::prompt(question, check)
}

/// Returns the part of a line after the last Ctrl-U: users press it to clear a line, but it arrives as a character.
pub(super) fn typed(text: &str) -> &str {
    text.rsplit('\u{15}').next().unwrap_or_default().trim()
}

pub(super) fn answered<T>(prompt: impl FnOnce() -> Result<T, InquireError>) -> io::Result<Option<T>> {
    interrupt_state::set_prompting(true);
    let answer = prompt();
    interrupt_state::set_prompting(false);
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::IO(error)) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        Err(InquireError::OperationInterrupted | InquireError::IO(_)) => Err(interrupted()),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Ends the process after Ctrl-C. If a signal is on its way, the process ends with its exit code.
pub(super) fn interrupted() -> io::Error {
    std::thread::sleep(signals::RAISED_WAIT);
    interrupt::end(signals::SIGINT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_beside_the_options_or_below_them() {
        let options = [Choice::new("default", "with MFA"), Choice::new("no", "")];
        let shown = |columns| lines(&options, columns).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(17), ["default  with MFA", "no"]);
        assert_eq!(shown(16), ["default\n      with MFA", "no"]);
        assert_eq!(lines(&options, 80).first().map(|line| line.answer.as_str()), Some("default"));
        let options = [Choice::new("日本", "wide"), Choice::new("abcdef", "narrow")];
        let shown = |columns| lines(&options, columns).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(14), ["日本    wide", "abcdef  narrow"]);
        assert_eq!(shown(13), ["日本\n      wide", "abcdef\n      narrow"]);
    }

    #[test]
    fn a_menu_is_not_taller_than_the_terminal() {
        assert_eq!(
            [("a", 80), ("a\n      b", 80), ("日本語", 7), ("", 80)].map(|(text, columns)| height(text, columns)),
            [1, 2, 2, 0]
        );
        assert_eq!(
            [(24, 1), (24, 2), (12, 2), (24, 3), (5, 2), (24, 0)].map(|(rows, height)| fitting(rows, height)),
            [15, 10, 4, 6, 1, 15]
        );
    }

    #[test]
    fn tab_completes_what_all_matching_words_have_in_common() {
        const WORDS: [&str; 3] = ["eu-west-1", "eu-west-2", "us-east-1"];
        let mut completer = Completer { line: Rc::default(), words: &WORDS, shows_all: false };
        assert_eq!(completer.get_suggestions("").expect("no error"), Vec::<String>::new());
        assert_eq!(completer.get_completion("e", None).expect("no error").as_deref(), Some("eu-west-"));
        assert_eq!(completer.get_completion("u", None).expect("no error").as_deref(), Some("us-east-1"));
        assert_eq!(completer.get_completion("x", None).expect("no error"), None);
        assert_eq!(completer.get_completion("", None).expect("no error").as_deref(), Some(""));
        assert_eq!(completer.get_suggestions("").expect("no error").len(), 3, "after Tab");
        assert_eq!(completer.get_suggestions("eu").expect("no error"), ["eu-west-1", "eu-west-2"]);
        assert_eq!(completer.get_suggestions("us-east-1").expect("no error"), Vec::<String>::new());
        assert_eq!(completer.line.take(), "us-east-1");
    }
}
