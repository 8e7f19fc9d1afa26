//! Lines of the output.

use outcrop_core::{ErrorKind, ModelRequest, Price, RawJson, ResponseFormat};
use proptest::prelude::*;

use super::{Batch, batch, id, question};
use crate::batch::BatchOutput;

const GOOD: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Yes."}]}},"stopReason":"end_turn","usage":{"inputTokens":1000,"outputTokens":1000}}"#;

/// A good line.
fn good(id: &str) -> String {
    format!(r#"{{"recordId":"{id}","modelInput":{{"messages":[]}},"modelOutput":{GOOD}}}"#)
}

/// A line with an error.
fn failed(error: &str) -> String {
    format!(r#"{{"recordId":"a","modelInput":{{}},"error":{error}}}"#)
}

fn read(batch: &Batch, line: &str) -> BatchOutput {
    batch.read_line(1, line.as_bytes())
}

#[test]
fn replies_are_known_by_their_ids_in_whatever_order() {
    let mut batch = batch();
    for name in ["a", "b"] {
        batch.record(id(name), &question(name)).unwrap();
    }
    let output = format!("{}\r\n\n{}\n{}\n\n", good("b"), failed(r#"{"errorCode":400}"#), good("stranger"));
    let replies: Vec<_> = batch.read(output.lines()).collect();
    let told: Vec<_> = replies.iter().map(|reply| (reply.line, reply.record_id.as_deref())).collect();
    assert_eq!(told, [(1, Some("b")), (3, Some("a")), (4, Some("stranger"))]);
    for reply in [&replies[0], &replies[2]] {
        let response = reply.outcome.as_ref().unwrap();
        assert_eq!(Some(response.id.as_str()), reply.record_id.as_deref());
        assert_eq!(response.model, "m");
        assert_eq!(response.text(), "Yes.");
        assert_eq!(reply.model_input.as_ref().map(RawJson::as_str), Some(r#"{"messages":[]}"#));
    }
}

#[test]
fn errors_have_the_kind_of_their_code() {
    for (error, kind, code, status, message) in [
        (
            r#"{"errorCode":400,"errorMessage":"bad request"}"#,
            ErrorKind::InvalidRequest,
            "Http400",
            Some(400),
            "bad request",
        ),
        (
            r#"{"errorCode":"400","errorMessage":"bad request"}"#,
            ErrorKind::InvalidRequest,
            "Http400",
            Some(400),
            "bad request",
        ),
        (
            r#"{"errorCode":429,"errorMessage":"slow down"}"#,
            ErrorKind::Throttled,
            "Http429",
            Some(429),
            "slow down",
        ),
        (
            r#"{"errorCode":"ThrottlingException","errorMessage":"slow down"}"#,
            ErrorKind::Throttled,
            "ThrottlingException",
            None,
            "slow down",
        ),
        (r#"{"errorCode":"ModelOnStrike","message":"no"}"#, ErrorKind::Other, "ModelOnStrike", None, "no"),
        (
            r#"{"errorCode":400,"errorMessage":"Input is too long for requested model."}"#,
            ErrorKind::ContextOverflow,
            "Http400",
            Some(400),
            "Input is too long for requested model.",
        ),
        (
            r#"{"errorCode":500}"#,
            ErrorKind::Unavailable,
            "Http500",
            Some(500),
            "the service answered with status 500",
        ),
        (
            r#"{"errorCode":null}"#,
            ErrorKind::Other,
            "ServiceError",
            None,
            "the service answered with an error without a message",
        ),
        (
            r#"{"errorCode":-1}"#,
            ErrorKind::Other,
            "-1",
            None,
            "the service answered with an error without a message",
        ),
        (r#""no""#, ErrorKind::Other, "ServiceError", None, "no"),
    ] {
        let told = read(&batch(), &failed(error)).outcome.unwrap_err();
        assert_eq!((told.kind(), told.code(), told.status()), (kind, Some(code), status), "{error}");
        assert_eq!(told.message(), message, "{error}");
        assert_eq!(told.path(), Some("records[a]"));
        assert_eq!(told.body().unwrap(), error, "nothing is lost");
    }
}

#[test]
fn the_service_knows_best_whether_to_try_again() {
    for (flag, retryable) in [("", true), (r#","retryable":false"#, false), (r#","retryable":"x""#, true)] {
        let line = failed(&format!(r#"{{"errorCode":503,"errorMessage":"no"{flag}}}"#));
        assert_eq!(read(&batch(), &line).outcome.unwrap_err().is_retryable(), retryable, "{flag}");
    }
}

#[test]
fn a_broken_line_is_told_and_the_rest_is_read() {
    let lines = [good("a"), r#"{"recordId":"b","#.to_owned(), "[]".to_owned(), good("c")];
    let replies: Vec<_> = batch().read(&lines).collect();
    assert!(replies[0].outcome.is_ok() && replies[3].outcome.is_ok());
    for (at, number) in [(1, 2), (2, 3)] {
        let reply = &replies[at];
        assert_eq!((reply.line, &reply.record_id), (number, &None));
        let error = reply.outcome.as_ref().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidResponse, Some("InvalidRecord")));
        assert!(error.message().starts_with(&format!("line {number} of the output")), "{error}");
        assert_eq!(error.body().unwrap(), &lines[at]);
    }
}

#[test]
fn a_line_without_a_clear_outcome_is_no_record() {
    for (members, reason) in [
        (String::new(), "neither"),
        (r#","modelOutput":null,"error":null"#.to_owned(), "neither"),
        (format!(r#","modelOutput":{GOOD},"error":{{"errorCode":400}}"#), "both"),
    ] {
        let reply = read(&batch(), &format!(r#"{{"recordId":"a","modelInput":{{}}{members}}}"#));
        assert_eq!(reply.record_id.as_deref(), Some("a"));
        let error = reply.outcome.unwrap_err();
        assert_eq!((error.code(), error.path()), (Some("InvalidRecord"), Some("records[a]")));
        assert!(error.message().contains(reason), "{error}");
    }
    let reply = read(&batch(), &format!(r#"{{"recordId":"a","modelOutput":{GOOD},"error":null,"new":1.0}}"#));
    assert!(reply.outcome.is_ok(), "an error that is null is none");
    assert_eq!(reply.unknown.get("new").map(RawJson::as_str), Some("1.0"));
}

#[test]
fn an_answer_that_is_none_names_its_record() {
    let error = read(&batch(), r#"{"recordId":"a","modelOutput":{"output":7}}"#).outcome.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidResponse, Some("records[a].output")));
    assert_eq!(error.model(), None);
}

#[test]
fn a_structured_answer_is_read_by_the_schema_of_its_record() {
    let format: ResponseFormat = ModelRequest::from_json(
        r#"{"model":"m","messages":[],"response_format":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}}"#,
    )
    .unwrap()
    .response_format
    .unwrap();
    let mut batch = batch();
    let request = ModelRequest::builder("m").user("hi").response_format(format).build();
    let record = batch.record(id("a"), &request).unwrap();
    batch.record(id("b"), &question("hi")).unwrap();
    let text = std::str::from_utf8(&record.line).unwrap();
    let tool = text.split(r#""toolSpec":{"name":""#).nth(1).unwrap().split('"').next().unwrap();
    let answer = |id: &str, input: &str| {
        let call = format!(r#"{{"toolUse":{{"toolUseId":"t","name":"{tool}","input":{input}}}}}"#);
        let output = GOOD.replace(r#"{"text":"Yes."}"#, &call);
        format!(r#"{{"recordId":"{id}","modelOutput":{output}}}"#)
    };
    let told = |id: &str, input: &str| read(&batch, &answer(id, input)).outcome;
    assert_eq!(told("a", r#"{"n":7}"#).unwrap().structured_text(), Some(r#"{"n":7}"#));
    assert_eq!(told("a", r#"{"n":"x"}"#).unwrap_err().kind(), ErrorKind::InvalidOutput);
    assert_eq!(told("b", r#"{"n":7}"#).unwrap().structured_text(), None);
}

#[test]
fn the_cost_is_that_of_the_requests_own_price() {
    let mut batch = batch();
    let ask = || ModelRequest::builder("amazon.nova-lite-v1:0").user("hi");
    batch.record(id("a"), &ask().price(Price::per_thousand(0.5, 1.0)).build()).unwrap();
    batch.record(id("b"), &ask().build()).unwrap();
    let cost = |name: &str| read(&batch, &good(name)).outcome.unwrap().cost;
    assert_eq!(cost("a"), Some(1.5));
    assert_eq!(cost("b"), None);
}

proptest! {
    #[test]
    fn no_line_is_too_strange(line in proptest::collection::vec(any::<u8>(), 0..64)) {
        let reply = batch().read_line(7, &line);
        prop_assert_eq!(reply.line, 7);
        prop_assert!(reply.outcome.is_err());
    }

    #[test]
    fn a_line_cut_short_is_broken(cut in 0..200_usize) {
        let line = good("a");
        let cut = cut.min(line.len() - 1);
        let error = batch().read_line(1, &line.as_bytes()[..cut]).outcome.unwrap_err();
        prop_assert_eq!(error.code(), Some("InvalidRecord"));
    }
}
