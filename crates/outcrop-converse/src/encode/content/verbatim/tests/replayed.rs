//! The blocks of a response are replayed unchanged (decision D4; L74, L79, M29, M30, L129).

use proptest::prelude::*;

use super::{next_turn, read, response, response_blocks, turn_of, without_surrogates};
use crate::encode::tests::{replay, response_body};
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::canonical;

#[test]
fn each_kind_of_block_is_replayed_unchanged() {
    for block in [
        r#"{"text":" a\n"}"#,
        r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"b": 1.0, "a": 12345678901234567890123}}}"#,
        r#"{"toolUse":{"toolUseId":"t","name":"f","input":{},"new":{"a":1.0}}}"#,
        r#"{"reasoningContent":{"reasoningText":{"text":" hm \n","signature":"s=="}}}"#,
        r#"{"reasoningContent":{"reasoningText":{"text":"hm"}}}"#,
        r#"{"reasoningContent":{"reasoningText":{"text":"","signature":"s"}}}"#,
        r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s","new":1.0}}}"#,
        r#"{"reasoningContent":{"redactedContent":"aGk="}}"#,
        r#"{"reasoningContent":{"new":{"a":1.0}}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"},{"text":"b"}],"citations":[{"title":"T"}]}}"#,
        r#"{"citationsContent":{"citations":[{"title":"T"},{}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"title":"","sourceContent":[],"location":{"web":{}}}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"title":"T","source":"S","sourceContent":[{"text":"p"}],"location":{"web":{"url":"u","domain":"d"}}}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"location":{"documentChar":{"documentIndex":0,"start":1,"end":2}}}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"location":{"documentChunk":{"documentIndex":0,"start":1,"end":2}}}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"location":{"searchResultLocation":{"searchResultIndex":0,"start":1,"end":2}}}]}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"location":{"new":{"a":1.0}}},{"new":1.0}]}}"#,
        r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#,
        r#"{"image":{"format":"heic","source":{"bytes":"aGk="}}}"#,
        r#"{"image":{"format":"png","source":{"bytes":""},"error":{"message":"no"}}}"#,
        r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/c.png","bucketOwner":"123456789012"}}}}"#,
        r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/c"}}}}"#,
        r#"{"image":{"format":"jpeg","source":{"s3Location":{"uri":"s3://b/c.png"}}}}"#,
        r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/c.png","new":1.0}}}}"#,
        r#"{"image":{"format":"png","source":{"new":1.0}}}"#,
        r#"{"audio":{"format":"wav","source":{"s3Location":{"uri":"s3://b/c"}}}}"#,
        r#"{"video":{"format":"three_gp","source":{"s3Location":{"uri":"s3://b/c.3gp"}}}}"#,
        r#"{"hologram":{"b":1.0,"a":[ ]}}"#,
        r#"{"type":"hologram","depth":1.0}"#,
        r#"{"hologram":1,"extra":{"a":1.0},"type":7}"#,
        r#"{"hologram":1,"extra":[1.0]}"#,
        r#"{"hologram":1,"extra":{}}"#,
        r#"{"hologram":1,"extra":{"extra":[1.0]}}"#,
        r#"{"hologram":1,"extra":{"provider":"another","converse":1.0}}"#,
        r#"{"hologram":1,"type":"unknown"}"#,
        r#"{"guardContent":{"text":{"text":"a"}}}"#,
        r#"{"text":"a","hologram":1.0}"#,
        r#"{}"#,
    ] {
        assert_eq!(
            canonical(&turn_of(response(&[block.to_owned()]).into_messages())),
            canonical(&format!("[{block}]"))
        );
    }
}

#[test]
fn tool_use_type_of_responses_is_not_replayed() {
    for more in ["", r#","new":1.0"#] {
        let call =
            format!(r#"{{"toolUse":{{"toolUseId":"t","name":"f","input":{{}},"type":"tool_use"{more}}}}}"#);
        let sent = call.replace(r#","type":"tool_use""#, "");
        assert_eq!(canonical(&turn_of(response(&[call]).into_messages())), canonical(&format!("[{sent}]")));
    }
    let other = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{},"type":"new_tool_use"}}"#;
    assert_eq!(
        canonical(&turn_of(response(&[other.to_owned()]).into_messages())),
        canonical(&format!("[{other}]"))
    );
}

