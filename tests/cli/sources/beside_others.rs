//! Sources beside others in the same profile: links, stored sessions, keys, endpoint URLs and MFA devices.

use std::fs;

use super::owner;
use crate::support::identity_center::{CACHE as SESSION_CACHE, CONFIG as SSO, cache, portal_token};
use crate::support::sandbox::{CAT, DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::source_homes::{AN_HOUR, each_source, home, principals};
use crate::support::sts::sources::{REFRESH_TOKEN, WEB_IDENTITY_TOKEN};
use crate::support::sts::{IssuedSession, Role, StandIn};

/// A profile `ops` for a role over `dev`, with these lines.
fn ops(sts: &StandIn, lines: &str) -> String {
    let role = Role { trusted: principals(), ..Role::named("ops") };
    sts.add_role(role.clone());
    format!("\n[profile ops]\nrole_arn = {}\nsource_profile = dev\nregion = eu-west-1\n{lines}", role.arn)
}

/// The profile `dev` with a sign-in to IAM Identity Center, and these lines.
fn sso(lines: &str) -> String {
    SSO.replace("sso_session = corp\n", &format!("sso_session = corp\n{lines}"))
}

#[test]
fn a_link_takes_precedence_for_the_profile_and_for_a_role_over_it() {
    let sts = StandIn::start();
    let with = |link: &str| {
        let sandbox = home(&sts, &format!("{DEFAULT_CONFIG}{}{}", sso(link), ops(&sts, "")));
        sandbox.write("credentials", DEFAULT_CREDENTIALS.as_bytes());
        cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
        sandbox
    };
    let sandbox = with("credential_process = awsmfa credential-process default\n");
    let said = sandbox.run(&["login", "dev", "ops", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(said.contains("ops-session is valid"), "{said}");
    assert!(owner(&sts, &sandbox, "ops-session").contains("assumed-role/ops/"));
    // Clients would ignore a session in a profile for IAM Identity Center, so none is written there.
    let sandbox = with("awsmfa_source_profile = default\n");
    for profile in ["dev", "ops"] {
        let said = sandbox.run(&["login", profile, "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
        assert!(said.contains("sso_session is set"), "{said}");
    }
    assert_eq!(sts.source_requests(), [""; 0]);
}

/// Some tools, such as yawsso, write the session beside the settings of IAM Identity Center.
#[test]
fn a_stored_session_is_used_for_a_role_until_its_end() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("{SSO}{}", ops(&sts, "")));
    let IssuedSession { access_key_id, secret_access_key, session_token, expiration, .. } = sts.sign_in(AN_HOUR);
    let stored = |end: &str| {
        format!(
            "[dev]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}\n\
             aws_session_token = {session_token}\n{end}"
        )
    };
    sandbox.write("credentials", stored(&format!("expiration = {expiration}\n")).as_bytes());
    sandbox.run(&["login", "ops"]).expect(0);
    assert_eq!(sts.source_requests(), [""; 0]);
    // If the session has ended, or its end is not known, the SDK gets another one.
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    for (number, end) in ["expiration = 2026-01-01T00:00:00Z\n", ""].into_iter().enumerate() {
        sandbox.write("credentials", stored(end).as_bytes());
        sandbox.run(&["login", "ops"]).expect(0);
        assert_eq!(sts.source_requests().len(), number + 1, "{end}");
    }
}

/// Clients use the web identity of a role, and not the key beside it.
#[test]
fn a_key_beside_a_web_identity_is_ignored() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "");
    fs::write(sandbox.path("token"), WEB_IDENTITY_TOKEN).expect("the home is writable");
    let config = format!(
        "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = {}\n",
        sandbox.path("token").display()
    );
    sandbox.write("config", format!("{config}region = eu-west-1\n").as_bytes());
    sandbox.write("credentials", DEFAULT_CREDENTIALS.replace("[default]", "[dev]").as_bytes());
    sandbox.run(&["login", "dev"]).expect(0);
    assert!(owner(&sts, &sandbox, "dev-session").contains("assumed-role/web/"));
}

#[test]
fn no_token_is_sent_to_an_endpoint_that_is_not_encrypted() {
    let sts = StandIn::start();
    let plain = "http://sso.example.invalid";
    let with = |config: &str| {
        let mut sandbox = Sandbox::with(config, "# keys\n").using(&sts);
        sandbox.set("AWS_ENDPOINT_URL_SSO_OIDC", &sts.url());
        cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
        sandbox
    };
    let in_section = format!("{}\n[services local]\nsso =\n  endpoint_url = {plain}\n", sso("services = local\n"));
    let mut in_variable = with(SSO);
    in_variable.set("AWS_ENDPOINT_URL_SSO", plain);
    let mut malformed = with(SSO);
    malformed.set("AWS_ENDPOINT_URL_SSO", "not a URL");
    for (sandbox, place) in [
        (with(&sso(&format!("endpoint_url = {plain}\n"))), "config line 3"),
        (with(&in_section), "config line 14"),
        (in_variable, "AWS_ENDPOINT_URL_SSO"),
        (malformed, "AWS_ENDPOINT_URL_SSO"),
    ] {
        let said = sandbox.run(&["login", "dev"]).expect(253);
        assert!(said.contains(place) && !said.contains("example.invalid"), "{said}");
    }
    assert_eq!(sts.source_requests(), [""; 0]);
}

#[test]
fn the_endpoints_of_a_services_section_are_used_unless_they_are_ignored() {
    let sts = StandIn::start();
    let (url, local) = (sts.url(), sso("services = local\n"));
    let mut sandbox =
        Sandbox::with(format!("{local}\n[services local]\nsso =\n  endpoint_url = {url}\n"), "# keys\n").using(&sts);
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sandbox.run(&["login", "dev"]).expect(0);
    assert_eq!(sts.source_requests(), ["/federation/credentials"]);
    // Without them, the request would be sent to AWS.
    sandbox.write("config", SSO.as_bytes());
    sandbox.set("AWS_ENDPOINT_URL_SSO", &url);
    sandbox.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    sandbox.set("HTTPS_PROXY", "http://127.0.0.1:9");
    sandbox.run(&["login", "dev", "--force"]).expect(255);
    assert_eq!(sts.source_requests(), ["/federation/credentials"]);
}

#[test]
fn no_code_is_sent_with_a_printed_session() {
    let sts = StandIn::start();
    let (.., sandbox, _) = each_source(&sts).pop().expect("the credential_process");
    let config = fs::read_to_string(sandbox.path("config")).expect("it was written");
    let device = format!("mfa_serial = {SERIAL}\n");
    sandbox.write("config", format!("{config}{}", ops(&sts, &device)).as_bytes());
    let said = sandbox.run(&["login", "ops"]).expect(0);
    assert!(said.contains("ops-session is valid"), "{said}");
    let said = sandbox.run(&["login", "ops", "--token-code", "123456"]).expect(0);
    assert!(said.contains("the MFA code was not used"), "{said}");
    let assumed = sts.calls().into_iter().filter(|call| call.action == "AssumeRole");
    assert_eq!(assumed.map(|call| call.param("TokenCode").is_some()).collect::<Vec<_>>(), [false, false]);
}

#[test]
fn the_duration_of_a_printed_session_is_that_of_its_program() {
    let sts = StandIn::start();
    let (.., sandbox, _) = each_source(&sts).pop().expect("the credential_process");
    let said = sandbox.run(&["login", "dev", "--duration-seconds", "2h"]).expect(0);
    assert!(said.contains("not the requested 2h: its credential_process sets the duration"), "{said}");
}

#[test]
fn all_means_no_source_that_the_sdk_handles() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts, &format!("{DEFAULT_CONFIG}{}", sso(&format!("mfa_serial = {SERIAL}\n"))));
    sandbox.write("credentials", DEFAULT_CREDENTIALS.as_bytes());
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sandbox.set("AWS_MFA_SERIAL", SERIAL);
    let said = sandbox.run(&["login", "--all", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(said.contains("default-session") && !said.contains("dev-session"), "{said}");
    assert_eq!(sts.source_requests(), [""; 0]);
}

#[test]
fn the_end_of_a_printed_session_must_be_known() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "");
    let json = r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s", "SessionToken": "t"}"#;
    fs::write(sandbox.path("session.json"), json).expect("the home is writable");
    let command = format!("{CAT} {}", sandbox.path("session.json").display());
    sandbox.write("config", format!("[profile dev]\ncredential_process = {command}\n").as_bytes());
    let said = sandbox.run(&["login", "dev"]).expect(253);
    assert!(said.contains("without an Expiration"), "{said}");
}
