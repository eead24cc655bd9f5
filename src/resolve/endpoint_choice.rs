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

/// A service with an endpoint: its variable, and its name in a `services` section (AWS SDKs and Tools Reference Guide,
/// "Service-specific endpoints").
type Service = (&'static str, &'static str);

const STS: Service = ("AWS_ENDPOINT_URL_STS", "sts");

/// The services besides STS that the AWS SDK gets credentials from.
const SIGN_IN_SERVICES: [Service; 3] =
    [("AWS_ENDPOINT_URL_SSO", "sso"), ("AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"), ("AWS_ENDPOINT_URL_SIGNIN", "signin")];

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
    // Plain http:// is allowed in the flag: the user sees the URL on the command line.
    let flag = || Origin::Flag("--endpoint-url");
    let of_flag = request.endpoint_url.as_ref().map(|url| Ok((checked(url, &flag())?, flag()))).transpose()?;
    let found = of_flag.map_or_else(|| places.url(STS, situation.profiles), |found| Ok(Some(found)))?;
    let (url, origin) = found.unzip();
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
    endpoint.proxy = Proxy::for_url(&checked(&resolved, &flag())?, situation.environment)
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

    /// Finds the URL of a service: in the variables, or, for each profile in turn, in its `services` section or its own
    /// property.
    fn url(
        &self,
        (variable, service): Service,
        files: Profiles<'_>,
    ) -> Result<Option<(EndpointUrl, Origin)>, ResolveError> {
        if self.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", IGNORE_CONFIGURED_ENDPOINT_URLS)? {
            return Ok(None);
        }
        let variables = [variable, "AWS_ENDPOINT_URL"];
        let in_variables = Lookup { flag: None, variables: &variables, properties: Vec::new() };
        let in_profile = |profile: &Profile<'_>| {
            let services = profile.property(SERVICES);
            let of_service =
                services.and_then(|services| services::property(&services.value, service, ENDPOINT_URL, files.config));
            let found = of_service.or_else(|| profile.property(ENDPOINT_URL))?;
            let place = found.place();
            Some((found.value.into_owned(), Origin::Property(ENDPOINT_URL, place)))
        };
        let found = match in_variables.find(self.environment)? {
            Some(found) => Some(found),
            None => self.profiles.iter().flatten().find_map(|profile| in_profile(profile)),
        };
        let Some((url, origin)) = found else { return Ok(None) };
        tracing::info!(from = %origin, "setting");
        Ok(Some((encrypted(&url, &origin, (variable, service) == STS)?, origin)))
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

/// Finds the URLs that are set for the services that the AWS SDK gets the credentials of a profile from, each with its
/// variable. The SDK itself would panic at some of them, and send a token unencrypted.
///
/// # Errors
///
/// Fails if one is not the URL of a server, or if it is a plain `http://` URL of another machine.
pub(super) fn sign_in_urls(
    profile: Option<&Profile<'_>>,
    situation: Situation<'_>,
) -> Result<Vec<(&'static str, EndpointUrl)>, ResolveError> {
    let places = Places { environment: situation.environment, profiles: &[profile] };
    let url = |service: Service| {
        let found = places.url(service, situation.profiles)?;
        Ok(found.map(|(url, _)| (service.0, url)))
    };
    SIGN_IN_SERVICES.into_iter().filter_map(|service| url(service).transpose()).collect()
}

/// Parses a URL from a variable or a file. Refuses plain `http://` except to this machine: the user may have forgotten
/// the setting, and it would expose credentials to the network. `has_flag` is set if a flag may name it.
pub(super) fn encrypted(text: &str, origin: &Origin, has_flag: bool) -> Result<EndpointUrl, ResolveError> {
    let url: EndpointUrl = checked(text, origin)?;
    if url.is_plain() && !url.is_loopback() {
        return Err(ResolveError::PlainHttp { origin: origin.to_string(), has_flag });
    }
    Ok(url)
}
