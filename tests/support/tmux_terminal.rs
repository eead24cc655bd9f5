//! A terminal of tmux.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::sandbox::Sandbox;

/// Longer than the slowest step on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The shell of a terminal, and a prompt that ends with a dollar sign.
pub const BASH: &str = "PS1='$ ' exec bash --norc";

/// A terminal of tmux with a shell in it; dropping it ends both.
pub struct Terminal<'a> {
    sandbox: &'a Sandbox,
}

impl<'a> Terminal<'a> {
    /// Starts a shell with a command line of sh.
    pub fn start(sandbox: &'a Sandbox, shell: &str, columns: u16) -> Self {
        let terminal = Self { sandbox };
        let size = ["-x", &columns.to_string(), "-y", "100"];
        let status = terminal.tmux().args(["new-session", "-d"]).args(size).arg(shell).status();
        assert!(status.expect("tmux runs").success());
        terminal
    }

    fn tmux(&self) -> Command {
        let mut command = self.sandbox.program("tmux");
        command
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .arg("-S")
            .arg(self.sandbox.home().join("tmux"))
            .args(["-f", "/dev/null"]);
        command
    }

    /// Types this behind the prompt of the shell and presses Enter.
    pub fn run(&self, command: &str) {
        self.wait_for("$", "$");
        self.enter(command);
    }

    /// Answers a question of `setup`: the help is below it, so it is complete.
    pub fn answer(&self, question: &str, typed: &str) {
        self.wait_for(&format!("? {question}"), "leave everything as it is]");
        self.enter(typed);
    }

    /// Waits until the screen shows `text` and ends with `end`.
    pub fn wait_for(&self, text: &str, end: &str) {
        self.wait(&format!("{text:?}"), |screen| screen.contains(text) && screen.ends_with(end));
    }

    /// Waits until the screen is another one and ends with `end`.
    pub fn wait_for_change(&self, before: &str, end: &str) {
        self.wait("another screen", |screen| screen != before && screen.ends_with(end));
    }

    fn wait(&self, what: &str, is_there: impl Fn(&str) -> bool) {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if is_there(&screen) {
                return;
            }
            assert!(start.elapsed() < TIME_LIMIT, "{what} does not come:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses keys, by their names in tmux.
    pub fn press(&self, keys: &[&str]) {
        assert!(self.tmux().arg("send-keys").args(keys).status().expect("tmux runs").success());
    }

    /// Uses a buffer of tmux, because other users can see arguments.
    pub fn enter(&self, typed: &str) {
        let mut load = self.tmux().args(["load-buffer", "-"]).stdin(Stdio::piped()).spawn().expect("tmux runs");
        load.stdin.take().expect("a pipe").write_all(format!("{typed}\n").as_bytes()).expect("it reads");
        assert!(load.wait().expect("it ends").success());
        assert!(self.tmux().arg("paste-buffer").status().expect("tmux runs").success());
    }

    pub fn screen(&self) -> String {
        self.tell(&["capture-pane", "-p"])
    }

    /// The screen with the escape sequences of its colours.
    pub fn coloured_screen(&self) -> String {
        self.tell(&["capture-pane", "-e", "-p"])
    }

    /// The column and the row of the cursor, from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let place = self.tell(&["display-message", "-p", "#{cursor_x} #{cursor_y}"]);
        let (column, row) = place.split_once(' ').expect("two numbers");
        (column.parse().expect("a number"), row.parse().expect("a number"))
    }

    /// Returns what a command of tmux prints, with the user's home in place of the real one.
    fn tell(&self, command: &[&str]) -> String {
        let output = self.tmux().args(command).output().expect("tmux runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        printed.replace(&self.sandbox.home().display().to_string(), "/home/ada").trim_end().to_owned()
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").status();
    }
}
