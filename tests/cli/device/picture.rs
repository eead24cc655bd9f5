//! The QR code on a terminal of 80 columns and 24 rows, as a scanner sees it: tmux keeps the cells of the screen, the test
//! paints them, and zbar reads the picture.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::first_device;
use crate::support::child::await_that;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::support::sts::authenticator::App;

const COLUMNS: usize = 80;
const ROWS: usize = 24;

/// The pixels of a character, which is twice as high as wide.
const WIDTH: usize = 8;
const HEIGHT: usize = 2 * WIDTH;

/// A terminal of tmux without a status line, which would take a row.
struct Terminal<'a> {
    sandbox: &'a Sandbox,
}

impl<'a> Terminal<'a> {
    fn start(sandbox: &'a Sandbox, command: &str) -> Self {
        let settings = "set -g status off\nset -g default-terminal screen-256color\nset -g history-limit 500\n";
        fs::write(sandbox.home().join("tmux.conf"), settings).expect("the home is writable");
        let terminal = Self { sandbox };
        let size = ["-x", &COLUMNS.to_string(), "-y", &ROWS.to_string()];
        let started = terminal.tmux().args(["new-session", "-d"]).args(size).arg(command).status();
        assert!(started.expect("tmux runs").success());
        terminal
    }

    fn tmux(&self) -> Command {
        let home = self.sandbox.home();
        let mut command = self.sandbox.program("tmux");
        command.env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin");
        command.arg("-u").arg("-S").arg(home.join("tmux")).arg("-f").arg(home.join("tmux.conf"));
        command
    }

    fn capture(&self, options: &[&str]) -> String {
        let output = self.tmux().args(["capture-pane", "-p"]).args(options).output().expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Uses a buffer of tmux, because other users can see arguments.
    fn enter(&self, typed: &str) {
        let mut load = self.tmux().args(["load-buffer", "-"]).stdin(Stdio::piped()).spawn().expect("tmux runs");
        load.stdin.take().expect("a pipe").write_all(format!("{typed}\n").as_bytes()).expect("it reads");
        assert!(load.wait().expect("it ends").success());
        assert!(self.tmux().arg("paste-buffer").status().expect("tmux runs").success());
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").status();
    }
}

/// The grey values of the default colours.
struct Theme {
    name: &'static str,
    foreground: u8,
    background: u8,
    /// The colours 0 and 7.
    eight: [u8; 2],
}

const THEMES: [Theme; 4] = [
    Theme { name: "dark", foreground: 230, background: 0, eight: [0, 200] },
    Theme { name: "light", foreground: 20, background: 255, eight: [0, 200] },
    Theme { name: "dark, low contrast", foreground: 140, background: 35, eight: [50, 230] },
    Theme { name: "light, low contrast", foreground: 120, background: 245, eight: [50, 230] },
];

/// Paints a screen as an image in the format PGM.
fn painted(screen: &str, theme: &Theme) -> Vec<u8> {
    let mut pixels = vec![theme.background; COLUMNS * WIDTH * ROWS * HEIGHT];
    // Attributes last from line to line.
    let mut colours = (theme.foreground, theme.background);
    for (row, line) in screen.lines().take(ROWS).enumerate() {
        let (mut column, mut characters) = (0, line.chars().peekable());
        while let Some(character) = characters.next() {
            if character == '\x1b' {
                let sequence: String = characters.by_ref().take_while(|character| *character != 'm').collect();
                colours = coloured(sequence.trim_start_matches('['), colours, theme);
                continue;
            }
            for (y, x) in (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (y, x))) {
                let is_ink = match character {
                    ' ' => false,
                    '\u{2588}' => true,
                    '\u{2580}' => y < WIDTH,
                    '\u{2584}' => y >= WIDTH,
                    // Something like a letter.
                    _ => (x + y) % 3 == 0 && (2..14).contains(&y),
                };
                let place = (row * HEIGHT + y) * COLUMNS * WIDTH + column * WIDTH + x;
                if let Some(pixel) = pixels.get_mut(place) {
                    *pixel = if is_ink { colours.0 } else { colours.1 };
                }
            }
            column += 1;
        }
    }
    [format!("P5\n{} {}\n255\n", COLUMNS * WIDTH, ROWS * HEIGHT).into_bytes(), pixels].concat()
}

