//! Homes with each source of credentials that awsmfa does not hold itself, in a profile `dev`.

use std::fs;

use super::aws_login::{CACHE as SIGN_IN_CACHE, CONFIG as SIGN_IN, sign_in_token};
use super::identity_center::{CACHE as SESSION_CACHE, CONFIG as SSO, cache, portal_token};
use super::sandbox::{CAT, Sandbox};
use super::sts::sources::{CONTAINER_PATH, REFRESH_TOKEN, WEB_IDENTITY_TOKEN};
use super::sts::{Role, StandIn};

pub const LEGACY_SSO: &str = "[profile dev]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = dev
region = eu-west-1
";
/// The name of the AWS CLI's file: the SHA-1 of the start URL.
pub const LEGACY_CACHE: &str = "sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json";

pub const AN_HOUR: i64 = 3600;

/// A home with this config file, in which all services are those of the stand-in.
pub fn home(sts: &StandIn, config: &str) -> Sandbox {
    let mut sandbox = Sandbox::with(config, "# keys\n").using(sts);
    for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN"] {
        sandbox.set(name, &sts.url());
    }
    sandbox
}

/// A home for each kind of source in the profile `dev`, signed in, and the owner of its session.
pub fn each_source(sts: &StandIn) -> Vec<(&'static str, Sandbox, &'static str)> {
    let sso = home(sts, SSO);
    cache(&sso, SESSION_CACHE, &portal_token(AN_HOUR, REFRESH_TOKEN));
    let renewed = home(sts, SSO);
    cache(&renewed, SESSION_CACHE, &portal_token(-60, REFRESH_TOKEN));
    let legacy = home(sts, LEGACY_SSO);
    cache(&legacy, LEGACY_CACHE, &portal_token(AN_HOUR, ""));
    let sign_in = home(sts, SIGN_IN);
    cache(&sign_in, SIGN_IN_CACHE, &sign_in_token(sts, 900, REFRESH_TOKEN));
    let renewed_sign_in = home(sts, SIGN_IN);
    cache(&renewed_sign_in, SIGN_IN_CACHE, &sign_in_token(sts, -60, REFRESH_TOKEN));

    let by_token = home(sts, "");
    let token = by_token.path("token");
    fs::write(&token, WEB_IDENTITY_TOKEN).expect("the home is writable");
    let config = format!(
        "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = {}\nregion = eu-west-1\n",
        token.display()
    );
    by_token.write("config", config.as_bytes());

    let machine = |source: &str| {
        let role = Role { trusted: principals(), ..Role::named("admin") };
        sts.add_role(role.clone());
        home(
            sts,
            &format!("[profile dev]\nrole_arn = {}\ncredential_source = {source}\nregion = eu-west-1\n", role.arn),
        )
    };
    let mut environment = machine("Environment");
    environment.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    environment.set("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let mut instance = machine("Ec2InstanceMetadata");
    instance.set("AWS_EC2_METADATA_DISABLED", "false");
    instance.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &sts.url());
    let mut container = machine("EcsContainer");
    container.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}{CONTAINER_PATH}", sts.url()));

    let session = sts.sign_in(AN_HOUR);
    let process = home(sts, "");
    let json = format!(
        r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}", "SessionToken": "{}", "Expiration": "{}"}}"#,
        session.access_key_id, session.secret_access_key, session.session_token, session.expiration
    );
    fs::write(process.path("session.json"), json).expect("the home is writable");
    let command = format!("{CAT} {}", process.path("session.json").display());
    process.write("config", format!("[profile dev]\ncredential_process = {command}\nregion = eu-west-1\n").as_bytes());

    let portal = "assumed-role/AWSReservedSSO_dev/";
    vec![
        ("sso_session", sso, portal),
        ("sso_session, renewed", renewed, portal),
        ("sso_start_url", legacy, portal),
        ("login_session", sign_in, "user/ada"),
        ("login_session, renewed", renewed_sign_in, "user/ada"),
        ("web_identity_token_file", by_token, "assumed-role/web/"),
        ("Environment", environment, "assumed-role/admin/"),
        ("Ec2InstanceMetadata", instance, "assumed-role/admin/"),
        ("EcsContainer", container, "assumed-role/admin/"),
        ("credential_process", process, "user/ada"),
    ]
}

/// All that may assume a role in these tests.
pub fn principals() -> Vec<String> {
    let roles = ["AWSReservedSSO_dev", "machine", "container", "web", "admin"].map(|name| format!("role/{name}"));
    let principals = roles.into_iter().chain(["user/ada".to_owned()]);
    principals.map(|name| format!("arn:aws:iam::123456789012:{name}")).collect()
}
