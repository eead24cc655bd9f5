//! `list`: every profile of both files, as a table or JSON.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};

fn in_minutes(minutes: i64) -> Timestamp {
    let time = Timestamp::now() + SignedDuration::from_mins(minutes) + SignedDuration::from_secs(15);
    Timestamp::from_second(time.as_second()).expect("in range")
}

fn session(name: &str, end: &str) -> String {
    format!(
        "[{name}]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n{end}"
    )
}

/// Every kind and every state; nothing in it has a name longer than 20 characters.
fn full() -> Sandbox {
    let config = format!(
        "{DEFAULT_CONFIG}
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = default-session
mfa_serial = {SERIAL}

[profile audit]
role_arn = arn:aws:iam::123456789012:role/audit
source_profile = default-session

[profile sso]
sso_session = corporate
sso_account_id = 210987654321

[sso-session corporate]
sso_region = eu-west-1

[myaccountPerm]
mfa_serial = {SERIAL}

[myaccount]
source_profile = myaccountPerm
"
    );
    let credentials = [
        DEFAULT_CREDENTIALS.to_owned(),
        session("default-session", &format!("expiration = {}\n", in_minutes(120))),
        session("admin-session", &format!("expiration = {}\n", in_minutes(10))),
        DEFAULT_CREDENTIALS.replace("default", "myaccountPerm"),
        session("myaccount", &format!("expiration = {}\n", in_minutes(-10))),
        DEFAULT_CREDENTIALS.replace("default", "work-long-term")
            + &format!("aws_mfa_device = {SERIAL}\nassume_role = arn:aws:iam::123456789012:role/work\n"),
        session("work", ""),
    ];
    Sandbox::with(config, credentials.concat())
}

/// The objects, by profile.
fn json(sandbox: &Sandbox, arguments: &[&str]) -> BTreeMap<String, Value> {
    let ran = sandbox.run(&[["list", "--output", "json"].as_slice(), arguments].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "there are no notes beside JSON");
    let value: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let rows = value.as_array().expect("an array").clone();
    let count = rows.len();
    let name = |row: &Value| row.get("profile").and_then(Value::as_str).expect("a name").to_owned();
    let by_name: BTreeMap<String, Value> = rows.into_iter().map(|row| (name(&row), row)).collect();
    assert_eq!(by_name.len(), count, "each once");
    by_name
}

#[test]
fn every_profile_of_both_files_has_its_kind_source_device_state_and_time_left() {
    let seen = json(&full(), &[]);
    let found: Vec<(&str, [&str; 5])> = seen
        .iter()
        .map(|(name, row)| {
            let fields = ["kind", "source_profile", "session_profile", "mfa_serial", "state"];
            (name.as_str(), fields.map(|field| row[field].as_str().unwrap_or("-")))
        })
        .collect();
    let expected = [
        ("admin", ["role", "default-session", "admin-session", SERIAL, "expiring"]),
        ("admin-session", ["session", "default-session", "admin-session", SERIAL, "expiring"]),
        ("audit", ["role", "default-session", "audit-session", "-", "none"]),
        ("default", ["permanent", "-", "default-session", SERIAL, "valid"]),
        ("default-session", ["session", "default", "default-session", SERIAL, "valid"]),
        ("myaccount", ["session", "myaccountPerm", "myaccount", SERIAL, "expired"]),
        ("myaccountPerm", ["permanent", "-", "myaccount", SERIAL, "expired"]),
        ("sso", ["other", "-", "-", "-", "none"]),
        ("work", ["session", "work-long-term", "work", SERIAL, "unknown"]),
        ("work-long-term", ["permanent", "-", "work", SERIAL, "unknown"]),
    ];
    assert_eq!(found, expected);

    let left = |name: &str| seen[name]["remaining_seconds"].as_i64();
    assert!((7200..=7231).contains(&left("default").expect("a number")));
    assert!((600..=631).contains(&left("admin").expect("a number")));
    assert_eq!((left("myaccount"), left("work"), left("audit")), (Some(0), None, None));
    assert!(seen["myaccount"]["expiration"].is_string() && seen["work"]["expiration"].is_null());
    assert_eq!(seen["sso"]["account"], "210987654321");
    assert_eq!(seen["default"]["selected_by"], "default");
    let keys: Vec<&str> = seen["default"].as_object().expect("an object").keys().map(String::as_str).collect();
    let documented = [
        "account",
        "expiration",
        "kind",
        "mfa_serial",
        "mfa_serial_variable",
        "profile",
        "remaining_seconds",
        "selected",
        "selected_by",
        "session_profile",
        "source_profile",
        "state",
    ];
    assert_eq!(keys, documented);
}

