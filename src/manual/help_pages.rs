//! The layout of `-h` and `--help`: examples before the options, the commands in groups, the global options in one place.

use clap::builder::Styles;
use clap::{Arg, Command};

use super::GLOBAL;
use super::prose::{self, Entry};

/// The parts of a page. clap's own order has no place for examples between the usage and the options. The text of
/// `before-help` begins with a line break.
const TEMPLATE: &str = "{about-with-newline}\n{usage-heading} {usage}\n{before-help}{all-args}{after-help}";

/// The line for the options that are shown on the program's own page only.
const GLOBAL_ARE_IN: &str = "Global options: awsmfa help";

/// The number of examples of `-h`, where a screen has space for little more than the options.
const SHORT_EXAMPLES: usize = 2;

/// The number of examples on the program's own page; those of its commands are on their pages.
const PROGRAM_EXAMPLES: usize = 5;

/// Commands for one purpose, in the help of the program.
struct Group {
    title: &'static str,
    commands: &'static [&'static str],
    /// Set if `-h` says what the commands do.
    is_everyday: bool,
}

const GROUPS: [Group; 4] = [
    Group {
        title: "Every day",
        commands: &["login", "logout", "status", "list", "use", "exec", "env"],
        is_everyday: true,
    },
    Group { title: "Setup and checks", commands: &["setup", "key", "device", "doctor", "whoami"], is_everyday: true },
    Group {
        title: "Shells and tools",
        commands: &["console", "import", "credential-process", "init", "completions"],
        is_everyday: false,
    },
    Group { title: "Help", commands: &["help", "man", "version"], is_everyday: false },
];

/// Lays out the help of the program and of its commands. `program` must have been built (`Command::build`).
pub fn lay_out(program: Command) -> Command {
    let examples = examples(&program);
    let (short, long) = (groups(&program, false), groups(&program, true));
    let shown = examples.get(..PROGRAM_EXAMPLES).unwrap_or(&examples);
    let long = format!("{}\n{long}", rendered(shown, program.get_styles(), true));
    program
        .mut_subcommands(lay_out_command)
        // The groups list the commands.
        .mut_subcommands(|command| command.hide(true))
        .mut_args(|argument| argument.help_heading(GLOBAL).hide_short_help(true))
        .override_usage("awsmfa [OPTIONS] <COMMAND>")
        .help_template(TEMPLATE)
        .before_help(short)
        .before_long_help(long)
        .after_long_help("The help of a command: awsmfa help COMMAND")
}

fn lay_out_command(command: Command) -> Command {
    if command.is_hide_set() {
        return command;
    }
    let examples = examples(&command);
    let shown = examples.get(..SHORT_EXAMPLES).unwrap_or(&examples);
    let short = rendered(shown, command.get_styles(), false);
    let long = rendered(&examples, command.get_styles(), true);
    let is_hidden = |argument: &Arg| argument.is_hide_short_help_set() && !argument.is_hide_set();
    let has_more = command.get_arguments().any(is_hidden);
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let more = if has_more { format!("All options: {name} --help\n") } else { String::new() };
    command
        .mut_subcommands(lay_out_command)
        .mut_args(|argument| {
            let is_global = argument.get_help_heading() == Some(GLOBAL);
            if is_global { argument.hide(true) } else { argument }
        })
        .help_template(TEMPLATE)
        .before_help(short)
        .before_long_help(long)
        .after_help(format!("{more}{GLOBAL_ARE_IN}"))
        .after_long_help(GLOBAL_ARE_IN)
}

/// Returns the examples of the command.
fn examples(command: &Command) -> Vec<Entry> {
    let sections = prose::sections().filter(|section| section.title == "EXAMPLES");
    sections.flat_map(|section| section.entries).filter(|example| example.concerns(command)).collect()
}

fn rendered(examples: &[Entry], styles: &Styles, has_meanings: bool) -> String {
    let literal = styles.get_literal();
    let mut text = heading("Examples:", styles);
    for Entry { name, meaning, .. } in examples {
        text += &format!("\n  {literal}{name}{literal:#}");
        if has_meanings {
            text += &format!("\n          {meaning}");
        }
    }
    text
}

/// Renders the groups of commands. The short form names the commands of some groups only.
fn groups(program: &Command, is_long: bool) -> String {
    let styles = program.get_styles();
    let literal = styles.get_literal();
    let mut text = String::new();
    for group in &GROUPS {
        text += &heading(&format!("{}:", group.title), styles);
        if !is_long && !group.is_everyday {
            text += &format!(" {}", group.commands.join(", "));
            continue;
        }
        let width = group.commands.iter().map(|name| name.len()).max().unwrap_or_default();
        for name in group.commands {
            let about = program.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            text += &format!("\n  {literal}{name:width$}{literal:#}  {about}");
        }
        text.push('\n');
    }
    if !is_long {
        text += &format!("\nNew here? {literal}awsmfa setup{literal:#}     {GLOBAL_ARE_IN}");
    }
    text
}

/// Renders a heading on a new line, as clap does. The line break is a part of the styled text because clap would wrap the
/// line as if it belonged to the one before.
fn heading(text: &str, styles: &Styles) -> String {
    let header = styles.get_header();
    format!("{header}\n{text}{header:#}")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn built() -> Command {
        let mut program = Cli::command();
        program.build();
        program
    }

    /// Calls `check` with each command that is not hidden.
    fn walk(command: &Command, check: &mut impl FnMut(&Command)) {
        check(command);
        command.get_subcommands().filter(|command| !command.is_hide_set()).for_each(|command| walk(command, check));
    }

    #[test]
    fn each_command_is_in_one_group() {
        let program = built();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|group| group.commands).copied().collect();
        grouped.sort_unstable();
        let visible = program.get_subcommands().filter(|command| !command.is_hide_set());
        let mut commands: Vec<&str> = visible.map(Command::get_name).collect();
        commands.sort_unstable();
        assert_eq!(grouped, commands);
    }

    #[test]
    fn each_option_is_in_the_long_help_of_its_command_or_of_the_program() {
        let of_program = lay_out(built()).render_long_help().to_string();
        let mut count = 0;
        walk(&built(), &mut |command| {
            let is_program = command.get_name() == "awsmfa";
            let help = if is_program {
                of_program.clone()
            } else {
                lay_out_command(command.clone()).render_long_help().to_string()
            };
            let has =
                |text: &str, name: &str| text.lines().any(|line| line.trim_start().trim_start_matches("-q, ") == name);
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                let name = argument.to_string();
                if ["--help", "--version"].contains(&name.as_str()) {
                    continue;
                }
                let is_global = argument.get_help_heading() == Some(GLOBAL);
                assert!(has(if is_global { &of_program } else { &help }, &name), "{name}:\n{help}");
                assert!(is_program || !is_global || !has(&help, &name), "{name}:\n{help}");
                count += 1;
            }
        });
        assert!(count > 100, "{count}");
    }

    #[test]
    fn every_example_of_a_command_is_in_its_long_help_before_the_options() {
        walk(&built(), &mut |command| {
            if command.get_name() == "awsmfa" {
                return;
            }
            let help = lay_out_command(command.clone()).term_width(0).render_long_help().to_string();
            let (before, _) = help.split_once("\nOptions:").expect("every command has --help");
            for Entry { name, meaning, .. } in examples(command) {
                assert!(before.contains(&format!("\n  {name}\n          {meaning}\n")), "{name}:\n{help}");
            }
        });
    }
}
