//! The calls to IAM against moto, whose answers have the form of AWS's own.

use awsmfa::endpoint::Endpoint;
use awsmfa::io::iam;
use awsmfa::io::sts::Caller;
use awsmfa::limits;
use awsmfa::secret::Secret;
use awsmfa::session::LongTermKey;

use crate::installed;
use crate::support::moto::MotoServer;
use crate::support::sandbox::{Ran, Sandbox};

#[test]
#[ignore = "needs moto_server and the AWS CLI: run tests/run"]
fn moto_creates_lists_deactivates_and_deletes_keys() {
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
