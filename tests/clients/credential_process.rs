//! AWS clients that run `awsmfa credential-process`: the AWS CLI, boto3, and the SDK for Rust with its own chain.

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::{BehaviorVersion, Region};
use aws_sdk_sts::{Client, Config};

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};
use crate::{ADA, aws_cli, boto3};

/// A profile `tool` whose credentials come from `awsmfa credential-process` of this profile.
fn with_process(sts: &StandIn, of: &str) -> Sandbox {
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!(
        "{DEFAULT_CONFIG}
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = default-session

[profile tool]
credential_process = {} credential-process {of}
region = us-east-1
",
        env!("CARGO_BIN_EXE_awsmfa")
    );
    Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts)
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn the_aws_cli_and_boto3_run_it_and_use_the_session() {
    for (of, expected) in [("default", ADA), ("admin", "arn:aws:sts::123456789012:assumed-role/admin/")] {
        let sts = StandIn::start();
        let sandbox = with_process(&sts, of);
        let refused = aws_cli(&sandbox, "tool", &sts.url()).expect_err("there is no session");
        assert!(refused.contains("an MFA code of arn:aws:iam::123456789012:mfa/ada is needed"), "{refused}");
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        let arn = aws_cli(&sandbox, "tool", &sts.url()).expect("the AWS CLI is let in");
        assert!(arn.starts_with(expected), "{arn}");
        let seen = boto3(&sandbox, "tool", &sts.url());
        assert!(seen["arn"].as_str().is_some_and(|arn| arn.starts_with(expected)), "{seen}");
        let session = sts.sessions().pop().expect("a session");
        assert_eq!(seen["session_token"].as_str(), Some(session.session_token.as_str()));
        assert_eq!(sts.count("AssumeRole"), usize::from(of == "admin"), "the second client is answered from the file");
    }
}

#[test]
fn the_sdk_for_rust_runs_it_and_uses_the_session() {
    let sts = StandIn::start();
    let sandbox = with_process(&sts, "admin");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    // The SDK runs the command with the variables of this test, so the command brings those of the sandbox.
    let text = std::fs::read_to_string(sandbox.path("config")).expect("text");
    let home = sandbox.home().display();
    let surroundings = format!("credential_process = env -i HOME={home} AWS_ENDPOINT_URL_STS={} ", sts.url());
    let text = text.replace("credential_process = ", &surroundings);
    let files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, text).build();
    let http_client = aws_smithy_http_client::Builder::new().build_http();
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&ProviderConfig::without_region().with_http_client(http_client.clone()))
        .profile_files(files)
        .profile_name("tool")
        .build();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(sts.url())
        .credentials_provider(provider)
        .http_client(http_client)
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    let identity = runtime.block_on(Client::from_conf(config).get_caller_identity().send()).expect("it is let in");
    let arn = identity.arn().unwrap_or_default();
    assert!(arn.starts_with("arn:aws:sts::123456789012:assumed-role/admin/"), "{arn}");
}
