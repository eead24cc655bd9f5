//! The connection to STS that is opened while the user types a code.

use super::observer::Observer;
use super::{StsError, sts_error};

/// Opens a connection for the later calls by calling `GetCallerIdentity`, which needs no permission (API reference).
/// Calls `refused` if STS does not know the key. Any other error is reported by the next call.
pub(super) async fn open(client: aws_sdk_sts::Client, observer: Observer, mut refused: impl FnMut(StsError)) {
    let answer = client.get_caller_identity().customize().interceptor(observer.clone()).send().await;
    let error = answer.err().map(|error| sts_error::from_sdk(&error, &observer.seen()));
    tracing::info!(error = error.as_ref().map(ToString::to_string), "a connection to STS is open");
    if let Some(error) = error.filter(StsError::is_unknown_key) {
        refused(error);
    }
}
