//! Tests of the lines of the output.

use outcrop_core::{ErrorKind, ModelRequest, Price, RawJson, ResponseFormat};
use proptest::prelude::*;

use super::{Batch, batch, id, question};
use crate::batch::BatchOutput;

const OUTPUT: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Yes."}]}},"stopReason":"end_turn","usage":{"inputTokens":1000,"outputTokens":1000}}"#;

/// Returns a line with a response.
fn succeeded(id: &str) -> String {
    format!(r#"{{"recordId":"{id}","modelInput":{{"messages":[]}},"modelOutput":{OUTPUT}}}"#)
}

/// Returns a line with an error.
fn failed(error: &str) -> String {
    format!(r#"{{"recordId":"a","modelInput":{{}},"error":{error}}}"#)
}

fn read(batch: &Batch, line: &str) -> BatchOutput {
    batch.read_line(1, line.as_bytes())
}

#[test]
fn responses_are_matched_by_id_in_any_order() {
    let mut batch = batch();
    for name in ["a", "b"] {
        batch.record(id(name), &question(name)).unwrap();
    }
    let output =
        format!("{}\r\n\n{}\n{}\n\n", succeeded("b"), failed(r#"{"errorCode":400}"#), succeeded("unknown"));
    let outputs: Vec<_> = batch.read(output.lines()).collect();
    let ids: Vec<_> = outputs.iter().map(|output| (output.line, output.record_id.as_deref())).collect();
    assert_eq!(ids, [(1, Some("b")), (3, Some("a")), (4, Some("unknown"))]);
    for output in [&outputs[0], &outputs[2]] {
        let response = output.outcome.as_ref().unwrap();
        assert_eq!(Some(response.id.as_str()), output.record_id.as_deref());
        assert_eq!(response.model, "m");
        assert_eq!(response.text(), "Yes.");
        assert_eq!(output.model_input.as_ref().map(RawJson::as_str), Some(r#"{"messages":[]}"#));
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
        (r#"{"errorCode":"UnknownCode","message":"no"}"#, ErrorKind::Other, "UnknownCode", None, "no"),
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
        let found = read(&batch(), &failed(error)).outcome.unwrap_err();
        assert_eq!((found.kind(), found.code(), found.status()), (kind, Some(code), status), "{error}");
        assert_eq!(found.message(), message, "{error}");
        assert_eq!(found.path(), Some("records[a]"), "{error}");
        assert_eq!(found.body().unwrap(), error, "the body is kept");
    }
}

#[test]
fn retryable_member_overrides_the_status() {
    for (flag, retryable) in [("", true), (r#","retryable":false"#, false), (r#","retryable":"x""#, true)] {
        let line = failed(&format!(r#"{{"errorCode":503,"errorMessage":"no"{flag}}}"#));
        assert_eq!(read(&batch(), &line).outcome.unwrap_err().is_retryable(), retryable, "{flag}");
    }
}

#[test]
fn malformed_line_is_an_error_and_the_rest_is_read() {
    let lines = [succeeded("a"), r#"{"recordId":"b","#.to_owned(), "[]".to_owned(), succeeded("c")];
    let outputs: Vec<_> = batch().read(&lines).collect();
    assert!(outputs[0].outcome.is_ok() && outputs[3].outcome.is_ok());
    for (at, number) in [(1, 2), (2, 3)] {
        let output = &outputs[at];
        assert_eq!((output.line, &output.record_id), (number, &None));
        let error = output.outcome.as_ref().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidResponse, Some("InvalidRecord")));
        assert!(error.message().starts_with(&format!("line {number} of the output")), "{error}");
        assert_eq!(error.body().unwrap(), &lines[at]);
    }
}

#[test]
fn line_without_exactly_one_outcome_is_invalid() {
    for (members, reason) in [
        (String::new(), "neither"),
        (r#","modelOutput":null,"error":null"#.to_owned(), "neither"),
        (format!(r#","modelOutput":{OUTPUT},"error":{{"errorCode":400}}"#), "both"),
    ] {
        let output = read(&batch(), &format!(r#"{{"recordId":"a","modelInput":{{}}{members}}}"#));
        assert_eq!(output.record_id.as_deref(), Some("a"));
        let error = output.outcome.unwrap_err();
        assert_eq!((error.code(), error.path()), (Some("InvalidRecord"), Some("records[a]")), "{members}");
        assert!(error.message().contains(reason), "{error}");
    }
    let output =
        read(&batch(), &format!(r#"{{"recordId":"a","modelOutput":{OUTPUT},"error":null,"new":1.0}}"#));
    assert!(output.outcome.is_ok(), "`error: null` is not an error");
    assert_eq!(output.unknown.get("new").map(RawJson::as_str), Some("1.0"));
}

#[test]
fn malformed_response_has_the_path_of_its_record() {
    let error = read(&batch(), r#"{"recordId":"a","modelOutput":{"output":7,"stopReason":"end_turn"}}"#)
        .outcome
        .unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidResponse, Some("records[a].output")));
    assert_eq!(error.model(), None);
}

#[test]
fn structured_output_is_validated_by_the_schema_of_its_record() {
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
    let line = |id: &str, input: &str| {
        let call = format!(r#"{{"toolUse":{{"toolUseId":"t","name":"{tool}","input":{input}}}}}"#);
        let output = OUTPUT.replace(r#"{"text":"Yes."}"#, &call);
        format!(r#"{{"recordId":"{id}","modelOutput":{output}}}"#)
    };
    let outcome = |id: &str, input: &str| read(&batch, &line(id, input)).outcome;
    assert_eq!(outcome("a", r#"{"n":7}"#).unwrap().structured_text(), Some(r#"{"n":7}"#));
    assert_eq!(outcome("a", r#"{"n":"x"}"#).unwrap_err().kind(), ErrorKind::InvalidOutput);
    assert_eq!(outcome("b", r#"{"n":7}"#).unwrap().structured_text(), None);
}

#[test]
fn cost_needs_a_price_of_the_request() {
    let mut batch = batch();
    let request = || ModelRequest::builder("amazon.nova-lite-v1:0").user("hi");
    batch.record(id("a"), &request().price(Price::per_thousand(0.5, 1.0)).build()).unwrap();
    batch.record(id("b"), &request().build()).unwrap();
    let cost = |name: &str| read(&batch, &succeeded(name)).outcome.unwrap().cost;
    assert_eq!(cost("a"), Some(1.5));
    assert_eq!(cost("b"), None);
}

proptest! {
    #[test]
    fn any_line_is_read_without_panic(line in proptest::collection::vec(any::<u8>(), 0..64)) {
        let output = batch().read_line(7, &line);
        prop_assert_eq!(output.line, 7);
        prop_assert!(output.outcome.is_err());
    }

    #[test]
    fn truncated_line_is_invalid(cut in 0..200_usize) {
        let line = succeeded("a");
        let cut = cut.min(line.len() - 1);
        let error = batch().read_line(1, &line.as_bytes()[..cut]).outcome.unwrap_err();
        prop_assert_eq!(error.code(), Some("InvalidRecord"));
    }
}