#[test]
fn the_table_is_aligned_and_rows_are_never_wrapped_for_a_program() {
    let ran = full().run(&["list"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "awsmfa: * is selected by default\n"));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 11);
    let column = |title: &str| lines[0].find(title).unwrap_or_else(|| panic!("{title} in {}", lines[0]));
    let titles = ["PROFILE", "KIND", "SOURCE", "SESSION", "LEFT", "ACCOUNT", "MFA DEVICE"];
    let starts = titles.map(column);
    assert!(starts.is_sorted() && starts[0] == 2, "{starts:?}");
    for line in &lines {
        assert_eq!(line.trim_end(), *line);
        for start in &starts[1..] {
            // A column begins after two spaces.
            assert!(line.get(start - 2..*start).is_none_or(|gap| gap.trim().is_empty()), "{line}");
        }
    }
    let row = |name: &str| {
        let is_of = |line: &&&str| line.get(2..).and_then(|line| line.split(' ').next()) == Some(name);
        let line = lines.iter().find(is_of).expect("a row");
        let cells = (0..titles.len()).map(|at| {
            let end = starts.get(at + 1).map_or(line.len(), |end| (*end).min(line.len()));
            line.get(starts[at]..end).unwrap_or_default().trim().to_owned()
        });
        cells.collect::<Vec<_>>()
    };
    let account = "123456789012";
    assert_eq!(row("default"), ["default", "permanent", "", "valid in default-session", "2h", account, SERIAL]);
    assert_eq!(row("admin"), ["admin", "role", "default-session", "expiring in admin-session", "10m", account, SERIAL]);
    assert_eq!(row("audit"), ["audit", "role", "default-session", "none", "", account, ""]);
    assert_eq!(row("myaccount"), ["myaccount", "session", "myaccountPerm", "expired", "", account, SERIAL]);
    assert_eq!(row("myaccountPerm"), ["myaccountPerm", "permanent", "", "expired in myaccount", "", account, SERIAL]);
    assert_eq!(row("work"), ["work", "session", "work-long-term", "unknown", "", account, SERIAL]);
    assert_eq!(row("sso"), ["sso", "other", "", "", "", "210987654321", ""]);
    let marked: Vec<&&str> = lines.iter().filter(|line| line.starts_with('*')).collect();
    assert!(marked.len() == 1 && marked[0].starts_with("* default "), "{marked:?}");
    // Nothing is ever cut, however narrow the terminal.
    let mut narrow = full();
    narrow.set("COLUMNS", "20");
    assert_eq!(narrow.run(&["list"]).stdout.lines().count(), 11);
    assert!(narrow.run(&["list"]).stdout.contains(SERIAL));
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    assert!(!full().run(&["list"]).stdout.contains('\u{1B}'));
    let plain = full().run(&["list", "--color", "never"]).stdout;
    let colored = full().run(&["list", "--color", "always"]).stdout;
    for (code, state) in [("32", "valid"), ("33", "expiring"), ("31", "expired"), ("33", "unknown")] {
        assert!(colored.contains(&format!("\u{1B}[{code}m{state}")), "{state}");
    }
    let uncolored =
        ["32", "33", "31", "0"].iter().fold(colored.clone(), |text, code| text.replace(&format!("\u{1B}[{code}m"), ""));
    assert_eq!(uncolored, plain, "colours do not move the columns");
    assert!(!full().run(&["list", "--output", "json", "--color", "always"]).stdout.contains('\u{1B}'));
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal_and_do_not_move_the_columns() {
    let config = "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/\u{1B}[31m\n[profile a\u{1B}[2Jb]\nregion = x\n[profile \u{202E}c]\nregion = y\n";
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
    let table = sandbox.run(&["list"]).stdout;
    assert!(!table.contains(['\u{1B}', '\u{202E}']), "{table:?}");
    assert!(table.contains("\\u{202e}c") && table.contains("mfa/\\u{1b}[31m"), "{table}");
    let kinds: Vec<Option<usize>> = table.lines().map(|line| line.find("KIND").or(line.find("other"))).collect();
    assert!(kinds.iter().flatten().all(|at| Some(at) == kinds[0].as_ref()), "{table}");
    let json = sandbox.run(&["list", "--output", "json"]).stdout;
    assert!(!json.contains('\u{1B}'), "{json:?}");
}

