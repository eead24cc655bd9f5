//! The setup of the SDK: one attempt per request, awsmfa's own time limits and TLS, and no access to the two files.

use std::time::Duration;

use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::config::{BehaviorVersion, Config, Credentials, Region, RuntimeComponents, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};

use super::Caller;
use crate::endpoint::Endpoint;
use crate::endpoint_url::EndpointUrl;
use crate::io::response_limit::ResponseLimit;

/// The time that a call may take in addition to the limits for connecting and reading.
const GRACE: Duration = Duration::from_millis(500);

/// Builds a pool of connections to the endpoint, which reuses them for later requests.
pub(in crate::io) fn connections(endpoint: &Endpoint, trust: TrustStore) -> SharedHttpClient {
    let plain = endpoint.url.as_ref().is_some_and(EndpointUrl::is_plain)
        && endpoint.proxy.as_ref().is_none_or(|proxy| proxy.name.starts_with("http://"));
    // NO_PROXY has been checked already, and an invalid URL has been refused.
    let proxy = endpoint.proxy.as_ref().and_then(|proxy| ProxyConfig::all(proxy.url.expose()).ok());
    http_client(if plain { TrustStore::empty() } else { trust }, proxy.unwrap_or_else(ProxyConfig::disabled))
}

/// Builds an HTTP client for any endpoint, with the proxies of the environment.
pub(in crate::io) fn environment_http_client(trust: TrustStore) -> SharedHttpClient {
    http_client(trust, ProxyConfig::from_env())
}

/// Builds the client. All settings are given explicitly, so that the SDK does not look for any in the metadata service,
/// in files or in variables.
pub(super) fn build(endpoint: &Endpoint, caller: &Caller<'_>, connections: SharedHttpClient) -> aws_sdk_sts::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(endpoint.connect_limit)
        .read_timeout(endpoint.read_limit)
        .operation_timeout(endpoint.connect_limit + endpoint.read_limit + GRACE)
        .build();
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(endpoint.region.clone()))
        .credentials_provider(credentials(caller))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .http_client(connections)
        .use_fips(endpoint.use_fips)
        .use_dual_stack(endpoint.use_dual_stack)
        .interceptor(ResponseLimit);
    config.set_endpoint_url(endpoint.url.as_ref().map(ToString::to_string));
    aws_sdk_sts::Client::from_conf(config.build())
}

fn credentials(caller: &Caller<'_>) -> Credentials {
    let (id, secret) = caller.key();
    let token = caller.session_token().map(|token| token.expose().to_owned());
    Credentials::new(id, secret.expose(), token, None, "awsmfa")
}

/// Builds an HTTP client with rustls and ring: aws-lc, the SDK's default, collects entropy for 28 ms at every start.
fn http_client(trust: TrustStore, proxy: ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        // The SDK first builds a connector without settings and discards it: that connector need not parse
        // certificates.
        let trust = if settings.is_none() { TrustStore::empty() } else { trust.clone() };
        let tls = TlsContext::builder().with_trust_store(trust).build().unwrap_or_default();
        let mut connector =
            ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls);
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(Some(proxy.clone()));
        connector.build()
    })
}
