//! Bad input: the exit code, a message with file, line and profile, a hint, no call to STS, no byte changed.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

/// Tries to log in with a valid code, makes sure that nothing is sent or changed, and returns the message, in which
/// `expected` occurs.
#[track_caller]
fn refused(config: &str, credentials: impl AsRef<[u8]>, arguments: &[&str], code: i32, expected: &str) -> String {
    let credentials = credentials.as_ref();
    let sts = StandIn::start();
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    let token_code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&[&["login", "--token-code", &token_code], arguments].concat()).expect(code);
    assert!(said.contains(expected), "no {expected:?} in: {said}");
    for secret in ["wJalrXUtn", "hidden", &token_code] {
        assert!(!said.contains(secret), "{said}");
    }
    assert_eq!(sts.calls().len(), 0);
    assert_eq!(sandbox.credentials(), credentials);
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
    said
}

const KEY: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

#[test]
fn the_error_for_an_unknown_profile_lists_similar_names_and_all_names() {
    let credentials = format!("[production]\n{KEY}[staging]\n{KEY}");
    refused("", &credentials, &["prodution"], 253, "'prodution': did you mean 'production'?");
    refused("", &credentials, &["--profile", "xyz"], 253, "'xyz'\nhint: the profiles are: production, staging");
    refused("", "", &[], 253, "'default'");
    // Six digits are a misplaced code, not a name, so they are not repeated.
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["login", "654321"]).expect(253);
    assert!(!said.contains("654321"), "{said}");
}

#[test]
fn missing_and_incomplete_keys_are_reported_with_their_line() {
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = s\n");
    refused(&config, "[base]\nregion = x\n", &["s"], 253, "credentials line 1");
    let half = "[base]\n\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n";
    refused(&config, half, &["s"], 253, "credentials line 3");
    let half = "[base]\naws_secret_access_key = hidden\n";
    refused(&config, half, &["s"], 253, "credentials line 2");
    let session = format!("[base]\n{}aws_session_token = hidden\n", KEY.replace("AKIA", "ASIA"));
    refused(&config, session, &["s"], 253, "credentials line 4");
}

#[test]
fn a_session_profile_without_an_existing_source_is_refused() {
    refused("[profile s]\nregion = x\n", "", &["s"], 253, "config line 1");
    let config = "[profile s]\nawsmfa_source_profile = gone\n";
    refused(config, "", &["s"], 253, "config line 2");
    let config = "[profile a]\nawsmfa_source_profile = base\n[profile b]\nawsmfa_source_profile = base\n";
    refused(config, format!("[base]\n{KEY}"), &["base"], 253, "'base': a, b");
}

#[test]
fn security_keys_are_refused_before_the_prompt() {
    let config = "[default]\nmfa_serial = arn:aws:iam::123456789012:u2f/user/ada/key-ABCDEFGH\n";
    refused(config, DEFAULT_CREDENTIALS, &[], 253, "config line 2");
    let config = "[default]\nmfa_serial = a b\n";
    refused(config, DEFAULT_CREDENTIALS, &[], 253, "config line 2");
}

#[test]
fn a_long_term_key_in_the_target_is_never_overwritten() {
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = s\n");
    let targets = [
        "aws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = hidden\n",
        "AWS_ACCESS_KEY_ID = ASIAI44QH8DHBEXAMPLE\naws_secret_access_key = hidden\n",
        "aws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = hidden\naws_session_token = hidden\n",
        "aws_secret_access_key = hidden\n",
        "aws_access_key_id = AKIAI44QH8DHBEXAMPLE\n",
        // A value on its continuation lines is a value for most clients.
        "aws_access_key_id =\n  AKIAI44QH8DHBEXAMPLE\naws_secret_access_key =\n  hidden\n",
    ];
    for target in targets {
        let credentials = format!("[base]\n{KEY}\n[s]\n{target}");
        refused(&config, &credentials, &["s"], 253, "credentials line 5");
        let sandbox = Sandbox::with(&config, &credentials);
        sandbox.run(&["logout", "--session-profile", "s", "base"]).expect(253);
        assert_eq!(sandbox.credentials_text(), credentials);
    }
    refused(&config, format!("[base]\n{KEY}"), &["base", "--session-profile", "base"], 253, "both the source profile");
}

#[test]
fn a_key_that_aws_configure_wrote_over_a_session_is_never_removed() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    // `aws configure` replaces id and secret, and leaves token, expiration and manager.
    let session = sts.sessions().pop().expect("a session");
    let text = sandbox.credentials_text().replace(&session.access_key_id, "AKIAI44QH8DHBEXAMPLE");
    let text = text.replace(&session.secret_access_key, "newSecret");
    sandbox.write("credentials", text.as_bytes());
    sandbox.set("AWS_PROFILE", "default-session");
    let code = sts.fresh_code(SERIAL);
    for arguments in
        [["logout"].as_slice(), &["login", "--force"], &["login", "--token-code", &code], &["logout", "--all"]]
    {
        let ran = sandbox.run(arguments);
        assert_eq!(sandbox.credentials_text(), text, "{arguments:?}: {ran:?}");
        assert!(arguments == ["logout", "--all"] || ran.code == 253, "{arguments:?}: {ran:?}");
    }
    let ran = sandbox.run(&["status"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "default-session: no session\n"), "{ran:?}");
    assert_eq!(sts.calls().len(), 1);
    let ran = sandbox.run(&["doctor"]);
    assert!(ran.code == 1 && ran.stdout.contains("aws_session_token and expiration"), "{ran:?}");
    let ran = sandbox.run(&["doctor", "--fix", "--yes"]);
    assert!(ran.stdout.contains("nothing is wrong") || ran.code <= 1, "{ran:?}");
    let fixed = sandbox.credentials_text();
    assert!(fixed.contains("AKIAI44QH8DHBEXAMPLE") && fixed.contains("newSecret"), "{fixed}");
    for left in ["aws_session_token", "expiration", "manager"] {
        assert!(!fixed.contains(left), "{fixed}");
    }
}

