//! One client's connection: collects requests, delivers answers or breaks off, within fixed sizes and times.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::http::{Request, Response, malformed, parse_head};
use super::traffic::Waiting;

/// Larger than any session token that a test sets.
const MAX_HEAD: usize = 256 * 1024;
/// The time to wait for the next bytes, or for the client to take some.
const IDLE: Duration = Duration::from_secs(30);

/// The duration of a deliberate silence. It has an end, so that not even a client without a time limit hangs a test.
const SILENCE: Duration = Duration::from_secs(120);

/// The way in which a response reaches the client, if it does.
#[derive(Debug)]
pub enum Delivery {
    Whole(Response),
    After(Duration, Response),
    /// Half of the body, then silence.
    Half(Response),
    /// This head, and then so many spaces.
    Filler(Response, u64),
    Hang,
    Drop,
}

/// One client's connection.
pub struct Connection {
    stream: TcpStream,
    /// Bytes that have come in and are not yet part of a request.
    pending: Vec<u8>,
    /// The place for the next bytes, which is not cleared for each.
    chunk: Vec<u8>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_write_timeout(Some(IDLE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, pending: Vec::new(), chunk: vec![0; 16 * 1024] })
    }

    /// The next request; `None` when the client has closed the connection, an `InvalidData` error if it is no HTTP.
    pub fn read_request(&mut self) -> io::Result<Option<Request>> {
        let mut head = loop {
            if let Some(head) = parse_head(&self.pending)? {
                break head;
            }
            if self.pending.len() > MAX_HEAD {
                return Err(malformed("the head is too long"));
            }
            if !self.read_more()? {
                return Ok(None);
            }
        };
        let asks_first = head.request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        if asks_first {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let end = head.length + head.content_length;
        while self.pending.len() < end {
            if !self.read_more()? {
                return Ok(None);
            }
        }
        head.request.body = self.pending.drain(..end).skip(head.length).collect();
        Ok(Some(head.request))
    }

    fn read_more(&mut self) -> io::Result<bool> {
        let count = self.stream.read(&mut self.chunk)?;
        self.pending.extend(self.chunk.iter().take(count));
        Ok(count > 0)
    }

    /// Sends an answer, or does not; returns whether the connection can take another request.
    ///
    /// A request is no longer waiting when its answer is sent, not afterwards: the client may already have sent the next
    /// one by then.
    pub fn deliver(
        &mut self,
        delivery: Delivery,
        date: Timestamp,
        keep_alive: bool,
        waiting: Waiting<'_>,
    ) -> io::Result<bool> {
        match delivery {
            Delivery::Whole(response) => {
                drop(waiting);
                self.send(&response, date, keep_alive)?;
            }
            Delivery::After(delay, response) => {
                self.wait(delay)?;
                drop(waiting);
                self.send(&response, date, keep_alive)?;
            }
            Delivery::Half(response) => {
                let length = response.body.len();
                let half = response.body.as_bytes().iter().take(length / 2).copied();
                let mut bytes = response.head(length as u64, date, keep_alive).into_bytes();
                bytes.extend(half);
                self.stream.write_all(&bytes)?;
                self.wait(SILENCE)?;
                return Ok(false);
            }
            Delivery::Filler(response, length) => {
                drop(waiting);
                self.send_filler(&response, length, date, keep_alive)?;
            }
            Delivery::Hang => {
                self.wait(SILENCE)?;
                return Ok(false);
            }
            Delivery::Drop => return Ok(false),
        }
        Ok(keep_alive)
    }

    fn send(&mut self, response: &Response, date: Timestamp, keep_alive: bool) -> io::Result<()> {
        let head = response.head(response.body.len() as u64, date, keep_alive);
        // In one piece: a client that sees the head may count on the body being there too.
        self.stream.write_all(&[head.as_bytes(), response.body.as_bytes()].concat())
    }

    fn send_filler(&mut self, response: &Response, length: u64, date: Timestamp, keep_alive: bool) -> io::Result<()> {
        let head = response.head(length, date, keep_alive);
        self.stream.write_all(head.as_bytes())?;
        io::copy(&mut io::repeat(b' ').take(length), &mut self.stream)?;
        Ok(())
    }

    /// Waits for this time, or until either side closes the connection, which is an error.
    pub fn wait(&self, time: Duration) -> io::Result<()> {
        let start = Instant::now();
        while let Some(left) = time.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
            let left = left.min(Duration::from_millis(20));
            self.stream.set_read_timeout(Some(left))?;
            match self.stream.peek(&mut [0]) {
                Ok(0) => return Err(io::ErrorKind::ConnectionAborted.into()),
                // The client has sent more: that does not end the wait.
                Ok(_) => std::thread::sleep(left),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        self.stream.set_read_timeout(Some(IDLE))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // The server keeps a second handle. It would hold the connection open if this thread panics, and the client
        // would wait for its answer in vain.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
