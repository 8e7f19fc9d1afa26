//! Documents, and media in results of tools.

use outcrop_core::{ContentBlock, DocumentContent, ModelRequest, UnifiedMessage};

use super::{CLAUDE, LLAMA, MISTRAL, NOVA, assert_settled, history, notes, options, repaired, short};
use crate::encode_request;

#[test]
fn documents_have_words_beside_them() {
    // L56, M69
    for (given, expected) in [
        ("u:<doc>", "u(See attached document(s)., document)"),
        ("u:<img>,<doc>", "u(See attached document(s)., image, document)"),
        ("u:<doc>,a", "u(document, a)"),
        ("u:<doc> u:a", "u(document, a)"),
        ("u:<doc>,|", "u(See attached document(s)., |, document)"),
    ] {
        let encoded = repaired(CLAUDE, &history(given));
        assert_eq!(short(&encoded), expected, "{given}");
        assert_settled(&encoded);
    }
}

#[test]
fn media_that_the_model_does_not_take_in_results_come_after_them() {
    let result = |parts: &str| {
        format!(
            r#"{},{{"role":"user","content":[{{"toolResult":{{"toolUseId":"123456789","content":[{parts}]}}}}]}}"#,
            history("u:a a:?123456789")
        )
    };
    const IMAGE: &str = r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#;
    const PDF: &str = r#"{"document":{"format":"pdf","name":"p","source":{"bytes":"aGk="}}}"#;
    const CSV: &str = r#"{"document":{"format":"csv","name":"c","source":{"bytes":"aGk="}}}"#;
    const KIMI: &str = "moonshotai.kimi-k2.5";
    const GPT: &str = "openai.gpt-5.4";
    const MOVED: &str = "!123456789, This is file 123456789-1:, ";
    for (model, parts, expected) in [
        // L34
        (CLAUDE, IMAGE, "!123456789".to_owned()),
        (LLAMA, IMAGE, "!123456789".to_owned()),
        (KIMI, IMAGE, format!("{MOVED}image")),
        (GPT, IMAGE, format!("{MOVED}image")),
        (MISTRAL, IMAGE, "!123456789) a(.) u(This is file 123456789-1:, image".to_owned()),
        // L35
        (NOVA, CSV, "!123456789".to_owned()),
        (NOVA, PDF, format!("{MOVED}document")),
        (NOVA, &format!("{CSV},{PDF},{IMAGE}"), format!("{MOVED}document")),
    ] {
        let encoded = repaired(model, &result(parts));
        assert_eq!(short(&encoded), format!("u(a) a(?123456789) u({expected})"), "{model}: {parts}");
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert_eq!(
            body.contains(r#"{"text":"See file 123456789-1."}"#),
            expected.contains("This is"),
            "{body}"
        );
        assert_settled(&encoded);
    }
}

#[test]
fn results_with_nothing_in_them_say_so() {
    // L33
    for (model, parts, expected) in [
        (CLAUDE, "", r#"[{"text":"(no output)"}]"#),
        (CLAUDE, r#"{"text":" "}"#, r#"[{"text":"(no output)"}]"#),
        (CLAUDE, r#"{"text":""},{"text":"x"}"#, r#"[{"text":"x"}]"#),
        (CLAUDE, r#"{"json":{}}"#, r#"[{"json":{}}]"#),
        // It takes blank text.
        (NOVA, r#"{"text":""}"#, r#"[{"text":""}]"#),
        (NOVA, "", r#"[{"text":"(no output)"}]"#),
    ] {
        let messages = format!(
            r#"{},{{"role":"user","content":[{{"toolResult":{{"toolUseId":"1","content":[{parts}]}}}}]}}"#,
            history("u:a a:?1")
        );
        let encoded = repaired(model, &messages);
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(body.contains(&format!(r#""content":{expected}}}"#)), "{body}");
        assert_settled(&encoded);
    }
}

fn named(name: &str) -> ContentBlock {
    let mut document = DocumentContent::new(name);
    document.text = Some("x".to_owned());
    document.into()
}

fn names_of(names: &[&str]) -> Vec<String> {
    let messages = names.iter().map(|name| {
        UnifiedMessage::new(outcrop_core::Role::User, vec![ContentBlock::text("see"), named(name)])
    });
    let request = ModelRequest::builder(CLAUDE).messages(messages).build();
    let encoded = encode_request(&request, &options()).unwrap();
    assert_settled(&encoded);
    let blocks = encoded.body.messages.iter().flatten().flat_map(crate::wire::Message::blocks);
    let found = blocks.filter_map(|block| match block {
        crate::wire::ContentBlock::Document(document) => Some(document.name.clone()),
        _ => None,
    });
    found.collect()
}

#[test]
fn names_of_documents_are_legal_and_unique() {
    // L54, L55, M70
    assert_eq!(names_of(&["a.pdf", "a.txt", "a 2", "a"]), ["a", "a 2", "a 2 2", "a 3"]);
    assert_eq!(
        names_of(&["John's  r\u{e9}sum\u{e9}.v2.pdf", "\u{3000}", "\t#"]),
        ["Johns rsumv2", "document", "document 2"]
    );
    let long = "x".repeat(300);
    let found = names_of(&[&long, &long]);
    assert_eq!(found, ["x".repeat(200), format!("{} 2", "x".repeat(198))]);
}

#[test]
fn a_document_keeps_its_name_while_the_history_grows() {
    // M71: or the prompt cache is missed each turn.
    let all = ["a", "b", "a", "a 2", "a"];
    let whole = names_of(&all);
    for length in 1..all.len() {
        assert_eq!(names_of(&all[..length]), whole[..length]);
    }
}

#[test]
fn a_changed_name_is_noted() {
    let twice = r#"{"role":"user","content":[{"text":"a"},{"document":{"name":"d","source":{"text":"x"}}},{"document":{"name":"d","source":{"text":"x"}}}]}"#;
    assert_eq!(notes(&repaired(NOVA, twice)), ["messages[0].content[2] [documents.names]"]);
}
