//! Pairs of files with profiles that link to each other in every way, right and wrong, and requests for them.

use std::ffi::OsString;
use std::fmt;

use awsmfa::environment::Environment;
use awsmfa::profile::ProfileName;
use awsmfa::resolve::Request;
use awsmfa::time::Seconds;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Two files and a request.
#[derive(Clone)]
pub struct Sample {
    pub config: String,
    pub credentials: String,
    pub request: Request,
    pub selected: Option<&'static str>,
}

impl Sample {
    pub fn environment(&self) -> Environment {
        Environment::new(self.selected.map(|name| ("AWS_PROFILE", OsString::from(name))), None)
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, credentials, request, selected } = self;
        write!(f, "AWS_PROFILE={selected:?} {request:#?}\nCONFIG\n{config}\nCREDENTIALS\n{credentials}")
    }
}

const NAMES: [&str; 11] = [
    "default",
    "a",
    "b",
    "c",
    "a-session",
    "b-session",
    "a-long-term",
    "b-mfa",
    "role",
    "role-session",
    "default-session",
];

const SERIALS: [&str; 8] = [
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "mfa_serial = arn:aws:iam::123456789012:mfa/bob",
    "aws_mfa_device = GAHT12345678",
    "mfa_serial = x",
];

const ROLES: [&str; 5] = [
    "role_arn = arn:aws:iam::123456789012:role/admin",
    "role_arn = arn:aws:iam::123456789012:role/admin",
    "role_arn = arn:aws:iam::123456789012:role/reader",
    "assume_role = arn:aws:iam::123456789012:role/ops",
    "role_arn =",
];

const OTHERS: [&str; 10] = [
    "region = eu-west-1",
    "duration_seconds = 7200",
    "awsmfa_duration_seconds = 12h",
    "awsmfa_min_remaining = 5m",
    "mfa_process = print-code",
    "external_id = 17",
    "endpoint_url = https://sts.example.com",
    "sso_start_url = https://example.awsapps.com/start",
    "credential_process = print-key",
    "duration_seconds = x",
];

const KEYS: [&str; 6] = [
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "aws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
];

const SESSION: &str = "aws_access_key_id = ASIASESS000000000001\naws_secret_access_key = s\naws_session_token = t";
const SESSION_ENDS: [&str; 4] =
    ["", "expiration = 2026-11-21T09:00:00Z", "expiration = 2026-11-21T09:00:00Z", "expiration = 2026-11-21T04:00:00Z"];
const MANAGERS: [&str; 3] = ["manager = awsmfa", "manager = awsmfa", "manager = another-program"];

/// One of these, sometimes.
fn one_of(percent: u32, lines: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    weighted(f64::from(percent) / 100.0, select(lines).prop_map(str::to_owned))
}

fn link(percent: u32) -> impl Strategy<Value = Option<String>> {
    let link = select(&["source_profile", "awsmfa_source_profile", "awsmfa_session_profile"][..]);
    let to = prop_oneof![select(&NAMES[..]), select(&NAMES[..4])];
    let link = (link, to).prop_map(|(link, name)| format!("{link} = {name}"));
    weighted(f64::from(percent) / 100.0, link)
}

/// The name of a profile decides what it most likely is: most links should resolve to a key.
fn config_section(name: &'static str) -> impl Strategy<Value = String> {
    let role = if name == "role" { 90 } else { 10 };
    let lines = (one_of(role, &ROLES), link(role), one_of(85, &SERIALS), one_of(20, &OTHERS), one_of(3, &KEYS));
    // One bare section in eight.
    (lines, 0..8_u8).prop_map(move |((role, link, serial, other, key), bare)| {
        let prefix = if name == "default" || bare == 0 { "" } else { "profile " };
        text(&format!("{prefix}{name}"), [role, link, serial, other, key])
    })
}

fn credentials_section(name: &'static str) -> impl Strategy<Value = String> {
    let is_session = name.ends_with("session") || name == "role";
    let session = (one_of(30, &MANAGERS), select(&SESSION_ENDS[..]))
        .prop_map(|(manager, end)| [manager.as_deref().unwrap_or_default(), SESSION, end].join("\n"));
    let session = weighted(if is_session { 0.8 } else { 0.2 }, session);
    let key = one_of(if is_session { 3 } else { 75 }, &KEYS);
    (key, session, link(10), one_of(5, &ROLES), one_of(10, &SERIALS)).prop_map(
        move |(key, session, link, role, serial)| {
            let holding = key.or(session);
            text(name, [holding, link, role, serial, None])
        },
    )
}

fn text(header: &str, lines: [Option<String>; 5]) -> String {
    let lines: String = lines.into_iter().flatten().map(|line| line + "\n").collect();
    format!("[{header}]\n{lines}\n")
}

fn file<S: Strategy<Value = String> + 'static>(section: fn(&'static str) -> S) -> impl Strategy<Value = String> {
    let names = subsequence(&NAMES[..], 5..=NAMES.len());
    let sections = names.prop_flat_map(move |names| names.into_iter().map(section).collect::<Vec<_>>()).prop_shuffle();
    sections.prop_map(|sections| sections.concat())
}

fn name() -> impl Strategy<Value = ProfileName> {
    select(&NAMES[..]).prop_map(|name| name.parse().expect("a name"))
}

fn request() -> impl Strategy<Value = Request> {
    let role_arn = Just("arn:aws:iam::123456789012:role/flag".to_owned());
    let flags = (weighted(0.1, name()), weighted(0.1, name()), weighted(0.05, role_arn));
    let switches = (prop::bool::weighted(0.1), prop::bool::weighted(0.2), prop::bool::weighted(0.1));
    let duration = weighted(0.1, select(&[0, 900, 43_200, 129_600, i64::MAX][..]).prop_map(Seconds));
    (vec(name(), 1..4), flags, switches, duration).prop_map(|(profiles, flags, switches, duration)| {
        let (source_profile, session_profile, role_arn) = flags;
        let (all, renew, renew_sources) = switches;
        let request = Request { renew, renew_sources, duration, ..Request::default() };
        // The command line takes --all alone.
        if all {
            return Request { all, ..request };
        }
        Request { profiles, source_profile, session_profile, role_arn, ..request }
    })
}

/// Files with any links, and any request.
pub fn sample() -> impl Strategy<Value = Sample> {
    let selected = weighted(0.3, select(&NAMES[..]));
    (file(config_section), file(credentials_section), request(), selected)
        .prop_map(|(config, credentials, request, selected)| Sample { config, credentials, request, selected })
}
