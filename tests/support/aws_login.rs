//! A profile for `aws login`, and the file that the AWS CLI writes when it signs in.

use super::identity_center::in_seconds;
use super::sts::StandIn;

/// The profile `dev`.
pub const CONFIG: &str = "[profile dev]
login_session = arn:aws:iam::123456789012:user/ada
region = eu-west-1
";

/// The file of its sign-in: the name is the SHA-256 of the login session.
pub const CACHE: &str = "login/cache/397b11bbda6668a5a8d17d42c91036373f4a376627089c204bef61ce0ae993c2.json";

/// The example of the AWS SDK for Rust (aws-config, src/login/cache.rs).
const DPOP_KEY: &str = r"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIFDZHUzOG1Pzq+6F0mjMlOSp1syN9LRPBuHMoCFXTcXhoAoGCCqGSM49\nAwEHoUQDQgAE9qhj+KtcdHj1kVgwxWWWw++tqoh7H7UHs7oXh8jBbgF47rrYGC+t\ndjiIaHK3dBvvdE7MGj5HsepzLm3Kj91bqA==\n-----END EC PRIVATE KEY-----";

/// The credentials of `aws login`, as the AWS CLI v2 writes them.
pub fn sign_in_token(sts: &StandIn, seconds: i64, refresh: &str) -> String {
    let session = sts.sign_in(seconds.max(1));
    format!(
        r#"{{"accessToken": {{"accessKeyId": "{}", "secretAccessKey": "{}", "sessionToken": "{}",
             "accountId": "123456789012", "expiresAt": "{}"}}, "tokenType": "aws_sigv4", "refreshToken": "{refresh}",
             "idToken": "id", "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": "{DPOP_KEY}"}}"#,
        session.access_key_id,
        session.secret_access_key,
        session.session_token,
        in_seconds(seconds)
    )
}
