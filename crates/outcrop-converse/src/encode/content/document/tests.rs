//! Tests of documents: their source and their name.

use outcrop_core::{DocumentContent, ModelRequest, Role, UnifiedMessage};

use crate::encode::content::tests::encode_block;
use crate::encode::encode_request;
use crate::encode::tests::{CLAUDE, body};
use crate::options::EncodeOptions;

#[test]
fn document_has_one_source_and_a_name() {
    let plain = |source: &str| format!(r#"{{"document":{{"name":"n","source":{source}}}}}"#);
    let mut chunks = DocumentContent::new("n");
    chunks.chunks = Some(vec!["a".to_owned(), "b".to_owned()]);
    let mut cited = DocumentContent::from_text("n", "text");
    (cited.context, cited.citations) = (Some("about".to_owned()), Some(true));
    for (document, expected) in [
        (DocumentContent::from_text("n", "text"), plain(r#"{"text":"text"}"#)),
        (chunks, plain(r#"{"content":[{"text":"a"},{"text":"b"}]}"#)),
        (cited, r#"{"document":{"name":"n","source":{"text":"text"},"context":"about","citations":{"enabled":true}}}"#.to_owned()),
        (
            DocumentContent::from_bytes("n", "text/csv", b"hi".to_vec()),
            r#"{"document":{"format":"csv","name":"n","source":{"bytes":"aGk="}}}"#.to_owned(),
        ),
        (
            // The format comes from the name if the media type has none.
            DocumentContent::from_bytes("n.docx", "application/octet-stream", b"hi".to_vec()),
            r#"{"document":{"format":"docx","name":"n","source":{"bytes":"aGk="}}}"#.to_owned(),
        ),
        (
            DocumentContent::from_url("n", "s3://b/c.MD"),
            r#"{"document":{"format":"md","name":"n","source":{"s3Location":{"uri":"s3://b/c.MD"}}}}"#.to_owned(),
        ),
    ] {
        assert_eq!(encode_block("m", document), (expected, vec![]));
    }
}

#[test]
fn illegal_characters_of_a_name_are_replaced() {
    // The service allows letters, digits, single spaces, and `-()[]` and `_` in at most 200 characters (L54).
    for (given, expected) in [
        ("report.pdf", "report"),
        ("Report 2024.PDF", "Report 2024"),
        ("report.final.pdf", "report final"),
        ("Dr. Smith's letter", "Dr Smith s letter"),
        ("Section 3.1 overview", "Section 3 1 overview"),
        ("a#b", "a b"),
        ("a  b\tc\u{3000}d", "a b c d"),
        ("a-b(c)[d]_e", "a-b(c)[d]_e"),
        ("  a  ", "a"),
        ("Gr\u{fc}\u{df}e.txt", "Gr e"),
        ("\u{65e5}\u{672c}.pdf", "document"),
        (".pdf", "pdf"),
        ("", "document"),
        ("...", "document"),
    ] {
        let (block, _) = encode_block("m", DocumentContent::from_text(given, "text"));
        assert_eq!(
            block,
            format!(r#"{{"document":{{"name":"{expected}","source":{{"text":"text"}}}}}}"#),
            "{given}"
        );
    }
    let long = format!("{} {}", "a".repeat(199), "b".repeat(50));
    let (block, _) = encode_block("m", DocumentContent::from_text(long, "text"));
    assert!(block.contains(&format!(r#""name":"{}""#, "a".repeat(199))), "{block}");
}

#[test]
fn text_source_becomes_bytes_for_claude_without_citations() {
    // Claude rejects documents of text that it must not cite (M67).
    let encode_source = |model: &str, has_chunks: bool, citations: Option<bool>| {
        let mut document = DocumentContent::new("n");
        document.citations = citations;
        if has_chunks {
            document.chunks = Some(vec!["a".to_owned(), "b".to_owned()]);
        } else {
            document.text = Some("a".to_owned());
        }
        let message = UnifiedMessage::new(Role::User, vec!["t".into(), document.into()]);
        let request = ModelRequest::builder(model).message(message).build();
        let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
        let rules: Vec<_> = encoded.notes.iter().map(|note| note.rule.to_string()).collect();
        let body = body(&encoded);
        let (_, after) = body.split_once(r#""source":"#).unwrap();
        let (source, _) = after.split_once('}').unwrap();
        (source.to_owned(), rules.join(" "))
    };
    let changed = |source: &str| (source.to_owned(), "documents.source".to_owned());
    let unchanged = |source: &str| (source.to_owned(), String::new());
    assert_eq!(encode_source(CLAUDE, false, None), changed(r#"{"bytes":"YQ==""#));
    assert_eq!(encode_source(CLAUDE, false, Some(false)), changed(r#"{"bytes":"YQ==""#));
    assert_eq!(encode_source(CLAUDE, true, None), changed(r#"{"bytes":"YQoKYg==""#));
    assert_eq!(encode_source(CLAUDE, false, Some(true)), unchanged(r#"{"text":"a""#));
    assert_eq!(encode_source(CLAUDE, true, Some(true)), unchanged(r#"{"content":[{"text":"a""#));
    assert_eq!(encode_source("us.amazon.nova-lite-v1:0", false, None), unchanged(r#"{"text":"a""#));
}
