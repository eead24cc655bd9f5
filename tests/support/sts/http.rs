//! HTTP/1.1 messages: reads a request's head, writes a response's. It knows nothing of STS, nor of connections.

use std::io;

use jiff::Timestamp;

const MAX_HEADERS: usize = 100;
const MAX_BODY: usize = 1024 * 1024;

/// A request, read in full.
pub struct Request {
    pub method: String,
    /// As sent: the path and maybe a query.
    pub target: String,
    /// Names in lower case, values as sent, in the order of the request.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub keep_alive: bool,
}

impl Request {
    /// The first header with this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

/// A response before it is dated and sent.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Response {
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub fn html(status: u16, body: String) -> Self {
        Self { status, headers: vec![("Content-Type", "text/html".to_owned())], body }
    }

    pub fn xml(status: u16, body: String, request_id: String) -> Self {
        let headers = vec![("x-amzn-RequestId", request_id), ("Content-Type", "text/xml".to_owned())];
        Self { status, headers, body }
    }

    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn head(&self, length: u64, date: Timestamp, keep_alive: bool) -> String {
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let connection = if keep_alive { "keep-alive" } else { "close" };
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {length}\r\nDate: {date}\r\nConnection: {connection}\r\n\r\n"));
        head
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Other",
    }
}

/// A request's head and its length.
pub struct Head {
    pub request: Request,
    pub length: usize,
    pub content_length: usize,
}

/// The head at the start of `bytes`; `None` if it is not complete yet, an `InvalidData` error if it never will be.
pub fn parse_head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut slots);
    let status = parsed.parse(bytes).map_err(|error| malformed(&error.to_string()))?;
    let httparse::Status::Complete(length) = status else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    for header in parsed.headers.iter() {
        let value = std::str::from_utf8(header.value).map_err(|_| malformed("a header that is not UTF-8"))?;
        headers.push((header.name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: parsed.path.unwrap_or_default().to_owned(),
        headers,
        body: Vec::new(),
        keep_alive: true,
    };
    let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    request.keep_alive = parsed.version == Some(1) && !closes;
    let content_length = content_length(&request)?;
    Ok(Some(Head { request, length, content_length }))
}

fn content_length(request: &Request) -> io::Result<usize> {
    if request.header("transfer-encoding").is_some() {
        return Err(malformed("a transfer encoding"));
    }
    let text = request.header("content-length").unwrap_or("0");
    text.parse().ok().filter(|length| *length <= MAX_BODY).ok_or_else(|| malformed("a content length that is refused"))
}

/// An error that closes the connection with a 400.
pub fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
