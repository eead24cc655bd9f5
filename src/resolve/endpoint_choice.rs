//! The choice of the STS endpoint.

use super::resolve_error::ResolveError;
use super::settings::{Lookup, checked};
use super::{Origin, Request, Situation, services};
use crate::endpoint::{Endpoint, GLOBAL, first_region, partition_of_arn};
use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::limits;
use crate::profile::property::{
    CA_BUNDLE, ENDPOINT_URL, IGNORE_CONFIGURED_ENDPOINT_URLS, REGION, SERVICES, STS_REGIONAL_ENDPOINTS,
    USE_DUALSTACK_ENDPOINT, USE_FIPS_ENDPOINT,
};
use crate::profile::{Profile, Profiles};
use crate::proxy::Proxy;
use crate::value::{Region, Value, ValueError};

const ENDPOINT_URL_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"];

/// The regions for which `sts_regional_endpoints = legacy` selects the global endpoint (AWS SDKs and Tools Reference
/// Guide, "AWS STS Regional endpoints").
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

/// The places in which a setting of the endpoint is looked up.
struct Places<'a> {
    environment: &'a Environment,
    profiles: &'a [Option<&'a Profile<'a>>],
}

/// Chooses the endpoint; `arn` determines the partition if no region is set.
pub(super) fn endpoint(
    request: &Request,
    situation: Situation<'_>,
    profiles: &[Option<&Profile<'_>>],
    arn: Option<&str>,
) -> Result<Endpoint, ResolveError> {
    let places = Places { environment: situation.environment, profiles };
    let (url, origin) = places.url(request, situation.profiles)?.unzip();
    let mut endpoint = Endpoint {
        region: places.region(request.region.as_deref(), arn, url.is_some())?,
        url,
        use_fips: places.is_true("AWS_USE_FIPS_ENDPOINT", USE_FIPS_ENDPOINT)?,
        use_dual_stack: places.is_true("AWS_USE_DUALSTACK_ENDPOINT", USE_DUALSTACK_ENDPOINT)?,
        ca_bundle: places.find("--ca-bundle", &request.ca_bundle, &["AWS_CA_BUNDLE"], CA_BUNDLE)?.map(|(path, _)| path),
        proxy: None,
        connect_limit: request.connect_limit.unwrap_or(limits::CONNECT),
        read_limit: request.read_limit.unwrap_or(limits::READ),
    };
    let is_own = endpoint.url.is_none() && !endpoint.use_fips && !endpoint.use_dual_stack;
    if is_own && LEGACY_REGIONS.contains(&endpoint.region.as_str()) && places.wants_legacy()? {
        GLOBAL.clone_into(&mut endpoint.region);
    }
    // Without this check, the SDK would refuse the settings only when the MFA code is about to be sent.
    let resolved = endpoint.resolved_url().map_err(|rule| {
        let origin = origin.map(|origin| format!(" and the endpoint URL from {origin}")).unwrap_or_default();
        ResolveError::NoEndpoint { region: endpoint.region.clone(), origin, rule }
    })?;
    endpoint.proxy = Proxy::for_url(&checked(&resolved, &Origin::Flag("--endpoint-url"))?, situation.environment)
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
    ) -> Result<Option<(String, Origin)>, ResolveError> {
        let flag = value.as_deref().map(|value| (flag, value));
        let properties = self.profiles.iter().map(|profile| (property, *profile)).collect();
        Lookup { flag, variables, properties }.find(self.environment)
    }

    fn is_true(&self, variable: &'static str, property: &'static str) -> Result<bool, ResolveError> {
        let found = self.find("", &None, &[variable], property)?;
        Ok(found.is_some_and(|(value, _)| value.eq_ignore_ascii_case("true")))
    }

    fn wants_legacy(&self) -> Result<bool, ResolveError> {
        let found = self.find("", &None, &["AWS_STS_REGIONAL_ENDPOINTS"], STS_REGIONAL_ENDPOINTS)?;
        Ok(found.is_some_and(|(value, _)| value.eq_ignore_ascii_case("legacy")))
    }

    /// Finds the endpoint's URL: from the flag, from the variables, or, for each profile in turn, from its `services`
    /// section or its own property.
    fn url(&self, request: &Request, files: Profiles<'_>) -> Result<Option<(EndpointUrl, Origin)>, ResolveError> {
        if let Some(url) = &request.endpoint_url {
            // Plain http:// is allowed here: the user sees the URL on the command line.
            let origin = Origin::Flag("--endpoint-url");
            return Ok(Some((checked(url, &origin)?, origin)));
        }
        if self.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", IGNORE_CONFIGURED_ENDPOINT_URLS)? {
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
        let found = match variable.find(self.environment)? {
            Some(found) => Some(found),
            None => self.profiles.iter().flatten().find_map(|profile| in_profile(profile)),
        };
        let Some((url, origin)) = found else { return Ok(None) };
        tracing::info!(from = %origin, "setting");
        Ok(Some((encrypted(&url, &origin)?, origin)))
    }

    /// Finds the region: from the flag, from `AWS_REGION` or `AWS_DEFAULT_REGION`, or from the profiles in turn.
    /// Defaults to the first region of the partition of `arn`, or to us-east-1.
    fn region(&self, flag: Option<&str>, arn: Option<&str>, is_other_service: bool) -> Result<String, ResolveError> {
        let flag = flag.map(str::to_owned);
        let places = Places { environment: self.environment, profiles: self.profiles };
        let found = places.find("--region", &flag, &["AWS_REGION", "AWS_DEFAULT_REGION"], REGION)?;
        if let Some((value, origin)) = found {
            // Services that are compatible with STS have regions of their own, but a flag must name an AWS region.
            if is_other_service && !matches!(origin, Origin::Flag(_)) {
                let rule = |error: ValueError| error.to_string();
                let region = Region::of_other_service(&value).map_err(rule);
                let failed = |rule| ResolveError::Value { what: Region::NAME, origin, rule };
                return Ok(region.map_err(failed)?.to_string());
            }
            return Ok(checked::<Region>(&value, &origin)?.to_string());
        }
        tracing::info!(arn, "no region is set: the first one of the ARN's partition");
        let first = arn.and_then(partition_of_arn).and_then(first_region);
        Ok(first.unwrap_or("us-east-1").to_owned())
    }
}

/// The variables for these endpoints (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
const SDK_ENDPOINTS: [&str; 5] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_SIGNIN",
];

/// Checks the variables for the endpoints of the services that the AWS SDK gets credentials from: it would panic at some
/// values, and send a token unencrypted.
///
/// # Errors
///
/// Fails if one is not the URL of a server, or if it is a plain `http://` URL of another machine.
pub fn check_sdk_endpoints(environment: &Environment) -> Result<(), ResolveError> {
    for name in SDK_ENDPOINTS {
        if let Some(url) = environment.get(name) {
            encrypted(url, &Origin::Variable(name))?;
        }
    }
    Ok(())
}

/// Parses a URL from a variable or a file. Refuses plain `http://` except to this machine: the user may have forgotten
/// the setting, and it would expose the session to the network.
pub(super) fn encrypted(text: &str, origin: &Origin) -> Result<EndpointUrl, ResolveError> {
    let url: EndpointUrl = checked(text, origin)?;
    if url.is_plain() && !url.is_loopback() {
        return Err(ResolveError::PlainHttp { origin: origin.to_string() });
    }
    Ok(url)
}
