//! The result of `setup`, as the AWS CLI and boto3 see it.

use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::{ADA, aws_cli, boto3};

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn after_setup_and_login_the_aws_cli_and_boto3_see_the_session() {
    let arguments: [(&[&str], &str); 2] =
        [(&["--yes"], "default-session"), (&["--session-profile", "default", "--region", "eu-west-1"], "default")];
    for (flags, session_profile) in arguments {
        let sts = StandIn::start();
        let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS).using(&sts);
        sandbox.run(&[&["setup"], flags].concat()).expect(0);
        sandbox.run(&["login", session_profile, "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        assert_eq!(aws_cli(&sandbox, session_profile, &sts.url()), Ok(ADA.to_owned()));
        let seen = boto3(&sandbox, session_profile, &sts.url());
        assert_eq!(seen.get("arn").and_then(serde_json::Value::as_str), Some(ADA), "{seen}");
        let session = sts.sessions().pop().expect("a session");
        let signed = sts.calls().pop().expect("a call").access_key_id;
        assert_eq!(signed, session.access_key_id, "signed with the session, not with the key");
    }
}
