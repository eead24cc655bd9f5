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
