//! Tests of citations in replayed responses.

use outcrop_core::ModelRequest;

use crate::encode::tests::{replay, response_body};
use crate::{EncodeOptions, encode_request};

#[test]
fn search_result_locations_are_dropped_for_claude() {
    // Claude rejects them (L128).
    let cited = |location: &str| {
        format!(
            r#"{{"citationsContent":{{"content":[{{"text":"w"}}],"citations":[{{"title":"T"{location}}}]}}}}"#
        )
    };
    let search = r#","location":{"searchResultLocation":{"searchResultIndex":0,"start":1,"end":2}}"#;
    let page = r#","location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}"#;
    for (location, expected) in [(search, ""), (page, page)] {
        let [_, merged] = replay(&response_body(&cited(location), "end_turn"));
        assert_eq!(merged, format!("[{}]", cited(expected)));
    }
}

#[test]
fn citations_of_formats_that_cannot_be_cited_are_dropped() {
    let request = |format: &str, source: &str| {
        let document = format!(
            r#"{{"document":{{{format}"name":"n","source":{source},"citations":{{"enabled":true}}}}}}"#
        );
        let request = ModelRequest::from_json(&format!(
            r#"{{"model":"anthropic.claude-sonnet-4-5-20250929-v1:0","messages":[{{"role":"user","content":[{{"text":"q"}},{document}]}}]}}"#
        ))
        .unwrap();
        let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        (body.contains("citations"), encoded.notes.iter().any(|note| note.rule == "citations.format"))
    };
    let bytes = r#"{"bytes":"aGk="}"#;
    for format in ["docx", "csv", "md", "xlsx", "html"] {
        let format = format!(r#""format":"{format}","#);
        assert_eq!(request(&format, bytes), (false, true), "{format}");
    }
    for (format, source) in [
        (r#""format":"pdf","#, bytes),
        (r#""format":"txt","#, bytes),
        ("", r#"{"text":"t"}"#),
        ("", r#"{"content":[{"text":"t"}]}"#),
    ] {
        assert_eq!(request(format, source), (true, false), "{format} {source}");
    }
}
