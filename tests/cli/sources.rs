//! Profiles whose credentials the AWS SDK gets: a sign-in, IAM Identity Center, a web identity, the machine, and a
//! `credential_process` that prints a session.

mod beside_others;

use std::fs;

use crate::support::aws_login::{CACHE as SIGN_IN_CACHE, CONFIG as SIGN_IN, sign_in_token};
use crate::support::caller::identity_of;
use crate::support::identity_center::{CACHE as SESSION_CACHE, CONFIG as SSO, cache, portal_token};
use crate::support::sandbox::{CAT, DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::source_homes::{AN_HOUR, LEGACY_SSO, each_source, home, principals};
use crate::support::sts::sources::{PORTAL_TOKEN, REFRESH_TOKEN};
use crate::support::sts::{Role, StandIn};

/// The ARN of the session in a profile of the credentials file.
fn owner(sts: &StandIn, sandbox: &Sandbox, profile: &str) -> String {
    identity_of(&sts.url(), &sandbox.credentials(), profile).expect("the session is good")
}

#[test]
fn the_session_of_each_source_is_written_and_removed_exactly() {
    let sts = StandIn::start();
    for (source, sandbox, expected) in each_source(&sts) {
        let before = sandbox.credentials();
        let said = sandbox.run(&["login", "dev"]).expect(0);
        assert!(said.contains("dev-session is valid"), "{source}: {said}");
        let owner = owner(&sts, &sandbox, "dev-session");
        assert!(owner.contains(expected), "{source}: {owner}");
        assert!(sandbox.credentials_text().contains("expiration = "), "{source}");
        // The session profile resolves to the same source.
        sandbox.run(&["login", "dev-session", "--force"]).expect(0);
        let ran = sandbox.run(&["env", "dev", "--shell", "posix"]);
        assert!(ran.stdout.contains("AWS_ACCESS_KEY_ID='ASIA"), "{source}: {ran:?}");
        sandbox.run(&["logout", "dev"]).expect(0);
        assert_eq!(sandbox.credentials(), before, "{source}");
    }
}

/// `docs/sources.md` has a row for each source, with a command that does what it says.
#[test]
fn the_table_of_sources_is_true() {
    let sts = StandIn::start();
    let page = include_str!("../../docs/sources.md");
    let rows: Vec<(&str, &str)> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("awsmfa login"))
        .filter_map(|line| {
            let mut cells = line.split(" | ");
            Some((cells.next()?, cells.next()?.trim_matches('`')))
        })
        .collect();
    let mut sources = each_source(&sts);
    sources.retain(|(source, ..)| !source.contains("renewed"));
    for (row, command) in rows.iter().skip(2) {
        let place = sources
            .iter()
            .position(|(source, ..)| row.contains(&format!("`{source}`")) || row.contains(&format!("= {source}`")));
        let (source, sandbox, _) = sources.remove(place.unwrap_or_else(|| panic!("nothing for {row}")));
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        let said = sandbox.run(&words).expect(0);
        assert!(said.contains("dev-session is valid"), "{source}: {said}");
        assert_eq!(said.contains("15 minutes at most"), source == "login_session", "{said}");
    }
    assert!(sources.is_empty(), "the page has no row for some");
}

#[test]
fn a_role_over_each_source_is_assumed_with_its_session() {
    let sts = StandIn::start();
    let role = Role { trusted: principals(), ..Role::named("ops") };
    sts.add_role(role.clone());
    for (source, sandbox, _) in each_source(&sts) {
        let config = fs::read_to_string(sandbox.path("config")).expect("it was written");
        let over = format!(
            "{config}\n[profile ops]\nrole_arn = {}\nsource_profile = dev\nduration_seconds = 7200\n",
            role.arn
        );
        sandbox.write("config", over.as_bytes());
        let said = sandbox.run(&["login", "ops"]).expect(0);
        assert!(said.contains("ops-session is valid"), "{source}: {said}");
        // AWS's limit for role chaining.
        assert!(said.contains("(2h was requested)"), "{source}: {said}");
        assert!(owner(&sts, &sandbox, "ops-session").contains("assumed-role/ops/"), "{source}");
    }
}

#[test]
fn programs_and_tools_get_the_session_without_a_login_before() {
    let sts = StandIn::start();
    for (source, sandbox, _) in each_source(&sts) {
        let ran = sandbox.run(&["credential-process", "dev"]);
        assert!(ran.stdout.contains("\"AccessKeyId\":\"ASIA"), "{source}: {ran:?}");
    }
}

