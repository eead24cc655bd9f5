//! The AWS web console: its addresses in each partition, and the URL that signs in to it.

use std::str::FromStr;

use crate::endpoint::{first_region, partition_of_region};
use crate::secret::Secret;
use crate::value::{ConsoleService, Region, Value, ValueError};

/// The path of the federation endpoint.
pub const FEDERATION_PATH: &str = "/federation";

/// The time in which a sign-in URL must be opened, in seconds (IAM User Guide, "Enable custom identity broker access to
/// the AWS console").
pub const URL_SECONDS: i64 = 15 * 60;

/// The name of the program that creates the URL, as AWS sign-in receives it (`Issuer`).
const ISSUER: &str = "awsmfa";

/// The web console of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Console {
    /// The partition, as ARNs name it.
    pub partition: &'static str,
    /// The URL of AWS sign-in.
    pub signin: &'static str,
    /// The host of the console; regions and services have subdomains of it.
    pub host: &'static str,
}

/// The consoles that are known, with the addresses that aws-vault uses (99designs/aws-vault, `cli/login.go`).
const CONSOLES: [Console; 3] = [
    Console { partition: "aws", signin: "https://signin.aws.amazon.com", host: "console.aws.amazon.com" },
    Console { partition: "aws-cn", signin: "https://signin.amazonaws.cn", host: "console.amazonaws.cn" },
    Console {
        partition: "aws-us-gov",
        signin: "https://signin.amazonaws-us-gov.com",
        host: "console.amazonaws-us-gov.com",
    },
];

/// The partitions with a known console, for messages.
pub const PARTITIONS: &str = "aws, aws-cn and aws-us-gov";

/// Returns the console of a partition.
pub fn of_partition(partition: &str) -> Option<Console> {
    CONSOLES.into_iter().find(|console| console.partition == partition)
}

/// Returns whether AWS sign-in accepts the session of this ARN. It answers for others "Only federation tokens or assume
/// role tokens may be used for federated login" (99designs/aws-vault#1191).
pub fn accepts(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let kinds = ["assumed-role/", "federated-user/"];
    matches!(parts.as_slice(), ["arn", _, "sts", _, _, resource] if kinds.iter().any(|kind| resource.starts_with(kind)))
}

impl Console {
    /// Returns whether the region belongs to the console's partition.
    pub fn has_region(self, region: &Region) -> bool {
        partition_of_region(region.as_str()) == self.partition
    }

    /// Returns the region for the endpoint. It has no effect, because requests to AWS sign-in are not signed.
    pub fn region(self) -> &'static str {
        first_region(self.partition).unwrap_or("us-east-1")
    }

    /// Returns whether the page is one of this console.
    pub fn has_page(self, page: &ConsolePage) -> bool {
        let below = page.host.strip_suffix(self.host);
        below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    }

    /// Returns the URL of the console's home page, or that of a service, in a region if one is given.
    pub fn page_of(self, service: Option<&ConsoleService>, region: Option<&Region>) -> String {
        let service = service.map_or("console", ConsoleService::as_str);
        let region = region.map(|region| format!("?region={region}")).unwrap_or_default();
        format!("https://{}/{service}/home{region}", self.host)
    }
}

/// The URL of a page of some console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsolePage {
    text: String,
    /// The host, in lower case.
    host: String,
}

impl ConsolePage {
    /// Returns the URL as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for ConsolePage {
    type Err = ValueError;

    /// Parses a URL with a plain host. Anything that a browser might read differently is refused: a user, a port, a
    /// backslash, a space or a control character (URL Standard, "URL parsing").
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = ValueError(
            "must have https:// and a host, without a user or port, such as https://console.aws.amazon.com/s3/home",
        );
        let rest = text.strip_prefix("https://").ok_or(error)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if host.is_empty() || !host.bytes().all(is_host) || !is_plain || text.len() > 2048 {
            return Err(error);
        }
        Ok(Self { text: text.to_owned(), host: host.to_ascii_lowercase() })
    }
}

impl Value for ConsolePage {
    const NAME: &'static str = "destination";
}

/// Returns the URL that signs in to the console and shows a page. Whoever opens it is signed in, so it is a secret.
pub fn login_url(signin: &str, destination: &str, token: &Secret) -> Secret {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "login")
        .append_pair("Issuer", ISSUER)
        .append_pair("Destination", destination)
        .append_pair("SigninToken", token.expose())
        .finish();
    Secret::new(format!("{}{FEDERATION_PATH}?{query}", signin.trim_end_matches('/')))
}

