//! Where and how STS is asked.

use std::net::IpAddr;

use super::error::ResolveError;
use super::settings::Lookup;
use super::{Origin, Request, Situation, services};
use crate::endpoint::{Endpoint, GLOBAL, first_region, partition_of_arn};
use crate::environment::Environment;
use crate::limits;
use crate::profile::property::{
    CA_BUNDLE, ENDPOINT_URL, IGNORE_CONFIGURED_ENDPOINT_URLS, REGION, SERVICES, STS_REGIONAL_ENDPOINTS,
    USE_DUALSTACK_ENDPOINT, USE_FIPS_ENDPOINT,
};
use crate::profile::{Profile, Profiles};
use crate::proxy::Proxy;

const ENDPOINT_URL_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"];

/// The regions that `sts_regional_endpoints = legacy` sends to the one old endpoint (AWS SDKs and Tools Reference Guide,
/// AWS STS Regional endpoints).
const LEGACY_REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    GLOBAL,
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Where a setting of the endpoint is looked for.
struct Places<'a> {
    environment: &'a Environment,
    profiles: &'a [Option<&'a Profile<'a>>],
}

/// Decides where and how STS is asked; `arn` tells the partition if no region is set.
pub(super) fn endpoint(
    request: &Request,
    situation: Situation<'_>,
    profiles: &[Option<&Profile<'_>>],
    arn: Option<&str>,
) -> Result<Endpoint, ResolveError> {
    let places = Places { environment: situation.environment, profiles };
    let (url, origin) = places.url(request, situation.profiles)?.unzip();
    let mut endpoint = Endpoint {
        region: places.region(request.region.as_deref(), arn)?,
        url,
        use_fips: places.is_true("AWS_USE_FIPS_ENDPOINT", USE_FIPS_ENDPOINT),
        use_dual_stack: places.is_true("AWS_USE_DUALSTACK_ENDPOINT", USE_DUALSTACK_ENDPOINT),
        ca_bundle: places.find("--ca-bundle", &request.ca_bundle, &["AWS_CA_BUNDLE"], CA_BUNDLE).map(|(path, _)| path),
        proxy: None,
        connect_limit: request.connect_limit.unwrap_or(limits::CONNECT),
        read_limit: request.read_limit.unwrap_or(limits::READ),
    };
    let is_own = endpoint.url.is_none() && !endpoint.use_fips && !endpoint.use_dual_stack;
    if is_own && LEGACY_REGIONS.contains(&endpoint.region.as_str()) && places.wants_legacy() {
        GLOBAL.clone_into(&mut endpoint.region);
    }
    // What the SDK's rules refuse would otherwise be found out when the code is on its way.
    let resolved = endpoint.resolved_url().map_err(|rule| {
        let origin = origin.map(|origin| format!(" and the endpoint URL from {origin}")).unwrap_or_default();
        ResolveError::NoEndpoint { region: endpoint.region.clone(), origin, rule }
    })?;
    endpoint.proxy = Proxy::for_url(&resolved, situation.environment)
        .map_err(|error| ResolveError::Proxy { variable: error.variable })?;
    let proxy = endpoint.proxy.as_ref().map(|proxy| format!("{} (from {})", proxy.name, proxy.variable));
    tracing::info!(url = resolved, region = endpoint.region, proxy, ca_bundle = endpoint.ca_bundle, "endpoint");
    Ok(endpoint)
}

impl<'a> Places<'a> {
    fn find(
        &self,
        flag: &'static str,
        value: &'a Option<String>,
        variables: &'a [&'static str],
        property: &'static str,
    ) -> Option<(String, Origin)> {
        let flag = value.as_deref().map(|value| (flag, value));
        let properties = self.profiles.iter().map(|profile| (property, *profile)).collect();
        Lookup { flag, variables, properties }.find(self.environment)
    }

    fn is_true(&self, variable: &'static str, property: &'static str) -> bool {
        let found = self.find("", &None, &[variable], property);
        found.is_some_and(|(value, _)| value.eq_ignore_ascii_case("true"))
    }

    fn wants_legacy(&self) -> bool {
        let found = self.find("", &None, &["AWS_STS_REGIONAL_ENDPOINTS"], STS_REGIONAL_ENDPOINTS);
        found.is_some_and(|(value, _)| value.eq_ignore_ascii_case("legacy"))
    }

    /// The endpoint's URL: flag, variables, then of each profile in turn its `services` section and its own.
    fn url(&self, request: &Request, files: Profiles<'_>) -> Result<Option<(String, Origin)>, ResolveError> {
        if let Some(url) = &request.endpoint_url {
            return checked_url(url.clone(), Origin::Flag("--endpoint-url")).map(Some);
        }
        if self.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", IGNORE_CONFIGURED_ENDPOINT_URLS) {
            return Ok(None);
        }
        let variable = Lookup { flag: None, variables: &ENDPOINT_URL_VARIABLES, properties: Vec::new() };
        let in_profile = |profile: &Profile<'_>| {
            let services = profile.property(SERVICES);
            let of_sts =
                services.and_then(|services| services::property(&services.value, "sts", ENDPOINT_URL, files.config));
            let found = of_sts.or_else(|| profile.property(ENDPOINT_URL))?;
            let place = found.place();
            Some((found.value.into_owned(), Origin::Property(ENDPOINT_URL, place)))
        };
        let found = variable
            .find(self.environment)
            .or_else(|| self.profiles.iter().flatten().find_map(|profile| in_profile(profile)));
        let Some((url, origin)) = found else { return Ok(None) };
        let (url, origin) = checked_url(url, origin)?;
        tracing::info!(from = %origin, "setting");
        // Whoever names it now sees where the session will travel; what stands in a file may be long forgotten.
        if url.starts_with("http://") && !is_loopback(&url) {
            return Err(ResolveError::PlainHttp { origin: origin.to_string() });
        }
        Ok(Some((url, origin)))
    }

    /// The region: flag, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profiles in turn, the first region of the partition of
    /// `arn`, us-east-1.
    fn region(&self, flag: Option<&str>, arn: Option<&str>) -> Result<String, ResolveError> {
        let flag = flag.map(str::to_owned);
        let places = Places { environment: self.environment, profiles: self.profiles };
        if let Some((value, origin)) = places.find("--region", &flag, &["AWS_REGION", "AWS_DEFAULT_REGION"], REGION) {
            let is_good = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !value.is_empty()
                && !value.starts_with('-')
                && !value.ends_with('-');
            return is_good.then_some(value).ok_or_else(|| ResolveError::Region { origin: origin.to_string() });
        }
        tracing::info!(arn, "no region is set: the first one of the ARN's partition");
        let first = arn.and_then(partition_of_arn).and_then(first_region);
        Ok(first.unwrap_or("us-east-1").to_owned())
    }
}

/// The SDK would find out only when the code is on its way.
fn checked_url(url: String, origin: Origin) -> Result<(String, Origin), ResolveError> {
    let parsed = url.parse::<http::Uri>().ok();
    let is_good = parsed.is_some_and(|url| {
        let has_host = url.host().is_some_and(|host| !host.is_empty());
        // A password in it would be shown in messages.
        let has_user = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
        matches!(url.scheme_str(), Some("http" | "https")) && has_host && !has_user
    });
    if is_good { Ok((url, origin)) } else { Err(ResolveError::EndpointUrl { origin: origin.to_string() }) }
}

fn is_loopback(url: &str) -> bool {
    let Ok(url) = url.parse::<http::Uri>() else { return false };
    let host = url.host().unwrap_or_default().to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_what_never_leaves_the_machine() {
        for url in
            ["http://localhost:1", "http://LOCALHOST", "http://127.1.2.3:80", "http://[::1]:5", "http://a.localhost"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["http://sts.internal", "http://localhost.evil.example", "http://10.0.0.1", "http://[fe80::1]"] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
