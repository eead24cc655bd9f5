//! Situations from public reports: what is right in each.

use crate::support::caller::identity_of;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, Role, StandIn, User};

const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// The role `admin`, which lasts 12 hours where STS allows it, over this profile.
fn admin(source: &str, more: &str) -> String {
    format!("[profile admin]\nrole_arn = {ROLE}\nsource_profile = {source}\n{more}")
}

fn world(config: &str) -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, max_session_duration: 43_200, ..Role::named("admin") });
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{config}"), DEFAULT_CREDENTIALS).using(&sts);
    (sts, sandbox)
}

#[track_caller]
fn says(said: &str, texts: &[&str]) {
    for text in texts {
        assert!(said.contains(text), "no {text:?} in: {said}");
    }
}

fn last_duration(sts: &StandIn) -> Option<String> {
    sts.calls().pop().and_then(|call| call.param("DurationSeconds").map(str::to_owned))
}

#[test]
fn a_role_over_a_session_of_the_user_lasts_an_hour_and_the_way_to_more_is_named() {
    let (sts, sandbox) = world(&admin("default", &format!("duration_seconds = 43200\nmfa_serial = {SERIAL}\n")));
    let said = sandbox.run(&["login", "default", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(last_duration(&sts).as_deref(), Some("3600"));
    says(&said, &["AWS limits to 1h (12h was requested): `awsmfa login --force admin` alone"]);
    // With the key and a code of its own it lasts as long as it was asked to.
    let said = sandbox.run(&["login", "admin", "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(last_duration(&sts).as_deref(), Some("43200"));
    says(&said, &["admin-session is valid: 12h left"]);
}

#[test]
fn a_role_over_the_session_profile_is_cut_and_doctor_reports_its_duration() {
    let (sts, sandbox) = world(&admin("default-session", "duration_seconds = 43200\n"));
    let said = sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(last_duration(&sts).as_deref(), Some("3600"));
    says(&said, &["awsmfa login --force admin --source-profile default"]);
    let found = sandbox.run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("chained-duration"), "{found}");
}

#[test]
fn a_valid_session_takes_the_place_of_a_second_code_where_the_role_accepts_it() {
    let (sts, sandbox) = world(&admin("default", &format!("mfa_serial = {SERIAL}\n")));
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "admin"]).expect(0);
    let call = sts.calls().pop().expect("a call");
    assert_eq!((call.action.as_str(), call.param("TokenCode")), ("AssumeRole", None));
    // A fresh code for whoever wants one.
    sandbox.run(&["login", "admin", "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(sts.calls().pop().is_some_and(|call| call.param("TokenCode").is_some()));

    // A role that does not accept the session is assumed with the key and a code, if one can be had.
    let code = sandbox.home().join("code.txt");
    std::fs::write(&code, sts.fresh_code(SERIAL)).expect("it is writable");
    sandbox.run(&["logout", "admin"]).expect(0);
    let message = format!("User: x is not authorized to perform: sts:AssumeRole on resource: {ROLE}");
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let said = sandbox.run(&["login", "admin", "--mfa-process", &format!("cat {}", code.display())]).expect(0);
    says(&said, &["the role does not accept the session", "admin-session is valid"]);
}

#[test]
fn a_source_may_print_a_session_or_have_one_in_the_config_file() {
    let (sts, sandbox) = world("");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let session = sts.sessions().pop().expect("a session");
    let json = format!(
        r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}", "SessionToken": "{}"}}"#,
        session.access_key_id, session.secret_access_key, session.session_token
    );
    let printed = sandbox.home().join("session.json");
    std::fs::write(&printed, json).expect("it is writable");
    let by_process = format!("[profile src]\ncredential_process = cat {}\n", printed.display());
    let in_config = format!(
        "[profile src]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\n",
        session.access_key_id, session.secret_access_key, session.session_token
    );
    for source in [by_process, in_config] {
        let config = format!("{source}{}", admin("src", "duration_seconds = 7200\nregion = eu-west-1\n"));
        let other = Sandbox::with(config, "").using(&sts);
        let said = other.run(&["login", "admin"]).expect(0);
        assert_eq!(last_duration(&sts).as_deref(), Some("3600"), "{source}");
        says(&said, &["AWS limits to 1h (2h was requested)"]);
        let arn = identity_of(&sts.url(), &other.credentials(), "admin-session").expect("it is good");
        assert!(arn.contains("assumed-role/admin/"), "{arn}");
        let said = other.run(&["login", "src"]).expect(253);
        assert!(!said.contains("no access key"), "{said}");
    }
}

#[test]
fn a_profile_that_gets_its_session_from_awsmfa_stands_for_the_other_one() {
    let (sts, sandbox) = world("[profile tool]\ncredential_process = awsmfa credential-process default\n");
    sandbox.run(&["login", "tool", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sandbox.run(&["status", "tool"]).stdout, sandbox.run(&["status"]).stdout);
    let ran = sandbox.run(&["exec", "tool", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"]);
    assert_eq!(ran.stdout.trim(), sts.sessions().pop().expect("a session").access_key_id);
    let list = sandbox.run(&["list"]).stdout;
    let row = list.lines().find(|line| line.starts_with("tool")).expect("a row");
    assert!(row.contains("session") && row.contains("default") && !row.contains("permanent"), "{row}");
    sandbox.run(&["logout", "tool"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let looped = "[profile one]\ncredential_process = awsmfa credential-process two\n[profile two]\ncredential_process = awsmfa credential-process one\n";
    let said = Sandbox::with(looped, "").run(&["login", "one"]).expect(253);
    says(&said, &["runs awsmfa again"]);
}

#[test]
fn a_role_over_its_own_key_is_set_up_and_listed_like_any_other() {
    let config = format!("[profile r]\nrole_arn = {ROLE}\nsource_profile = r\nregion = eu-west-1\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "r"));
    let rows = sandbox.run(&["list", "--output", "json"]).stdout;
    assert!(rows.contains("\"source_profile\":\"r\""), "{rows}");
    let said =
        sandbox.run(&["setup", "--yes", "--skip-check", "--source-profile", "r", "--serial-number", SERIAL]).expect(0);
    assert!(!said.contains("neither file has an access key"), "{said}");
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS.replace("default", "r"));
    sandbox.write("config", format!("[profile r]\nrole_arn = {ROLE}\nsource_profile = r\n").as_bytes());
    sandbox.run(&["setup", "--yes", "--skip-check", "--serial-number", SERIAL]).expect(0);
}

#[test]
fn awsmes_local_time_is_read_in_the_zone_of_the_machine() {
    for zone in ["Asia/Kolkata", "America/New_York", "UTC"] {
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(50);
        let zoned = until.to_zoned(jiff::tz::TimeZone::get(zone).expect("a zone"));
        let local = format!("{} {:02}:{:02}:{:02}", zoned.date(), zoned.hour(), zoned.minute(), zoned.second());
        let credentials = format!(
            "[x]\nmanager = awsume\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nexpiration = {local}\n"
        );
        let mut sandbox = Sandbox::with("", credentials);
        sandbox.set("TZ", zone);
        let ran = sandbox.run(&["status", "x"]);
        assert!(ran.code == 0 && ran.stdout.starts_with("x: valid, 50m left"), "{zone}: {ran:?}");
        let printed = sandbox.run(&["credential-process", "x"]).stdout;
        let end = jiff::Timestamp::from_second(until.as_second()).expect("in range").to_string();
        assert!(printed.contains(&end), "{zone}: {end}: {printed}");
    }
}

#[test]
fn a_code_that_no_request_takes_is_not_dropped_in_silence() {
    let config = format!(
        "[profile admin]\nrole_arn = {ROLE}\nsource_profile = default\ninclude_profile = shared\n[profile shared]\nmfa_serial = {SERIAL}\n"
    );
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let said = sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    says(&said, &["the MFA code cannot be used", "include_profile (", "config line 4", "aws-vault"]);
    assert_eq!(sts.calls().len(), 0);
    sandbox.run(&["login", "admin"]).expect(0);
}

#[test]
fn sources_that_awsmfa_cannot_use_are_named_with_what_renews_them() {
    let of = |source: &str| admin("src", "") + "[profile src]\n" + source;
    let ended = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nexpiration = 2020-01-01T00:00:00Z\n";
    let cases = [
        (of("login_session = arn:aws:iam::123456789012:user/ada\n"), "", "`aws login --profile src`"),
        (of("sso_session = corp\n"), "", "`aws sso login --profile src`"),
        (of("web_identity_token_file = /token\n"), "", "come from web_identity_token_file"),
        (admin("src", ""), ended, "renew it with the tool that wrote it"),
        (
            format!("[profile admin]\nrole_arn = {ROLE}\ncredential_source = Environment\n"),
            "",
            "instead of credential_source",
        ),
    ];
    for (config, session, expected) in cases {
        let credentials = if session.is_empty() { String::new() } else { format!("[src]\n{session}") };
        let said = Sandbox::with(&config, credentials).run(&["login", "admin"]).expect(253);
        says(&said, &[expected]);
        assert!(!said.contains("aws configure --profile"), "{said}");
    }
}

#[test]
fn a_denial_says_what_was_sent_and_what_was_not() {
    let sts = StandIn::start();
    let eve = User::ada().arn().replace("ada", "eve");
    sts.add_role(Role { trusted: vec![eve], ..Role::named("admin") });
    let config = format!("{DEFAULT_CONFIG}{}", admin("default", "session_tags = team=a\nsource_identity = ada\n"));
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&["login", "admin", "--token-code", &code]).expect(254);
    says(
        &said,
        &["the role session name was awsmfa-", "role_session_name", "does not send session_tags, source_identity"],
    );
}

#[test]
fn the_variable_that_names_the_device_is_named() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_MFA_SERIAL", "arn:aws:iam::999999999999:mfa/ada");
    sandbox.set("AWS_PROFILE", "default");
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(254);
    says(&said, &["the MFA device from AWS_MFA_SERIAL is of the account 999999999999"]);
    let found = sandbox.run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("serial-in-environment"), "{found}");
    let list = sandbox.run(&["list"]).stdout;
    assert!(list.contains("999999999999:mfa/ada (AWS_MFA_SERIAL)"), "{list}");
}

#[test]
fn a_new_phone_is_named_by_doctor_and_taken_by_setup() {
    let sts = StandIn::start();
    let phone = "arn:aws:iam::123456789012:mfa/phone";
    sts.list_devices(&[phone]);
    let sandbox = Sandbox::new().using(&sts);
    let found = sandbox.run(&["doctor", "--online", "--output", "json"]).stdout;
    assert!(found.contains("unlisted-serial") && found.contains(phone), "{found}");
    let said = sandbox.run(&["setup", "--yes"]).expect(0);
    says(&said, &["IAM does not list the MFA device", phone]);
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    assert!(config.contains(&format!("mfa_serial = {phone}\n")) && !config.contains("mfa/ada"), "{config}");
}

#[test]
fn a_shorter_session_than_requested_is_warned_about() {
    let sts = StandIn::start();
    let end = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    sts.fault(Fault::Content("Expiration", Box::leak(end.into_boxed_str())), 1);
    let sandbox = Sandbox::new().using(&sts);
    let said = sandbox.run(&["login", "--duration-seconds", "12h", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    says(&said, &["lasts 1h, not the requested 12h"]);
}

#[test]
fn time_is_counted_by_the_clock_of_sts() {
    for hours in [13, -13] {
        let sts = StandIn::start();
        sts.set_clock_offset(hours * 3600);
        let said = Sandbox::new().using(&sts).run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        says(&said, &["default-session is valid: 12h left"]);
    }
}

#[test]
fn an_end_that_no_session_of_aws_has_is_refused_and_nothing_written() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    for end in ["2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"] {
        sts.fault(Fault::Content("Expiration", end), 1);
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(255);
        assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS, "{end}");
    }
}

#[test]
fn the_variable_and_the_file_that_lead_nowhere_are_named() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_PROFILE", "nowhere");
    for command in ["login", "status", "env", "logout"] {
        let said = sandbox.run(&[command]).expect(253);
        says(&said, &["there is no profile 'nowhere' (from AWS_PROFILE)"]);
    }
    let mut sandbox = Sandbox::empty();
    sandbox.set("AWS_CONFIG_FILE", "/nope/config");
    for command in ["login", "status"] {
        let said = sandbox.run(&[command]).expect(253);
        says(&said, &["AWS_CONFIG_FILE names a file that does not exist (/nope/config)"]);
    }
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_SHARED_CREDENTIALS_FILE", "");
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    says(&said, &["AWS_SHARED_CREDENTIALS_FILE is set but empty", "boto3"]);
}

#[test]
fn a_code_in_the_place_of_a_profile_is_refused_and_not_repeated() {
    for command in ["status", "logout", "env", "login", "credential-process"] {
        let said = Sandbox::new().run(&[command, "654321"]).expect(253);
        assert!(!said.contains("654321"), "{command}: {said}");
        Sandbox::new().run(&[command, "nosuch"]).expect(253);
    }
}

#[test]
fn x_mfa_is_the_key_of_x_before_the_first_login() {
    let sts = StandIn::start();
    let credentials = DEFAULT_CREDENTIALS.replace("default", "production-mfa") + &format!("mfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with("", credentials).using(&sts);
    sandbox.run(&["login", "production-mfa", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "production"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert!(sandbox.credentials_text().contains("\n[production]\n"), "{}", sandbox.credentials_text());
}

#[test]
fn names_with_blanks_are_quoted_for_the_shell() {
    let credentials = DEFAULT_CREDENTIALS.replace("default", "two words");
    let said = Sandbox::with("", credentials).run(&["login", "two words"]).expect(253);
    says(&said, &["`awsmfa setup --source-profile 'two words'`", "[profile \"two words\"]"]);
}

#[test]
fn a_slip_in_the_name_of_the_source_is_asked_about() {
    let config = format!("[profile myaccount]\nsource_profile = myaccountPermanent\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "myaccountPerm"));
    says(&sandbox.run(&["login", "myaccount"]).expect(253), &["did you mean 'myaccountPerm', which has a key?"]);
    let found = sandbox.run(&["doctor"]).stdout;
    says(&found, &["did you mean 'myaccountPerm', which has a key?"]);
}

#[test]
fn a_value_that_goes_on_below_is_refused_with_its_line() {
    let config = "[profile tool]\ncredential_process = /bin/cat\n    /path/key.json\n";
    let said = Sandbox::with(config, "").run(&["login", "tool"]).expect(253);
    says(&said, &["credential_process goes on in the indented line below", "config line 2"]);
    let credentials = DEFAULT_CREDENTIALS.to_owned() + "  more\n";
    let said = Sandbox::with(DEFAULT_CONFIG, credentials).run(&["login", "--token-code", "123456"]).expect(253);
    says(&said, &["aws_secret_access_key goes on in the indented line below"]);
}

#[test]
fn a_control_character_in_a_key_is_refused_with_its_line_and_no_panic() {
    let sts = StandIn::start();
    let credentials = DEFAULT_CREDENTIALS.replace("AKIAIOSFODNN7EXAMPLE", "AKIA\u{1}OSFODNN7EXAMPLE");
    let said =
        Sandbox::with(DEFAULT_CONFIG, credentials).using(&sts).run(&["login", "--token-code", "123456"]).expect(253);
    says(&said, &["the access key id from aws_access_key_id", "credentials line 2"]);
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}credential_process = cat key.json\n"), "").using(&sts);
    let json = r#"{"Version": 1, "AccessKeyId": "AKIA\u0001OSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#;
    std::fs::write(sandbox.home().join("key.json"), json).expect("it is writable");
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    says(&said, &["AccessKeyId in its output is not one word"]);
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn plain_http_is_told_by_the_parsed_url_for_sts_and_iam() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_ENDPOINT_URL_STS", "HTTP://sts.example.com");
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    says(&said, &["the endpoint URL from AWS_ENDPOINT_URL_STS is plain http://"]);
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", "http://iam.example.com");
    let said = sandbox.run(&["setup", "--yes"]).expect(253);
    says(&said, &["the endpoint URL from AWS_ENDPOINT_URL_IAM is plain http://"]);
}

#[test]
fn half_a_session_is_none() {
    let credentials =
        "[x]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_session_token = t\nexpiration = 2099-01-01T00:00:00Z\n";
    let ran: Ran = Sandbox::with("", credentials).run(&["status", "x"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "x: no session\n"));
    let sts = StandIn::start();
    sts.fault(Fault::Content("SecretAccessKey", "#secret"), 1);
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(255);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS, "no client would read it back");
}

#[test]
fn a_left_over_token_is_named_with_its_line_and_fixed() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}aws_session_token = STALE\n"));
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    says(&said, &["left over from an old session", "credentials line 4", "`awsmfa doctor --fix`"]);
    sandbox.run(&["doctor", "--fix", "--yes"]);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn logout_is_all_or_nothing() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let text = sandbox.credentials_text()
        + "\n[b]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = k\nmanager = awsmfa\n";
    sandbox.write("credentials", text.as_bytes());
    sandbox.run(&["logout", "default", "b"]).expect(253);
    assert_eq!(sandbox.credentials_text(), text);
    sandbox.run(&["logout", "--all"]).expect(0);
    assert!(sandbox.credentials_text().contains("AKIAI44QH8DHBEXAMPLE"));
    assert!(!sandbox.credentials_text().contains("default-session"));
}

#[test]
fn quotes_around_a_name_without_blanks_are_fixed() {
    let config = format!("[profile \"work\"]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "work"));
    sandbox.run(&["doctor", "--fix", "--yes"]);
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    assert!(config.starts_with("[profile work]\n"), "{config}");
    let blanks = Sandbox::with("[profile \"My MacBook Pro\"]\nregion = eu-west-1\n", "");
    let found = blanks.run(&["doctor"]).stdout;
    assert!(!found.contains("[profile My MacBook Pro]"), "{found}");
    let bare = Sandbox::with("[profile Foo Bar]\nregion = eu-west-1\n", "");
    says(&bare.run(&["doctor"]).stdout, &["write it as [profile \"Foo Bar\"]"]);
}

#[test]
fn a_loop_past_a_key_and_two_sources_are_reported() {
    let config = format!("{}credential_source = Environment\n", admin("default", ""));
    let found = Sandbox::with(config, DEFAULT_CREDENTIALS).run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("both-sources"), "{found}");
}

#[test]
fn login_logout_and_a_dry_run_say_in_json_what_they_did() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}[profile bare]\noutput = json\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let json = |arguments: &[&str], code| -> serde_json::Value {
        let ran = sandbox.run(&[arguments, &["--output", "json"]].concat());
        assert_eq!(ran.code, code, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let code = sts.fresh_code(SERIAL);
    let dry = json(&["login", "--dry-run"], 0);
    assert!(dry["change"].as_str().expect("a diff").contains("+aws_session_token = "), "{dry}");
    assert_eq!(dry["file"], sandbox.path("credentials").display().to_string());

    let login = json(&["login", "default", "bare", "--token-code", &code], 253);
    let of = |index: usize, field: &str| login[index][field].as_str().unwrap_or("-").to_owned();
    assert_eq!(
        [of(0, "profile"), of(0, "result"), of(0, "session_profile")],
        ["default", "written", "default-session"]
    );
    assert!(of(0, "expiration").ends_with('Z') && login[0]["error"].is_null(), "{login}");
    assert_eq!([of(1, "profile"), of(1, "result")], ["bare", "failed"]);
    assert!(of(1, "error").contains("bare"), "{login}");
    assert_eq!(json(&["login"], 0)[0]["result"], "valid");

    let logout = json(&["logout"], 0);
    assert_eq!((&logout[0]["profile"], &logout[0]["result"]), (&"default-session".into(), &"removed".into()));
    assert_eq!(json(&["logout"], 0)[0]["result"], "none");
}

#[test]
fn a_name_in_other_letters_is_asked_about_by_login_and_doctor() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS.replace("[default]", "[Default]"));
    for arguments in [["login", "--dry-run"].as_slice(), &["exec", "--", "true"]] {
        says(&sandbox.run(arguments).expect(253), &["did you mean 'Default', which has a key?"]);
    }
    says(&sandbox.run(&["doctor"]).stdout, &["did you mean 'Default', which has a key?"]);
}

#[test]
fn a_dry_run_says_what_doctor_knows() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS.replace("[default]", "[profile default]"));
    let said = sandbox.run(&["login", "--dry-run"]).expect(253);
    says(&said, &["in the credentials file the word profile is a part of the name", "write the header as [default]"]);
}

