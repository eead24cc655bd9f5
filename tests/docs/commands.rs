//! Runs the commands that the pages show, and compares their output.

use std::collections::BTreeMap;

use awsmfa::cli::Cli;
use clap::Parser;
use clap::error::ErrorKind;

use crate::page::{Block, blocks, pages};
use crate::scene::Scene;
use crate::support::transcript::agrees;

/// Blocks that are not run, by their first command, and why.
const NOT_RUN: [(&str, &str); 13] = [
    ("cargo install --path .", "it would install into the home of the user who runs the tests"),
    ("git clone URL-OF-THIS-REPOSITORY awsmfa", "the same"),
    ("sudo apt-get install musl-tools", "tests/run and tests/package/check run these"),
    (".ci/package --deb", "the same"),
    ("awsmfa setup", "docs/setup.md and docs/daily.md show these with their output"),
    ("cargo run -p demo", "tests/run runs it, and tests/run itself is what runs the tests"),
    ("awsmfa login --wait", "it waits for half a minute; tests/cli/wait.rs runs it with another clock"),
    (
        "oathtool --totp --base32 @$HOME/.aws/mfa-seed | awsmfa login --token-code -",
        "tests/cli/recipes.rs runs oathtool",
    ),
    (
        "systemd-run --user --collect sh -c 'awsmfa status default --quiet --wait-until 10m && \
         notify-send \"AWS session\" \"It ends in ten minutes.\"'",
        "it needs a desktop",
    ),
    (
        "systemd-run --user --collect --unit awsmfa-renew sh -c 'while awsmfa status default --quiet --wait-until 10m \
         && awsmfa login default --force --no-input; do :; done'",
        "it needs systemd",
    ),
    (
        "aws sts assume-role-with-saml --role-arn … --principal-arn … --saml-assertion file://saml.txt | awsmfa import saml",
        "it needs an identity provider; tests/cli/import.rs has the forms of its output",
    ),
    ("awsmfa device enrol", "it needs a terminal; tests/cli/device.rs runs it on one"),
    ("launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/awsmfa.notify.plist", "it needs macOS"),
];

/// Text in the prose that is not a command line of this awsmfa.
const OF_OTHERS: [&str; 3] = ["awsmfa --token-code 123456", "awsmfa COMMAND --help", "awsmfa …"];

/// The error of clap for the part of a shell's command line that begins with `awsmfa` and ends where another program
/// does.
fn is_understood(command: &str) -> bool {
    let words = shell_words::split(command).expect("words of a shell");
    let ends = ["|", "||", "&&", ">"];
    let parsed = Cli::try_parse_from(words.iter().take_while(|word| !ends.contains(&word.as_str())));
    let without_fault = [
        ErrorKind::DisplayVersion,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
        ErrorKind::MissingRequiredArgument,
    ];
    parsed.map_or_else(|error| without_fault.contains(&error.kind()), |_| true)
}

impl Block {
    fn is_run(&self) -> bool {
        !["not-run", "tmux", "as-shown"].contains(&self.scene.as_str()) && !self.scene.starts_with("terraform")
    }

    /// Returns whether it needs a program besides awsmfa, which tests/run installs.
    fn needs_clients(&self) -> bool {
        let others = ["aws", "docker", "kubectl", "node", "terraform"];
        self.text.split_whitespace().any(|word| others.contains(&word.trim_start_matches("\"$(")))
    }
}

/// Plays the block, and returns the commands that do not print what the page shows.
pub fn faults_of(block: &Block, scene: &Scene) -> Vec<String> {
    let (shown, said) = (block.shown(), scene.play(block));
    assert_eq!(shown.len(), said.len(), "{}: {said:?}", block.place);
    let mut faults = Vec::new();
    for (shown, (said, code)) in shown.iter().zip(said) {
        let is_right = if shown.output.is_empty() { code == 0 } else { agrees(&shown.output, &said) };
        if !is_right {
            faults.push(format!("{}: $ {} (exit code {code})\n{said}", block.place, shown.command));
        }
    }
    faults
}

/// Runs the blocks; those of an administrator on one page share a scene.
fn play(blocks: impl Iterator<Item = Block>) {
    let mut accounts: BTreeMap<String, Scene> = BTreeMap::new();
    let mut faults = Vec::new();
    for block in blocks {
        let page = block.place.split(':').next().unwrap_or_default().to_owned();
        let fresh;
        let scene = if block.scene == "account" {
            accounts.entry(page).or_insert_with(|| Scene::named("account"))
        } else {
            fresh = Scene::named(&block.scene);
            &fresh
        };
        faults.extend(faults_of(&block, scene));
    }
    assert!(faults.is_empty(), "the pages show something else:\n{}", faults.join("\n"));
}

#[test]
fn commands_of_awsmfa_print_what_the_pages_show() {
    play(blocks("console").into_iter().filter(|block| block.is_run() && !block.needs_clients()));
}

#[test]
#[ignore = "needs the AWS CLI and moto_server: run tests/run"]
fn commands_of_other_programs_print_what_the_pages_show() {
    play(blocks("console").into_iter().filter(|block| block.is_run() && block.needs_clients()));
}

#[test]
fn commands_that_are_not_run_have_a_reason_and_parse() {
    let not_run: Vec<Block> = blocks("console").into_iter().filter(|block| block.scene == "not-run").collect();
    let mut first: Vec<String> = not_run.iter().map(|block| block.shown().remove(0).command).collect();
    let mut listed = NOT_RUN.map(|(command, _)| command.to_owned());
    first.sort();
    listed.sort();
    assert_eq!(first, listed);
    for shown in not_run.iter().flat_map(Block::shown) {
        let script = shown.command.split_once("sh -c '").map(|(_, script)| script.trim_end_matches('\''));
        let command = script.unwrap_or(&shown.command);
        if let Some(start) = command.find("awsmfa ") {
            assert!(is_understood(&command[start..]), "{command}");
        }
    }
}

#[test]
fn command_lines_in_the_prose_are_understood() {
    for page in pages() {
        let prose = page.prose();
        assert!(prose.split('`').count() % 2 == 1, "{}: a span of code is not closed", page.path);
        let spans = prose.split('`').skip(1).step_by(2).filter(|span| span.starts_with("awsmfa "));
        for span in spans.filter(|span| !OF_OTHERS.contains(span)) {
            assert!(is_understood(span), "{}: {span}", page.path);
        }
    }
}

#[test]
fn scripts_run_after_a_login() {
    for script in blocks("sh") {
        let scene = Scene::named("session");
        let ran = scene.sandbox.program("bash").args(["-euc", &script.text]).output().expect("bash");
        assert!(ran.status.success(), "{}: {ran:?}", script.place);
    }
}

#[test]
fn numbers_gaps_and_ellipses_may_differ_and_nothing_else() {
    assert!(agrees("12h left, until 2026-11-21 14:44 +00:00\n", "11h 59m left, until 2027-01-02 03:04 +01:00"));
    assert!(agrees("a\n…\nd", "a\nb\nc\nd") && agrees("id=…!", "id=x!") && agrees("a   b", "a b "));
    for (shown, said) in
        [("a", "b"), ("a", "a\nb"), ("a\n…\nd", "a\nb\nc"), ("a … b … c", "a x c"), ("", "a"), ("a", "")]
    {
        assert!(!agrees(shown, said), "{shown:?} {said:?}");
    }
}
