//! `--online`: the clock, the key and its age, as the stand-in reports them.

use std::collections::BTreeSet;

use super::{findings, kinds, private};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};
use crate::support::sts::StandIn;

fn asking(sts: &StandIn) -> Sandbox {
    private(DEFAULT_CONFIG.as_bytes(), DEFAULT_CREDENTIALS.as_bytes()).using(sts)
}

#[test]
fn a_valid_key_is_checked_without_a_code_and_only_online() {
    let sts = StandIn::start();
    let sandbox = asking(&sts);
    assert!(findings(&sandbox, &[]).is_empty());
    assert_eq!(sts.calls().len(), 0);
    assert!(findings(&sandbox, &["--online"]).is_empty(), "IAM denies the age, which is no finding");
    assert_eq!((sts.count("GetCallerIdentity"), sts.calls().len()), (1, 3));
}

#[test]
fn a_wrong_clock_is_reported_with_its_direction() {
    let sts = StandIn::start();
    sts.set_clock_offset(7200);
    let found = findings(&asking(&sts), &["--online"]);
    assert_eq!(kinds(&found), BTreeSet::from(["clock-skew"]), "{found:#?}");
    assert!(found[0]["message"].as_str().is_some_and(|said| said.contains("behind the clock of STS")), "{found:#?}");
}

#[test]
fn a_refused_key_is_distinguished_from_an_unreachable_endpoint() {
    let sts = StandIn::start();
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    let found = findings(&asking(&sts), &["--online"]);
    assert_eq!(kinds(&found), BTreeSet::from(["key-refused"]), "{found:#?}");
    assert!(found[0]["message"].as_str().is_some_and(|said| said.contains("InvalidClientTokenId")), "{found:#?}");
    let sandbox = asking(&sts);
    drop(sts);
    let found = findings(&sandbox, &["--online"]);
    assert_eq!(kinds(&found), BTreeSet::from(["unreachable"]), "{found:#?}");
}

#[test]
fn a_key_is_old_from_ninety_days_on() {
    let sts = StandIn::start();
    let made = |days: i64| jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    sts.list_keys(&[("AKIAI44QH8DHBEXAMPLE", made(900)), ("AKIAIOSFODNN7EXAMPLE", made(89))]);
    assert!(findings(&asking(&sts), &["--online"]).is_empty());
    sts.list_keys(&[("AKIAIOSFODNN7EXAMPLE", made(91))]);
    let found = findings(&asking(&sts), &["--online"]);
    assert_eq!(kinds(&found), BTreeSet::from(["old-key"]), "{found:#?}");
    assert!(found[0]["message"].as_str().is_some_and(|said| said.contains("91 days")), "{found:#?}");
    let mut patient = asking(&sts);
    patient.set("AWSMFA_MAX_KEY_AGE", "180d");
    assert!(findings(&patient, &["--online"]).is_empty());
    let said = patient.run(&["doctor", "--online"]).expect(0);
    assert!(said.contains("the long-term access key of 'default' was created 91 days ago"), "{said}");
    let listed = patient.run(&["list", "--long"]).stdout;
    assert!(listed.contains("file, 91 days"), "{listed}");
    let text = format!("{DEFAULT_CONFIG}awsmfa_max_key_age = 1d\n");
    patient.write("config", text.as_bytes());
    patient.set("AWSMFA_MAX_KEY_AGE", "");
    assert_eq!(kinds(&findings(&patient, &["--online"])), BTreeSet::from(["old-key"]));
    patient.set("AWSMFA_MAX_KEY_AGE", "soon");
    let said = patient.run(&["doctor", "--online"]).stderr;
    assert!(said.contains("the duration from AWSMFA_MAX_KEY_AGE cannot be used"), "{said}");
}

#[test]
fn online_without_a_key_is_a_warning() {
    let sandbox = private(DEFAULT_CONFIG.as_bytes(), b"");
    let ran = sandbox.run(&["doctor", "--online"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}
