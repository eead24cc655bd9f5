//! Counts of a server: its connections, and the requests that wait for their answers.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The counts, which all connections share.
#[derive(Default)]
pub struct Traffic {
    connections: AtomicUsize,
    waiting: AtomicUsize,
    peak: AtomicUsize,
}

/// A request that has been read and not answered yet. It is one until it is dropped.
pub struct Waiting<'a>(&'a Traffic);

impl Traffic {
    pub fn add_connection(&self) {
        self.connections.fetch_add(1, Ordering::SeqCst);
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn add_request(&self) -> Waiting<'_> {
        let waiting = self.waiting.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak.fetch_max(waiting, Ordering::SeqCst);
        Waiting(self)
    }

    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::SeqCst)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
