//! Asks the AWS SDK for Rust, and prints the keys as a line of JSON.

#![expect(clippy::disallowed_macros, reason = "this program is an AWS client of the tests, no part of awsmfa")]

use std::error::Error;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_sts::config::ProvideCredentials;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    println!("{}", runtime.block_on(ask()));
}

async fn ask() -> serde_json::Value {
    let http_client = aws_smithy_http_client::Builder::new().build_http();
    let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http_client);
    let config = loader.region(Region::new("us-east-1")).load().await;
    let provider = config.credentials_provider().expect("the default chain");
    match provider.provide_credentials().await {
        Ok(keys) => serde_json::json!({
            "access_key_id": keys.access_key_id(),
            "secret_access_key": keys.secret_access_key(),
            "session_token": keys.session_token(),
        }),
        Err(error) => {
            let causes = std::iter::successors(Some(&error as &(dyn Error + 'static)), |&error| error.source());
            serde_json::json!({ "error": causes.map(ToString::to_string).collect::<Vec<_>>().join(": ") })
        }
    }
}