#[test]
fn letters_beyond_ascii_do_not_move_the_columns() {
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}[profile \"größe ünd\"]\nregion = x\n"), DEFAULT_CREDENTIALS);
    let table = sandbox.run(&["list"]).stdout;
    let lines: Vec<Vec<char>> = table.lines().map(|line| line.chars().collect()).collect();
    let kinds: Vec<String> = lines.iter().map(|line| line[13..].iter().take(5).collect()).collect();
    assert_eq!(kinds, ["KIND ", "perma", "other"], "{table}");
}

#[test]
fn dangling_and_circular_links_are_listed_without_an_error() {
    let role = |name: &str, source: &str| {
        format!("[profile {name}]\nrole_arn = arn:aws:iam::123456789012:role/{name}\nsource_profile = {source}\n")
    };
    let config = [
        role("a", "b"),
        role("b", "a"),
        role("self", "self"),
        role("broken", "gone"),
        "[profile orphan]\nawsmfa_source_profile = gone\n".to_owned(),
        "[profile rootless]\nrole_arn = arn:aws:iam::123456789012:role/x\n".to_owned(),
        "[profile s]\nsource_profile = s\n[profile x]\nsource_profile = default\n[profile y]\nsource_profile = default\n"
            .to_owned(),
        "[profile mad]\nsource_profile = a]b\nawsmfa_min_remaining = soon\n".to_owned(),
    ];
    let seen = json(&Sandbox::with(config.concat(), DEFAULT_CREDENTIALS), &[]);
    let of = |name: &str| {
        let row = &seen[name];
        [row["kind"].as_str(), row["source_profile"].as_str(), row["state"].as_str()].map(|text| text.unwrap_or("-"))
    };
    assert_eq!(of("a"), ["role", "b", "none"]);
    assert_eq!(of("b"), ["role", "a", "none"]);
    assert_eq!(of("broken"), ["role", "gone", "none"]);
    assert_eq!(of("orphan"), ["session", "gone", "none"]);
    assert_eq!(of("rootless"), ["role", "-", "none"]);
    assert_eq!(of("x"), ["session", "default", "none"]);
    // Two profiles link to it, so its session profile is ambiguous.
    assert_eq!(of("default"), ["permanent", "-", "none"]);
    assert_eq!(of("mad"), ["other", "-", "none"]);
    assert_eq!(seen.len(), 11);
}

#[test]
fn the_selected_profile_is_marked_and_a_note_names_what_selects_it() {
    let selected = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut sandbox = full();
        variables.iter().for_each(|(name, value)| sandbox.set(name, value));
        let ran = sandbox.run(&[["list"].as_slice(), arguments].concat());
        let marked = ran.stdout.lines().filter_map(|line| line.strip_prefix("* ")?.split(' ').next());
        let marked = marked.collect::<Vec<_>>().join(",");
        let json = json(&sandbox, arguments);
        let is_selected = |name: &str| json.get(name).is_none_or(|row| row["selected"] == true);
        assert!(is_selected(&marked) && json.values().filter(|row| row["selected"] == true).count() <= 1);
        assert_eq!(ran.code, 0);
        (marked, ran.stderr)
    };
    let note = |by: &str| format!("awsmfa: * is selected by {by}\n");
    let both = [("AWS_PROFILE", "admin"), ("AWS_DEFAULT_PROFILE", "work")];
    assert_eq!(selected(&both, &[]), ("admin".to_owned(), note("AWS_PROFILE")));
    assert_eq!(selected(&both[1..], &[]), ("work".to_owned(), note("AWS_DEFAULT_PROFILE")));
    assert_eq!(selected(&both, &["--profile", "sso"]), ("sso".to_owned(), note("--profile")));
    assert_eq!(selected(&both, &["--quiet"]), ("admin".to_owned(), String::new()));
    let warnings = [
        ("nowhere", "there is no profile 'nowhere' (from AWS_PROFILE)"),
        ("wrok", "there is no profile 'wrok' (from AWS_PROFILE): did you mean 'work'?"),
        ("a]b", "AWS_PROFILE does not name a profile: a profile name must not"),
        ("audit-session", "there is no profile 'audit-session' (from AWS_PROFILE) yet: `awsmfa login` creates it"),
    ];
    for (name, warning) in warnings {
        let mut sandbox = full();
        sandbox.set("AWS_PROFILE", name);
        let ran = sandbox.run(&["list"]);
        assert!(ran.stderr.starts_with(&format!("awsmfa: warning: {warning}")), "{}", ran.stderr);
        assert_eq!((ran.code, ran.stdout.matches("\n* ").count()), (0, 0));
    }
    // Without a profile of the name `default`, nothing is selected.
    let ran = Sandbox::with("[profile a]\nregion = x\n", "").run(&["list"]);
    assert_eq!((ran.stdout.lines().nth(1), ran.stderr.as_str()), (Some("  a        other"), ""));
}

