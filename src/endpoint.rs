//! How STS is reached: a value, decided by `resolve` and used by `io::sts`.

use std::time::Duration;

/// Where STS is asked, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The region of the endpoint and of the signature.
    pub region: String,
    /// The endpoint's URL, if it is not the region's own.
    pub url: Option<String>,
    /// Whether to use the region's FIPS endpoint.
    pub use_fips: bool,
    /// Whether to use the region's dual-stack endpoint.
    pub use_dual_stack: bool,
    /// The file of certificates to trust instead of the system's.
    pub ca_bundle: Option<String>,
    /// How long to wait for a connection, TLS included.
    pub connect_limit: Duration,
    /// How long to wait for the answer.
    pub read_limit: Duration,
}

/// Together with [`READ_LIMIT`] less than a person waits for.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// STS answers within a second.
pub const READ_LIMIT: Duration = Duration::from_secs(9);
