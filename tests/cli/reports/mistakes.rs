//! Values in the files that prevent a request, each reported with its line.

use super::{ROLE, admin};
use crate::support::sandbox::{CAT, DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

#[test]
fn a_code_that_no_request_needs_is_an_error() {
    let config = format!(
        "[profile admin]\nrole_arn = {ROLE}\nsource_profile = default\ninclude_profile = shared\n[profile shared]\nmfa_serial = {SERIAL}\n"
    );
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let said = sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert!(said.contains("config line 4"), "{said}");
    assert_eq!(sts.calls().len(), 0);
    sandbox.run(&["login", "admin"]).expect(0);
}

#[test]
fn a_value_with_a_continuation_line_is_refused_with_its_line() {
    let config = "[profile tool]\ncredential_process = /bin/cat\n    /path/key.json\n";
    let said = Sandbox::with(config, "").run(&["login", "tool"]).expect(253);
    assert!(said.contains("config line 2"), "{said}");
    let credentials = DEFAULT_CREDENTIALS.to_owned() + "  more\n";
    let said = Sandbox::with(DEFAULT_CONFIG, credentials).run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains("credentials line 3"), "{said}");
}

#[test]
fn a_control_character_in_a_key_is_refused_with_its_line_and_no_panic() {
    let sts = StandIn::start();
    let credentials = DEFAULT_CREDENTIALS.replace("AKIAIOSFODNN7EXAMPLE", "AKIA\u{1}OSFODNN7EXAMPLE");
    let said =
        Sandbox::with(DEFAULT_CONFIG, credentials).using(&sts).run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains("credentials line 2"), "{said}");
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}credential_process = {CAT} key.json\n"), "").using(&sts);
    let json = r#"{"Version": 1, "AccessKeyId": "AKIA\u0001OSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#;
    std::fs::write(sandbox.home().join("key.json"), json).expect("it is writable");
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains("AccessKeyId"), "{said}");
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn plain_http_is_recognised_in_the_parsed_urls_of_sts_and_iam() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_ENDPOINT_URL_STS", "HTTP://sts.example.com");
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains("AWS_ENDPOINT_URL_STS is plain http://"), "{said}");
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", "http://iam.example.com");
    let said = sandbox.run(&["setup", "--yes"]).expect(253);
    assert!(said.contains("AWS_ENDPOINT_URL_IAM is plain http://"), "{said}");
}

#[test]
fn a_left_over_token_is_reported_with_its_line_and_fixed() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}aws_session_token = STALE\n"));
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains("credentials line 4"), "{said}");
    sandbox.run(&["doctor", "--fix", "--yes"]);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn a_role_with_two_sources_is_reported() {
    let config = format!("{}credential_source = Environment\n", admin("default", ""));
    let found = Sandbox::with(config, DEFAULT_CREDENTIALS).run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("both-sources"), "{found}");
}

#[test]
fn quotes_around_a_value_are_reported_with_their_line_before_anything_is_sent() {
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
            assert!(
                said.contains(&format!("{name} is in quotes")) && said.contains(&format!(" line {line})")),
                "{said}"
            );
            assert_eq!(sandbox.credentials_text(), credentials);
        }
    }
    assert!(sts.calls().is_empty(), "nothing is sent");
}

#[test]
fn the_device_that_aws_vault_would_inherit_is_named_with_the_line_to_write() {
    let key = DEFAULT_CREDENTIALS.replace("[default]", "[work]");
    let device = format!("mfa_serial = {SERIAL}\n");
    let line = format!("add a line `mfa_serial = {SERIAL}` to [profile work] of the config file");
    for config in [
        format!("[profile work]\ninclude_profile = base\n[profile base]\n{device}"),
        format!("[profile work]\nparent_profile = a\n[profile a]\ninclude_profile = b\n[profile b]\n{device}"),
        format!("[profile work]\nregion = eu-west-1\n[default]\n{device}"),
    ] {
        let sandbox = Sandbox::with(&config, &key);
        let said = sandbox.run(&["login", "work"]).expect(253);
        assert!(said.contains(&line), "{config}{said}");
        let found = sandbox.run(&["doctor", "--profile", "work"]).stdout;
        assert!(found.contains(&line), "{config}{found}");
    }
    let config = "[profile work]\ninclude_profile = a\n[profile a]\ninclude_profile = work\n";
    let said = Sandbox::with(config, &key).run(&["login", "work"]).expect(253);
    assert!(said.contains("`awsmfa setup --source-profile work` finds it; or add a line"), "{said}");
}

#[test]
fn a_role_that_would_inherit_its_device_in_aws_vault_is_reported_with_the_line() {
    let config = format!(
        "[profile admin]\nrole_arn = {ROLE}\nsource_profile = default\ninclude_profile = shared\n[profile shared]\nmfa_serial = {SERIAL}\n"
    );
    let sandbox = Sandbox::with(&config, DEFAULT_CREDENTIALS);
    let said = sandbox.run(&["login", "admin", "--token-code", "123456"]).expect(253);
    assert!(said.contains(&format!("`mfa_serial = {SERIAL}` to [profile admin]")), "{said}");
    let found = sandbox.run(&["doctor", "--profile", "admin"]).stdout;
    assert!(found.contains(&format!("write `mfa_serial = {SERIAL}` from 'shared'")), "{found}");
    let sandbox = Sandbox::with(
        config.replace("source_profile", "mfa_serial = GAHT12345678\nsource_profile"),
        DEFAULT_CREDENTIALS,
    );
    let found = sandbox.run(&["doctor", "--profile", "admin"]).stdout;
    assert!(found.contains("write the lines that are needed"), "{found}");
}
