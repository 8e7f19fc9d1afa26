//! Tests of blocks that a caller gives in Converse's own form.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::{CLAUDE, body, notes};
use crate::options::EncodeOptions;

/// Encodes a user turn with a text and a block. Returns the block and the notes.
fn encode(block: &str) -> Result<(String, Vec<String>), String> {
    let params = format!(
        r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":[{{"text":"x"}},{block}]}}]}}"#
    );
    let request = ModelRequest::from_json(&params).unwrap();
    let encoded = encode_request(&request, &EncodeOptions::converse())
        .map_err(|error| error.code().unwrap_or_default().to_owned())?;
    let text = body(&encoded);
    let start = r#"{"messages":[{"role":"user","content":[{"text":"x"},"#;
    let inner = text.strip_prefix(start).unwrap_or(&text).trim_end_matches("]}]}").to_owned();
    Ok((inner, notes(&encoded)))
}

const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[test]
fn media_with_another_spelling_of_the_format_have_that_of_the_service() {
    for (block, expected, rule) in [
        (
            format!(r#"{{"image":{{"format":"PNG","source":{{"bytes":"{PNG}"}}}}}}"#),
            format!(r#"{{"image":{{"format":"png","source":{{"bytes":"{PNG}"}}}}}}"#),
            "image.format",
        ),
        (
            format!(r#"{{"image":{{"format":"jpg","source":{{"bytes":"{PNG}"}}}}}}"#),
            format!(r#"{{"image":{{"format":"png","source":{{"bytes":"{PNG}"}}}}}}"#),
            "image.format",
        ),
        (
            r#"{"image":{"format":"jpg","source":{"bytes":"/9j/4AAQSkZJRg=="}}}"#.to_owned(),
            r#"{"image":{"format":"jpeg","source":{"bytes":"/9j/4AAQSkZJRg=="}}}"#.to_owned(),
            "image.format",
        ),
        (
            r#"{"document":{"format":"octet-stream","name":"n","source":{"bytes":"aGVsbG8="}}}"#.to_owned(),
            r#"{"document":{"format":"txt","name":"n","source":{"bytes":"aGVsbG8="}}}"#.to_owned(),
            "documents.format",
        ),
        (
            r#"{"document":{"format":"json","name":"n","source":{"bytes":"e30="}}}"#.to_owned(),
            r#"{"document":{"format":"txt","name":"n","source":{"bytes":"e30="}}}"#.to_owned(),
            "documents.format",
        ),
        (
            r#"{"document":{"format":"txt","name":"a.b/c","source":{"bytes":"aGVsbG8="}}}"#.to_owned(),
            r#"{"document":{"format":"txt","name":"abc","source":{"bytes":"aGVsbG8="}}}"#.to_owned(),
            "documents.names",
        ),
        (
            r#"{"document":{"name":"n","source":{"text":"hello"}}}"#.to_owned(),
            r#"{"document":{"format":"txt","name":"n","source":{"bytes":"aGVsbG8="}}}"#.to_owned(),
            "documents.source",
        ),
    ] {
        assert_eq!(
            encode(&block),
            Ok((expected, vec![format!("messages[0].content[1] [{rule}]")])),
            "{block}"
        );
    }
}

#[test]
fn legal_blocks_stay_unchanged() {
    for block in [
        format!(r#"{{"image":{{"format":"png","source":{{"bytes":"{PNG}"}}}}}}"#),
        r#"{"document":{"format":"txt","name":"n (1)","source":{"bytes":"aGVsbG8="},"context":"c","citations":{"enabled":true}}}"#.to_owned(),
        r#"{"document":{"name":"n","source":{"content":[{"text":"a"}]},"citations":{"enabled":true}}}"#.to_owned(),
    ] {
        assert_eq!(encode(&block), Ok((block.clone(), vec![])), "{block}");
    }
}

#[test]
fn block_of_another_form_is_an_error_and_not_lost() {
    let result = r#"{"toolResult":{"toolUseId":"c","content":[{"text":5}]}}"#;
    assert_eq!(encode(result), Err("InvalidMessage".to_owned()));
    let slides = r#"{"document":{"format":"pptx","name":"n","source":{"bytes":"AAECAw=="}}}"#;
    assert_eq!(encode(slides), Err("UnsupportedDocumentFormat".to_owned()));
}

#[test]
fn calls_and_results_have_objects_as_json() {
    let params = format!(
        r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"q"}},
            {{"role":"assistant","content":[{{"toolUse":{{"toolUseId":"a","name":"f","input":"{{\"x\":1}}"}}}},
                {{"toolUse":{{"toolUseId":"b","name":"f","input":[1]}}}},{{"toolUse":{{"toolUseId":"c","name":"f"}}}}]}},
            {{"role":"user","content":[{{"toolResult":{{"toolUseId":"a","content":[{{"json":[1,2]}}]}}}},
                {{"toolResult":{{"toolUseId":"b","content":[{{"json":"t"}}]}}}},
                {{"toolResult":{{"toolUseId":"c","content":[{{"json":{{"r":1}}}}]}}}}]}}]}}"#
    );
    let request = ModelRequest::from_json(&params).unwrap();
    let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
    let text = body(&encoded);
    for part in [
        r#""toolUseId":"a","name":"f","input":{"x":1}"#,
        r#""toolUseId":"b","name":"f","input":{"rawInvalidInput":[1]}"#,
        r#""toolUseId":"c","name":"f","input":{}"#,
        r#""toolUseId":"a","content":[{"text":"[1,2]"}]"#,
        r#""toolUseId":"b","content":[{"text":"t"}]"#,
        r#""toolUseId":"c","content":[{"json":{"r":1}}]"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
