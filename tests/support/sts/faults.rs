//! The ways in which an answer can go wrong, and those that a test has requested.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::connection::Delivery;
use super::http::Response;
use super::issue;
use super::xml::ServiceError;

/// A failure to show instead of the proper answer, or of its proper delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// This status with an HTML page, or with an empty body, from something in front of STS; nothing is processed.
    Status { code: u16, html: bool },
    /// STS's own 500; nothing is processed.
    InternalFailure,
    /// STS's refusal of too many requests, a 400; nothing is processed.
    Throttling,
    /// STS's refusal in a region that the account has not activated; nothing is processed.
    RegionDisabled,
    /// STS's refusal in these words; nothing is processed.
    Refusal { status: u16, code: &'static str, message: String },
    /// The connection closes unanswered; nothing is processed.
    DropBeforeProcessing,
    /// The request is processed, so that its code is used; then the connection closes unanswered.
    DropAfterProcessing,
    /// The request is processed at once, and answered after this time.
    Slow(Duration),
    /// No answer, on an open connection; nothing is processed.
    Hang,
    /// The request is processed; half of the answer is sent, and no more, on an open connection.
    StallMidBody,
    /// A captive portal's redirect to `/login`; nothing is processed.
    Redirect302,
    /// A captive portal's page, with status 200; nothing is processed.
    Html200,
    /// The request is processed; the answer's XML ends in the middle of the session token.
    TruncatedXml,
    /// The request is processed; this element of the answer has no content.
    EmptyField(&'static str),
    /// The request is processed; this element of the answer has this content.
    Content(&'static str, &'static str),
    /// The request is processed; the answer lacks this element.
    MissingField(&'static str),
    /// The request is processed; the answer's `Expiration` is an hour ago.
    ExpiredAnswer,
    /// A 200 of this many bytes; nothing is processed.
    HugeBody(u64),
}

impl Fault {
    /// The answer that this fault gives in place of processing, and the word for it; `None` if it processes.
    pub fn instead(&self, account: &str) -> Option<(Delivery, String)> {
        let service_error = match self {
            Self::InternalFailure => ServiceError::new(500, "InternalFailure", INTERNAL_FAILURE),
            Self::Throttling => ServiceError::new(400, "Throttling", "Rate exceeded"),
            Self::RegionDisabled => ServiceError::new(403, "RegionDisabledException", region_disabled(account)),
            Self::Refusal { status, code, message } => ServiceError::new(*status, code, message.clone()),
            other => return other.instead_of_service(),
        };
        Some((Delivery::Whole(service_error.response()), service_error.code.to_owned()))
    }

    /// As `instead`, for the faults that come from elsewhere than STS.
    fn instead_of_service(&self) -> Option<(Delivery, String)> {
        let page = |status| Response::html(status, format!("<html><body><h1>{status}</h1></body></html>\n"));
        let delivery = match self {
            Self::Status { code, html: true } => Delivery::Whole(page(*code)),
            Self::Status { code, html: false } => Delivery::Whole(Response::empty(*code)),
            Self::Redirect302 => Delivery::Whole(page(302).with_header("Location", "/login")),
            Self::Html200 => Delivery::Whole(page(200)),
            Self::DropBeforeProcessing => Delivery::Drop,
            Self::Hang => Delivery::Hang,
            Self::HugeBody(length) => {
                let head = Response::xml(200, String::new(), issue::request_id());
                Delivery::Filler(head, *length)
            }
            _ => return None,
        };
        let word = match self {
            Self::Status { code, .. } => code.to_string(),
            Self::Redirect302 => "302".to_owned(),
            Self::Html200 | Self::HugeBody(_) => "200".to_owned(),
            _ => "unanswered".to_owned(),
        };
        Some((delivery, word))
    }

    /// Damages a proper answer.
    pub fn spoil(&self, mut answer: Response, now: Timestamp) -> Delivery {
        match self {
            Self::DropAfterProcessing => return Delivery::Drop,
            Self::StallMidBody => return Delivery::Half(answer),
            Self::Slow(delay) => return Delivery::After(*delay, answer),
            Self::TruncatedXml => cut(&mut answer.body),
            Self::EmptyField(name) => set_content(&mut answer.body, name, ""),
            Self::Content(name, content) => set_content(&mut answer.body, name, content),
            Self::MissingField(name) => remove_element(&mut answer.body, name),
            Self::ExpiredAnswer => set_content(&mut answer.body, "Expiration", &an_hour_before(now).to_string()),
            _ => {}
        }
        Delivery::Whole(answer)
    }
}

const INTERNAL_FAILURE: &str = "The request processing has failed because of an unknown error, exception or failure.";

fn region_disabled(account: &str) -> String {
    format!(
        "STS is not activated in this region for account:{account}. Your account administrator can activate STS in \
         this region using the IAM Console."
    )
}

fn an_hour_before(now: Timestamp) -> Timestamp {
    let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
    whole.checked_sub(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN)
}

fn cut(body: &mut String) {
    let half = body.len() / 2;
    let at = content_of(body, "SessionToken").map_or(half, |token| token.start + token.len() / 2);
    body.truncate(at);
}

fn set_content(body: &mut String, name: &str, content: &str) {
    if let Some(range) = content_of(body, name) {
        body.replace_range(range, content);
    }
}

fn remove_element(body: &mut String, name: &str) {
    if let Some(content) = content_of(body, name) {
        let tag = name.len() + "<>".len();
        body.replace_range(content.start - tag..content.end + tag + 1, "");
    }
}

/// Returns the range of the content of the first element with this name.
fn content_of(body: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let open = format!("<{name}>");
    let start = body.find(&open)? + open.len();
    let length = body.get(start..)?.find(&format!("</{name}>"))?;
    Some(start..start + length)
}

/// The faults still to come.
#[derive(Default)]
pub struct Faults {
    /// Each with the number of requests that it is for, the next one first.
    queue: VecDeque<(Fault, usize)>,
    /// The faults that come again and again.
    repeated: Vec<(Fault, Every)>,
    broken_connections: Option<Every>,
}

/// Every n-th event.
struct Every {
    n: usize,
    seen: usize,
}

impl Every {
    fn nth(n: usize) -> Self {
        Self { n, seen: 0 }
    }

    /// Counts an event, and returns whether it is an n-th one.
    fn count(&mut self) -> bool {
        self.seen += 1;
        self.seen.is_multiple_of(self.n)
    }
}

impl Faults {
    pub fn push(&mut self, fault: Fault, times: usize) {
        self.queue.push_back((fault, times));
    }

    pub fn repeat(&mut self, n: usize, fault: Fault) {
        self.repeated.push((fault, Every::nth(n)));
    }

    pub fn break_connections(&mut self, n: usize) {
        self.broken_connections = Some(Every::nth(n));
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns whether the connection that has just been accepted is one to break.
    pub fn breaks_connection(&mut self) -> bool {
        self.broken_connections.as_mut().is_some_and(Every::count)
    }

    /// Returns the fault for the request that has just come in.
    pub fn next(&mut self) -> Option<Fault> {
        // All of them count the request, also if another fault comes first.
        let due = self.repeated.iter_mut().filter_map(|(fault, every)| every.count().then_some(&*fault));
        let repeated = due.fold(None, |first, fault| first.or(Some(fault.clone())));
        self.queue.retain(|(_, times)| *times > 0);
        let Some((fault, times)) = self.queue.front_mut() else { return repeated };
        if *times != usize::MAX {
            *times -= 1;
        }
        Some(fault.clone())
    }
}