#[test]
fn server_tool_results_stay_in_the_assistant_turn() {
    // They are the assistant's, also in Converse (L46).
    let call = r#"{"toolUse":{"toolUseId":"s","name":"search","input":{"q":"a"},"type":"server_tool_use"}}"#;
    for result in [
        r#"{"toolResult":{"toolUseId":"s","content":[{"text":"out"}],"status":"success"}}"#,
        r#"{"toolResult":{"toolUseId":"s","content":[{"json":{"a":1.0}},{"text":""}],"type":"search_result"}}"#,
        r#"{"toolResult":{"toolUseId":"s","content":[{"json":[1.0]}]}}"#,
        r#"{"toolResult":{"toolUseId":"s","content":[]}}"#,
        r#"{"toolResult":{"toolUseId":"s","content":[{"hologram":1.0}],"new":null}}"#,
        r#"{"toolResult":{"toolUseId":"s","content":[{"document":{"name":"a.b  c","source":{"bytes":"aGk="}}}]}}"#,
    ] {
        let blocks = [call.to_owned(), result.to_owned(), r#"{"text":"so"}"#.to_owned()];
        assert_eq!(
            canonical(&turn_of(response(&blocks).into_messages())),
            canonical(&read(&blocks)),
            "{result}"
        );
    }
}

#[test]
fn call_without_input_is_replayed_with_an_empty_object() {
    let blocks = [r#"{"toolUse":{"toolUseId":"t","name":"f"}}"#.to_owned()];
    assert_eq!(
        turn_of(response(&blocks).into_messages()),
        r#"[{"toolUse":{"toolUseId":"t","name":"f","input":{}}}]"#
    );
}

#[test]
fn blocks_that_unified_fields_represent_are_not_kept_twice() {
    for block in [
        r#"{"text":"a"}"#,
        r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1.0}}}"#,
        r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}"#,
        r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#,
        r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[{"title":"T","location":{"web":{"url":"u"}}}]}}"#,
    ] {
        let response = response(&[block.to_owned()]);
        assert!(response.messages[0].content.iter().all(|block| super::original(block).is_none()), "{block}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_response_is_replayed_unchanged(bytes in choices::bytes()) {
        let blocks = response_blocks(&mut Choices::new(&bytes));
        let expected = read(&blocks);
        // Members that are all `null` leave no block, and no turn.
        prop_assume!(expected != "[]");
        let turn = next_turn(response(&blocks).into_messages());
        prop_assert!(turn.is_ok(), "{:?}", turn);
        prop_assert_eq!(without_surrogates(&turn.unwrap()), without_surrogates(&expected));
    }
}

#[test]
fn reasoning_is_unchanged_whatever_is_next_to_it() {
    const SIGNED: &str = r#"{"reasoningContent":{"reasoningText":{"text":" hm\n","signature":"s"}}}"#;
    const ONLY_SIGNED: &str = r#"{"reasoningContent":{"reasoningText":{"text":"","signature":"s"}}}"#;
    const TEXT: &str = r#"{"text":"x"}"#;
    for (content, expected) in [
        // Blank text is dropped, as in any turn (L9).
        (format!(r#"{SIGNED},{{"text":" "}},{TEXT}"#), format!("[{SIGNED},{TEXT}]")),
        (format!(r#"{SIGNED},{{"text":""}},{TEXT}"#), format!("[{SIGNED},{TEXT}]")),
        // Some models send nothing but the signature (M29).
        (format!("{ONLY_SIGNED},{TEXT}"), format!("[{ONLY_SIGNED},{TEXT}]")),
    ] {
        assert_eq!(replay(&response_body(&content, "end_turn")), [expected.clone(), expected], "{content}");
    }
}

#[test]
fn text_masked_by_a_guardrail_stays_in_the_history() {
    // `guardrail_intervened` does not mean that the response was blocked (L125, W20).
    let masked = r#"{"text":"Call {PHONE}."}"#;
    let expected = format!("[{masked}]");
    assert_eq!(replay(&response_body(masked, "guardrail_intervened")), [expected.clone(), expected]);
}

#[test]
fn text_that_looks_like_a_call_stays_text() {
    // It is not converted to a call: the model may quote one (L49).
    let text = r#"{"text":"{\"name\": \"f\", \"arguments\": {}}"}"#;
    let expected = format!("[{text}]");
    assert_eq!(replay(&response_body(text, "end_turn")), [expected.clone(), expected]);
}