#[test]
fn the_account_is_that_of_the_role_the_device_or_iam_identity_center() {
    let device = SERIAL.replace("123456789012", "111111111111");
    let config = format!(
        "[default]\nmfa_serial = {device}\n
[profile admin]\nrole_arn = arn:aws:iam::222222222222:role/admin\nsource_profile = default\nmfa_serial = {device}\n
[profile lost]\nrole_arn = arn:aws-cn:iam::333333333333:role/x\nsource_profile = gone\n
[profile odd]\nrole_arn = arn:aws:iam::1234:role/x\nsource_profile = gone\n
[profile sso]\nsso_account_id = 444444444444\n
[profile no-sso]\nsso_account_id = 4444\n
[profile token]\nmfa_serial = GAHT12345678\n
[profile plain]\nregion = eu-west-1\n"
    );
    let credentials = [
        DEFAULT_CREDENTIALS.to_owned(),
        DEFAULT_CREDENTIALS.replace("default", "token"),
        session("default-session", ""),
        session("admin-session", ""),
        DEFAULT_CREDENTIALS.replace("default", "old-long-term")
            + &format!("aws_mfa_device = {device}\nassume_role = arn:aws:iam::555555555555:role/work\n"),
        session("old", ""),
    ];
    let mut sandbox = Sandbox::with(config, credentials.concat());
    let accounts = |sandbox: &Sandbox| {
        let rows = json(sandbox, &[]);
        let account = |row: &Value| row["account"].as_str().unwrap_or("-").to_owned();
        rows.iter().map(|(name, row)| format!("{name} {}", account(row))).collect::<Vec<_>>()
    };
    let mut expected = [
        "admin 222222222222",
        "admin-session 222222222222",
        "default 111111111111",
        "default-session 111111111111",
        "lost 333333333333",
        "no-sso -",
        "odd -",
        "old 555555555555",
        "old-long-term 111111111111",
        "plain -",
        "sso 444444444444",
        "token -",
    ];
    assert_eq!(accounts(&sandbox), expected);
    // The variable is the same for all profiles, so the file's own device comes first.
    sandbox.set("AWS_MFA_SERIAL", SERIAL);
    expected[6] = "odd 123456789012";
    assert_eq!(accounts(&sandbox), expected);
}

#[test]
fn missing_files_list_no_profiles_and_a_binary_file_is_an_error() {
    let ran = Sandbox::empty().run(&["list"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert_eq!(ran.stderr, "awsmfa: there are no profiles yet: `awsmfa setup` connects a key and an MFA device\n");
    let ran = Sandbox::empty().run(&["list", "--output", "json"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("[]\n", ""));
    Sandbox::with([0xFF, 0xFE, 0x5B, 0x00], "").run(&["list"]).expect(253);
}

#[test]
fn no_secret_is_listed() {
    let sandbox = full();
    for arguments in [["list"].as_slice(), &["list", "--output", "json"], &["--debug", "list"]] {
        let ran = sandbox.run(arguments);
        for secret in ["wJalr", "AKIA", "ASIA"] {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{ran:?}");
        }
    }
}
