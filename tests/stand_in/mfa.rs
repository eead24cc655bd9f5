//! The codes and durations that are accepted for a session.

use totp_rs::Builder;

use crate::client::Client;
use crate::support::sts::{Role, StandIn, User};

const WRONG_CODE: (u16, &str, &str) =
    (403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ");
const NOT_YOUR_DEVICE: (u16, &str, &str) = (
    403,
    "AccessDenied",
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and \
     associated with this user.",
);
const BOTH_OR_NEITHER: (u16, &str, &str) = (
    403,
    "AccessDenied",
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
);

fn serial() -> String {
    User::ada().serial
}

fn mfa<'a>(serial: &'a str, code: &'a str) -> [(&'a str, &'a str); 2] {
    [("SerialNumber", serial), ("TokenCode", code)]
}

#[test]
fn a_fresh_code_gets_a_session_with_keys_as_aws_makes_them() {
    let server = StandIn::start();
    let code = server.fresh_code(&serial());
    let answer = Client::ada(&server).call("GetSessionToken", &mfa(&serial(), &code));
    answer.assert_ok();
    let session = server.sessions().remove(0);
    assert!(session.mfa);
    assert_eq!(answer.field("AccessKeyId"), session.access_key_id);
    assert_eq!(answer.field("SecretAccessKey"), session.secret_access_key);
    assert_eq!(answer.field("SessionToken"), session.session_token);
    assert_eq!(answer.field("Expiration"), session.expiration.to_string());
    assert!(session.access_key_id.starts_with("ASIA") && session.access_key_id.len() == 20);
    assert_eq!(session.secret_access_key.len(), 40);
    assert!(session.secret_access_key.contains('/') && session.secret_access_key.contains('+'));
    assert_eq!(session.session_token.len(), 360);
    let call = server.calls().remove(0);
    assert_eq!((call.outcome.as_str(), call.code_spent, call.user_agent.as_str()), ("ok", true, "tiny/1"));
    assert_eq!(call.param("TokenCode"), Some(code.as_str()));
}

#[test]
fn many_fresh_codes_in_a_second_all_work_in_any_order() {
    let server = StandIn::start();
    let mut codes: Vec<String> = (0..20).map(|_| server.fresh_code(&serial())).collect();
    codes.reverse();
    for code in codes {
        Client::ada(&server).call("GetSessionToken", &mfa(&serial(), &code)).assert_ok();
    }
}

#[test]
fn a_device_of_the_same_seed_may_be_a_step_off_and_no_more() {
    let server = StandIn::start();
    let device = Builder::new().with_secret(User::ada().seed).build().unwrap();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    for (time, good) in [(now - 90, false), (now - 29, true), (now + 29, true), (now + 90, false)] {
        let code = device.generate(time).to_string();
        let answer = Client::ada(&server).call("GetSessionToken", &mfa(&serial(), &code));
        assert_eq!(answer.status == 200, good, "{time} at {now}");
    }
}

#[test]
fn a_code_works_once_for_all_actions() {
    let server = StandIn::start();
    server.add_role(Role::named("deploy"));
    let code = server.fresh_code(&serial());
    let client = Client::ada(&server);
    client.call("GetSessionToken", &mfa(&serial(), &code)).assert_ok();
    assert_eq!(client.call("GetSessionToken", &mfa(&serial(), &code)).error(), WRONG_CODE);
    let [serial_number, token_code] = mfa("arn:aws:iam::123456789012:mfa/ada", &code);
    let role =
        [("RoleArn", "arn:aws:iam::123456789012:role/deploy"), ("RoleSessionName", "test"), serial_number, token_code];
    assert_eq!(client.call("AssumeRole", &role).error(), WRONG_CODE);
    assert_eq!(server.calls().iter().map(|call| call.code_spent).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn a_wrong_code_is_refused() {
    let server = StandIn::start();
    let code = server.wrong_code(&serial());
    assert_eq!(Client::ada(&server).call("GetSessionToken", &mfa(&serial(), &code)).error(), WRONG_CODE);
    assert!(server.sessions().is_empty());
}

#[test]
fn a_code_ages_by_the_servers_clock() {
    let server = StandIn::start();
    for (offset, good) in [(29, true), (90, false), (-90, false)] {
        server.set_clock_offset(0);
        let code = server.fresh_code(&serial());
        server.set_clock_offset(offset);
        let answer = Client::ada(&server).call("GetSessionToken", &mfa(&serial(), &code));
        assert_eq!(answer.status == 200, good, "{offset}");
    }
}

#[test]
fn a_serial_must_be_the_callers_own() {
    let server = StandIn::start();
    let other =
        server.add_user("grace", "123456789012", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    let code = server.fresh_code(&other.serial);
    let client = Client::ada(&server);
    for serial in [other.serial.as_str(), "arn:aws:iam::123456789012:user/ada", "arn:aws:iam::123456789012:mfa/none"] {
        assert_eq!(client.call("GetSessionToken", &mfa(serial, &code)).error(), NOT_YOUR_DEVICE);
    }
    let owner = Client { access_key_id: other.access_key_id, secret: other.secret, ..client };
    owner.call("GetSessionToken", &mfa(&other.serial, &code)).assert_ok();
}

#[test]
fn serial_and_code_come_together_or_not_at_all() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let code = server.fresh_code(&serial());
    for half in mfa(&serial(), &code) {
        assert_eq!(client.call("GetSessionToken", &[half]).error(), BOTH_OR_NEITHER);
    }
    client.call("GetSessionToken", &[]).assert_ok();
    assert!(!server.sessions()[0].mfa);
}

#[test]
fn a_duration_out_of_bounds_is_refused_before_the_code_is_used() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let code = server.fresh_code(&serial());
    let own_serial = serial();
    let [serial_number, token_code] = mfa(&own_serial, &code);
    for (seconds, rule) in [("899", "greater than or equal to 900"), ("129601", "less than or equal to 129600")] {
        let answer = client.call("GetSessionToken", &[("DurationSeconds", seconds), serial_number, token_code]);
        let message = format!(
            "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member \
             must have value {rule}"
        );
        assert_eq!(answer.error(), (400, "ValidationError", message.as_str()));
    }
    for (seconds, token_code) in [("900", token_code), ("129600", ("TokenCode", server.fresh_code(&serial()).as_str()))]
    {
        client.call("GetSessionToken", &[("DurationSeconds", seconds), serial_number, token_code]).assert_ok();
    }
}

#[test]
fn all_breaches_are_listed_the_pattern_first() {
    let server = StandIn::start();
    let answer = Client::ada(&server).call("GetSessionToken", &mfa(&serial(), "12 45"));
    let message = r"2 validation errors detected: Value '12 45' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\d]*; Value '12 45' at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6";
    assert_eq!(answer.error(), (400, "ValidationError", message));
    let answer = Client::ada(&server).call("GetSessionToken", &mfa(&serial(), "1234567"));
    assert!(
        answer
            .error()
            .2
            .ends_with("'tokenCode' failed to satisfy constraint: Member must have length less than or equal to 6")
    );
}
