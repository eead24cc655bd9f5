//! An S3 without buckets, for clients that know no other service: it checks the signature, and lists no bucket.

use super::http::{Request, Response};
use super::issue;
use super::model::Call;
use super::signature;
use super::state::State;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
const NO_BUCKETS: &str = "<Owner><ID>o</ID><DisplayName>o</DisplayName></Owner><Buckets></Buckets>";
const NO_OBJECTS: &str = "<Name>b</Name><Prefix></Prefix><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys>\
                          <IsTruncated>false</IsTruncated>";

/// Answers a request that is signed for S3, and records it.
pub fn answer(state: &mut State, request: &Request) -> Response {
    let checked = signature::check(state, request, "s3");
    let outcome = checked.as_ref().map_or_else(|error| error.code, |_| "ok");
    state.calls.push(Call {
        action: format!("s3:{}", request.method),
        access_key_id: signature::claimed_key(request).unwrap_or_default().to_owned(),
        params: Vec::new(),
        outcome: outcome.to_owned(),
        user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
        code_spent: false,
        fault: None,
    });
    let (status, body) = match checked {
        Err(error) => (403, format!("<Error><Code>{}</Code><Message>{}</Message></Error>", error.code, error.message)),
        Ok(_) if request.method == "GET" && request.path() == "/" => {
            (200, format!("<ListAllMyBucketsResult xmlns=\"{NAMESPACE}\">{NO_BUCKETS}</ListAllMyBucketsResult>"))
        }
        Ok(_) if request.method == "GET" && request.query().contains("prefix=") => {
            (200, format!("<ListBucketResult xmlns=\"{NAMESPACE}\">{NO_OBJECTS}</ListBucketResult>"))
        }
        Ok(_) => (404, "<Error><Code>NoSuchKey</Code><Message>There is nothing.</Message></Error>".to_owned()),
    };
    if request.method == "HEAD" {
        return Response::empty(status);
    }
    Response::xml(status, format!("<?xml version=\"1.0\"?>{body}"), issue::request_id())
}
