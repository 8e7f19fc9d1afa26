//! Tests of the lines of the input.

use outcrop_core::{ErrorKind, ModelRequest, NoteAction, RawJson};
use proptest::prelude::*;

use super::{Batch, RecordId, batch, id, member, question};
use crate::encode::encode_request;
use crate::options::EncodeOptions;

#[test]
fn record_is_one_line_without_the_model() {
    let record = batch().record(id("CALL0000001"), &question("hi")).unwrap();
    assert_eq!(
        record.line,
        "{\"recordId\":\"CALL0000001\",\"modelInput\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}}\n"
    );
    assert_eq!(record.id.as_str(), "CALL0000001");
}

#[test]
fn record_has_its_own_notes() {
    let mut batch = batch();
    assert!(batch.record(id("a"), &question("hi")).unwrap().notes.is_empty());
    let changed = ModelRequest::builder("m").user("hi").user("there").build();
    let record = batch.record(id("b"), &changed).unwrap();
    assert_eq!(record.notes.first().map(|note| &note.action), Some(&NoteAction::Added));
    assert!(batch.record(id("c"), &question("hi")).unwrap().notes.is_empty());
}

#[test]
fn record_id_must_be_alphanumeric() {
    for valid in ["a", "CALL0000001", "3223593EFGH", &"7".repeat(100)] {
        assert_eq!(RecordId::new(valid).unwrap().as_str(), valid);
    }
    for invalid in ["", " ", "a b", "call-1", "a_b", "a\"", "a\n", "é", "٣"] {
        let error = RecordId::new(invalid).unwrap_err();
        assert_eq!(
            (error.code(), error.kind()),
            (Some("InvalidRecordId"), ErrorKind::InvalidRequest),
            "{invalid:?}"
        );
    }
    for number in [0, 1, 9_999_999_999] {
        let numbered = RecordId::from_number(number);
        assert_eq!(numbered.as_str().len(), 11);
        assert_eq!(RecordId::new(numbered.as_str()).unwrap(), numbered);
    }
}

#[test]
fn rejected_record_leaves_the_batch_unchanged() {
    let mut batch = batch();
    let no_message = ModelRequest::builder("m").build();
    let error = batch.record(id("a"), &no_message).unwrap_err();
    assert_eq!(error.path(), Some("records[a].messages"));
    assert_eq!(batch.model(), None);

    batch.record(id("a"), &question("hi")).unwrap();
    let error = batch.record(id("a"), &question("hi")).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("DuplicateRecord"), Some("records[a]")));
    let other = ModelRequest::builder("another").user("hi").build();
    let error = batch.record(id("b"), &other).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("MixedModels"), Some("records[b].model")));

    assert_eq!(batch.model(), Some("m"));
    assert_eq!(batch.record_ids().map(RecordId::as_str).collect::<Vec<_>>(), ["a"]);
    batch.record(id("b"), &question("hi")).unwrap();
}

#[test]
fn options_apply_to_every_record() {
    let mut batch = Batch::new(EncodeOptions::ag2().strict());
    let changed = ModelRequest::builder("m").user("hi").user("there").build();
    assert_eq!(batch.record(id("a"), &changed).unwrap_err().code(), Some("StrictMode"));
}

#[test]
fn debug_output_has_no_content() {
    let record = batch().record(id("a"), &question("XYZZY")).unwrap();
    assert!(!format!("{record:?} {record:#?}").contains("XYZZY"));
}

proptest! {
    #[test]
    fn any_request_is_one_line_with_its_body(text in "\\PC*|[ \\r\\n\\t\u{2028}\"\\\\]*", break_at in 0..3_usize) {
        let field = ["{\"a\":\n1}", "{\"a\":\r\n[1,\n2]}", "1.0"][break_at];
        let request = ModelRequest::builder("m")
            .user(format!("{text}."))
            .additional_field("field", RawJson::parse(field).unwrap())
            .build();
        let record = batch().record(id("a"), &request).unwrap();
        prop_assert_eq!(record.line.iter().filter(|byte| **byte == b'\n').count(), 1);
        let is_terminated = record.line.ends_with(b"}\n");
        prop_assert!(is_terminated);
        prop_assert!(!record.line.contains(&b'\r'));
        let body = encode_request(&request, &EncodeOptions::ag2()).unwrap().to_bytes();
        let input = member(&record.line, "modelInput");
        prop_assert_eq!(input.as_str().as_bytes(), &body[..]);
        let id = member(&record.line, "recordId");
        prop_assert_eq!(id.as_str(), r#""a""#);
    }
}
