//! Tests of documents: their names, and the text that accompanies them.

use outcrop_core::{ContentBlock, DocumentContent, ModelRequest, Role, UnifiedMessage};

use crate::encode::encode_request;
use crate::encode::history::tests::{
    CLAUDE, NOVA, assert_unchanged_when_encoded_again, history, notes, options, prepare, short,
};
use crate::encode::tests::body;
use crate::options::EncodeOptions;
use crate::wire;

#[test]
fn document_without_text_gets_a_text() {
    // The service rejects a document in a message without text (L56, M69).
    for (messages, expected) in [
        ("u:<doc>", "u(See attached document(s)., document)"),
        ("u:<img>,<doc>", "u(See attached document(s)., image, document)"),
        ("u:<doc>,a", "u(document, a)"),
        ("u:<doc> u:a", "u(document, a)"),
        ("u:<doc>,|", "u(See attached document(s)., |, document)"),
    ] {
        let encoded = prepare(CLAUDE, &history(messages));
        assert_eq!(short(&encoded), expected, "{messages}");
        assert_unchanged_when_encoded_again(&encoded);
    }
}

#[test]
fn document_with_text_is_unchanged() {
    // Text that is not needed would change the prompt (W18).
    let document = DocumentContent::from_bytes("n.txt", "text/plain", b"hi".to_vec());
    let message = UnifiedMessage::new(Role::User, vec!["Sum it up.".into(), document.into()]);
    let request = ModelRequest::builder(CLAUDE).message(message).build();
    for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
        let encoded = encode_request(&request, &options).unwrap();
        assert_eq!(encoded.notes, []);
        assert_eq!(
            body(&encoded),
            r#"{"messages":[{"role":"user","content":[{"text":"Sum it up."},{"document":{"format":"txt","name":"n","source":{"bytes":"aGk="}}}]}]}"#
        );
    }
}

fn document(name: &str) -> ContentBlock {
    let mut document = DocumentContent::new(name);
    document.text = Some("x".to_owned());
    document.into()
}

/// Encodes a document in each of several messages. Returns the names that are sent.
fn sent_names(names: &[&str]) -> Vec<String> {
    let messages = names
        .iter()
        .map(|name| UnifiedMessage::new(Role::User, vec![ContentBlock::text("see"), document(name)]));
    let request = ModelRequest::builder(CLAUDE).messages(messages).build();
    let encoded = encode_request(&request, &options()).unwrap();
    assert_unchanged_when_encoded_again(&encoded);
    let blocks = encoded.body.messages.iter().flatten().flat_map(wire::Message::blocks);
    let found = blocks.filter_map(|block| match block {
        wire::ContentBlock::Document(document) => Some(document.name.clone()),
        _ => None,
    });
    found.collect()
}

#[test]
fn names_are_legal_and_unique() {
    // The charset and the length are limited, and names are unique in the whole request (L54, L55, M70).
    assert_eq!(sent_names(&["a.pdf", "a.txt", "a 2", "a"]), ["a", "a 2", "a 2 2", "a 3"]);
    assert_eq!(
        sent_names(&["John's  r\u{e9}sum\u{e9}.v2.pdf", "\u{3000}", "\t#"]),
        ["Johns rsumv2", "document", "document 2"]
    );
    let long = "x".repeat(300);
    let found = sent_names(&[&long, &long]);
    assert_eq!(found, ["x".repeat(200), format!("{} 2", "x".repeat(198))]);
}

#[test]
fn name_is_stable_while_the_history_grows() {
    // Another name would change the prompt, and miss the cache, in each turn (M71).
    let names = ["a", "b", "a", "a 2", "a"];
    let whole = sent_names(&names);
    for length in 1..names.len() {
        assert_eq!(sent_names(&names[..length]), whole[..length], "{length}");
    }
}

#[test]
fn changed_name_is_noted() {
    let same_name = r#"{"role":"user","content":[{"text":"a"},{"document":{"name":"d","source":{"text":"x"}}},{"document":{"name":"d","source":{"text":"x"}}}]}"#;
    assert_eq!(notes(&prepare(NOVA, same_name)), ["messages[0].content[2] [documents.names]"]);
}
