//! The connections of a command to STS, on one runtime with a single thread.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use aws_sdk_sts::Client;
use aws_sdk_sts::config::SharedHttpClient;
use tokio::runtime::{Builder, Runtime};

use super::retry::Budget;
use super::{Caller, Sts, StsError, client, trust};
use crate::endpoint::Endpoint;
use crate::limits;
use crate::secret::Secret;

/// The connections of a command to STS, and the single-threaded runtime that drives them.
///
/// Requests to the same endpoint share connections, which stay open, and requests of the same caller share a client of
/// the SDK.
pub struct Network {
    /// `None` only while this is being dropped.
    runtime: Option<Runtime>,
    pools: RefCell<Vec<Pool>>,
    /// The end of the last request.
    last_used: Cell<Option<Instant>>,
    pub(super) budget: Budget,
}

/// The connections to an endpoint.
struct Pool {
    endpoint: Endpoint,
    connections: SharedHttpClient,
    /// The clients, each with the credentials of its caller.
    clients: Vec<(Signer, Client)>,
}

/// The credentials of a caller: its access key id, secret access key and session token. An emulator may return the same
/// id for several sessions.
type Signer = (String, Secret, Option<Secret>);

impl Network {
    /// Starts the runtime. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Fails if the system does not allow it.
    pub fn new() -> Result<Self, StsError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StsError::Setup { cause: error.to_string() })?;
        Ok(Self {
            runtime: Some(runtime),
            pools: RefCell::default(),
            last_used: Cell::default(),
            budget: Budget::default(),
        })
    }

    /// Runs a task, and those that were spawned, until the task is done.
    ///
    /// # Errors
    ///
    /// Fails only while this is being dropped.
    pub fn run<T>(&self, task: impl Future<Output = T>) -> Result<T, StsError> {
        let runtime = self.runtime.as_ref().ok_or_else(|| StsError::Setup { cause: "it is over".to_owned() })?;
        let result = runtime.block_on(task);
        self.last_used.set(Some(Instant::now()));
        Ok(result)
    }

    /// Returns whether the connections are so old that they may have been dropped silently.
    pub(super) fn is_idle(&self) -> bool {
        self.last_used.get().is_some_and(|last_used| last_used.elapsed() > limits::IDLE_CONNECTION)
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
        let (access_key_id, secret) = caller.key();
        let token = caller.session_token();
        let is_same = |((known_id, known_secret, known_token), _): &&(Signer, Client)| {
            known_id == access_key_id && known_secret == secret && known_token.as_ref() == token
        };
        if let Some((_, client)) = pool.clients.iter().find(is_same) {
            return Ok(client.clone());
        }
        let client = client::build(endpoint, caller, pool.connections.clone());
        pool.clients.push(((access_key_id.to_owned(), secret.clone(), token.cloned()), client.clone()));
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
