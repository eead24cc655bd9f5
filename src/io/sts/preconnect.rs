//! The connection to STS that is opened while the user types a code.

use std::sync::{Arc, OnceLock};

use super::observer::Observer;
use super::{StsError, identity_from, sts_error};
use crate::diagnosis::Identity;

/// Opens a connection for the later calls by calling `GetCallerIdentity`, which needs no permission (API reference).
/// Sets `identity` to the owner of the key, or calls `refused` if STS does not know the key. Any other error is reported
/// by the next call.
pub(super) async fn open(
    client: aws_sdk_sts::Client,
    observer: Observer,
    mut refused: impl FnMut(StsError),
    identity: Arc<OnceLock<Identity>>,
) {
    let answer = client.get_caller_identity().customize().interceptor(observer.clone()).send().await;
    let error = match answer {
        Ok(output) => {
            identity.get_or_init(|| identity_from(&output));
            None
        }
        Err(error) => Some(sts_error::from_sdk(&error, &observer.seen())),
    };
    tracing::info!(error = error.as_ref().map(ToString::to_string), "a connection to STS is open");
    if let Some(error) = error.filter(StsError::is_unknown_key) {
        refused(error);
    }
}
