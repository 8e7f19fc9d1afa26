//! The cases of the table: each is a peer and the settings of a client that calls it.

use std::time::Duration;

use outcrop::{Retry, Timeouts};

use super::bytes::{
    beginning, error, error_frame, exception, good, head, json, json_in_capitals, page, stream,
};
use super::server::{Peer, Step};
use super::{Form, MARK};

/// A failure and the forms of calls that it is tried with.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) forms: &'static [Form],
    pub(super) peer: Peer,
    pub(super) timeouts: Timeouts,
    pub(super) retry: Retry,
    /// Whether another call is made first, so that the connection is reused.
    pub(super) is_reused: bool,
}

const BOTH: &[Form] = &[Form::Unary, Form::Stream];
const UNARY: &[Form] = &[Form::Unary];
const STREAM: &[Form] = &[Form::Stream];

/// The limit that ends a call, where a case is about a limit. Long enough for a busy machine to send a request before.
const LIMIT: Duration = Duration::from_secs(2);

/// The limits of the other cases, which do not expire.
fn generous() -> Timeouts {
    let long = Duration::from_secs(60);
    Timeouts::default()
        .with_connect(long)
        .with_read(long)
        .with_body(long)
        .with_first_event(long)
        .with_idle(long)
}

fn case(name: &'static str, forms: &'static [Form], peer: Peer) -> Case {
    Case { name, forms, peer, timeouts: generous(), retry: Retry::new().with_attempts(2), is_reused: false }
}

/// A case in which every request gets the same answer.
fn step(name: &'static str, forms: &'static [Form], step: Step) -> Case {
    case(name, forms, Peer::Script(vec![step]))
}

impl Case {
    fn limit(self, change: impl FnOnce(Timeouts, Duration) -> Timeouts) -> Self {
        Self { timeouts: change(self.timeouts, LIMIT), ..self }
    }

    fn resend(self) -> Self {
        Self { retry: self.retry.with_resend_unanswered(), ..self }
    }
}

/// Returns all cases, in the order of the table.
pub(super) fn all() -> Vec<Case> {
    [connections(), unanswered(), limits_of_calls(), responses(), streams()].into_iter().flatten().collect()
}

fn connections() -> Vec<Case> {
    vec![
        case("connection refused", BOTH, Peer::Refused),
        case("host name unknown", BOTH, Peer::Unknown),
        case("packets to connect are dropped", BOTH, Peer::BlackHole).limit(Timeouts::with_connect),
        case("TLS handshake is not answered", BOTH, Peer::SilentTls).limit(Timeouts::with_connect),
        case("packets to connect are dropped, `read` is shorter than `connect`", BOTH, Peer::BlackHole)
            .limit(Timeouts::with_read),
    ]
}

