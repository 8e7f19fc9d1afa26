//! What goes back to the client.

mod undeclared;

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use tokio::sync::watch;

use crate::fault::Fault;
use crate::recording::{Ending, OpenExchange, SentResponse};
use crate::script::ScriptedEvent;
use crate::server::Line;
use crate::stream::{self, Broken};
use undeclared::Undeclared;

/// A reply before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ReplyBody,
}

/// The body of a reply.
#[derive(Clone, Debug)]
pub(crate) enum ReplyBody {
    /// All of it at once.
    Whole(Bytes),
    /// Event by event.
    Events(Vec<ScriptedEvent>),
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const LATENCY: HeaderName = HeaderName::from_static("x-amzn-bedrock-invocation-latency");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");

impl Reply {
    /// A reply with nothing but a status and a body.
    pub(crate) fn bare(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: ReplyBody::Whole(body.into()) }
    }

    /// A good reply of JSON, with the milliseconds that the model is said to have taken.
    pub(crate) fn json(body: impl Into<Bytes>, latency_ms: u64) -> Self {
        let mut reply = Self::bare(StatusCode::OK, body);
        reply.headers.insert(CONTENT_TYPE, JSON);
        reply.headers.insert(LATENCY, HeaderValue::from(latency_ms));
        reply
    }

    /// A stream of events.
    pub(crate) fn events(events: Vec<ScriptedEvent>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, EVENT_STREAM);
        Self { status: StatusCode::OK, headers, body: ReplyBody::Events(events) }
    }

    /// An error, as AWS sends it.
    pub(crate) fn fault(fault: &Fault) -> Self {
        let body = serde_json::json!({ "message": fault.message() }).to_string();
        let mut reply = Self::bare(fault.status(), body);
        reply.headers.insert(CONTENT_TYPE, JSON);
        // The names of exceptions are checked where they are read, so that a header can hold them.
        if let Ok(error_type) = HeaderValue::try_from(fault.error_type()) {
            reply.headers.insert(ERROR_TYPE, error_type);
        }
        reply
    }

    /// What AWS answers on a path of which it knows no operation: the error is in the body, the status is 200.
    pub(crate) fn unknown_path() -> Self {
        let body =
            r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
        let mut reply = Self::bare(StatusCode::OK, body);
        reply.headers.insert(CONTENT_TYPE, JSON);
        reply
    }

    /// The same reply with the id of its request, unless it has one.
    pub(crate) fn with_request_id(mut self, id: &str) -> Self {
        if let Ok(id) = HeaderValue::try_from(id) {
            self.headers.entry(REQUEST_ID).or_insert(id);
        }
        self
    }

    /// The reply in the form in which hyper sends it, put on record. Events are sent over the line, until it or the
    /// emulator stops.
    pub(crate) fn send(
        self,
        mut record: OpenExchange,
        line: Line,
        stopped: watch::Receiver<bool>,
    ) -> Response<BoxBody<Bytes, Broken>> {
        let body = match self.body {
            ReplyBody::Whole(body) => {
                record.answer(&SentResponse::new(self.status, self.headers.clone(), body.clone()));
                record.end(Ending::Completed);
                if self.headers.contains_key(CONTENT_LENGTH) {
                    // A length that the script declares is sent as it is, true or not.
                    Undeclared::new(body).map_err(never).boxed()
                } else {
                    Full::new(body).map_err(never).boxed()
                }
            }
            ReplyBody::Events(events) => {
                record.answer(&SentResponse::new(self.status, self.headers.clone(), Bytes::new()));
                stream::play(events, record, line, stopped)
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Bodies that are all there cannot fail.
fn never(never: Infallible) -> Broken {
    match never {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_type_in_the_header_and_its_message_in_the_body() {
        let reply = Reply::fault(&Fault::validation("a \"quoted\" reason")).with_request_id("id-1");
        assert_eq!(reply.status, 400);
        assert_eq!(
            reply.headers["x-amzn-errortype"],
            "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        );
        assert_eq!(reply.headers["x-amzn-requestid"], "id-1");
        let ReplyBody::Whole(body) = reply.body else { panic!("an error is no stream") };
        assert_eq!(body, r#"{"message":"a \"quoted\" reason"}"#);
    }

    #[test]
    fn a_request_id_that_is_there_stays() {
        let reply = Reply::json("{}", 7).with_request_id("first").with_request_id("second");
        assert_eq!(reply.headers["x-amzn-requestid"], "first");
        assert_eq!(reply.headers["x-amzn-bedrock-invocation-latency"], "7");
    }
}
