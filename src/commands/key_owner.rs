//! Whom a permanent key belongs to: what `setup` and `doctor` need to ask AWS.

use crate::commands::execute::long_term_key;
use crate::context::Context;
use crate::diagnosis::Identity;
use crate::endpoint::{self, Endpoint};
use crate::error::Error;
use crate::profile::{ProfileName, Profiles};
use crate::proxy::Proxy;
use crate::resolve::{self, ResolveError};
use crate::session::LongTermKey;

/// The key of a profile in the files, or that a program prints.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let unknown = || ResolveError::UnknownProfile { name: name.clone(), near: Vec::new(), known: Vec::new() };
    let profile = profiles.get(name.as_str()).ok_or_else(unknown)?;
    long_term_key(&resolve::key(&profile, name)?, name)
}

/// Where IAM is asked: where the variables say, or at a STS endpoint that is not AWS's own, or at that of the partition.
pub(super) fn iam_endpoint(sts: Endpoint, identity: &Identity, context: &Context) -> Option<Endpoint> {
    let (url, region) = endpoint::of_iam(endpoint::partition_of_arn(&identity.arn)?)?;
    let named = context.environment.get("AWS_ENDPOINT_URL_IAM").map(str::to_owned);
    let url = named.or(sts.url).unwrap_or_else(|| url.to_owned());
    let proxy = Proxy::for_url(&url, &context.environment).ok()?;
    Some(Endpoint { url: Some(url), region: region.to_owned(), proxy, ..sts })
}
