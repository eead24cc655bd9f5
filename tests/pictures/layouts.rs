//! The three layouts of the files before and after a login, from runs of the program.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use crate::check;
use crate::colours::style;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::svg::{About, MONOSPACE, SANS, cells, document, short};

const FONT_SIZE: f64 = 13.0;
const CELL: f64 = 7.8;
const LINE: f64 = 19.0;
const MARGIN: f64 = 14.0;
const PADDING: f64 = 12.0;
/// Wide enough for the serial number of an MFA device, and for a sign before it.
const LEFT_WIDTH: f64 = 50.0 * CELL + 2.0 * PADDING;
const RIGHT_WIDTH: f64 = 52.0 * CELL + 2.0 * PADDING;
const RIGHT: f64 = MARGIN + LEFT_WIDTH + MARGIN;
const WIDTH: f64 = RIGHT + RIGHT_WIDTH + MARGIN;

struct Layout {
    title: &'static str,
    config: String,
    credentials: String,
    /// The profile to log in to.
    profile: &'static str,
}

/// A line of a file, and the class of its style.
struct Line {
    text: String,
    class: &'static str,
}

fn layouts() -> [Layout; 3] {
    let key = |name: &str| DEFAULT_CREDENTIALS.replace("default", name);
    [
        Layout {
            title: "A key and an MFA device in [default]",
            config: DEFAULT_CONFIG.to_owned(),
            credentials: key("default"),
            profile: "default",
        },
        Layout {
            title: "The layout of aws-mfa",
            config: String::new(),
            credentials: key("work-long-term") + &format!("aws_mfa_device = {SERIAL}\n"),
            profile: "work",
        },
        Layout {
            title: "awsmfa_session_profile links the two profiles",
            config: format!(
                "[profile work-key]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work\n\n[profile work]\n\
                 region = eu-west-1\n"
            ),
            credentials: key("work-key"),
            profile: "work",
        },
    ]
}

impl Layout {
    /// The columns before and after a login.
    fn columns(&self) -> (Vec<Line>, Vec<Line>) {
        let sts = StandIn::start();
        let sandbox = Sandbox::with(&self.config, &self.credentials).using(&sts);
        sandbox.run(&["login", self.profile, "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        let (before, after) = (masked(&self.credentials), masked(&sandbox.credentials_text()));
        let name = |file: &str| Line { text: format!("# ~/.aws/{file}"), class: "quiet" };
        let plain = |text: &str| Line { text: text.to_owned(), class: "text" };
        let mut left = vec![name("credentials")];
        left.extend(before.lines().map(plain));
        if !self.config.is_empty() {
            left.extend([plain(""), name("config")]);
            left.extend(self.config.lines().map(plain));
        }
        let mut right = vec![name("credentials")];
        for change in TextDiff::from_lines(&before, &after).iter_all_changes() {
            let text = change.value().trim_end();
            right.push(match change.tag() {
                ChangeTag::Equal => plain(&format!("  {text}")),
                ChangeTag::Insert => Line { text: format!("+ {text}"), class: "added" },
                ChangeTag::Delete => panic!("the login removes {text:?}"),
            });
        }
        (left, right)
    }

    /// Draws the layout at this height, and returns the height of the next one.
    fn draw(&self, picture: &mut String, top: f64) -> f64 {
        let (left, right) = self.columns();
        let _ = writeln!(
            picture,
            "<text x=\"{MARGIN}\" y=\"{}\" class=\"text\" font-family=\"{SANS}\" font-size=\"16\" font-weight=\"bold\">{}</text>",
            short(top + 16.0),
            self.title
        );
        let top = top + 28.0;
        let lines = u16::try_from(left.len().max(right.len())).expect("a file");
        let height = f64::from(lines) * LINE + 2.0 * PADDING;
        for (x, width, column) in [(MARGIN, LEFT_WIDTH, left), (RIGHT, RIGHT_WIDTH, right)] {
            let (shown_x, shown_top) = (short(x), short(top));
            let _ = writeln!(
                picture,
                "<rect x=\"{shown_x}\" y=\"{shown_top}\" width=\"{}\" height=\"{}\" rx=\"6\" class=\"box\"/>",
                short(width),
                short(height)
            );
            let mut y = top + PADDING;
            for line in column {
                picture.push_str(&line.draw((x, y), width));
                y += LINE;
            }
        }
        top + height + 22.0
    }
}

impl Line {
    fn draw(&self, (x, y): (f64, f64), width: f64) -> String {
        let mut drawn = String::new();
        if self.class == "added" {
            let (x, y, width) = (short(x + 1.0), short(y), short(width - 2.0));
            let _ = writeln!(drawn, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{LINE}\" class=\"behind\"/>");
        }
        drawn + &cells(&self.text, (x + PADDING, y + 14.0), CELL, &format!(" class=\"{}\"", self.class)) + "\n"
    }
}

/// The file with an ellipsis in place of each value of a key.
fn masked(file: &str) -> String {
    let lines = file.lines().map(|line| match line.split_once(" = ") {
        Some((name @ "aws_access_key_id", id)) => format!("{name} = {}…\n", id.get(..4).unwrap_or_default()),
        Some((name @ ("aws_secret_access_key" | "aws_session_token"), _)) => format!("{name} = …\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn layouts_before_and_after_a_login() {
    let mut inside = String::new();
    for (x, caption) in [(MARGIN, "before"), (RIGHT, "after awsmfa login (+ added; awsmfa logout removes it)")] {
        let _ = writeln!(
            inside,
            "<text x=\"{}\" y=\"30\" class=\"quiet\" font-family=\"{SANS}\" font-size=\"15\">{caption}</text>",
            short(x)
        );
    }
    let mut top = 48.0;
    for layout in layouts() {
        top = layout.draw(&mut inside, top);
    }
    let (width, height) = (WIDTH.ceil(), top - 6.0);
    let panel = format!(
        "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"9\" class=\"panel\"/>\n",
        width - 1.0,
        height - 1.0
    );
    let about = About {
        title: "The credentials file before and after a login",
        description: "Three layouts of the credentials file. In each, awsmfa login adds the session to the session profile, and \
                      leaves the other lines as they are.",
    };
    check("layouts.svg", &document(&about, (width, height), MONOSPACE, FONT_SIZE, &(style() + &panel + &inside)));
}

#[test]
fn values_of_keys_are_hidden() {
    let shown = masked(DEFAULT_CREDENTIALS);
    assert_eq!(shown, "[default]\naws_access_key_id = AKIA…\naws_secret_access_key = …\n");
    assert_eq!(masked("aws_session_token = t\nregion = x\n"), "aws_session_token = …\nregion = x\n");
}
