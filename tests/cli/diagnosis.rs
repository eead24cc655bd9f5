//! Messages after a refusal by STS: its own words, then the cause, which awsmfa has checked.

use crate::support::proxy::Proxy;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, Role, StandIn};
use crate::support::tls::TlsFront;

const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// Logs in with a fresh code, which STS refuses; returns what is printed.
#[track_caller]
fn refused(sts: &StandIn, sandbox: &Sandbox, more: &[&str]) -> String {
    let code = sts.fresh_code(SERIAL);
    let before = sandbox.credentials();
    let said = sandbox.run(&[&["login", "--token-code", &code], more].concat()).expect(254);
    assert!(!said.contains(&code) && !said.contains("wJalr"), "{said}");
    assert_eq!(sandbox.credentials(), before);
    said
}

#[track_caller]
fn assert_says(said: &str, text: &str) {
    assert!(said.contains(text), "no {text:?} in: {said}");
}

fn default_sandbox(sts: &StandIn) -> Sandbox {
    Sandbox::new().using(sts)
}

/// A profile `admin` with a role whose source is `default`.
fn role_sandbox(sts: &StandIn, more: &str) -> Sandbox {
    let config = format!("{DEFAULT_CONFIG}[profile admin]\nrole_arn = {ROLE}\nsource_profile = default\n{more}");
    Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts)
}

#[test]
fn a_used_code_is_recognised() {
    let sts = StandIn::start();
    let sandbox = default_sandbox(&sts);
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--token-code", &code]).expect(0);
    let said = sandbox.run(&["login", "--token-code", &code]).expect(254);
    assert_says(&said, "this code was used ");
    assert_eq!(sts.count("GetSessionToken"), 2, "the memory never refuses on its own account");
    let said = sandbox.run(&["login", "--token-code", &sts.wrong_code(SERIAL)]).expect(254);
    assert_says(&said, "awsmfa has not used this one");
}

#[test]
fn a_code_without_an_answer_may_have_been_used() {
    let sts = StandIn::start();
    let sandbox = default_sandbox(&sts);
    let code = sts.fresh_code(SERIAL);
    sts.fault(Fault::DropAfterProcessing, 1);
    sandbox.run(&["login", "--token-code", &code]).expect(255);
    let said = sandbox.run(&["login", "--token-code", &code]).expect(254);
    assert_says(&said, "may have been used ");
}

#[cfg(unix)]
#[test]
fn used_codes_are_kept_as_hashes_for_the_owner_alone_in_the_state_folder() {
    use std::os::unix::fs::PermissionsExt;
    let sts = StandIn::start();
    let mut sandbox = default_sandbox(&sts);
    let state = sandbox.home().join("state");
    for folder in [sandbox.home().join(".local/state/awsmfa"), state.join("awsmfa")] {
        let code = sts.fresh_code(SERIAL);
        sandbox.run(&["login", "--token-code", &code]).expect(0);
        let file = folder.join("used-codes");
        let mode = |path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&folder)), (0o600, 0o700));
        let text = std::fs::read_to_string(&file).expect("text");
        assert!(!text.contains(&code) && !text.contains("mfa/ada") && text.lines().count() == 1, "{text}");
        sandbox.set("XDG_STATE_HOME", &state.to_string_lossy());
    }
}

#[test]
fn login_works_without_a_writable_state_folder() {
    let sts = StandIn::start();
    let mut sandbox = default_sandbox(&sts);
    sandbox.set("XDG_STATE_HOME", "/proc/nowhere");
    let code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&["login", "--token-code", &code]).expect(0);
    assert!(!said.contains("warning"), "{said}");
    sandbox.run(&["login", "--token-code", &code]).expect(254);
}

