//! AWS clients and sessions that come from IAM Identity Center: the AWS CLI reads the same token as awsmfa, and clients
//! read the session that awsmfa has written.

use crate::support::identity_center::{CACHE, CONFIG, cache, portal_token};
use crate::support::sandbox::Sandbox;
use crate::support::sts::StandIn;
use crate::support::sts::sources::REFRESH_TOKEN;
use crate::{aws_cli, boto3};

fn has_role(arn: &str) -> bool {
    arn.starts_with("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_dev/")
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn the_aws_cli_reads_the_same_token_and_clients_read_the_written_session() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::with(CONFIG, "").using(&sts);
    for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
        sandbox.set(name, &sts.url());
    }
    cache(&sandbox, CACHE, &portal_token(3600, REFRESH_TOKEN));

    // The AWS CLI itself accepts the token, so that it is one as the AWS CLI writes it.
    let arn = aws_cli(&sandbox, "dev", &sts.url()).expect("the AWS CLI is let in");
    assert!(has_role(&arn), "{arn}");

    sandbox.run(&["login", "dev"]).expect(0);
    let arn = aws_cli(&sandbox, "dev-session", &sts.url()).expect("the AWS CLI is let in");
    assert!(has_role(&arn), "{arn}");
    let seen = boto3(&sandbox, "dev-session", &sts.url());
    assert!(has_role(seen["arn"].as_str().unwrap_or_default()), "{seen}");
    sandbox.run(&["logout", "dev"]).expect(0);
    assert_eq!(sandbox.credentials_text(), "");
}
