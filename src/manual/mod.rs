//! The manual: a page for the program and one for each command, as roff, and the layout of `--help`. clap_mangen renders
//! what clap knows of the command line; the rest is in `prose`.

mod help_pages;
mod prose;
#[cfg(test)]
mod reference;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
pub use help_pages::lay_out;
use prose::{Entry, Section};

/// The heading of the options that every command has. They are shown on the page of the program only.
pub const GLOBAL: &str = "Global options";

/// The heading of the options for the source, the place and the duration of a session.
pub const SESSION: &str = "Session settings";

/// The heading of the options for session policies, tags and the source identity.
pub const SCOPE: &str = "Scope of a role's session";

/// The heading of the options for endpoints, certificates and time limits.
pub const NETWORK: &str = "Network";

/// The section of the manual for programs.
const SECTION: &str = "1";

/// A page of the manual.
pub struct Page {
    /// The name of the page's file, such as `awsmfa-login.1`.
    pub file_name: String,
    /// The content, in roff.
    pub text: String,
}

/// Renders all pages, the program's own first. `program` must have been built (`Command::build`).
pub fn pages(program: &Command) -> Vec<Page> {
    let mut commands = Vec::new();
    add_commands(program, &mut commands);
    std::iter::once(program).chain(commands.iter().copied()).map(|of| page(of, &commands)).collect()
}

/// Adds the commands below this one that are not hidden.
fn add_commands<'a>(above: &'a Command, commands: &mut Vec<&'a Command>) {
    for command in above.get_subcommands().filter(|command| !command.is_hide_set()) {
        commands.push(command);
        add_commands(command, commands);
    }
}

fn page(command: &Command, commands: &[&Command]) -> Page {
    let name = page_name(command);
    // One line, as in the help; clap_mangen's own would list all flags.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    let is_program = command.get_name() == name;
    let shown = command.clone().override_usage(usage).mut_args(|argument| {
        let is_elsewhere = !is_program && argument.get_help_heading() == Some(GLOBAL);
        if is_elsewhere { argument.hide(true) } else { argument }
    });
    let man = Man::new(shown)
        .title(name.to_uppercase())
        .section(SECTION)
        .date(env!("AWSMFA_COMMIT_DATE"))
        .source(concat!("awsmfa ", env!("CARGO_PKG_VERSION")))
        .manual("awsmfa");
    let mut roff = Vec::new();
    let sections = [Man::render_title, Man::render_name_section, Man::render_synopsis_section];
    let more = [Man::render_description_section, Man::render_options_section];
    for render in sections.into_iter().chain(more) {
        render(&man, &mut roff).expect("a vector can be written to");
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut roff).expect("a vector can be written to");
    }
    let mut own = own_sections(command, commands);
    if !is_program {
        let mut global = Roff::new();
        global.control("SH", ["GLOBAL OPTIONS"]);
        global.text([bold("awsmfa"), roman(format!("({SECTION}) has the options of all commands."))]);
        global.extend([own]);
        own = global;
    }
    let text = String::from_utf8(roff).expect("all text is UTF-8") + &own.render();
    // clap_mangen separates the possible values by two breaks around an empty line, which mandoc warns about.
    let text = text.replace("\n.br\n\n.br\n", "\n.sp\n");
    Page { file_name: format!("{name}.{SECTION}"), text }
}

/// Returns the name of a command's page, such as `awsmfa-login`.
fn page_name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// Returns the name of a page as the entries have it, such as `login` or `key-rotate`.
fn short_name(page: &str) -> &str {
    page.strip_prefix("awsmfa-").unwrap_or(page)
}