#[test]
fn the_device_of_another_account_or_user_is_recognised_by_the_owner_of_the_key() {
    let sts = StandIn::start();
    let sandbox = default_sandbox(&sts);
    let said = refused(&sts, &sandbox, &["--serial-number", "arn:aws:iam::999999999999:mfa/ada"]);
    assert_says(&said, "of the account 999999999999, but");
    let said = refused(&sts, &sandbox, &["--serial-number", "arn:aws:iam::123456789012:mfa/eve"]);
    assert_says(&said, "--serial-number names no MFA device of arn:aws:iam::123456789012:user/ada: ");
    sts.list_devices(&["arn:aws:iam::123456789012:mfa/phone"]);
    let said = refused(&sts, &sandbox, &["--serial-number", "arn:aws:iam::123456789012:mfa/eve"]);
    assert_says(&said, "IAM lists arn:aws:iam::123456789012:mfa/phone");
    // A value that is not a device is refused before a code is sent.
    let calls = sts.calls().len();
    for other in [
        "arn:aws:iam::123456789012:user/ada",
        "arn:aws:iam:123456789012:mfa/ada",
        "arn:aws:iam::1234-5678-9012:mfa/ada",
    ] {
        sandbox.run(&["login", "--token-code", "123456", "--serial-number", other]).expect(253);
    }
    assert_eq!(sts.calls().len(), calls);
}

#[test]
fn a_deleted_key_is_distinguished_from_a_region_that_is_not_enabled() {
    let sts = StandIn::start();
    let tls = TlsFront::before(sts.addr());
    let proxy = Proxy::start(Some(tls.addr()));
    sts.close_region("ap-east-1");
    let mut sandbox = Sandbox::new();
    let bundle = sandbox.home().join("ca.pem");
    std::fs::write(&bundle, &tls.ca_pem).expect("it is writable");
    sandbox.set("AWS_CA_BUNDLE", &bundle.to_string_lossy());
    sandbox.set("HTTPS_PROXY", &proxy.url());
    let said = refused(&sts, &sandbox, &["--region", "ap-east-1"]);
    assert_says(&said, "has not enabled the region ap-east-1");
    assert_eq!(proxy.asked(), ["sts.ap-east-1.amazonaws.com:443", "sts.us-east-1.amazonaws.com:443"]);
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    let said = refused(&sts, &sandbox, &["--region", "ap-east-1"]);
    assert_says(&said, "the access key of 'default' is inactive");
}

#[test]
fn a_device_of_another_partition_than_the_region_is_reported() {
    let sts = StandIn::start();
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    let said = refused(&sts, &default_sandbox(&sts), &["--serial-number", "arn:aws-cn:iam::123456789012:mfa/ada"]);
    assert_says(&said, "the partition aws-cn, and the region eu-west-1");
}

#[test]
fn a_wrong_secret_is_distinguished_from_a_truncated_one() {
    let sts = StandIn::start();
    let with_secret = |secret: &str| {
        let credentials = DEFAULT_CREDENTIALS.replace("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", secret);
        refused(&sts, &Sandbox::with(DEFAULT_CONFIG, credentials).using(&sts), &[])
    };
    let said = with_secret("xJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    assert_says(&said, "does not belong to its access key id");
    assert_says(&with_secret("xJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE"), "must be 40 letters");
    let calls = sts.calls().len();
    for quoted in ["\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"", "'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'"] {
        let credentials = DEFAULT_CREDENTIALS.replace("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", quoted);
        let sandbox = Sandbox::with(DEFAULT_CONFIG, credentials).using(&sts);
        let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
        assert_says(&said, "credentials line 3");
        assert!(!said.contains("wJalr"), "{said}");
    }
    assert_eq!(sts.calls().len(), calls);
}

#[test]
fn a_session_key_is_refused_before_the_prompt_and_explained_if_sts_refuses_it() {
    let sts = StandIn::start();
    let credentials = DEFAULT_CREDENTIALS.replace("AKIA", "ASIA");
    let sandbox = Sandbox::with(DEFAULT_CONFIG, credentials).using(&sts);
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    assert_says(&said, "credentials line 2");
    assert_eq!(sts.calls().len(), 0);
    let message = "Cannot call GetSessionToken with session credentials".to_owned();
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let said = refused(&sts, &default_sandbox(&sts), &[]);
    assert_says(&said, "has the key of a session");
}

#[test]
fn the_hint_for_an_expired_session_names_the_profile_to_log_in_to() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!("{DEFAULT_CONFIG}[profile admin]\nrole_arn = {ROLE}\nsource_profile = default-session\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sts.expire_sessions();
    let said = sandbox.run(&["login", "admin"]).expect(254);
    assert_says(&said, "awsmfa login --force default-session");
}

#[test]
fn a_duration_above_the_roles_maximum_names_the_maximum() {
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let sandbox = role_sandbox(&sts, "duration_seconds = 43200\n");
    let said = refused(&sts, &sandbox, &["admin"]);
    assert_says(&said, &format!("the duration of 12h is more than the MaxSessionDuration of {ROLE}"));
}

#[test]
fn the_hint_for_a_denied_role_names_the_policies_that_may_deny_it() {
    let sts = StandIn::start();
    sts.add_role(Role { trusted: Vec::new(), ..Role::named("admin") });
    let sandbox = role_sandbox(&sts, "");
    let said = refused(&sts, &sandbox, &["admin"]);
    assert_says(&said, "must both allow sts:AssumeRole");
    assert!(!said.contains("no MFA code"), "{said}");
    let denied = format!(
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    );
    for (reason, expected) in [
        (
            " because no identity-based policy allows the sts:AssumeRole action",
            "the policies of arn:aws:iam::123456789012:user/ada do not allow sts:AssumeRole",
        ),
        (
            " because no resource-based policy allows the sts:AssumeRole action",
            "the trust policy of the role does not allow arn:aws:iam::123456789012:user/ada",
        ),
        (
            " with an explicit deny in a service control policy",
            "which no other can allow again: service control policy",
        ),
    ] {
        sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message: format!("{denied}{reason}") }, 1);
        assert_says(&refused(&sts, &sandbox, &["admin"]), expected);
    }
}