#[test]
fn quotes_around_a_value_are_named_with_their_line_before_anything_is_sent() {
    let sts = StandIn::start();
    let quoted = |text: &str, name: &str, quote: char| {
        let lines = text.lines().map(|line| match line.split_once(" = ") {
            Some((found, value)) if found == name => format!("{found} = {quote}{value}{quote}\n"),
            _ => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    for (name, line) in [("aws_access_key_id", 2), ("aws_secret_access_key", 3), ("mfa_serial", 3), ("region", 2)] {
        for quote in ['"', '\''] {
            let files = [DEFAULT_CONFIG, DEFAULT_CREDENTIALS].map(|text| quoted(text, name, quote));
            let [config, credentials] = files;
            let sandbox = Sandbox::with(config, credentials.as_str()).using(&sts);
            let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
            says(&said, &[&format!("{name} is in quotes"), &format!(" line {line})"), "remove the quotes"]);
            assert_eq!(sandbox.credentials_text(), credentials);
        }
    }
    assert!(sts.calls().is_empty(), "nothing is sent");
}

#[test]
fn where_used_codes_cannot_be_remembered_nothing_is_said_of_their_use() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    let file = sandbox.home().join("no-folder");
    std::fs::write(&file, "").expect("it is writable");
    sandbox.set("XDG_STATE_HOME", &file.display().to_string());
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--token-code", &code]).expect(0);
    let said = sandbox.run(&["login", "--token-code", &code]).expect(254);
    assert!(!said.contains("has not used") && said.contains("a code works once"), "{said}");
}