#[test]
fn a_sign_in_that_has_ended_names_the_command_that_renews_it() {
    let sts = StandIn::start();
    let empty = |config| home(&sts, config);
    let with = |config, name, text: &str| {
        let sandbox = home(&sts, config);
        cache(&sandbox, name, text);
        sandbox
    };
    let (sso, login) = ("`aws sso login --profile dev`", "`aws login --profile dev`");
    let cases = [
        ("no token", empty(SSO), sso),
        ("an ended token", with(SSO, SESSION_CACHE, &portal_token(-60, "other")), sso),
        ("a malformed token", with(SSO, SESSION_CACHE, "{\"accessToken\": "), sso),
        ("a token without its end", with(SSO, SESSION_CACHE, r#"{"accessToken": "x"}"#), sso),
        ("no token for the start URL", empty(LEGACY_SSO), sso),
        ("no sign-in", empty(SIGN_IN), login),
        ("an ended sign-in", with(SIGN_IN, SIGN_IN_CACHE, &sign_in_token(&sts, -60, "other")), login),
        ("a malformed sign-in", with(SIGN_IN, SIGN_IN_CACHE, "{"), login),
    ];
    for (what, sandbox, command) in cases {
        let before = sandbox.credentials();
        let said = sandbox.run(&["login", "dev"]).expect(255);
        assert!(said.contains(command) && said.contains("`awsmfa login dev --sign-in`"), "{what}: {said}");
        assert!(!said.contains(PORTAL_TOKEN) && !said.contains(REFRESH_TOKEN), "{what}: {said}");
        assert_eq!(sandbox.credentials(), before, "{what}");
    }
    // The portal ends sign-ins, too.
    let sandbox = with(SSO, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sts.sign_out();
    assert!(sandbox.run(&["login", "dev"]).expect(255).contains(sso));
}

#[test]
fn a_failure_that_a_sign_in_does_not_fix_names_no_command() {
    let sts = StandIn::start();
    let mut unreachable = home(&sts, SSO);
    unreachable.set("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9");
    cache(&unreachable, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    let forbidden = home(&sts, &SSO.replace("sso_role_name = dev", "sso_role_name = other"));
    cache(&forbidden, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    let incomplete = home(&sts, &SSO.replace("sso_role_name = dev\n", ""));
    let no_token =
        home(&sts, "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = /none\n");
    for (what, sandbox, expected) in [
        ("unreachable", unreachable, "refused"),
        ("forbidden", forbidden, "(ForbiddenException): No access"),
        ("incomplete", incomplete, "sso_role_name"),
        ("no token file", no_token, "web_identity_token_file"),
    ] {
        let said = sandbox.run(&["login", "dev"]).expect(255);
        assert!(said.contains("cannot get credentials for 'dev' from "), "{what}: {said}");
        assert!(!said.contains("login --profile") && !said.contains("panicked"), "{what}: {said}");
        assert!(!said.contains(PORTAL_TOKEN) && !said.contains('{'), "{what}: {said}");
        assert!(said.contains(expected), "{what}: {said}");
    }
}

#[test]
fn an_empty_variable_does_not_break_the_sdk() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts, SSO);
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    for name in ["AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SDK_UA_APP_ID", "AWS_MAX_ATTEMPTS", "HTTPS_PROXY"] {
        sandbox.set(name, "");
    }
    sandbox.run(&["login", "dev"]).expect(0);
}

#[test]
fn flags_that_the_source_does_not_apply_are_refused() {
    let sts = StandIn::start();
    let sandbox = home(&sts, SSO);
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    for flag in ["--duration-seconds=1h", "--tag=a=b", "--token-code=123456"] {
        let said = sandbox.run(&["login", "dev", flag]).expect(253);
        assert!(said.contains("the AWS SDK gets its session from IAM Identity Center"), "{said}");
    }
    let said = sandbox.run(&["exec", "dev", "--read-only", "--", "true"]).expect(253);
    assert!(said.contains("--read-only cannot be used"), "{said}");
    assert_eq!(sts.source_requests(), [""; 0]);
}

#[test]
fn a_code_that_a_printed_session_does_not_need_is_mentioned() {
    let sts = StandIn::start();
    let (.., sandbox, _) = each_source(&sts).pop().expect("the credential_process");
    let config = fs::read_to_string(sandbox.path("config")).expect("it was written");
    sandbox.write("config", format!("{config}mfa_serial = {SERIAL}\n").as_bytes());
    let said = sandbox.run(&["login", "dev", "--token-code", "123456"]).expect(0);
    assert!(said.contains("the MFA code was not used"), "{said}");
    assert_eq!(sts.count("GetSessionToken"), 0);
}

#[test]
fn a_process_that_prints_a_key_still_needs_a_device() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "");
    let json = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#;
    fs::write(sandbox.path("key.json"), json).expect("the home is writable");
    let command = format!("{CAT} {}", sandbox.path("key.json").display());
    sandbox.write("config", format!("[profile dev]\ncredential_process = {command}\n").as_bytes());
    let said = sandbox.run(&["login", "dev"]).expect(253);
    assert!(said.contains("mfa_serial"), "{said}");
}

#[test]
fn list_and_doctor_know_the_source_of_the_session() {
    let sts = StandIn::start();
    let sandbox = home(&sts, SSO);
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sandbox.run(&["login", "dev"]).expect(0);
    let list = sandbox.run(&["list"]).stdout;
    let words = |name: &str| -> Vec<String> {
        let row = list.lines().find(|line| line.trim_start().starts_with(name)).expect("a row");
        row.split_whitespace().take(6).map(str::to_owned).collect()
    };
    assert_eq!(words("dev ")[..5], ["dev", "other", "valid", "in", "dev-session"], "{list}");
    assert_eq!(words("dev-session")[..4], ["dev-session", "session", "dev", "valid"], "{list}");
    let doctor = sandbox.run(&["doctor"]).stdout;
    assert!(!doctor.contains("no profile is configured"), "{doctor}");
}

#[test]
fn the_console_accepts_the_session_of_a_role_and_not_that_of_a_user() {
    let sts = StandIn::start();
    let sso = home(&sts, SSO);
    cache(&sso, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    let ran = sso.run(&["console", "dev"]);
    let signed_in = sts.open(ran.stdout.trim()).expect("a URL for signing in");
    assert!(signed_in.arn.contains("assumed-role/AWSReservedSSO_dev/"), "{}", signed_in.arn);
    let sign_in = home(&sts, SIGN_IN);
    cache(&sign_in, SIGN_IN_CACHE, &sign_in_token(&sts, 900, REFRESH_TOKEN));
    let said = sign_in.run(&["console", "dev"]).expect(253);
    assert!(said.contains("accepts only sessions of roles"), "{said}");
}

#[test]
fn a_login_with_a_key_and_the_other_commands_never_start_the_sdk() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("{SSO}{DEFAULT_CONFIG}"));
    sandbox.write("credentials", DEFAULT_CREDENTIALS.as_bytes());
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    for arguments in [&["status", "dev"][..], &["list"], &["env", "dev"], &["logout", "dev"], &["login", "--all"]] {
        sandbox.run(arguments);
    }
    assert_eq!(sts.source_requests(), [""; 0]);
    // The same home shows that a request would be seen.
    sandbox.run(&["login", "dev"]).expect(0);
    assert_eq!(sts.source_requests(), ["/federation/credentials"]);
}