#[test]
fn the_hint_for_a_denied_user_names_the_policies_of_the_user() {
    let sts = StandIn::start();
    let message = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:GetSessionToken";
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message: message.to_owned() }, 1);
    let said = refused(&sts, &default_sandbox(&sts), &[]);
    assert_says(&said, "do not allow sts:GetSessionToken");
    assert!(!said.contains("trust policy"), "{said}");
}

#[test]
fn the_hint_for_a_denied_role_says_that_no_code_was_sent() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!("[profile admin]\nrole_arn = {ROLE}\nsource_profile = default\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    assert_says(&sandbox.run(&["login", "admin"]).expect(254), "no MFA code was sent");
}

#[test]
fn the_hint_for_a_disabled_region_names_an_enabled_one() {
    let sts = StandIn::start();
    sts.fault(Fault::RegionDisabled, 1);
    let said = refused(&sts, &default_sandbox(&sts), &[]);
    assert_says(&said, "has not enabled the region eu-west-1");
}

#[test]
fn throttled_requests_are_retried_three_times() {
    let sts = StandIn::start();
    let sandbox = default_sandbox(&sts);
    sts.fault(Fault::Throttling, 2);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 3);
    sts.fault(Fault::Throttling, usize::MAX);
    assert_says(&refused(&sts, &sandbox, &[]), "the code was not used");
    assert_eq!(sts.count("GetSessionToken"), 6, "three times and no more");
}

#[test]
fn a_wrong_clock_is_corrected_for_the_request_and_reported() {
    for (offset, expected) in [(3600, "behind the clock of STS"), (-3600, "ahead of the clock of STS")] {
        let sts = StandIn::start();
        sts.set_clock_offset(offset);
        let mut sandbox = default_sandbox(&sts);
        let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        assert_says(&said, expected);
        // The code was in the second request only: the first was refused before the code was checked.
        let spent: Vec<bool> = sts.calls().iter().map(|call| call.code_spent).collect();
        assert_eq!(spent, [false, true]);
        sandbox.set("WSL_DISTRO_NAME", "Debian");
        let said = sandbox.run(&["login", "--token-code", &sts.wrong_code(SERIAL)]).expect(254);
        assert_says(&said, "`sudo hwclock -s`");
    }
}

#[test]
fn a_clock_that_is_wrong_by_less_than_a_minute_is_not_mentioned() {
    let sts = StandIn::start();
    sts.set_clock_offset(40);
    let said = default_sandbox(&sts).run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(!said.contains("clock"), "{said}");
}
