//! Tests of the content of tool results.

use crate::encode::history::tests::{
    CLAUDE, LLAMA, MISTRAL, NOVA, PALMYRA, assert_unchanged_when_encoded_again, history, prepare, short,
};

#[test]
fn empty_result_gets_a_text() {
    // The service rejects empty content, and Claude blank text (L33).
    for (model, parts, expected) in [
        (CLAUDE, "", r#"[{"text":"(no output)"}]"#),
        (CLAUDE, r#"{"text":" "}"#, r#"[{"text":"(no output)"}]"#),
        (CLAUDE, r#"{"text":""},{"text":"x"}"#, r#"[{"text":"x"}]"#),
        (CLAUDE, r#"{"json":{}}"#, r#"[{"json":{}}]"#),
        // Nova accepts blank text.
        (NOVA, r#"{"text":""}"#, r#"[{"text":""}]"#),
        (NOVA, "", r#"[{"text":"(no output)"}]"#),
    ] {
        let messages = format!(
            r#"{},{{"role":"user","content":[{{"toolResult":{{"toolUseId":"1","content":[{parts}]}}}}]}}"#,
            history("u:a a:?1")
        );
        let encoded = prepare(model, &messages);
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(body.contains(&format!(r#""content":{expected}}}"#)), "{model}: {body}");
        assert_unchanged_when_encoded_again(&encoded);
    }
}

#[test]
fn unsupported_status_becomes_text() {
    let failed = r#"{"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"text":"no"}],"status":"error"}}]}"#;
    let messages = format!("{},{failed}", history("u:a a:?1"));
    for (model, expected) in [
        (PALMYRA, r#""content":[{"text":"[the tool failed]"},{"text":"no"}]}}"#),
        (CLAUDE, r#""content":[{"text":"no"}],"status":"error"}}"#),
    ] {
        let encoded = prepare(model, &messages);
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(body.contains(expected), "{model}: {body}");
        assert_unchanged_when_encoded_again(&encoded);
    }
}

#[test]
fn media_unsupported_in_results_follow_them() {
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
        // Images, by model (L34).
        (CLAUDE, IMAGE, "!123456789".to_owned()),
        (LLAMA, IMAGE, "!123456789".to_owned()),
        (KIMI, IMAGE, format!("{MOVED}image")),
        (GPT, IMAGE, format!("{MOVED}image")),
        (MISTRAL, IMAGE, "!123456789) a(.) u(This is file 123456789-1:, image".to_owned()),
        // Documents, by model and format (L35).
        (NOVA, CSV, "!123456789".to_owned()),
        (NOVA, PDF, format!("{MOVED}document")),
        (NOVA, &format!("{CSV},{PDF},{IMAGE}"), format!("{MOVED}document")),
    ] {
        let encoded = prepare(model, &result(parts));
        assert_eq!(short(&encoded), format!("u(a) a(?123456789) u({expected})"), "{model}: {parts}");
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert_eq!(
            body.contains(r#"{"text":"See file 123456789-1."}"#),
            expected.contains("This is"),
            "{body}"
        );
        assert_unchanged_when_encoded_again(&encoded);
    }
}
