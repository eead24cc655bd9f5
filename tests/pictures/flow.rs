//! The way of a session: from the key by way of STS to the session profile, where AWS tools find it.

use std::fmt::Write;

use crate::colours::style;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::svg::{About, MONOSPACE, SANS, document, escape};
use crate::{check, here};

/// The lines in the box of AWS tools. Each tool is on a page of the documentation.
const TOOLS: [&[&str]; 2] = [&["aws", "Terraform", "boto3"], &["kubectl", "Docker"]];

const WIDTH: u16 = 680;
const HEIGHT: u16 = 332;
const BOX_WIDTH: u16 = 236;
const BOX_HEIGHT: u16 = 104;
const LEFT: u16 = 32;
/// The right edge of the frame around the profiles.
const FRAME_END: u16 = 284;
const RIGHT: u16 = 416;
const UPPER: u16 = 56;
const LOWER: u16 = 208;

/// A box with a title and two lines, the first in a monospace font.
fn boxed((x, y): (u16, u16), title: &str, code: &str, line: &str) -> String {
    let middle = x + BOX_WIDTH / 2;
    let (code, line) = (escape(code), escape(line));
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"8\" class=\"box\"/>\n\
         <text x=\"{middle}\" y=\"{}\" class=\"text\" font-size=\"18\" font-weight=\"bold\">{title}</text>\n\
         <text x=\"{middle}\" y=\"{}\" class=\"accent\" font-family=\"{MONOSPACE}\">{code}</text>\n\
         <text x=\"{middle}\" y=\"{}\" class=\"quiet\">{line}</text>\n",
        y + 32,
        y + 60,
        y + 85
    )
}

/// An arrow with a label above its middle; `head` is its tip, and where it points.
fn arrow(path: &str, head: (u16, u16, u16), label: (u16, u16, &str)) -> String {
    let (tip_x, tip_y, degrees) = head;
    let (x, y, text) = label;
    format!(
        "<path d=\"{path}\" class=\"arrow\" fill=\"none\" stroke-width=\"2\"/>\n\
         <path d=\"M0 0L-11 -6V6Z\" transform=\"translate({tip_x} {tip_y}) rotate({degrees})\" class=\"head\"/>\n\
         <text x=\"{x}\" y=\"{y}\" class=\"text\" font-size=\"15\">{text}</text>\n"
    )
}

/// The name of the profile that a login to `[default]` writes to.
fn session_profile() -> String {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let after = sandbox.credentials_text();
    let added = after.strip_prefix(DEFAULT_CREDENTIALS).expect("the key stays");
    added.trim().lines().next().expect("a header").to_owned()
}

#[test]
fn flow_of_a_session() {
    let (width, height, frame_width, frame_height) = (WIDTH - 1, HEIGHT - 1, FRAME_END - 16, HEIGHT - 32);
    let middle = LEFT + BOX_WIDTH / 2;
    let mut inside = format!(
        "<rect x=\"0.5\" y=\"0.5\" width=\"{width}\" height=\"{height}\" rx=\"9\" class=\"panel\"/>\n\
         <rect x=\"16\" y=\"16\" width=\"{frame_width}\" height=\"{frame_height}\" rx=\"9\" fill=\"none\" class=\"arrow\" \
         stroke-dasharray=\"5 4\"/>\n<g text-anchor=\"middle\">\n\
         <text x=\"{middle}\" y=\"42\" class=\"quiet\" font-family=\"{MONOSPACE}\" font-size=\"15\">~/.aws/credentials</text>\n"
    );
    let tools = TOOLS.map(|line| line.join(", "));
    inside += &boxed((LEFT, UPPER), "source profile", "[default]", "long-term access key");
    inside += &boxed((RIGHT, UPPER), "AWS STS", "GetSessionToken", "or AssumeRole, for roles");
    inside += &boxed((LEFT, LOWER), "session profile", &session_profile(), "temporary credentials");
    inside += &boxed((RIGHT, LOWER), "AWS tools", &tools[0], &format!("{}, …", tools[1]));
    let (from, to, between) = (LEFT + BOX_WIDTH, RIGHT - 2, (FRAME_END + RIGHT) / 2);
    let (upper, lower) = (UPPER + BOX_HEIGHT / 2, LOWER + BOX_HEIGHT / 2);
    inside += &arrow(&format!("M{from} {upper}H{}", to - 8), (to, upper, 0), (between, upper - 9, "MFA code"));
    inside += &arrow(&format!("M{from} {lower}H{}", to - 8), (to, lower, 0), (between, lower - 9, "AWS_PROFILE"));
    let (bottom, across, top) = (UPPER + BOX_HEIGHT, UPPER + BOX_HEIGHT + 26, LOWER - 2);
    let (start, end) = (RIGHT + BOX_WIDTH / 2, LEFT + BOX_WIDTH / 2);
    let path = format!("M{start} {bottom}V{across}H{end}V{}", top - 8);
    inside += &arrow(&path, (end, top, 90), (between, across - 7, "session"));
    let below = upper + 23;
    let command = "awsmfa login";
    let _ = writeln!(
        inside,
        "<text x=\"{between}\" y=\"{below}\" class=\"accent\" font-family=\"{MONOSPACE}\" font-size=\"15\">{command}</text>\n</g>"
    );
    let about = About {
        title: "How a session gets to AWS tools",
        description: "awsmfa login signs a request with the long-term access key of the source profile and sends it to AWS STS with \
                      an MFA code. STS answers with a session, which awsmfa writes to the session profile in the credentials \
                      file. AWS tools find it there if AWS_PROFILE names that profile.",
    };
    check("flow.svg", &document(&about, (WIDTH.into(), HEIGHT.into()), SANS, 16.0, &(style() + &inside)));
}

#[test]
fn each_tool_of_the_flow_is_in_the_documentation() {
    let pages = ["docs/daily.md", "docs/clients.md"].map(|page| std::fs::read_to_string(here(page)).expect("a page"));
    for tool in TOOLS.into_iter().flatten() {
        assert!(pages.iter().any(|page| page.contains(tool)), "{tool}");
    }
}
