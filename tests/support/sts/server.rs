//! Accepts connections and serves each in a thread of its own, until it is dropped.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::answer;
use super::connection::{Connection, Delivery};
use super::faults::Fault;
use super::http::Response;
use super::shuffle::Shuffle;
use super::state::{self, State};
use super::traffic::Traffic;

/// A running server.
pub struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    state: Arc<Mutex<State>>,
    traffic: Traffic,
    stopping: AtomicBool,
    /// The open connections, so that stopping also ends those that wait.
    open: Mutex<HashMap<usize, TcpStream>>,
}

impl Server {
    pub fn start(state: Arc<Mutex<State>>, address: IpAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            state,
            traffic: Traffic::default(),
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let for_acceptor = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &for_acceptor));
        Ok(Self { addr, shared, acceptor: Some(acceptor) })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub fn traffic(&self) -> &Traffic {
        &self.shared.traffic
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // A connection wakes the acceptor, which then sees that it shall stop. Without one, it is not waited for.
        if TcpStream::connect(self.addr).is_ok()
            && let Some(acceptor) = self.acceptor.take()
        {
            let _ = acceptor.join();
        }
        for stream in self.shared.open().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, HashMap<usize, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, stream) in listener.incoming().enumerate() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(second_handle) = stream.try_clone() else {
            continue;
        };
        shared.traffic.add_connection();
        shared.open().insert(number, second_handle);
        let breaks = state::lock(&shared.state).faults.breaks_connection();
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            // An error here means that the client or the server is gone, so there is nowhere to report it.
            let _ = serve(stream, &shared, breaks);
            shared.open().remove(&number);
        });
    }
}

/// Answers one client's requests until it or a fault closes the connection; if it breaks, the first one is not answered.
fn serve(stream: TcpStream, shared: &Shared, breaks: bool) -> io::Result<()> {
    let Shared { state, traffic, .. } = shared;
    let mut connection = Connection::new(stream)?;
    let fault = breaks.then_some(Fault::DropBeforeProcessing);
    loop {
        let request = match connection.read_request() {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let date = state::lock(state).now();
                connection.deliver(Delivery::Whole(Response::empty(400)), date, false, traffic.add_request())?;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let waiting = traffic.add_request();
        // The lock ends before the answer is sent: a slow answer must not hold up other clients.
        let (delivery, date, delay) = {
            let mut state = state::lock(state);
            let delivery = answer::answer(&mut state, &request, fault.clone());
            (delivery, state.now(), state.shuffle.as_mut().map(Shuffle::next))
        };
        if let Some(delay) = delay {
            connection.wait(delay)?;
        }
        if !connection.deliver(delivery, date, request.keep_alive, waiting)? {
            return Ok(());
        }
    }
}
