//! The connections of a command to STS, on one runtime with a single thread.

use std::cell::RefCell;
use std::time::Duration;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::SharedHttpClient;
use tokio::runtime::{Builder, Runtime};

use super::retry::Budget;
use super::{Caller, Sts, StsError, client, trust};
use crate::endpoint::Endpoint;

/// The connections of a command to STS, and the single-threaded runtime that drives them.
///
/// Requests to the same endpoint share connections, which stay open, and requests of the same caller share a client of
/// the SDK.
pub struct Network {
    /// `None` only while this is being dropped.
    runtime: Option<Runtime>,
    pools: RefCell<Vec<Pool>>,
    pub(super) budget: Budget,
}

/// The connections to an endpoint.
struct Pool {
    endpoint: Endpoint,
    connections: SharedHttpClient,
    /// The clients, each with the access key id of its caller.
    clients: Vec<(String, Client)>,
}

impl Network {
    /// Starts the runtime. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Fails if the system does not allow it.
    pub fn new() -> Result<Self, StsError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StsError::Setup { cause: error.to_string() })?;
        Ok(Self { runtime: Some(runtime), pools: RefCell::default(), budget: Budget::default() })
    }

    /// Runs a task, and those that were spawned, until the task is done.
    ///
    /// # Errors
    ///
    /// Fails only while this is being dropped.
    pub fn run<T>(&self, task: impl Future<Output = T>) -> Result<T, StsError> {
        let runtime = self.runtime.as_ref().ok_or_else(|| StsError::Setup { cause: "it is over".to_owned() })?;
        Ok(runtime.block_on(task))
    }

    /// Returns access to STS for a caller. Reads the trusted certificates if the endpoint is a new one.
    ///
    /// # Errors
    ///
    /// Fails if the CA bundle cannot be used.
    pub fn sts<'a>(&'a self, endpoint: &'a Endpoint, caller: &Caller<'_>) -> Result<Sts<'a>, StsError> {
        let client = self.client(endpoint, caller)?;
        Ok(Sts::new(self, endpoint, client))
    }

    fn client(&self, endpoint: &Endpoint, caller: &Caller<'_>) -> Result<Client, StsError> {
        let mut pools = self.pools.borrow_mut();
        let known = pools.iter().position(|pool| pool.endpoint == *endpoint);
        let index = known.unwrap_or(pools.len());
        if known.is_none() {
            let connections = client::connections(endpoint, trust::store(endpoint.ca_bundle.as_deref())?);
            pools.push(Pool { endpoint: endpoint.clone(), connections, clients: Vec::new() });
        }
        let Some(pool) = pools.get_mut(index) else { unreachable!("it has just been added") };
        let (access_key_id, _) = caller.key();
        if let Some((_, client)) = pool.clients.iter().find(|(id, _)| id == access_key_id) {
            return Ok(client.clone());
        }
        let client = client::build(endpoint, caller, pool.connections.clone());
        pool.clients.push((access_key_id.to_owned(), client.clone()));
        Ok(client)
    }

    /// Closes the connections to an endpoint. The next request opens a new one.
    pub(super) fn forget(&self, endpoint: &Endpoint) {
        self.pools.borrow_mut().retain(|pool| pool.endpoint != *endpoint);
    }

    /// Runs spawned tasks until `wait` returns, which blocks this thread.
    pub(super) fn run_during<T>(&self, task: impl Future<Output = ()> + Send + 'static, wait: impl FnOnce() -> T) -> T {
        let Some(runtime) = &self.runtime else { return wait() };
        runtime.spawn(task);
        let (waiting, end) = tokio::sync::oneshot::channel::<()>();
        std::thread::scope(|scope| {
            // The runtime runs until `wait` returns, so that it notices if the server closes the connection.
            let _driver = std::thread::Builder::new().spawn_scoped(scope, || runtime.block_on(end));
            let _waiting = waiting;
            wait()
        })
    }
}

/// Waits for a result for at most `limit`.
pub async fn within<T>(limit: Duration, result: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, result).await.ok()
}

/// Lets connections become idle after their answers, so that the next requests use them.
pub async fn settle_connections() {
    tokio::task::yield_now().await;
}

impl Drop for Network {
    fn drop(&mut self) {
        // Dropping the runtime would wait for a DNS lookup, which may take much longer than a user would wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
