//! A profile for IAM Identity Center, and the files that the AWS CLI writes when it signs in.

use std::fs;

use super::sandbox::Sandbox;
use super::sts::sources::PORTAL_TOKEN;

/// The profile `dev`.
pub const CONFIG: &str = "[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
";

/// The token of its session: the name is the SHA-1 of `corp`.
pub const CACHE: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// Writes a file of a cache below `.aws`.
pub fn cache(sandbox: &Sandbox, name: &str, text: &str) {
    let path = sandbox.path(name);
    fs::create_dir_all(path.parent().expect("it has a folder")).expect("the home is writable");
    fs::write(path, text).expect("the home is writable");
}

/// The time in so many seconds, as RFC 3339.
pub fn in_seconds(seconds: i64) -> String {
    format!("{:.0}", jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds))
}

/// The token of `aws sso login`, as the AWS CLI v2 writes it. The portal refuses one that has ended, which the SDK sends
/// if it cannot renew it.
pub fn portal_token(seconds: i64, refresh: &str) -> String {
    let (end, registration) = (in_seconds(seconds), in_seconds(30 * 24 * 3600));
    let token = if seconds > 0 { PORTAL_TOKEN } else { "ended-token-EXAMPLE" };
    format!(
        r#"{{"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1", "accessToken": "{token}",
             "expiresAt": "{end}", "clientId": "client", "clientSecret": "secret",
             "registrationExpiresAt": "{registration}", "refreshToken": "{refresh}"}}"#
    )
}
