//! The URL of an endpoint.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::value::{Value, ValueError};

/// The URL of an endpoint: `http://` or `https://` and a host. It determines the scheme, host and proxy of every
/// request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointUrl {
    /// Scheme and host in lower case.
    text: String,
    is_plain: bool,
    host: String,
}

impl EndpointUrl {
    /// Returns the URL, with scheme and host in lower case.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether requests are sent without encryption.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Returns whether requests stay on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_end_matches('.');
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for EndpointUrl {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = ValueError("must have http:// or https:// and a host, and no user");
        let url: http::Uri = text.parse().map_err(|_| error)?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (url.scheme_str(), url.authority()) else {
            return Err(error);
        };
        // A password in the URL would be shown in messages.
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(error);
        }
        let path = url.path_and_query().map_or("", http::uri::PathAndQuery::as_str);
        let path = if path == "/" && !text.ends_with('/') { "" } else { path };
        Ok(Self {
            text: format!("{scheme}://{}{path}", authority.as_str().to_ascii_lowercase()),
            is_plain: scheme == "http",
            host: authority.host().to_ascii_lowercase(),
        })
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Value for EndpointUrl {
    const NAME: &'static str = "endpoint URL";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_url_has_one_scheme_and_one_host_however_it_is_written() {
        let url: EndpointUrl = "HTTP://STS.Internal:80/Path".parse().expect("a URL");
        assert_eq!((url.as_str(), url.is_plain()), ("http://sts.internal:80/Path", true));
        let url: EndpointUrl = "https://sts.example".parse().expect("a URL");
        assert_eq!((url.as_str(), url.is_plain()), ("https://sts.example", false));
        for text in ["", "localhost:4566", "http://", "ftp://x", "http://ada@x", "http://[::1", "//x", "not a url"] {
            assert!(text.parse::<EndpointUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_addresses_never_leave_the_machine() {
        let is_loopback = |text: &str| text.parse::<EndpointUrl>().expect("a URL").is_loopback();
        for url in
            ["http://localhost:1", "HTTP://LOCALHOST", "http://127.1.2.3:80", "http://[::1]:5", "http://a.localhost"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["http://sts.internal", "http://localhost.evil.example", "http://10.0.0.1", "http://[fe80::1]"] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
