//! The connection to STS, opened while a person looks a code up.

use aws_sdk_sts::config::SharedHttpClient;

use super::observer::Observer;
use super::{Caller, StsError, client, sts_error};
use crate::endpoint::Endpoint;

/// Asks who the caller is, which needs no permission (API reference, `GetCallerIdentity`), on the connections of the calls
/// that count, and watches with an observer of its own: what it sees must not be taken for the answer to one of these.
pub(super) struct Greeter {
    client: aws_sdk_sts::Client,
    observer: Observer,
}

impl Greeter {
    pub(super) fn new(endpoint: &Endpoint, caller: &Caller<'_>, connections: SharedHttpClient) -> Self {
        let observer = Observer::default();
        Self { client: client::build(endpoint, caller, connections, observer.clone()), observer }
    }

    /// Tells `refused` if STS does not know the key. Whatever else goes wrong, the call that counts will tell.
    pub(super) async fn greet(self, refused: impl FnMut(StsError)) {
        let answer = self.client.get_caller_identity().send().await;
        let error = answer.err().map(|error| sts_error::from_sdk(&error, &self.observer.seen()));
        tracing::info!(error = error.as_ref().map(ToString::to_string), "a connection to STS is open");
        error.filter(StsError::is_unknown_key).into_iter().for_each(refused);
    }
}