/// Renders the sections that clap does not know.
fn own_sections(command: &Command, commands: &[&Command]) -> Roff {
    let mut roff = Roff::new();
    for Section { title, entries } in prose::sections() {
        let mut entries = entries.into_iter().filter(|entry| entry.concerns(command)).peekable();
        if entries.peek().is_some() {
            roff.control("SH", [title]);
        }
        for entry in entries {
            roff.control("TP", []);
            roff.text([bold(entry.name)]);
            roff.text([roman(entry.meaning)]);
        }
    }
    roff.control("SH", ["SEE ALSO"]);
    let others = commands.iter().filter(|other| page_name(other) != page_name(command));
    let program = (!command.has_subcommands()).then(|| "awsmfa".to_owned());
    let names: Vec<String> = program.into_iter().chain(others.map(|other| page_name(other))).collect();
    let mut references = Vec::new();
    for name in &names {
        references.extend([bold(name.as_str()), roman(format!("({SECTION}), "))]);
    }
    references.extend([bold("aws"), roman("(1)")]);
    roff.text(references);
    roff
}

impl Entry {
    /// Returns whether the entry is on the page of this command.
    fn concerns(&self, command: &Command) -> bool {
        let page = page_name(command);
        let name = short_name(&page);
        match self.commands.as_slice() {
            ["*"] => !matches!(name, "completions" | "man" | "help" | "version"),
            commands => commands.contains(&name),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;
    use crate::environment::VARIABLES;

    /// Variables that identify the user or the system, that awsmfa sets itself, or that also exist in capital letters.
    const UNDOCUMENTED: [&str; 9] = [
        "AWSMFA_RUNNING",
        "LOGNAME",
        "USER",
        "USERNAME",
        "WSL_DISTRO_NAME",
        "all_proxy",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    ];

    #[test]
    fn every_variable_that_is_read_is_explained() {
        for variable in VARIABLES.into_iter().filter(|variable| !UNDOCUMENTED.contains(variable)) {
            let explained =
                section("ENVIRONMENT").iter().any(|entry| entry.name.split(", ").any(|name| name == variable));
            assert!(explained, "{variable}");
        }
    }

    #[test]
    fn every_page_has_an_example_and_every_example_can_be_typed() {
        let mut program = Cli::command();
        program.build();
        let mut commands = vec![&program];
        add_commands(&program, &mut commands);
        for command in commands {
            assert!(section("EXAMPLES").iter().any(|example| example.concerns(command)), "{}", command.get_name());
        }
        for example in section("EXAMPLES") {
            let start = example.name.find("awsmfa").expect("it runs awsmfa");
            let line = example.name[start..].split([')', '|', '>', '&']).next().unwrap_or_default();
            let words = shell_words::split(line).expect("its quotes are closed");
            assert!(Cli::try_parse_from(&words).is_ok(), "{line}");
            assert!(example.commands.iter().all(|name| knows(&program, name)));
        }
    }

    #[test]
    fn every_option_is_in_the_manual_on_one_page() {
        let mut program = Cli::command();
        program.build();
        let mut commands = Vec::new();
        add_commands(&program, &mut commands);
        let pages = pages(&program);
        let of_program = &pages.first().expect("the program has a page").text;
        for (command, page) in std::iter::once(&program).chain(commands).zip(&pages) {
            for argument in command.get_opts().filter(|argument| !argument.is_hide_set()) {
                let name = argument.get_long().expect("every option has a long name").replace('-', "\\-");
                let name = format!("\\-\\-{name}\\fR");
                let is_global = argument.get_help_heading() == Some(GLOBAL);
                let text = if is_global { of_program } else { &page.text };
                assert!(text.contains(&name), "{name} is not in the manual of {}", page.file_name);
            }
            assert_eq!(page.text.contains("\\-\\-color"), page.file_name == "awsmfa.1", "{}", page.file_name);
        }
    }

    #[test]
    fn entries_for_single_commands_name_commands_that_exist() {
        let mut program = Cli::command();
        program.build();
        for entry in prose::sections().flat_map(|section| section.entries) {
            let is_known = entry.commands == ["*"] || entry.commands.iter().all(|name| knows(&program, name));
            assert!(is_known && !entry.meaning.is_empty(), "{}", entry.name);
        }
    }

    fn section(title: &str) -> Vec<Entry> {
        prose::sections().find(|section| section.title == title).expect("the manual has it").entries
    }

    fn knows(program: &Command, name: &str) -> bool {
        let mut commands = vec![program];
        add_commands(program, &mut commands);
        commands.iter().any(|command| short_name(&page_name(command)) == name)
    }
}