/// `--sign-in` runs the AWS CLI: here a script in its place writes the token that the real one would write.
#[cfg(unix)]
#[test]
fn sign_in_runs_the_aws_cli_and_goes_on() {
    use std::os::unix::fs::PermissionsExt;

    let sts = StandIn::start();
    for (config, name, token, command) in [
        (SSO, SESSION_CACHE, portal_token(AN_HOUR, REFRESH_TOKEN), "sso login --profile dev"),
        (SIGN_IN, SIGN_IN_CACHE, sign_in_token(&sts, 900, REFRESH_TOKEN), "login --profile dev"),
    ] {
        let mut sandbox = home(&sts, config);
        cache(&sandbox, "new-token", &token);
        cache(&sandbox, name, "{}");
        let bin = sandbox.home().join("bin");
        fs::create_dir(&bin).expect("the home is writable");
        let script = format!(
            "#!/bin/sh\necho \"$*\" >\"$HOME/ran\"\necho 'open https://example.invalid'\n\
             find \"$HOME\" -name 'exchange-*.lock' >\"$HOME/locks\"\ncp \"{}\" \"{}\"\n",
            sandbox.path("new-token").display(),
            sandbox.path(name).display()
        );
        fs::write(bin.join("aws"), script).expect("the home is writable");
        fs::set_permissions(bin.join("aws"), fs::Permissions::from_mode(0o755)).expect("it was just written");
        sandbox.set("PATH", &format!("{}:/usr/bin:/bin", bin.display()));
        let ran = sandbox.run(&["login", "dev", "--sign-in"]);
        assert!(!ran.stdout.contains("open"), "{ran:?}");
        let said = ran.expect(0);
        assert!(said.contains(&format!("running aws {command}")) && said.contains("is valid"), "{said}");
        let written = |name: &str| fs::read_to_string(sandbox.home().join(name)).expect("it ran");
        assert_eq!(written("ran").trim(), command);
        assert_eq!(written("locks"), "", "another login would wait for the browser");
    }
}
