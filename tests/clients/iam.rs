//! The calls to IAM against moto, whose answers have the form of AWS's own.

use awsmfa::endpoint::Endpoint;
use awsmfa::io::iam::{self, mfa_devices};
use awsmfa::io::sts::Caller;
use awsmfa::limits;
use awsmfa::secret::Secret;
use awsmfa::session::LongTermKey;
use awsmfa::token_code::TokenCode;

use crate::installed;
use crate::support::moto::MotoServer;
use crate::support::sandbox::{Ran, Sandbox};

/// A server with the user ada, its IAM, and a key.
fn with_user() -> (MotoServer, Endpoint, LongTermKey) {
    let moto = MotoServer::start(&installed("moto_server"), &[]);
    let sandbox = Sandbox::new();
    let mut aws = sandbox.program(installed("aws"));
    aws.args(["iam", "create-user", "--user-name", "ada", "--endpoint-url", &moto.url, "--region", "us-east-1"]);
    Ran::from(aws.output().expect("the AWS CLI runs")).expect(0);
    let endpoint = Endpoint {
        region: "us-east-1".to_owned(),
        url: Some(moto.url.parse().expect("a URL")),
        use_fips: false,
        use_dual_stack: false,
        ca_bundle: None,
        proxy: None,
        connect_limit: limits::CONNECT,
        read_limit: limits::READ,
    };
    let signer = LongTermKey {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    };
    (moto, endpoint, signer)
}

#[test]
#[ignore = "needs moto_server and the AWS CLI: run tests/run"]
fn moto_creates_lists_deactivates_and_deletes_keys() {
    let (_moto, endpoint, signer) = with_user();
    let caller = Caller::Key(&signer);
    let created = iam::create_access_key(&endpoint, &caller, "ada").expect("a key");
    let id = &created.access_key_id;
    assert!(id.starts_with("AKIA") && created.secret_access_key.expose().len() == 40);
    assert_eq!(iam::last_used(&endpoint, &caller, id).expect("an answer"), None);
    for is_active in [false, true] {
        iam::set_active(&endpoint, &caller, "ada", id, is_active).expect("an answer");
        let listed = iam::access_keys(&endpoint, &caller, Some("ada")).expect("a list");
        let [key] = listed.as_slice() else { panic!("{listed:?}") };
        assert_eq!((&key.access_key_id, key.is_active, key.created.is_some()), (id, is_active, true));
    }
    iam::delete_access_key(&endpoint, &caller, "ada", id).expect("an answer");
    assert_eq!(iam::access_keys(&endpoint, &caller, Some("ada")).expect("a list"), []);
    let missing = iam::delete_access_key(&endpoint, &caller, "ada", id).expect_err("it is gone");
    assert!(missing.is_missing() && !missing.may_be_done(), "{missing}");
    let refused = iam::create_access_key(&endpoint, &caller, "eve").expect_err("there is no such user");
    assert!(refused.is_missing(), "{refused}");
}

#[test]
#[ignore = "needs moto_server and the AWS CLI: run tests/run"]
fn moto_creates_enables_lists_deactivates_and_deletes_mfa_devices() {
    let (_moto, endpoint, signer) = with_user();
    let caller = Caller::Key(&signer);
    let created = mfa_devices::create(&endpoint, &caller, "ada").expect("a device");
    let (serial, seed) = (created.serial_number, created.seed);
    assert_eq!(serial.as_str(), "arn:aws:iam::123456789012:mfa/ada");
    assert!(seed.expose().len() >= 16 && seed.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let taken = mfa_devices::create(&endpoint, &caller, "ada").err().expect("there is one");
    assert!(taken.is_taken(), "{taken}");
    assert_eq!(mfa_devices::list(&endpoint, &caller, "ada").expect("a list"), []);
    let codes = ["123456", "654321"].map(|code| code.parse::<TokenCode>().expect("six digits"));
    mfa_devices::enable(&endpoint, &caller, "ada", &serial, [&codes[0], &codes[1]]).expect("an answer");
    let listed = mfa_devices::list(&endpoint, &caller, "ada").expect("a list");
    let [device] = listed.as_slice() else { panic!("{listed:?}") };
    assert!(device.serial_number == serial.as_str() && device.enabled.is_some(), "{device:?}");
    mfa_devices::deactivate(&endpoint, &caller, "ada", serial.as_str()).expect("an answer");
    mfa_devices::delete(&endpoint, &caller, serial.as_str()).expect("an answer");
    let missing = mfa_devices::delete(&endpoint, &caller, serial.as_str()).expect_err("it is gone");
    assert!(missing.is_missing(), "{missing}");
}