fn unanswered() -> Vec<Case> {
    let incomplete = || head(200, "application/json", &[], Some(500));
    let with_piece = || [incomplete(), format!(r#"{{"output": "{MARK}"#).into_bytes()].concat();
    vec![
        step("reset before the request is read", BOTH, Step::ResetUnread),
        step("reset after the request", BOTH, Step::Reset(vec![])),
        step("closed after the request", BOTH, Step::Close(vec![])),
        Case {
            is_reused: true,
            ..case(
                "reused connection reset after the request",
                BOTH,
                Peer::Script(vec![Step::Send(error(400, "ValidationException", "no")), Step::Reset(vec![])]),
            )
        },
        step("no response", BOTH, Step::Stall(vec![])).limit(Timeouts::with_read),
        step("head is cut", BOTH, Step::Close(b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec())),
        step("head stalls", BOTH, Step::Stall(b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec()))
            .limit(Timeouts::with_read),
        step("head is malformed", BOTH, Step::Close(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec())),
        step("body is cut", UNARY, Step::Close(with_piece())),
        step("body is reset", UNARY, Step::Reset(with_piece())),
        step("body stalls", UNARY, Step::Stall(with_piece())).limit(Timeouts::with_body),
        step("closed after the request, `resend_unanswered`", BOTH, Step::Close(vec![])).resend(),
        step("no response, `resend_unanswered`", BOTH, Step::Stall(vec![]))
            .limit(Timeouts::with_read)
            .resend(),
        step("body is cut, `resend_unanswered`", UNARY, Step::Close(with_piece())).resend(),
        step("body stalls, `resend_unanswered`", UNARY, Step::Stall(with_piece()))
            .limit(Timeouts::with_body)
            .resend(),
    ]
}

fn limits_of_calls() -> Vec<Case> {
    // The second delay is longer than the limit, so that the limit expires between two attempts.
    let busy = |delay| {
        let headers = [("x-amzn-errortype", "ServiceUnavailableException"), ("x-amz-retry-after", delay)];
        Step::Send(json(503, &headers, r#"{"message": "busy"}"#))
    };
    let busy = || Peer::Script(vec![busy("100"), busy("60000")]);
    let many = |case: Case| Case { retry: Retry::new().with_attempts(50), ..case };
    vec![
        step("no response within the limit of the call", BOTH, Step::Stall(vec![]))
            .limit(Timeouts::with_operation),
        many(case("status 503 until the limit of the call", BOTH, busy())).limit(Timeouts::with_operation),
        step("no response within the limit of the first event", STREAM, Step::Stall(vec![]))
            .limit(Timeouts::with_first_event),
        many(case("status 503 until the limit of the first event", STREAM, busy()))
            .limit(Timeouts::with_first_event),
        step("no response within the limit of the stream", STREAM, Step::Stall(vec![]))
            .limit(Timeouts::with_stream),
    ]
}

fn responses() -> Vec<Case> {
    let typed = |name, status, code, message| step(name, BOTH, Step::Send(error(status, code, message)));
    let plain = |name, status| step(name, BOTH, Step::Send(page(status)));
    let daily = "Too many tokens per day, please wait before trying again.";
    let untyped = |message: &str| json(429, &[], &serde_json::json!({"message": message}).to_string());
    let skewed = json(
        403,
        &[("x-amzn-errortype", "InvalidSignatureException"), ("date", "Thu, 01 Jan 2099 00:00:00 GMT")],
        r#"{"message": "Signature not yet current"}"#,
    );
    let broken = [head(503, "application/json", &[], Some(500)), MARK.as_bytes().to_vec()].concat();
    vec![
        plain("status 302", 302),
        plain("status 400", 400),
        typed("400 `ValidationException`", 400, "ValidationException", "no"),
        typed(
            "400 `ValidationException`, context overflow",
            400,
            "ValidationException",
            "prompt is too long",
        ),
        typed("400 `ServiceQuotaExceededException`", 400, "ServiceQuotaExceededException", "no"),
        plain("status 401", 401),
        plain("status 403", 403),
        typed("403 `AccessDeniedException`", 403, "AccessDeniedException", "no"),
        typed("403 `UnrecognizedClientException`", 403, "UnrecognizedClientException", "no"),
        typed("403 `ExpiredTokenException`", 403, "ExpiredTokenException", "no"),
        typed("403 `InvalidSignatureException`", 403, "InvalidSignatureException", "no"),
        step("403 `InvalidSignatureException`, the clock is wrong", BOTH, Step::Send(skewed)),
        typed("403 `RequestTimeTooSkewed`", 403, "RequestTimeTooSkewed", "no"),
        typed("404 `ResourceNotFoundException`", 404, "ResourceNotFoundException", "no"),
        plain("status 404", 404),
        typed("408 `ModelTimeoutException`", 408, "ModelTimeoutException", "no"),
        plain("status 408", 408),
        plain("status 413", 413),
        typed("424 `ModelErrorException`", 424, "ModelErrorException", "no"),
        plain("status 424", 424),
        typed("429 `ThrottlingException`", 429, "ThrottlingException", "slow down"),
        typed("429 `ThrottlingException`, daily quota", 429, "ThrottlingException", daily),
        typed("429 `ModelNotReadyException`", 429, "ModelNotReadyException", "not yet"),
        step("status 429", BOTH, Step::Send(untyped("slow down"))),
        step("status 429, daily quota", BOTH, Step::Send(untyped(daily))),
        typed("500 `InternalServerException`", 500, "InternalServerException", "oops"),
        plain("status 500", 500),
        plain("status 501", 501),
        plain("status 502", 502),
        typed("503 `ServiceUnavailableException`", 503, "ServiceUnavailableException", "busy"),
        plain("status 503", 503),
        plain("status 504", 504),
        plain("status 505", 505),
        plain("status 507", 507),
        plain("status 529", 529),
        step("status 503, body is cut", BOTH, Step::Close(broken.clone())),
        step("status 503, body stalls", BOTH, Step::Stall(broken)).limit(Timeouts::with_body),
        plain("status 200, page of a proxy", 200),
        step("status 200, media type in capitals", STREAM, Step::Send(json_in_capitals())),
        step("status 200, empty", BOTH, Step::Send(json(200, &[], ""))),
        step(
            "status 200, `UnknownOperationException`",
            BOTH,
            Step::Send(json(
                200,
                &[],
                r#"{"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}}"#,
            )),
        ),
    ]
}

fn streams() -> Vec<Case> {
    let after = |frame: Vec<u8>| [beginning(), vec![frame]].concat();
    let excepted = |name, code| step(name, STREAM, Step::Close(stream(&after(exception(code, "it failed")))));
    let mut corrupt = stream(&beginning());
    if let Some(last) = corrupt.last_mut() {
        *last ^= 1;
    }
    let mut cut = stream(&beginning());
    cut.truncate(cut.len() - 5);
    let incomplete = head(200, "application/vnd.amazon.eventstream", &[], Some(100_000));
    let incomplete = [incomplete, beginning().concat()].concat();
    vec![
        excepted("`throttlingException` in the stream", "throttlingException"),
        excepted("`internalServerException` in the stream", "internalServerException"),
        excepted("`serviceUnavailableException` in the stream", "serviceUnavailableException"),
        excepted("`modelStreamErrorException` in the stream", "modelStreamErrorException"),
        excepted("`modelTimeoutException` in the stream", "modelTimeoutException"),
        excepted("`validationException` in the stream", "validationException"),
        excepted("unknown exception in the stream", "modelOnStrikeException"),
        step(
            "error frame in the stream",
            STREAM,
            Step::Close(stream(&after(error_frame("InternalFailure")))),
        ),
        step(
            "exception before the first event",
            STREAM,
            Step::Close(stream(&[exception("throttlingException", "slow down")])),
        ),
        step("stream ends without `messageStop`", STREAM, Step::Close(stream(&beginning()))),
        step("stream ends without an event", STREAM, Step::Close(stream(&[]))),
        step("stream ends within a frame", STREAM, Step::Close(cut)),
        step("body of the stream is cut", STREAM, Step::Close(incomplete)),
        step("frame with a wrong checksum", STREAM, Step::Close(corrupt)),
        step("stream is reset", STREAM, Step::Reset(stream(&beginning()))),
        step("no event after the head", STREAM, Step::Stall(stream(&[]))).limit(Timeouts::with_first_event),
        step("stream stalls", STREAM, Step::Stall(stream(&beginning()))).limit(Timeouts::with_idle),
        step("stream exceeds its limit", STREAM, Step::Stall(stream(&beginning())))
            .limit(Timeouts::with_stream),
        // The response is good, and only its form is another one.
        step("whole response instead of a stream", STREAM, Step::Send(good())),
    ]
}
