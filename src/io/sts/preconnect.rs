//! The connection to STS that is opened while the user types a code.

use aws_sdk_sts::config::SharedHttpClient;

use super::observer::Observer;
use super::{Caller, StsError, client, sts_error};
use crate::endpoint::Endpoint;

/// A call of `GetCallerIdentity`, which needs no permission (API reference), on the connections of the later calls. It
/// has its own observer, so that its answer is not mistaken for that of a later call.
pub(super) struct Preconnection {
    client: aws_sdk_sts::Client,
    observer: Observer,
}

impl Preconnection {
    pub(super) fn new(endpoint: &Endpoint, caller: &Caller<'_>, connections: SharedHttpClient) -> Self {
        let observer = Observer::default();
        Self { client: client::build(endpoint, caller, connections, observer.clone()), observer }
    }

    /// Makes the call, and calls `refused` if STS does not know the key. Other errors are left to the next call to
    /// report.
    pub(super) async fn open(self, mut refused: impl FnMut(StsError)) {
        let answer = self.client.get_caller_identity().send().await;
        let error = answer.err().map(|error| sts_error::from_sdk(&error, &self.observer.seen()));
        tracing::info!(error = error.as_ref().map(ToString::to_string), "a connection to STS is open");
        if let Some(error) = error.filter(StsError::is_unknown_key) {
            refused(error);
        }
    }
}
