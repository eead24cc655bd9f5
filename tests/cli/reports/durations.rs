//! The duration of a session, and the clock that it is measured by.

use super::{admin, last_duration, world};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

#[test]
fn a_role_assumed_with_a_session_lasts_an_hour_and_the_warning_names_the_remedy() {
    let (sts, sandbox) = world(&admin("default", &format!("duration_seconds = 43200\nmfa_serial = {SERIAL}\n")));
    let said = sandbox.run(&["login", "default", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(last_duration(&sts).as_deref(), Some("3600"));
    assert!(said.contains("`awsmfa login --force admin` alone"), "{said}");
    // With the key and its own code it lasts as long as requested.
    let said = sandbox.run(&["login", "admin", "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(last_duration(&sts).as_deref(), Some("43200"));
    assert!(said.contains(": 12h left"), "{said}");
}

#[test]
fn a_role_with_the_session_profile_as_source_is_limited_to_an_hour() {
    let (sts, sandbox) = world(&admin("default-session", "duration_seconds = 43200\n"));
    let said = sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(last_duration(&sts).as_deref(), Some("3600"));
    assert!(said.contains("--force admin --source-profile default`"), "{said}");
    let found = sandbox.run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("chained-duration"), "{found}");
}

#[test]
fn a_shorter_session_than_requested_is_warned_about() {
    let sts = StandIn::start();
    let end = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    sts.fault(Fault::Content("Expiration", Box::leak(end.into_boxed_str())), 1);
    let sandbox = Sandbox::new().using(&sts);
    let said = sandbox.run(&["login", "--duration-seconds", "12h", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(said.contains("1h, not the requested 12h"), "{said}");
}

#[test]
fn remaining_time_is_counted_by_the_clock_of_sts() {
    for hours in [13, -13] {
        let sts = StandIn::start();
        sts.set_clock_offset(hours * 3600);
        let said = Sandbox::new().using(&sts).run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        assert!(said.contains(": 12h left"), "{said}");
    }
}

#[test]
fn an_impossible_expiration_is_refused_and_nothing_written() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    for end in ["2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"] {
        sts.fault(Fault::Content("Expiration", end), 1);
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(255);
        assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS, "{end}");
    }
}

#[test]
fn local_time_of_awsume_is_read_in_the_zone_of_the_machine() {
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
