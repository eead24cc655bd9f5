//! The SDK's set-up: one attempt, own time limits, own TLS, and none of the two files.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::{Credentials, RuntimeComponents, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};

use super::{Caller, Observer};
use crate::endpoint::Endpoint;

/// What a call may take beyond its two limits.
const GRACE: Duration = Duration::from_millis(500);

/// Builds the client. With region and credentials given, the SDK asks no metadata service; with both files given as
/// contents, it reads neither, which it would do as a whole, however large they are.
pub(super) async fn build(
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    trust: TrustStore,
    observer: Observer,
) -> aws_sdk_sts::Client {
    let plain = endpoint.url.as_deref().is_some_and(|url| url.starts_with("http://"));
    let trust = if plain { TrustStore::empty() } else { trust };
    let no_files = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, "")
        .with_contents(EnvConfigFileKind::Credentials, "")
        .build();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(endpoint.connect_limit)
        .read_timeout(endpoint.read_limit)
        .operation_timeout(endpoint.connect_limit + endpoint.read_limit + GRACE)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(endpoint.region.clone()))
        .credentials_provider(credentials(caller))
        .profile_files(no_files)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .http_client(http_client(trust));
    if let Some(url) = &endpoint.url {
        loader = loader.endpoint_url(url);
    }
    if let Ok(name) = AppName::new("awsmfa") {
        loader = loader.app_name(name);
    }
    let config = aws_sdk_sts::config::Builder::from(&loader.load().await).interceptor(observer).build();
    aws_sdk_sts::Client::from_conf(config)
}

fn credentials(caller: &Caller<'_>) -> Credentials {
    let (id, secret, token) = match caller {
        Caller::Key(key) => (&key.access_key_id, &key.secret_access_key, None),
        Caller::Session(session) => {
            let token = session.session_token.expose().to_owned();
            (&session.access_key_id, &session.secret_access_key, Some(token))
        }
    };
    Credentials::new(id.as_str(), secret.expose(), token, None, "awsmfa")
}

/// rustls with ring: aws-lc, the SDK's default, gathers entropy for 28 ms at every start.
fn http_client(trust: TrustStore) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        // The SDK makes a connector without settings first and throws it away: it need not parse certificates.
        let trust = if settings.is_none() { TrustStore::empty() } else { trust.clone() };
        let tls = TlsContext::builder().with_trust_store(trust).build().unwrap_or_default();
        let mut connector =
            ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls);
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}
