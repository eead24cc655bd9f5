//! The first five minutes of docs/setup.md in a terminal: from an empty home to a working AWS CLI.

use crate::page::blocks;
use crate::scene::Scene;
use crate::support::tmux_terminal::{BASH, Terminal};
use crate::support::transcript::agrees;

const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
#[ignore = "needs tmux and the AWS CLI: run tests/run"]
fn from_an_empty_home_to_a_working_aws_cli_as_the_page_shows_it() {
    let scene = Scene::named("empty");
    let terminal = Terminal::start(&scene.sandbox, BASH, 160);
    terminal.run("awsmfa setup");
    terminal.answer("Which profile should hold it?", "");
    terminal.answer("Access key id:", KEY_ID);
    terminal.answer("Secret access key", SECRET);
    terminal.answer("Which MFA device?", "");
    terminal.answer("Which profile should get the sessions", "");
    terminal.answer("Region", "eu-west-1");
    terminal.answer("Add a role to assume?", "");
    terminal.answer("Write this?", "");
    terminal.answer("Log in now?", "");
    terminal.wait_for("MFA code for", "):");
    terminal.enter(&scene.fresh_code());
    terminal.run("export AWS_PROFILE=default-session");
    terminal.run("aws sts get-caller-identity --query Arn --output text");
    terminal.wait_for("user/ada\n$", "$");

    let screen = terminal.screen();
    let shown = blocks("console").into_iter().find(|block| block.scene == "tmux").expect("docs/setup.md shows it").text;
    assert!(agrees(&format!("{shown}$"), &screen), "docs/setup.md shows something else:\n{screen}");
    assert!(!screen.contains(SECRET));
}
