//! Sources beside others in the same profile: links, stored sessions, keys, endpoint URLs and MFA devices.

use std::fs;

use super::owner;
use crate::support::identity_center::{CACHE as SESSION_CACHE, CONFIG as SSO, cache, portal_token};
use crate::support::sandbox::{CAT, DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::source_homes::{AN_HOUR, each_source, home, principals};
use crate::support::sts::sources::{REFRESH_TOKEN, WEB_IDENTITY_TOKEN};
use crate::support::sts::{Fault, Role, StandIn};

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

/// Some tools, such as yawsso, write a session beside the settings of IAM Identity Center. Clients ignore it there.
#[test]
fn a_session_beside_the_settings_is_not_used_for_a_role() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("{SSO}{}", ops(&sts, "")));
    let session = sts.sign_in(AN_HOUR);
    let stored = format!(
        "[dev]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\nexpiration = {}\n",
        session.access_key_id, session.secret_access_key, session.session_token, session.expiration
    );
    sandbox.write("credentials", stored.as_bytes());
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sandbox.run(&["login", "ops"]).expect(0);
    assert_eq!(sts.source_requests(), ["/federation/credentials"]);
}

/// A role needs no session of its source profile, so it does not matter where that would be written.
#[test]
fn names_and_links_of_other_profiles_do_not_change_the_source_of_a_role() {
    let sts = StandIn::start();
    let two = "\n[profile dev-eu]\nsource_profile = dev\n[profile dev-us]\nsource_profile = dev\n";
    let assumed = sso("assume_role = arn:aws:iam::123456789012:role/other\n");
    let (one, left) = (SSO.to_owned(), DEFAULT_CREDENTIALS.replace("default", "dev-long-term"));
    for (dev, more, credentials) in [(&one, two, "# keys\n"), (&one, "", left.as_str()), (&assumed, "", "# keys\n")] {
        let sandbox = home(&sts, &format!("{dev}{}{more}", ops(&sts, "")));
        sandbox.write("credentials", credentials.as_bytes());
        cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
        sandbox.run(&["login", "ops"]).expect(0);
        assert!(owner(&sts, &sandbox, "ops-session").contains("assumed-role/ops/"), "{dev}{more}{credentials}");
    }
    assert_eq!(sts.source_requests().len(), 3);
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

/// A home in which only the config file can name the portal. The token in the cache is valid.
fn without_variables(sts: &StandIn, config: &str) -> Sandbox {
    let sandbox = Sandbox::with(config, "# keys\n").using(sts);
    cache(&sandbox, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    sandbox
}

/// The same with the portal in a `services` section.
fn in_section(url: &str) -> String {
    format!("{}\n[services local]\nsso =\n  endpoint_url = {url}\n", sso("services = local\n"))
}

#[test]
fn no_token_is_sent_to_an_endpoint_that_is_not_encrypted() {
    let sts = StandIn::start();
    let plain = "http://sso.example.invalid";
    let mut in_variable = without_variables(&sts, SSO);
    in_variable.set("AWS_ENDPOINT_URL_SSO", plain);
    let mut malformed = without_variables(&sts, SSO);
    malformed.set("AWS_ENDPOINT_URL_SSO", "not a URL");
    for (sandbox, place) in [
        (without_variables(&sts, &sso(&format!("endpoint_url = {plain}\n"))), "config line 3"),
        (without_variables(&sts, &in_section(plain)), "config line 14"),
        (in_variable, "AWS_ENDPOINT_URL_SSO"),
        (malformed, "AWS_ENDPOINT_URL_SSO"),
    ] {
        let said = sandbox.run(&["login", "dev"]).expect(253);
        assert!(said.contains(place) && !said.contains("example.invalid"), "{said}");
    }
}

#[test]
fn the_endpoints_of_a_services_section_are_used_unless_they_are_ignored() {
    let sts = StandIn::start();
    let url = sts.url();
    let two_sections = format!("{}[services local]\nsso =\n  region = x\n", in_section(&url));
    let own_property = sso(&format!("ignore_configured_endpoint_urls = true\nendpoint_url = {url}\n"));
    without_variables(&sts, &in_section(&url)).run(&["login", "dev"]).expect(0);
    assert_eq!(sts.source_requests(), ["/federation/credentials"]);
    // Otherwise, the request is sent to AWS: here to a proxy that is not there.
    for (config, ignored) in
        [(in_section(&url), "true"), (SSO.to_owned(), "true"), (own_property, ""), (two_sections, "")]
    {
        let mut sandbox = without_variables(&sts, &config);
        sandbox.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ignored);
        sandbox.set("HTTPS_PROXY", "http://127.0.0.1:9");
        if !config.contains(&url) {
            sandbox.set("AWS_ENDPOINT_URL_SSO", &url);
        }
        assert_eq!(sandbox.run(&["login", "dev"]).code, 255, "{config}{ignored}");
    }
    assert_eq!(sts.source_requests(), ["/federation/credentials"]);
}

#[test]
fn a_flag_may_name_a_plain_endpoint_for_a_source_that_asks_only_sts() {
    let sts = StandIn::start();
    let (.., sandbox, _) = each_source(&sts).into_iter().find(|(it, ..)| *it == "web_identity_token_file").expect("it");
    let config = fs::read_to_string(sandbox.path("config")).expect("it was written");
    sandbox.write("config", format!("{config}endpoint_url = http://sts.example.invalid\n").as_bytes());
    sandbox.run(&["login", "dev", "--endpoint-url", &sts.url()]).expect(0);
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
    let said = sandbox.run(&["login", "ops", "--token-code", "12"]).expect(252);
    assert!(said.contains("six digits"), "{said}");
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

#[test]
fn a_code_that_a_program_makes_unnecessary_is_there_for_the_next_profile() {
    let sts = StandIn::start();
    let (.., sandbox, _) = each_source(&sts).pop().expect("the credential_process");
    let config = fs::read_to_string(sandbox.path("config")).expect("it was written");
    sandbox.write("config", format!("{config}mfa_serial = {SERIAL}\n{DEFAULT_CONFIG}").as_bytes());
    sandbox.write("credentials", DEFAULT_CREDENTIALS.as_bytes());
    let said = sandbox.run(&["login", "dev", "default", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(!said.contains("was not used"), "{said}");
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn a_session_that_is_written_to_no_file_needs_no_end() {
    let sts = StandIn::start();
    let (.., sandbox, _) = each_source(&sts).pop().expect("the credential_process");
    let json = fs::read_to_string(sandbox.path("session.json")).expect("it was written");
    let (without, _) = json.split_once(", \"Expiration\"").expect("it has an end");
    fs::write(sandbox.path("session.json"), format!("{without}}}")).expect("the home is writable");
    let config = fs::read_to_string(sandbox.path("config")).expect("it was written");
    let device = format!("mfa_serial = {SERIAL}\n");
    let roles = ops(&sts, &device);
    let second = roles.replace("[profile ops]", "[profile ops-2]");
    sandbox.write("config", format!("{config}{roles}{second}").as_bytes());
    sandbox.run(&["login", "ops", "ops-2"]).expect(0);
}

/// The refusal by STS is the error, whatever the program would have printed.
#[test]
fn a_program_is_not_run_for_a_code_that_nobody_gives() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "");
    let ran = sandbox.home().join("ran");
    let config = format!(
        "[profile dev]\ncredential_process = sh -c 'echo >{}; exit 3'\nmfa_serial = {SERIAL}\nregion = eu-west-1\n",
        ran.display()
    );
    sandbox.write("config", format!("{config}{}", ops(&sts, &format!("mfa_serial = {SERIAL}\n"))).as_bytes());
    let session = sts.sign_in(AN_HOUR);
    let stored = format!(
        "[dev-session]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\nexpiration = {}\n",
        session.access_key_id, session.secret_access_key, session.session_token, session.expiration
    );
    sandbox.write("credentials", stored.as_bytes());
    let message = "User: x is not authorized to perform: sts:AssumeRole".to_owned();
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let said = sandbox.run(&["login", "ops"]).expect(254);
    assert!(said.contains("AccessDenied") && !ran.exists(), "{said}");
}
