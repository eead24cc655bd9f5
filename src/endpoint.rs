//! The endpoint of STS, which `resolve` determines and `io::sts` uses.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

use crate::endpoint_url::EndpointUrl;
use crate::proxy::Proxy;

/// The endpoint of STS, with the time limits for requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The region of the endpoint and of the signature; [`GLOBAL`] for the endpoint of all older regions.
    pub region: String,
    /// The endpoint's URL, if it is not the region's own.
    pub url: Option<EndpointUrl>,
    /// Set to use the region's FIPS endpoint.
    pub use_fips: bool,
    /// Set to use the region's dual-stack endpoint.
    pub use_dual_stack: bool,
    /// The file of certificates to trust instead of the system's.
    pub ca_bundle: Option<String>,
    /// The proxy in front of this endpoint.
    pub proxy: Option<Proxy>,
    /// The time limit for a connection, TLS included.
    pub connect_limit: Duration,
    /// The time limit for the answer.
    pub read_limit: Duration,
}

/// The SDK's name for the one endpoint of all older regions, `sts.amazonaws.com`, which signs for us-east-1.
pub const GLOBAL: &str = "aws-global";

/// The partitions of AWS, with the prefix of their regions' names and their first region. The empty prefix comes last,
/// since it matches every region.
const PARTITIONS: [(&str, &str, &str); 8] = [
    ("aws-cn", "cn-", "cn-north-1"),
    ("aws-us-gov", "us-gov-", "us-gov-west-1"),
    ("aws-iso", "us-iso-", "us-iso-east-1"),
    ("aws-iso-b", "us-isob-", "us-isob-east-1"),
    ("aws-iso-e", "eu-isoe-", "eu-isoe-west-1"),
    ("aws-iso-f", "us-isof-", "us-isof-south-1"),
    ("aws-eusc", "eusc-", "eusc-de-east-1"),
    ("aws", "", "us-east-1"),
];

/// Returns the partition of a region, by its name.
pub fn partition_of_region(region: &str) -> &'static str {
    let found = PARTITIONS.iter().find(|(_, prefix, _)| region.starts_with(prefix));
    found.map_or("aws", |(partition, ..)| partition)
}

/// Returns the partition that an ARN names.
pub fn partition_of_arn(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').next()
}

/// Returns the only endpoint of IAM in a partition, and the region to sign for (AWS General Reference, IAM endpoints).
pub fn of_iam(partition: &str) -> Option<(&'static str, &'static str)> {
    Some(match partition {
        "aws" => ("https://iam.amazonaws.com", "us-east-1"),
        "aws-cn" => ("https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        "aws-us-gov" => ("https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
        "aws-iso" => ("https://iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        "aws-iso-b" => ("https://iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        _ => return None,
    })
}

/// Returns the first region of a partition, the default for session requests.
pub fn first_region(partition: &str) -> Option<&'static str> {
    let found = PARTITIONS.iter().find(|(name, ..)| *name == partition);
    found.map(|(_, _, region)| *region)
}

impl Endpoint {
    /// Returns the endpoint's URL according to the SDK's own rules.
    ///
    /// # Errors
    ///
    /// Fails with the SDK's message if there is no such endpoint, such as a FIPS endpoint in a partition without them.
    pub fn resolved_url(&self) -> Result<String, String> {
        let params = Params::builder()
            .region(self.region.clone())
            .set_endpoint(self.url.as_ref().map(ToString::to_string))
            .use_fips(self.use_fips)
            .use_dual_stack(self.use_dual_stack)
            .build()
            .map_err(|error| error.to_string())?;
        let resolver = DefaultResolver::new();
        let future = pin!(ResolveEndpoint::resolve_endpoint(&resolver, &params));
        // The rules are evaluated at once, without any waiting.
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(endpoint)) => Ok(endpoint.url().to_owned()),
            Poll::Ready(Err(error)) => Err(error.to_string()),
            Poll::Pending => Err("the rules wait for something".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(region: &str, use_fips: bool, use_dual_stack: bool, url: Option<&str>) -> Result<String, String> {
        let limits = (crate::limits::CONNECT, crate::limits::READ);
        let url = url.map(|url| url.parse().expect("a URL"));
        let (region, ca_bundle, proxy) = (region.to_owned(), None, None);
        let endpoint = Endpoint {
            region,
            url,
            use_fips,
            use_dual_stack,
            ca_bundle,
            proxy,
            connect_limit: limits.0,
            read_limit: limits.1,
        };
        endpoint.resolved_url()
    }

    #[test]
    fn each_partition_has_its_own_endpoints() {
        for (partition, expected) in [
            ("aws", "https://sts.us-east-1.amazonaws.com"),
            ("aws-cn", "https://sts.cn-north-1.amazonaws.com.cn"),
            ("aws-us-gov", "https://sts.us-gov-west-1.amazonaws.com"),
            ("aws-iso", "https://sts.us-iso-east-1.c2s.ic.gov"),
            ("aws-iso-b", "https://sts.us-isob-east-1.sc2s.sgov.gov"),
            ("aws-iso-e", "https://sts.eu-isoe-west-1.cloud.adc-e.uk"),
            ("aws-iso-f", "https://sts.us-isof-south-1.csp.hci.ic.gov"),
            ("aws-eusc", "https://sts.eusc-de-east-1.amazonaws.eu"),
        ] {
            let region = first_region(partition).expect("a region");
            assert_eq!(partition_of_region(region), partition);
            assert_eq!(url(region, false, false, None).as_deref(), Ok(expected));
        }
        assert_eq!(partition_of_arn("arn:aws-cn:iam::123456789012:mfa/ada"), Some("aws-cn"));
        assert_eq!((partition_of_arn("GAHT12345678"), first_region("aws-moon")), (None, None));
    }

    #[test]
    fn the_rules_of_the_sdk_refuse_endpoints_that_do_not_exist() {
        assert_eq!(url("us-east-1", true, false, None).as_deref(), Ok("https://sts-fips.us-east-1.amazonaws.com"));
        assert_eq!(url("us-east-1", false, true, None).as_deref(), Ok("https://sts.us-east-1.api.aws"));
        assert_eq!(url(GLOBAL, false, false, None).as_deref(), Ok("https://sts.amazonaws.com"));
        assert!(url("us-east-1", true, false, Some("https://sts.example")).is_err_and(|error| error.contains("FIPS")));
        assert!(url("us-east-1", false, true, Some("https://sts.example")).is_err());
    }
}
