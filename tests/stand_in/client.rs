//! A minimal client: it signs with `aws-sigv4` and sends over a plain TCP stream.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use crate::support::sts::{IssuedSession, StandIn, User};

/// A request before it is sent: tests can change its parts before the signature, and its text after it.
#[derive(Clone)]
pub struct Client<'a> {
    pub server: &'a StandIn,
    pub access_key_id: String,
    pub secret: String,
    pub token: Option<String>,
    pub time: SystemTime,
    pub service: &'static str,
}

/// The response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl<'a> Client<'a> {
    /// A client with ada's long-term key.
    pub fn ada(server: &'a StandIn) -> Self {
        let ada = User::ada();
        Self {
            server,
            access_key_id: ada.access_key_id,
            secret: ada.secret,
            token: None,
            time: SystemTime::now(),
            service: "sts",
        }
    }

    pub fn with_session(server: &'a StandIn, session: &IssuedSession) -> Self {
        Self {
            access_key_id: session.access_key_id.clone(),
            secret: session.secret_access_key.clone(),
            token: Some(session.session_token.clone()),
            ..Self::ada(server)
        }
    }

    /// A client whose machine's clock is off by so many seconds.
    pub fn with_clock_off_by(mut self, seconds: i64) -> Self {
        let distance = Duration::from_secs(seconds.unsigned_abs());
        self.time = if seconds < 0 { self.time - distance } else { self.time + distance };
        self
    }

    pub fn call(&self, action: &str, params: &[(&str, &str)]) -> Answer {
        self.exchange(&self.post(action, params)).expect("the server answers")
    }

    /// A signed POST, as it goes over the wire.
    pub fn post(&self, action: &str, params: &[(&str, &str)]) -> String {
        self.post_to("/", &form(action, params))
    }

    pub fn post_to(&self, path: &str, body: &str) -> String {
        let content_type = ("content-type", "application/x-www-form-urlencoded");
        let head = self.signed_head("POST", path, &[content_type], body);
        format!("{head}content-length: {}\r\n\r\n{body}", body.len())
    }

    /// A signed GET with the parameters in the query.
    pub fn get(&self, action: &str, params: &[(&str, &str)]) -> String {
        let target = format!("/?{}", form(action, params));
        format!("{}\r\n", self.signed_head("GET", &target, &[], ""))
    }

    fn signed_head(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
        let host = self.server.addr().to_string();
        let url = format!("{}{target}", self.server.url());
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("host", host.as_str())]).collect();
        let signable = SignableRequest::new(method, url, headers.iter().copied(), SignableBody::Bytes(body.as_bytes()));
        let token = self.token.clone();
        let identity = Credentials::new(&self.access_key_id, &self.secret, token, None, "test").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name(self.service)
            .time(self.time)
            .settings(SigningSettings::default())
            .build()
            .expect("all parameters are set");
        let params = params.into();
        let signed = sign(signable.expect("the request is valid"), &params).expect("the request can be signed");
        let (instructions, _) = signed.into_parts();
        let mut head = format!("{method} {target} HTTP/1.1\r\nuser-agent: tiny/1\r\n");
        for (name, value) in headers.into_iter().chain(instructions.headers()) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head
    }

    /// Sends a request on a new connection, and reads until the answer is complete or the connection ends.
    pub fn exchange(&self, request: &str) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(self.server.addr())?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        send_and_read(&mut stream, request)
    }
}

/// Sends a request on an open connection; an answer cut short is an error.
pub fn send_and_read(stream: &mut (impl Read + Write), request: &str) -> io::Result<Answer> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    loop {
        if let Some(answer) = complete(&String::from_utf8_lossy(&bytes)) {
            return Ok(answer);
        }
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend(chunk.iter().take(count));
    }
}

fn complete(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length: usize = header(head, "content-length").unwrap_or("0").parse().ok()?;
    (body.len() >= length).then(|| Answer { status, head: head.to_owned(), body: body.to_owned() })
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn form(action: &str, params: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).append_pair("Version", "2011-06-15").extend_pairs(params).finish()
}

impl Answer {
    /// The content of this element; empty if there is none.
    pub fn field(&self, name: &str) -> &str {
        let (_, rest) = self.body.split_once(&format!("<{name}>")).unwrap_or_default();
        rest.split_once(&format!("</{name}>")).unwrap_or_default().0
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Status, code and message of an error.
    pub fn error(&self) -> (u16, &str, &str) {
        (self.status, self.field("Code"), self.field("Message"))
    }

    #[track_caller]
    pub fn assert_ok(&self) {
        assert_eq!(self.status, 200, "{}", self.body);
    }
}