#[test]
fn a_session_with_the_key_id_of_an_emulator_is_renewed_and_removed() {
    // moto, a public emulator of STS, returns such ids.
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    for _ in 0..2 {
        sts.fault(Fault::Content("AccessKeyId", "AKIAI44QH8DHBEXAMPLE"), 1);
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        sandbox.run(&["status"]).expect(0);
    }
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn a_target_whose_session_clients_would_ignore_is_refused() {
    let properties = [
        ("credential_process = x", "Rust and Java"),
        ("credential_source = Environment", "Rust, Go and Ruby"),
        ("web_identity_token_file = /x", "boto3"),
        ("sso_start_url = https://x", "Identity Center"),
        ("sso_session = x", "Identity Center"),
        ("login_session = x", "Rust"),
    ];
    for (property, client) in properties {
        let name = property.split(' ').next().expect("a name");
        let config =
            format!("[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = s\n[profile s]\n{property}\n");
        let said = refused(&config, format!("[base]\n{KEY}"), &["s"], 253, "config line 5");
        assert!(said.contains(name) && said.contains(client), "{said}");
        let config = format!("[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = s\n");
        let credentials = format!("[base]\n{KEY}[s]\n{property}\n");
        refused(&config, credentials, &["s"], 253, "credentials line 5");
    }
}

#[test]
fn files_that_clients_read_differently_are_refused_with_the_line() {
    let session = "[default-session]\nregion = x\n";
    let cases: [(Vec<u8>, &str); 6] = [
        (format!("{DEFAULT_CREDENTIALS}{session}[o]\n{session}").into(), "in lines 4 and 7"),
        (format!("{DEFAULT_CREDENTIALS}{session}garbage\n").into(), "line 6"),
        (format!("{DEFAULT_CREDENTIALS}[default-session\n").into(), "line 4"),
        (format!("{DEFAULT_CREDENTIALS}  {session}").into(), "line 4 is indented"),
        (format!("\u{FEFF}{session}{DEFAULT_CREDENTIALS}").into(), "byte order mark"),
        (DEFAULT_CREDENTIALS.replace('\n', "\r").into(), "line 1"),
    ];
    for (credentials, expected) in cases {
        let config = DEFAULT_CONFIG;
        // The last one has no readable profile at all.
        let code = 253;
        let expected = if credentials.contains(&b'\n') { expected } else { "" };
        refused(config, credentials, &[], code, expected);
    }
    let utf16: Vec<u8> = "\u{FEFF}[default]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(DEFAULT_CONFIG, utf16, &[], 253, "credentials: the file is UTF-16");
}

#[test]
fn mistakes_in_other_sections_are_kept_with_a_warning() {
    let sts = StandIn::start();
    let credentials = format!("\u{FEFF}# mark\n{DEFAULT_CREDENTIALS}[o]\ngarbage\n[o]\nx = 1\nX = 2\nregion = y # z\n");
    let sandbox = Sandbox::with(DEFAULT_CONFIG, &credentials).using(&sts);
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    for line in ["line 1", "line 6", "line 7", "line 9", "line 10"] {
        assert!(said.contains(&format!("credentials {line}")), "no {line:?} in: {said}");
    }
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), credentials);
}

#[test]
fn invalid_endpoints_and_regions_are_refused_before_anything_is_sent() {
    for url in ["localhost:4566", "http://", "not a url", "http://[::1", "ftp://x"] {
        let said = Sandbox::new().run(&["login", "--token-code", "123456", "--endpoint-url", url]).expect(253);
        assert!(!said.contains("123456"), "{said}");
    }
    let config = format!("{DEFAULT_CONFIG}endpoint_url = localhost\n");
    let said = Sandbox::with(config, DEFAULT_CREDENTIALS).run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains("config line 4"), "{said}");
    Sandbox::new().run(&["login", "--token-code", "123456", "--region", "eu west"]).expect(253);
}

#[test]
fn loops_are_reported_and_the_first_of_two_links_counts() {
    let config = "[profile a]\nawsmfa_source_profile = b\n[profile b]\nawsmfa_source_profile = a\n";
    refused(config, "", &["a"], 253, "a -> b -> a");
    let config = "[profile a]\nawsmfa_source_profile = a\n";
    refused(config, "", &["a"], 253, "'a' is both the source profile");
    let config = format!(
        "[profile a]\nawsmfa_source_profile = other\nsource_profile = base\n[profile base]\nmfa_serial = {SERIAL}\n"
    );
    let sandbox = Sandbox::with(config, format!("[base]\n{KEY}[other]\n{KEY}"));
    assert_eq!(sandbox.run(&["status", "base"]).stdout, "base-session: no session\n");
}

#[test]
fn durations_out_of_range_are_refused() {
    for place in ["property", "variable", "flag", "dashes"] {
        for value in ["899", "129601", "soon", "37h"] {
            let config = if place == "property" {
                format!("{DEFAULT_CONFIG}awsmfa_duration_seconds = {value}\n")
            } else {
                DEFAULT_CONFIG.into()
            };
            let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
            if place == "variable" {
                sandbox.set("AWSMFA_DURATION_SECONDS", value);
            }
            let more: &[&str] = match place {
                "flag" => &["--duration-seconds", value],
                "dashes" => &["--", "--duration-seconds", value],
                _ => &[],
            };
            let said = sandbox.run(&[&["login", "--token-code", "123456"], more].concat()).expect(252);
            assert!(said.to_lowercase().contains("duration"), "{place} {value}: {said}");
        }
    }
}
