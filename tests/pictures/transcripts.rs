//! What a user sees in a terminal: a login, the picker and `setup`, in tmux.

use std::thread::sleep;
use std::time::Duration;

use crate::recording::{Recording, Typed};
use crate::screen::{Screen, film, still};
use crate::styled::lines;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};
use crate::support::tmux_terminal::Terminal;
use crate::svg::About;
use crate::{check, here};

const BASH: &str = "PS1='\\[\\e[1;32m\\]$\\[\\e[0m\\] ' exec bash --norc";
/// The end of the help below the list, and below each prompt of `setup`.
const LIST_HELP: &str = "change nothing]";
const SETUP_HELP: &str = "leave everything as it is]";

/// A user's home, with the program and the AWS CLI.
fn home(config: &str, sts: &StandIn) -> Sandbox {
    let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
    let programs = [("awsmfa", env!("CARGO_BIN_EXE_awsmfa").into()), ("aws", here("target/clients/venv/bin/aws"))];
    sandbox.install(programs);
    sandbox.set("SHELL", "/bin/bash");
    sandbox.using(sts)
}

/// The screen as soon as nothing is drawn any more.
fn screen(terminal: &Terminal<'_>) -> Screen {
    let mut before = String::new();
    loop {
        let now = terminal.coloured_screen();
        if now == before {
            return lines(&now);
        }
        before = now;
        sleep(Duration::from_millis(50));
    }
}

impl Recording {
    fn start() -> Self {
        Self { screen: Vec::new(), typed: Vec::new() }
    }

    /// Types a line, and waits until the screen contains a text after it and ends with another.
    fn enter(&mut self, terminal: &Terminal<'_>, typed: &str, text: &str, end: &str) {
        let (column, line) = terminal.cursor();
        terminal.enter(typed);
        terminal.wait_for(text, end);
        self.typed.push(Typed { line, column, length: u16::try_from(typed.len()).expect("a line") });
    }
}

#[test]
#[ignore = "needs tmux and the AWS CLI: run tests/run"]
fn login() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}[profile default-session]\nregion = eu-west-1\n");
    let sandbox = home(&config, &sts);
    let terminal = Terminal::start(&sandbox, BASH, 80);
    terminal.wait_for("$", "$");
    let mut recording = Recording::start();
    recording.enter(&terminal, "awsmfa login", "MFA code", ":");
    recording.enter(&terminal, &sts.fresh_code(SERIAL), "export AWS_PROFILE", "\n$");
    recording.enter(&terminal, "export AWS_PROFILE=default-session", "$ export AWS_PROFILE=default-session", "\n$");
    let identity = "aws sts get-caller-identity --query Arn --output text";
    recording.enter(&terminal, identity, "user/ada\n", "\n$");
    recording.enter(&terminal, "awsmfa logout", "awsmfa logout\nawsmfa:", "\n$");
    recording.screen = screen(&terminal);
    let about = About {
        title: "A login with awsmfa",
        description: "A terminal: awsmfa login prompts for an MFA code and writes a session. With the session's profile in \
                      AWS_PROFILE, the AWS CLI works. awsmfa logout removes the session.",
    };
    check("login.svg", &recording.draw(&about));
}

#[test]
#[ignore = "needs tmux: run tests/run"]
fn picker() {
    let sts = StandIn::start();
    let mut config = DEFAULT_CONFIG.to_owned();
    let roles = [
        ("dev", 210_987_654_321_u64),
        ("prod-admin", 345_678_901_234),
        ("prod-audit", 345_678_901_234),
        ("prod-deploy", 345_678_901_234),
        ("test", 210_987_654_321),
    ];
    for (name, account) in roles {
        let arn = format!("arn:aws:iam::{account}:role/{name}");
        config += &format!("\n[profile {name}]\nrole_arn = {arn}\nsource_profile = default\nmfa_serial = {SERIAL}\n");
        sts.add_role(Role { arn, requires_mfa: true, ..Role::named(name) });
    }
    let sandbox = home(&config, &sts);
    sandbox
        .run(&["login", "default", "dev", "prod-admin", "prod-audit", "--token-code", &sts.fresh_code(SERIAL)])
        .expect(0);
    let terminal = Terminal::start(&sandbox, BASH, 80);
    terminal.run("awsmfa use");
    terminal.wait_for("prod-deploy", LIST_HELP);
    let mut frames = vec![(screen(&terminal), 1_800)];
    for (letter, time) in [("p", 250), ("r", 250), ("o", 250), ("d", 3_500)] {
        let before = terminal.screen();
        terminal.press(&["-l", letter]);
        terminal.wait_for_change(&before, LIST_HELP);
        frames.push((screen(&terminal), time));
    }
    let about = About {
        title: "The list of awsmfa use",
        description: "A terminal: awsmfa use lists the profiles whose name, kind, account or state contains the typed text, \
                      each with its account, its state and the time left.",
    };
    check("picker.svg", &film(&about, &frames));
}

#[test]
#[ignore = "needs tmux: run tests/run"]
fn wizard() {
    let sts = StandIn::start();
    sts.list_devices(&[SERIAL]);
    let sandbox = home("[default]\nregion = eu-west-1\n", &sts);
    let terminal = Terminal::start(&sandbox, BASH, 80);
    terminal.run("awsmfa setup");
    terminal.wait_for("\n?", SETUP_HELP);
    // Accepts each suggestion. The number of prompts depends on what there is to choose from.
    while !terminal.screen().contains("Write this?") {
        let before = terminal.screen();
        terminal.enter("");
        terminal.wait_for_change(&before, SETUP_HELP);
    }
    let about = About {
        title: "awsmfa setup before it writes",
        description: "A terminal: awsmfa setup has found the key and its MFA device, shows the lines that it adds to the config \
                      file, and asks whether to write them.",
    };
    check("wizard.svg", &still(&about, &screen(&terminal)));
}
