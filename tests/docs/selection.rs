//! The selection of a profile, in tmux: `awsmfa use` in real shells with the AWS CLI, and the picker as docs/daily.md shows
//! it.

use std::fs;

use crate::page::blocks;
use crate::scene::Scene;
use crate::support::tmux_terminal::{BASH, Terminal};
use crate::support::transcript::agrees;

const HELP: &str = "Esc: change nothing]";
const IDENTITY: &str = "aws sts get-caller-identity --query Arn --output text";

/// Makes sure that the AWS CLI is this role.
fn expect_role(terminal: &Terminal<'_>, role: &str) {
    terminal.run(IDENTITY);
    terminal.wait_for(&format!("assumed-role/{role}/"), "$");
}

/// Picks a profile, goes to another one and back, and logs out, in a shell that evaluates `init` first.
fn select(shell: &str, init: &str) {
    let scene = Scene::named("session");
    let prompt = "set edit:prompt = { put '$ ' }; set edit:rprompt = { put '' }\n";
    fs::write(scene.sandbox.home().join("rc.elv"), prompt).expect("the home is writable");
    let terminal = Terminal::start(&scene.sandbox, shell, 120);
    terminal.run(init);
    terminal.run("awsmfa use");
    terminal.wait_for("? Profile:", HELP);
    terminal.press(&["-l", "aud"]);
    terminal.wait_for("? Profile: aud", HELP);
    terminal.press(&["Enter"]);
    terminal.wait_for("awsmfa: this shell uses audit-session: ", "$");
    expect_role(&terminal, "audit");
    terminal.run("awsmfa use admin");
    terminal.wait_for("awsmfa: this shell uses admin-session, which holds the session of admin: ", "$");
    expect_role(&terminal, "admin");
    terminal.run("clear");
    terminal.run("awsmfa use -");
    terminal.wait_for("awsmfa: this shell uses audit-session: ", "$");
    expect_role(&terminal, "audit");
    terminal.run("awsmfa logout");
    terminal.wait_for("awsmfa: audit-session: the session is removed", "$");
    terminal.run(IDENTITY);
    terminal.wait_for("nable to locate credentials", "$");
}

#[test]
#[ignore = "needs tmux and the AWS CLI: run tests/run"]
fn bash_selects_profiles_for_the_aws_cli() {
    select(BASH, r#"eval "$(awsmfa init bash)""#);
}

#[test]
#[ignore = "needs tmux, zsh and the AWS CLI: run tests/run"]
fn zsh_selects_profiles_for_the_aws_cli() {
    select("PS1='$ ' exec zsh -f", r#"eval "$(awsmfa init zsh)""#);
}

#[test]
#[ignore = "needs tmux, fish and the AWS CLI: run tests/run"]
fn fish_selects_profiles_for_the_aws_cli() {
    let start = "exec fish --no-config -C 'function fish_prompt; printf \"\\$ \"; end; set -g fish_greeting'";
    select(start, "awsmfa init fish | source");
}

#[test]
#[ignore = "needs tmux, elvish and the AWS CLI: run tests/run"]
fn elvish_selects_profiles_for_the_aws_cli() {
    select("exec elvish -rc rc.elv", "eval (awsmfa init elvish | slurp)");
}

#[test]
#[ignore = "needs tmux: run tests/run"]
fn the_picker_looks_as_shown_on_a_wide_and_on_a_narrow_terminal() {
    for columns in [120, 60] {
        let scene = Scene::named("session");
        let terminal = Terminal::start(&scene.sandbox, BASH, columns);
        terminal.run("awsmfa use");
        terminal.wait_for("? Profile:", HELP);
        let screen = terminal.screen();
        let shown = blocks("text").into_iter().find(|block| block.scene == format!("picker-{columns}"));
        let shown = shown.expect("docs/daily.md shows it").text;
        assert!(agrees(&shown, &screen), "docs/daily.md shows something else than:\n{screen}");
    }
}
