//! Accepts connections and serves each in a thread of its own, until it is dropped.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::answer;
use super::connection::{Connection, Delivery};
use super::http::Response;
use super::state::{self, State};

/// A running server.
pub struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    state: Arc<Mutex<State>>,
    stopping: AtomicBool,
    /// The open connections, so that stopping also ends those that wait.
    open: Mutex<HashMap<usize, TcpStream>>,
}

impl Server {
    pub fn start(state: Arc<Mutex<State>>, address: IpAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared { state, stopping: AtomicBool::new(false), open: Mutex::default() });
        let for_acceptor = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &for_acceptor));
        Ok(Self { addr, shared, acceptor: Some(acceptor) })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
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
        shared.open().insert(number, second_handle);
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            // An error here means that the client or the server is gone, so there is nowhere to report it.
            let _ = serve(stream, &shared.state);
            shared.open().remove(&number);
        });
    }
}

/// Answers one client's requests until it or a fault closes the connection.
fn serve(stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut connection = Connection::new(stream)?;
    loop {
        let request = match connection.read_request() {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let date = state::lock(state).now();
                connection.deliver(Delivery::Whole(Response::empty(400)), date, false)?;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // The lock ends before the answer is sent: a slow answer must not hold up other clients.
        let (delivery, date) = {
            let mut state = state::lock(state);
            (answer::answer(&mut state, &request), state.now())
        };
        if !connection.deliver(delivery, date, request.keep_alive)? {
            return Ok(());
        }
    }
}
