//! Pairs of files, and sequences of actions on them.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

pub const NAMES: [&str; 5] = ["default", "default-session", "work", "work-long-term", "admin"];

/// The number of keys and secrets.
pub const KEYS: usize = 4;

#[derive(Clone)]
pub struct Sequence {
    pub config: String,
    pub credentials: String,
    pub steps: Vec<Step>,
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "config:\n{}\ncredentials:\n{}\nsteps: {:#?}", self.config, self.credentials, self.steps)
    }
}

/// An action of a user.
#[derive(Clone, Debug)]
pub enum Step {
    /// `awsmfa login`; STS may answer as an emulator does, and the session may stay in its recovery file.
    Login {
        profile: &'static str,
        session_profile: Option<&'static str>,
        renews: bool,
        emulator: bool,
        is_written: bool,
    },
    /// `awsmfa logout`, with `--all` if no profile is named.
    Logout { profile: Option<&'static str> },
    /// `aws configure set`, once.
    Set { profile: &'static str, property: Property },
    /// `aws configure set`, for both halves of a long-term key, in either order.
    SetKey { profile: &'static str, key: usize, secret_first: bool },
    /// `awsmfa setup`.
    Connect { source: &'static str, session: &'static str, key_profile: &'static str, key: Option<usize> },
    /// `awsmfa setup --migrate`.
    Migrate,
    /// `awsmfa doctor --fix`.
    Fix,
    /// `awsmfa setup --undo`.
    Undo,
    /// This many hours pass.
    Wait { hours: i64 },
}

/// One of the three properties that `aws configure set` writes to the credentials file.
#[derive(Clone, Debug)]
pub enum Property {
    LongTermId(usize),
    SessionId(usize),
    Secret(usize),
    Token(usize),
}

impl Property {
    /// Its name and value.
    pub fn pair(&self) -> (&'static str, String) {
        match self {
            Self::LongTermId(number) => ("aws_access_key_id", format!("AKIAIOSFODNN7EXAMP{number:02}")),
            Self::SessionId(number) => ("aws_access_key_id", format!("ASIAIOSFODNN7EXAMP{number:02}")),
            Self::Secret(number) => {
                ("aws_secret_access_key", format!("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE+{number:02}"))
            }
            Self::Token(number) => ("aws_session_token", format!("IQoJb3JpZ2luX2VjEXAMPLE/{number:02}==")),
        }
    }
}

const CONFIG_LINES: [&str; 12] = [
    "region = eu-west-1",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "mfa_serial=arn:aws:iam::123456789012:mfa/ada",
    "aws_mfa_device = arn:aws:iam::123456789012:mfa/ada",
    "source_profile = default",
    "source_profile = work-long-term",
    "awsmfa_source_profile = default",
    "awsmfa_session_profile = default-session",
    "awsmfa_session_profile = work",
    "role_arn = arn:aws:iam::123456789012:role/admin",
    "s3 =\n  max_queue_size = 10",
    "# a note = x",
];

/// The content that a section of the credentials file may have beside a key or a session.
const CREDENTIALS_LINES: [&str; 12] = [
    "region = eu-west-1",
    "# rotate in spring",
    "# rotate = in spring",
    "",
    "",
    "s3 =\n  max_queue_size = 10",
    "aws_session_token = stray",
    "aws_security_token = stale",
    "manager = awsmfa",
    "expiration = 2026-11-21T06:00:00Z",
    "x_security_token_expires = 2026-11-21T06:00:00Z",
    "awsmfa_session_profile = work",
];

/// Both halves of a key, as users and tools write them.
fn key_lines() -> impl Strategy<Value = Vec<String>> {
    let id =
        select(&["aws_access_key_id = ", "aws_access_key_id=", "AWS_ACCESS_KEY_ID = ", "aws_access_key_id\t=  "][..]);
    let secret = select(&["aws_secret_access_key = ", "aws_secret_access_key=", "Aws_Secret_Access_Key ="][..]);
    let quote = prop_oneof![12 => Just(""), 1 => Just("\"")];
    let comment = prop_oneof![12 => Just(""), 1 => Just(" # mine"), 1 => Just("\t; mine")];
    (id, quote, secret, comment, 0..KEYS, any::<bool>()).prop_map(|(id, quote, secret, comment, key, secret_first)| {
        let (id_value, secret_value) = (Property::LongTermId(key).pair().1, Property::Secret(key).pair().1);
        let mut lines = vec![format!("{id}{quote}{id_value}{quote}"), format!("{secret}{secret_value}{comment}")];
        if secret_first {
            lines.reverse();
        }
        lines
    })
}

fn session_lines() -> impl Strategy<Value = Vec<String>> {
    let end = select(&["expiration = 2026-11-21T15:00:00Z", "aws_expiration = 2026-11-21 15:00:00", ""][..]);
    (0..KEYS, end, any::<bool>()).prop_map(|(key, end, is_ours)| {
        let mut lines: Vec<String> = [Property::SessionId(key), Property::Secret(key), Property::Token(key)]
            .iter()
            .map(Property::pair)
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        lines.push(end.to_owned());
        if is_ours {
            lines.push("manager = awsmfa".to_owned());
        }
        lines
    })
}

fn credentials_section() -> impl Strategy<Value = Vec<String>> {
    let held = prop_oneof![5 => key_lines(), 2 => session_lines(), 1 => Just(Vec::new())];
    let others = vec(select(&CREDENTIALS_LINES[..]), 0..3);
    (held, others, any::<prop::sample::Index>()).prop_map(|(held, others, place)| {
        let mut lines: Vec<String> = others.into_iter().map(str::to_owned).collect();
        let at = place.index(lines.len() + 1);
        lines.splice(at..at, held);
        // Duplicates are for the tests of the document.
        let mut seen = Vec::new();
        lines.retain(|line| {
            let name = line.split('=').next().unwrap_or_default().trim().to_lowercase();
            let is_new = name.is_empty() || name.starts_with('#') || !seen.contains(&name);
            seen.push(name);
            is_new
        });
        lines
    })
}

fn config_section() -> impl Strategy<Value = Vec<String>> {
    vec(select(&CONFIG_LINES[..]), 0..4).prop_map(|mut lines| {
        let mut seen = Vec::new();
        lines.retain(|line| {
            let name = line.split(['=', ' ']).next();
            let is_new = !seen.contains(&name);
            seen.push(name);
            is_new
        });
        lines.into_iter().map(str::to_owned).collect()
    })
}

/// A file of sections under some of the names.
fn file(
    section: impl Strategy<Value = Vec<String>>,
    share: f64,
    header: fn(&str) -> String,
) -> impl Strategy<Value = String> {
    let sections = vec(prop::option::weighted(share, section), NAMES.len()).prop_shuffle();
    let names = Just(NAMES.to_vec()).prop_shuffle();
    (names, sections, prop::bool::weighted(0.2), prop::bool::weighted(0.8)).prop_map(
        move |(names, sections, crlf, ends)| {
            let sections = names.into_iter().zip(sections).filter_map(|(name, lines)| Some((name, lines?)));
            let text: String =
                sections.map(|(name, lines)| format!("{}\n{}\n", header(name), lines.join("\n"))).collect();
            let text = if ends { text.as_str() } else { text.trim_end() };
            if crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
        },
    )
}

fn config() -> impl Strategy<Value = String> {
    let header = |name: &str| if name == "default" { "[default]".to_owned() } else { format!("[profile {name}]") };
    // With a device, most logins get as far as the guard.
    let usual = Just("[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\n[profile work-long-term]\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\n".to_owned());
    prop_oneof![1 => usual, 2 => file(config_section(), 0.6, header)]
}

fn property() -> impl Strategy<Value = Property> {
    (0..4, 0..KEYS).prop_map(|(kind, number)| match kind {
        0 => Property::LongTermId(number),
        1 => Property::SessionId(number),
        2 => Property::Secret(number),
        _ => Property::Token(number),
    })
}

pub fn step() -> impl Strategy<Value = Step> {
    let name = || select(&NAMES[..]);
    let login = (
        name(),
        prop::option::weighted(0.2, name()),
        prop::bool::weighted(0.6),
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.7),
    );
    let login = login.prop_map(|(profile, session_profile, renews, emulator, is_written)| Step::Login {
        profile,
        session_profile,
        renews,
        emulator,
        is_written,
    });
    let set_key = (name(), 0..KEYS, any::<bool>());
    let connect = (name(), name(), name(), prop::option::weighted(0.2, 0..KEYS));
    prop_oneof![
        8 => login,
        4 => prop::option::weighted(0.8, name()).prop_map(|profile| Step::Logout { profile }),
        3 => (name(), property()).prop_map(|(profile, property)| Step::Set { profile, property }),
        4 => set_key.prop_map(|(profile, key, secret_first)| Step::SetKey { profile, key, secret_first }),
        2 => connect.prop_map(|(source, session, key_profile, key)| Step::Connect { source, session, key_profile, key }),
        1 => Just(Step::Migrate),
        1 => Just(Step::Fix),
        2 => Just(Step::Undo),
        2 => (0..14i64).prop_map(|hours| Step::Wait { hours }),
    ]
}

pub fn sequence() -> impl Strategy<Value = Sequence> {
    let credentials = file(credentials_section(), 0.6, |name| format!("[{name}]"));
    (config(), credentials, vec(step(), 4..14)).prop_map(|(config, credentials, steps)| Sequence {
        config,
        credentials,
        steps,
    })
}
