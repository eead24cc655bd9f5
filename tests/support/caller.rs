//! Asks STS for the identity of a session, which proves that it works.

use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sts::{Client, Config};
use awsmfa::profile::property::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN};

/// Returns the ARN that `GetCallerIdentity` gives for these credentials, or STS's error code.
pub fn identity(url: &str, access_key_id: &str, secret: &str, token: Option<&str>) -> Result<String, String> {
    let credentials = Credentials::new(access_key_id, secret, token.map(str::to_owned), None, "test");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(credentials)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    let answer = runtime.block_on(Client::from_conf(config).get_caller_identity().send());
    match answer {
        Ok(identity) => Ok(identity.arn().unwrap_or_default().to_owned()),
        Err(error) => {
            use aws_sdk_sts::error::ProvideErrorMetadata;
            Err(error.code().unwrap_or("no code").to_owned())
        }
    }
}

/// The same for the credentials of a profile in the text of a credentials file.
pub fn identity_of(url: &str, credentials: &[u8], profile: &str) -> Result<String, String> {
    let document = awsmfa::document::Document::parse(credentials.to_vec()).expect("not UTF-16");
    let section = document.sections_named(profile).last().ok_or("no such section")?;
    let value = |name| section.property(name).map(|found| found.value().into_owned());
    let id = value(ACCESS_KEY_ID).ok_or("no access key")?;
    let secret = value(SECRET_ACCESS_KEY).ok_or("no secret")?;
    identity(url, &id, &secret, value(SESSION_TOKEN).as_deref())
}
