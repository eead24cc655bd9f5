//! A terminal of tmux, and the first five minutes of docs/setup.md in it: from an empty home to a working AWS CLI.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::page::blocks;
use crate::scene::Scene;
use crate::transcript::agrees;

const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// Longer than the slowest step on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The shell of a terminal, and a prompt that ends with a dollar sign.
pub const BASH: &str = "PS1='$ ' exec bash --norc";

/// A terminal of tmux with a shell in it; dropping it ends both.
pub struct Terminal<'a> {
    scene: &'a Scene,
}

impl<'a> Terminal<'a> {
    /// Starts a shell with a command line of sh.
    pub fn start(scene: &'a Scene, shell: &str, columns: u16) -> Self {
        let terminal = Self { scene };
        let size = ["-x", &columns.to_string(), "-y", "100"];
        let status = terminal.tmux().args(["new-session", "-d"]).args(size).arg(shell).status();
        assert!(status.expect("tmux runs").success());
        terminal
    }

    fn tmux(&self) -> Command {
        let mut command = self.scene.sandbox.program("tmux");
        command
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .arg("-S")
            .arg(self.scene.sandbox.home().join("tmux"))
            .args(["-f", "/dev/null"]);
        command
    }

    /// Types this behind the prompt of the shell and presses Enter.
    pub fn run(&self, command: &str) {
        self.wait_for("$", "$");
        self.enter(command);
    }

    /// Answers a question of `setup`: the help is below it, so it is complete.
    fn answer(&self, question: &str, typed: &str) {
        self.wait_for(&format!("? {question}"), "leave everything as it is]");
        self.enter(typed);
    }

    /// Waits until the screen shows `text` and ends with `end`.
    pub fn wait_for(&self, text: &str, end: &str) {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(text) && screen.ends_with(end) {
                return;
            }
            assert!(start.elapsed() < TIME_LIMIT, "{text:?} does not come:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses keys, by their names in tmux.
    pub fn press(&self, keys: &[&str]) {
        assert!(self.tmux().arg("send-keys").args(keys).status().expect("tmux runs").success());
    }

    /// Uses a buffer of tmux, because other users can see arguments.
    fn enter(&self, typed: &str) {
        let mut load = self.tmux().args(["load-buffer", "-"]).stdin(Stdio::piped()).spawn().expect("tmux runs");
        load.stdin.take().expect("a pipe").write_all(format!("{typed}\n").as_bytes()).expect("it reads");
        assert!(load.wait().expect("it ends").success());
        assert!(self.tmux().arg("paste-buffer").status().expect("tmux runs").success());
    }

    pub fn screen(&self) -> String {
        let output = self.tmux().args(["capture-pane", "-p"]).output().expect("tmux runs");
        let screen = String::from_utf8_lossy(&output.stdout).into_owned();
        screen.replace(&self.scene.sandbox.home().display().to_string(), "/home/ada").trim_end().to_owned()
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").status();
    }
}

#[test]
#[ignore = "needs tmux and the AWS CLI: run tests/run"]
fn from_an_empty_home_to_a_working_aws_cli_as_the_page_shows_it() {
    let scene = Scene::named("empty");
    let terminal = Terminal::start(&scene, BASH, 160);
    terminal.run("awsmfa setup");
    terminal.answer("Which access key?", "");
    terminal.answer("Which profile is to hold it?", "");
    terminal.answer("Access key id:", KEY_ID);
    terminal.answer("Secret access key", SECRET);
    terminal.answer("Which MFA device?", "");
    terminal.answer("Which profile gets the sessions", "");
    terminal.answer("Region", "eu-west-1");
    terminal.answer("Write this?", "");
    terminal.answer("Log in now?", "");
    terminal.wait_for("MFA code of", "):");
    terminal.enter(&scene.fresh_code());
    terminal.run("export AWS_PROFILE=default-session");
    terminal.run("aws sts get-caller-identity --query Arn --output text");
    terminal.wait_for("user/ada\n$", "$");

    let screen = terminal.screen();
    let shown = blocks("console").into_iter().find(|block| block.scene == "tmux").expect("docs/setup.md shows it").text;
    assert!(agrees(&format!("{shown}$"), &screen), "docs/setup.md shows something else:\n{screen}");
    assert!(!screen.contains(SECRET));
}
