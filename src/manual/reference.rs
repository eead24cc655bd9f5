//! docs/reference.md: the manual as one page of Markdown, from the same sources.

use std::fmt::Write;

use clap::builder::PossibleValue;
use clap::{Arg, Command};

use super::prose::{self, Entry};
use super::{GLOBAL, add_commands};

const INTRODUCTION: &str = "\
# Reference

All commands, options, variables, properties and exit codes. A test generates this page from the sources of `--help` and
of the manual (`awsmfa man`). The other pages explain when to use what: [setup](setup.md), [login](login.md),
[sessions](sessions.md), [keys and devices](keys.md).

";

/// Renders the page.
fn page(program: &Command) -> String {
    let mut commands = vec![program];
    add_commands(program, &mut commands);
    let mut page = INTRODUCTION.to_owned();
    page += "| command | what it does |\n|---|---|\n";
    for command in &commands[1..] {
        let name = full_name(command);
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(page, "| [`{name}`](#{}) | {} |", name.replace(' ', "-"), cell(&about)).expect("a string grows");
    }
    for command in commands {
        page += &section(command);
    }
    for section in prose::sections().filter(|section| section.title != "EXAMPLES") {
        let (title, what) = match section.title {
            "ENVIRONMENT" => ("Environment variables", "variable"),
            "EXIT STATUS" => ("Exit codes", "exit code"),
            "FILES" => ("Files", "file"),
            "PROPERTIES" => ("Properties", "property"),
            other => panic!("{other} has no title"),
        };
        write!(page, "\n## {title}\n\n| {what} | meaning |\n|---|---|\n").expect("a string grows");
        page.extend(section.entries.iter().map(entry));
    }
    page
}

/// Renders a command: what it does, its options by group, and its examples.
fn section(command: &Command) -> String {
    let name = full_name(command);
    let title = if name == "awsmfa" { GLOBAL } else { name.as_str() };
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let mut section = format!("\n## {title}\n\n{about}\n\n```text\n{usage}\n```\n");
    let arguments: Vec<&Arg> = command.get_arguments().filter(|argument| is_shown(argument, command)).collect();
    let mut groups: Vec<Option<&str>> = Vec::new();
    for argument in &arguments {
        if !groups.contains(&argument.get_help_heading()) {
            groups.push(argument.get_help_heading());
        }
    }
    for group in groups {
        section += &group.map(|group| format!("\n{group}:\n")).unwrap_or_default();
        section += "\n| option | meaning |\n|---|---|\n";
        section.extend(arguments.iter().filter(|argument| argument.get_help_heading() == group).map(|one| option(one)));
    }
    let examples: Vec<Entry> = prose::sections()
        .filter(|section| section.title == "EXAMPLES")
        .flat_map(|section| section.entries)
        .filter(|example| example.concerns(command))
        .collect();
    section += "\n| example | what it does |\n|---|---|\n";
    section.extend(examples.iter().map(entry));
    section
}

/// Returns whether the option is in the table of this command: those of all commands are in that of the program.
fn is_shown(argument: &Arg, command: &Command) -> bool {
    let is_global = argument.get_help_heading() == Some(GLOBAL);
    let is_program = full_name(command) == "awsmfa";
    !argument.is_hide_set() && argument.get_id() != "help" && (is_program || !is_global)
}

fn option(argument: &Arg) -> String {
    let names = argument.to_string();
    let names = match argument.get_short() {
        Some(short) => format!("-{short}, {names}"),
        None => names,
    };
    let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
    // The first paragraph ends without a period.
    let help = help.replacen("\n\n", ". ", 1).replace(". [", " [");
    let values: Vec<String> = argument.get_possible_values().iter().filter_map(value).collect();
    let values = if argument.get_action().takes_values() && !values.is_empty() {
        format!(". Values: {}", values.join("; "))
    } else {
        String::new()
    };
    format!("| `{}` | {}{} |\n", cell(&names), cell(&help), cell(&values))
}

fn value(value: &PossibleValue) -> Option<String> {
    let help = value.get_help().map(|help| format!(" ({help})")).unwrap_or_default();
    (!value.is_hide_set()).then(|| format!("`{}`{help}", value.get_name()))
}

fn entry(entry: &Entry) -> String {
    format!("| `{}` | {} |\n", cell(entry.name), cell(&entry.meaning))
}

/// Returns the words that are typed, such as `awsmfa key rotate`.
fn full_name(command: &Command) -> String {
    command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// Returns the text as a cell of a table.
fn cell(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::page;
    use crate::cli::Cli;

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference.md");

    #[test]
    #[expect(clippy::disallowed_methods, reason = "it reads the page, and writes it on request")]
    fn the_page_shows_the_commands_of_this_program() {
        let mut program = Cli::command();
        program.build();
        let page = page(&program);
        if std::env::var_os("AWSMFA_BLESS").is_some() {
            std::fs::write(PAGE, &page).expect("the page can be written");
        }
        let written = std::fs::read_to_string(PAGE).expect("there is the page");
        assert!(
            written == page,
            "docs/reference.md shows something else: run AWSMFA_BLESS=1 cargo test --lib reference"
        );
    }
}
