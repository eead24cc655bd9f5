//! AWS clients and sessions that come from IAM Identity Center: the AWS CLI reads the same token as awsmfa, and clients
//! read the session that awsmfa has written.

use std::fs;

use crate::support::sandbox::Sandbox;
use crate::support::sts::StandIn;
use crate::support::sts::sources::{PORTAL_TOKEN, REFRESH_TOKEN};
use crate::{aws_cli, boto3};

const CONFIG: &str = "[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
";

/// The SHA-1 of `corp`.
const CACHE: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

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
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let token = format!(
        r#"{{"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1", "accessToken": "{PORTAL_TOKEN}",
             "expiresAt": "{end:.0}", "clientId": "client", "clientSecret": "secret",
             "registrationExpiresAt": "{end:.0}", "refreshToken": "{REFRESH_TOKEN}"}}"#
    );
    let path = sandbox.path(CACHE);
    fs::create_dir_all(path.parent().expect("it has a folder")).expect("the home is writable");
    fs::write(path, token).expect("the home is writable");

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
