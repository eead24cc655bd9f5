//! For any two files, a request has a plan that keeps the rules, or an error that can be printed; and all
//! commands that print them work.
//!
//! The input is the config file, a zero byte, the credentials file, and another zero byte with the request behind it.

#![no_main]

use std::ffi::OsString;
use std::hint::black_box;
use std::path::Path;

use awsmfa::check;
use awsmfa::document::Document;
use awsmfa::environment::Environment;
use awsmfa::profile::{Profile, ProfileKind, ProfileName};
use awsmfa::render::profile_table::{self, Row, table};
use awsmfa::render::shell::{Syntax, assignments};
use awsmfa::render::{diff, json, text};
use awsmfa::resolve::{self, Choice, Request};
use awsmfa::session;
use awsmfa::session_state::SessionState;
use awsmfa::time::{Clock, Seconds};
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use plans::{Files, now};

#[path = "../../tests/resolve/plans.rs"]
mod plans;

/// The number of profiles that are tried; more would add nothing.
const LOOKED_AT: usize = 12;

const SYNTAXES: [Syntax; 6] =
    [Syntax::Posix, Syntax::Fish, Syntax::Powershell, Syntax::Cmd, Syntax::Dotenv, Syntax::Json];

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(3, |byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (config, credentials, request_bytes) = (part(), part(), part());
    let Some(files) = Files::of(config, credentials) else { return };
    let names = files.profiles().names().into_iter().filter_map(|name| name.parse().ok());
    let names: Vec<ProfileName> = names.take(LOOKED_AT).collect();
    if request_bytes.first().is_some_and(|byte| byte & 128 != 0) {
        files.profiles().make_index();
    }
    show(&files, &names);

    let environment = Environment::default();
    for profile in &names {
        let request = Request { profiles: vec![profile.clone()], ..Request::default() };
        black_box(plans::check(&files, &request, &environment));
    }
    let (request, environment) = request_of(request_bytes, &names);
    let Some(plan) = plans::check(&files, &request, &environment) else { return };
    let Some(after) = plans::after_login(&files, &plan) else { return };
    let (old, new) = (files.credentials.document.bytes(), after.credentials.document.bytes());
    assert!(!diff::hidden(Path::new("credentials"), old, new).contains("new/Secret+Key"));
    show(&after, &names);
});

/// A request from a few bytes: switches, and the numbers of profiles.
fn request_of(request_bytes: &[u8], names: &[ProfileName]) -> (Request, Environment) {
    let mut bytes = request_bytes.iter().copied();
    let switches = bytes.next().unwrap_or_default();
    let mut name = |bit: u8| {
        let number = usize::from(bytes.next()?);
        names.get(number % names.len().max(1)).filter(|_| switches & bit != 0).cloned()
    };
    let (source_profile, session_profile, selected) = (name(1), name(2), name(4));
    let request = Request {
        source_profile,
        session_profile,
        all: switches & 8 != 0,
        renew: switches & 16 != 0,
        renew_sources: switches & 32 != 0,
        role_arn: (switches & 64 != 0).then(|| "arn:aws:iam::123456789012:role/flag".to_owned()),
        profiles: bytes.filter_map(|number| names.get(usize::from(number)).cloned()).collect(),
        ..Request::default()
    };
    let variable = selected.map(|name| ("AWS_PROFILE", OsString::from(name.as_str())));
    (request, Environment::new(variable, None))
}

/// The results of `list`, `status`, `env`, `credential-process` and the warnings.
fn show(files: &Files, names: &[ProfileName]) {
    let profiles = files.profiles();
    let mut rows = Vec::new();
    for name in names {
        let session_profile = plans::profile_of_status(files, name);
        if let Err(error) = &session_profile {
            assert!(!error.to_string().is_empty());
        }
        let session_profile = session_profile.ok();
        let target = session_profile.as_ref().and_then(|name| profiles.get(name.as_str()));
        let link = resolve::link(Choice::of(name), profiles);
        let min_remaining = resolve::min_remaining(None, &Environment::default(), target.as_ref(), None);
        let section = target.as_ref().and_then(Profile::credentials_section);
        let clock = Clock::utc(now());
        let state = SessionState::of(section.as_ref(), &clock, min_remaining.unwrap_or(Seconds(0)));
        let line = text::escape(&text::status(name, state, now(), &TimeZone::UTC));
        assert!(!line.contains('\u{1B}'), "{line:?}");
        black_box(json::status(name, state, now()));
        if let Some(stored) = section.as_ref().and_then(|section| session::stored(section, &clock)) {
            black_box(json::credential_process(&stored));
            for syntax in SYNTAXES {
                black_box(syntax.render(&assignments(&stored, Some("eu-west-1"))).ok());
            }
        }
        for warning in check::session_profile(name, profiles) {
            assert!(!warning.to_string().is_empty());
        }
        black_box(check::simple_readers(profiles.credentials, name));
        rows.push(Row {
            profile: name.to_string(),
            kind: ProfileKind::Session,
            source_profile: link.ok().map(|link| link.source_profile),
            session_profile,
            serial_number: None,
            serial_variable: None,
            state,
        });
    }
    for file in [profiles.config, profiles.credentials] {
        black_box(check::file(file).iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    assert!(!table(&rows, now(), false).contains('\u{1B}'));
    black_box(profile_table::json(&rows, now()));
    assert!(Document::parse(profiles.credentials.document.bytes().to_vec()).is_ok());
}
