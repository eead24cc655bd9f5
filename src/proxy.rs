//! The proxy between this machine and STS, according to the variables that curl and the AWS CLI read.

use hyper_util::client::proxy::matcher::Matcher;

use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::secret::Secret;

/// A proxy for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// The proxy's URL, which may contain a password.
    pub url: Secret,
    /// The URL without user and password, for messages.
    pub name: String,
    /// The variable that names the proxy.
    pub variable: &'static str,
}

/// The error for a variable with a value that cannot be used as a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyError {
    /// The variable that names the proxy.
    pub variable: &'static str,
}

impl Proxy {
    /// Finds the proxy for a URL: `HTTPS_PROXY` or `HTTP_PROXY`, by the URL's scheme, or else `ALL_PROXY`, unless
    /// `NO_PROXY` makes an exception for the URL's host. The names in lower case take precedence, as with curl and the
    /// AWS CLI. A plain `http://` request to this machine uses no proxy: it would leave the machine unencrypted.
    ///
    /// # Errors
    ///
    /// Fails if the variable's value is a SOCKS proxy or anything else that is not an `http://` or `https://` URL:
    /// bypassing it silently would reveal where requests are sent.
    pub fn for_url(url: &EndpointUrl, environment: &Environment) -> Result<Option<Self>, ProxyError> {
        if url.is_plain() && url.is_loopback() {
            return Ok(None);
        }
        let names = if url.is_plain() {
            ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
        } else {
            ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        };
        let Some((variable, value)) = names.iter().find_map(|name| Some((*name, environment.get(name)?))) else {
            return Ok(None);
        };
        let exceptions = ["no_proxy", "NO_PROXY"].iter().find_map(|name| environment.get(name)).unwrap_or_default();
        // The exceptions are evaluated with a proxy that is certainly valid.
        let matcher = Matcher::builder().all("http://proxy.invalid").no(exceptions).build();
        let is_all = exceptions.split(',').any(|exception| exception.trim() == "*");
        if is_all || url.as_str().parse().is_ok_and(|url| matcher.intercept(&url).is_none()) {
            return Ok(None);
        }
        let url = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
        let name = name(&url).ok_or(ProxyError { variable })?;
        Ok(Some(Self { url: Secret::new(url), name, variable }))
    }
}

/// Returns the proxy as `http://host:port`, or `None` if it is not a valid HTTP or HTTPS URL.
fn name(url: &str) -> Option<String> {
    let url: http::Uri = url.parse().ok()?;
    let scheme = url.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let host = url.host().filter(|host| !host.is_empty())?;
    let port = url.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    // Text after the host that is not a port would be dropped silently.
    let is_whole = url.authority().is_some_and(|authority| authority.as_str().ends_with(&format!("{host}{port}")));
    is_whole.then(|| format!("{scheme}://{host}{port}"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    const STS: &str = "https://sts.eu-west-1.amazonaws.com";

    fn proxy(url: &str, variables: &[(&'static str, &str)]) -> Result<Option<String>, ProxyError> {
        let variables = variables.iter().map(|(name, value)| (*name, OsString::from(*value)));
        let proxy = Proxy::for_url(&url.parse().expect("a URL"), &Environment::new(variables, None))?;
        Ok(proxy.map(|proxy| format!("{} by {}", proxy.name, proxy.variable)))
    }

    #[test]
    fn the_scheme_chooses_the_variable_and_all_proxy_is_for_both() {
        let variables = [("HTTPS_PROXY", "http://one:1"), ("http_proxy", "two:2"), ("ALL_PROXY", "http://three:3")];
        assert_eq!(proxy(STS, &variables), Ok(Some("http://one:1 by HTTPS_PROXY".to_owned())));
        assert_eq!(proxy("http://sts.internal", &variables), Ok(Some("http://two:2 by http_proxy".to_owned())));
        assert_eq!(proxy("http://localhost:80", &variables), Ok(None), "it would leave the machine unencrypted");
        assert_eq!(proxy(STS, &variables[1..]), Ok(Some("http://three:3 by ALL_PROXY".to_owned())));
        assert_eq!(proxy(STS, &[("HTTP_PROXY", "http://one:1")]), Ok(None));
    }

    #[test]
    fn no_proxy_makes_exceptions() {
        for (exceptions, is_exception) in [
            ("*", true),
            (".amazonaws.com", true),
            ("example.com, amazonaws.com", true),
            ("sts.eu-west-1.amazonaws.com", true),
            ("sts.us-east-1.amazonaws.com", false),
            ("", false),
        ] {
            let found = proxy(STS, &[("ALL_PROXY", "http://one:1"), ("NO_PROXY", exceptions)]);
            assert_eq!(found.map(|proxy| proxy.is_none()), Ok(is_exception), "{exceptions}");
        }
        let everything = [("http_proxy", "http://one:1"), ("NO_PROXY", "a, *")];
        assert_eq!(proxy("http://sts.internal:9", &everything), Ok(None));
        let both = [("HTTPS_PROXY", "http://one:1"), ("https_proxy", "http://two:2")];
        assert_eq!(proxy(STS, &both), Ok(Some("http://two:2 by https_proxy".to_owned())));
        let local = [("ALL_PROXY", "socks5://one:1"), ("no_proxy", "127.0.0.0/8,::1")];
        assert_eq!((proxy("https://127.0.0.1:9", &local), proxy("https://[::1]:9", &local)), (Ok(None), Ok(None)));
    }

    #[test]
    fn a_password_is_not_part_of_the_name_and_other_values_are_refused() {
        let found = proxy(STS, &[("HTTPS_PROXY", "http://ada:secret@proxy.example:3128/")]);
        assert_eq!(found, Ok(Some("http://proxy.example:3128 by HTTPS_PROXY".to_owned())));
        for value in ["::::", "socks5://one:1", "http://", "http://one:port"] {
            assert_eq!(proxy(STS, &[("HTTPS_PROXY", value)]), Err(ProxyError { variable: "HTTPS_PROXY" }), "{value}");
        }
    }
}
