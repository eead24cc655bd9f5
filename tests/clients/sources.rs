//! AWS clients and sources of credentials: clients get sessions from the same sources as awsmfa, and read the session
//! that awsmfa has written.

use std::path::Path;

use crate::support::identity_center::{CACHE, CONFIG, cache, portal_token};
use crate::support::sandbox::Sandbox;
use crate::support::source_homes::each_source;
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

/// The stand-in gives boto3 the sessions, so that it is not made for the SDK of awsmfa alone. boto3 reads what the AWS CLI
/// writes for `aws login`, and signs in again, too.
#[test]
#[ignore = "needs boto3 and the C runtime: run tests/run"]
fn boto3_gets_the_sessions_of_the_same_sources() {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clients/venv-crt/lib");
    let versions = std::fs::read_dir(packages).expect("tests/run installs it");
    let packages = versions.flatten().next().expect("a version of Python").path().join("site-packages");
    let sts = StandIn::start();
    // With keys in the variables, boto3 ignores AWS_PROFILE.
    for (source, mut sandbox, expected) in each_source(&sts).into_iter().filter(|(it, ..)| *it != "Environment") {
        sandbox.set("PYTHONPATH", &packages.display().to_string());
        let seen = boto3(&sandbox, "dev", &sts.url());
        let arn = seen["arn"].as_str().unwrap_or_default();
        assert!(arn.contains(expected), "{source}: {seen}");
    }
}