/// Applies a sequence for colours (ECMA-48, SGR) to the foreground and the background.
fn coloured(sequence: &str, (mut foreground, mut background): (u8, u8), theme: &Theme) -> (u8, u8) {
    let of_256 = |number: Option<&str>| match number {
        Some("16") => 0,
        Some("231") => 255,
        other => panic!("colour {other:?}"),
    };
    let mut numbers = sequence.split(';');
    while let Some(number) = numbers.next() {
        match number {
            "" | "0" => (foreground, background) = (theme.foreground, theme.background),
            "30" => foreground = theme.eight[0],
            "47" => background = theme.eight[1],
            "38" => foreground = of_256(numbers.nth(1)),
            "48" => background = of_256(numbers.nth(1)),
            "39" => foreground = theme.foreground,
            "49" => background = theme.background,
            other => panic!("attribute {other}"),
        }
    }
    (foreground, background)
}

/// Scans an image.
fn scanned(sandbox: &Sandbox, image: &[u8]) -> String {
    let path = sandbox.home().join("screen.pgm");
    fs::write(&path, image).expect("the home is writable");
    let output = sandbox.program("zbarimg").args(["--quiet", "--raw"]).arg(&path).output().expect("zbarimg runs");
    fs::remove_file(path).expect("it is there");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn enrol_and_log_in(sts: &StandIn, sandbox: &Sandbox, serial: &str, user: &str) {
    let program = env!("CARGO_BIN_EXE_awsmfa");
    let terminal =
        Terminal::start(sandbox, &format!("echo before; {program} device enrol; echo \"exit $?\"; sleep 60"));
    await_that("the prompt is shown", || terminal.capture(&[]).contains("First code:"));
    let screen = terminal.capture(&["-e", "-N"]);
    let uris: Vec<String> = THEMES.iter().map(|theme| scanned(sandbox, &painted(&screen, theme))).collect();
    for (theme, uri) in THEMES.iter().zip(&uris) {
        assert!(uri.starts_with(&format!("otpauth://totp/{user}@123456789012?secret=")), "{}: {uri:?}", theme.name);
        assert_eq!(Some(uri), uris.first(), "{}", theme.name);
    }
    let mut app = App::scan(uris.first().expect("there are themes"));
    terminal.enter(&app.code());
    await_that("the second prompt is shown", || terminal.capture(&[]).contains("Next code:"));
    terminal.enter(&app.code());
    await_that("it ends", || terminal.capture(&[]).contains("exit 0"));
    assert_eq!(sts.devices(), [(serial.to_owned(), true)]);
    let all = terminal.capture(&["-S", "-"]);
    assert!(all.contains("before") && !all.contains(['\u{2580}', '\u{2584}', '\u{2588}']), "{all}");
    sandbox.run(&["login", "--token-code", &app.code()]).expect(0);
}

#[test]
#[ignore = "needs tmux and zbarimg: run tests/run"]
fn a_scanner_reads_the_code_in_every_theme_and_it_logs_in() {
    let (sts, sandbox) = first_device();
    enrol_and_log_in(&sts, &sandbox, SERIAL, "ada");
}

#[test]
#[ignore = "needs tmux and zbarimg: run tests/run"]
fn a_scanner_reads_the_code_of_the_longest_user_name() {
    let sts = StandIn::start();
    let name = "Ada-".repeat(16);
    let user = sts.add_user(&name, "123456789012", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    sts.forget_device(&user);
    sts.forget_device(&crate::support::sts::User::ada());
    let key =
        format!("[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n", user.access_key_id, user.secret);
    let mut sandbox = Sandbox::with("[default]\nregion = eu-west-1\n", key).using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    enrol_and_log_in(&sts, &sandbox, &user.serial, &name);
}