/// Renders a page of HTML that sends the browser to a URL at once, with a link for browsers that do not follow it.
pub fn redirect(url: &Secret) -> Secret {
    let url = attribute(url.expose());
    // no-referrer: the page's own address must not be sent along.
    Secret::new(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta http-equiv=\"refresh\" content=\"0; url={url}\">\n\
         <title>AWS console</title>\n</head>\n<body>\n<p><a href=\"{url}\">Sign in to the AWS console</a></p>\n\
         </body>\n</html>\n"
    ))
}

/// Escapes text for an attribute in double quotes.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> ConsolePage {
        text.parse().expect("a URL")
    }

    #[test]
    fn a_destination_is_a_page_of_the_partition() {
        let console = of_partition("aws").expect("it is known");
        for url in [
            "https://console.aws.amazon.com",
            "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#Instances:",
            "https://CONSOLE.aws.amazon.com/",
            "https://s3.console.aws.amazon.com/s3/buckets",
        ] {
            assert!(console.has_page(&page(url)), "{url}");
        }
        for url in [
            "https://example.com/console.aws.amazon.com",
            "https://evilconsole.aws.amazon.com/",
            "https://console.aws.amazon.com.example.com/",
            "https://console.amazonaws.cn/",
            "https://aws.amazon.com/",
        ] {
            assert!(!console.has_page(&page(url)), "{url}");
        }
    }

    #[test]
    fn a_url_that_browsers_could_read_differently_is_no_destination() {
        for text in [
            "",
            "http://console.aws.amazon.com/",
            "console.aws.amazon.com",
            "https://",
            "https:///console.aws.amazon.com",
            "https://ada@console.aws.amazon.com/",
            "https://console.aws.amazon.com:443/",
            "https://example.com\\.console.aws.amazon.com/",
            "https://console.aws.amazon.com/ s3",
            "https://console.aws.amazon.com/\n",
            "https://console.aws.amazon.com/\u{e4}",
            "javascript:alert(1)",
        ] {
            assert!(text.parse::<ConsolePage>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_sessions_of_roles_and_federated_users_are_accepted() {
        assert!(accepts("arn:aws:sts::123456789012:assumed-role/admin/ada"));
        assert!(accepts("arn:aws-us-gov:sts::123456789012:federated-user/ada"));
        for arn in
            ["", "arn:aws:iam::123456789012:user/ada", "arn:aws:iam::123456789012:root", "assumed-role/admin/ada"]
        {
            assert!(!accepts(arn), "{arn}");
        }
    }

    #[test]
    fn each_partition_has_its_own_pages() {
        let service = "s3".parse().expect("a service");
        let page = |partition: &str, region: Option<&str>| {
            let region = region.map(|region| region.parse().expect("a region"));
            of_partition(partition).expect("it is known").page_of(Some(&service), region.as_ref())
        };
        assert_eq!(page("aws", Some("eu-west-1")), "https://console.aws.amazon.com/s3/home?region=eu-west-1");
        assert_eq!(page("aws-cn", Some("cn-north-1")), "https://console.amazonaws.cn/s3/home?region=cn-north-1");
        assert_eq!(page("aws-us-gov", None), "https://console.amazonaws-us-gov.com/s3/home");
        assert_eq!((of_partition("aws-iso"), of_partition("")), (None, None));
        let console = of_partition("aws").expect("it is known");
        assert_eq!(console.page_of(None, None), "https://console.aws.amazon.com/console/home");
    }

    #[test]
    fn the_parts_of_the_url_are_encoded() {
        let url = login_url("https://signin.example/", "https://a.example/?b=c&d#e", &Secret::new("to/k+en=="));
        let expected = "https://signin.example/federation?Action=login&Issuer=awsmfa\
                        &Destination=https%3A%2F%2Fa.example%2F%3Fb%3Dc%26d%23e&SigninToken=to%2Fk%2Ben%3D%3D";
        assert_eq!(url.expose(), expected);
    }

    #[test]
    fn a_url_cannot_leave_its_attribute() {
        let page = redirect(&Secret::new("https://x/?a=1&b=\"><script>'"));
        assert!(
            page.expose().contains("href=\"https://x/?a=1&amp;b=&quot;&gt;&lt;script&gt;&#39;\""),
            "{}",
            page.expose()
        );
    }
}
