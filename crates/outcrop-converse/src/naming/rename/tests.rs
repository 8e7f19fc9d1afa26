//! Tests of replaced names and ids, in requests and responses.

use std::collections::BTreeSet;

use outcrop_core::{ModelRequest, StreamEvent, UnifiedMessage};
use proptest::prelude::*;

use super::{Pattern, RenameMap, hash_digits};
use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::stream::StreamDecoder;
use crate::{ResponseMetadata, Transcript, decode_response};

fn renamed(names: &[&str], pattern: Pattern) -> Vec<String> {
    let renames = RenameMap::new(names.iter().copied(), std::iter::empty(), pattern);
    let sent = |name: &str| renames.as_ref().and_then(|map| map.get(name)).unwrap_or(name).to_owned();
    names.iter().map(|name| sent(name)).collect()
}

#[test]
fn illegal_names_are_replaced_and_legal_ones_kept() {
    let long = format!("mcp__server__{}", "x".repeat(60));
    for (names, pattern, expected) in [
        // L28: a hyphen is legal.
        (&["get-weather", "f_1"][..], Pattern::Alnum64Dash, &["get-weather", "f_1"][..]),
        (&["fs.read file"], Pattern::Alnum64Dash, &["fs_read_file"]),
        // L29: names that would collide get a hash, and a legal name stays.
        (&["a.b", "a_b"], Pattern::Alnum64Dash, &["a_b_eiege69q", "a_b"]),
        (&["a.b", "a b"], Pattern::Alnum64Dash, &["a_b_eiege69q", "a_b_3d142njm"]),
        (&["call_1|fc:2"], Pattern::Alnum64Dash, &["call_1_fc_2"]),
        (&["call_1|fc:2", "f:0"], Pattern::ServiceDefault, &["call_1_fc:2", "f:0"]),
        (&["abcdefghi", "tooluse_bpe71yCfRu2b5i-nKGDr5g"], Pattern::Alnum9, &["abcdefghi", "ah1jtq490"]),
        (&["\u{e9}"], Pattern::Alnum64Dash, &["_"]),
        // M15: a name that is too long.
        (
            &[long.as_str()],
            Pattern::Alnum64Dash,
            &["mcp__server__xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_uj2elpde"],
        ),
    ] {
        assert_eq!(renamed(names, pattern), expected, "{names:?}");
    }
}

proptest! {
    #[test]
    fn replacements_are_unique_legal_and_independent_of_order(
        names in prop::collection::btree_set("[ab._é-]{1,4}|x{60,70}|[a-z]{9}", 1..20),
        which in 0..3_usize,
    ) {
        let pattern = [Pattern::Alnum64Dash, Pattern::ServiceDefault, Pattern::Alnum9][which];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = renamed(&names, pattern);
        prop_assert!(found.iter().all(|name| pattern.matches(name)), "{:?}", found);
        prop_assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), names.len(), "{:?}", &found);
        for (name, sent) in names.iter().zip(&found) {
            prop_assert!(!pattern.matches(name) || name == sent);
        }
        let mut reversed: Vec<&str> = names.clone();
        reversed.reverse();
        let mut again = renamed(&reversed, pattern);
        again.reverse();
        prop_assert_eq!(again, found);
    }
}

#[test]
fn names_are_replaced_everywhere_and_restored_in_the_response() {
    // L26, L27, M16, in both dialects.
    let params = r#"{"model":"us.anthropic.claude-haiku-4-5-20251001-v1:0","messages":[
        {"role":"user","content":"t"},
        {"role":"assistant","tool_calls":[{"id":"a|1","function":{"name":"fs.read","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"a|1","content":"x"}],
        "tools":[{"type":"function","function":{"name":"fs.read"}},{"type":"function","function":{"name":"g"}}],
        "tool_choice":{"type":"function","function":{"name":"fs.read"}}}"#;
    let request = ModelRequest::from_json(params).unwrap();
    for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
        let encoded = encode_request(&request, &options).unwrap();
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert_eq!((body.matches("fs_read").count(), body.matches("fs.read").count()), (3, 0), "{body}");
        assert_eq!((body.matches("a_1").count(), body.matches("a|1").count()), (2, 0), "{body}");
        let notes: Vec<_> =
            encoded.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect();
        assert_eq!(notes, ["messages[1].content[0] [tools.ids]", "tools[0] [tools.names]"]);

        // A block with unknown members is sent back with them, under the name in the request.
        let body = r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"fs_read","input":{},"new":1}},{"toolUse":{"toolUseId":"u","name":"g","input":{}}}]}},"stopReason":"tool_use"}"#;
        let response = decode_response(&body.into(), &encoded.context, ResponseMetadata::default()).unwrap();
        let names: Vec<_> = response.tool_calls().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["fs.read", "g"]);
        let mut next = request.clone();
        next.messages.extend(response.messages.clone());
        next.messages.extend(["t", "u"].map(|id| UnifiedMessage::tool_result(id, "y")));
        let body = String::from_utf8(encode_request(&next, &options).unwrap().to_bytes().to_vec()).unwrap();
        assert!(body.contains(r#"{"toolUseId":"t","name":"fs_read","input":{},"new":1}"#), "{body}");
    }
}

#[test]
fn names_of_server_tools_are_reserved_and_kept() {
    let body = r#"{"messages":[{"role":"user","content":[{"text":"t"}]},
        {"role":"assistant","content":[
            {"toolUse":{"toolUseId":"a_b","name":"nova_grounding","input":{},"type":"server_tool_use"}},
            {"toolResult":{"toolUseId":"a_b","content":[{"text":"found"}],"type":"nova_grounding_result"}},
            {"toolUse":{"toolUseId":"a b","name":"nova grounding","input":{}}}]},
        {"role":"user","content":[{"toolResult":{"toolUseId":"a b","content":[{"text":"x"}]}}]}],
        "toolConfig":{"tools":[
            {"toolSpec":{"name":"nova grounding","inputSchema":{"json":{"type":"object"}}}},
            {"systemTool":{"name":"nova_grounding"}}]}}"#;
    let model = "us.amazon.nova-2-lite-v1:0";
    let request = crate::decode_request(model, &body.into()).unwrap();
    let mut transcript = Transcript::new();
    for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
        let encoded = encode_request(&request, &options).unwrap();
        let sent = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        let name = renamed_with_reserved("nova grounding", "nova_grounding");
        assert!(name.starts_with("nova_grounding_"), "{name}");
        let id = renamed_with_reserved("a b", "a_b");
        for (text, count) in [
            (format!(r#"{{"toolSpec":{{"name":"{name}""#), 1),
            (r#"{"systemTool":{"name":"nova_grounding"}}"#.to_owned(), 1),
            (format!(r#"{{"toolUseId":"{id}","name":"{name}""#), 1),
            (r#"{"toolUseId":"a_b","name":"nova_grounding""#.to_owned(), 1),
            (format!(r#""toolUseId":"{id}""#), 2),
            (r#""toolUseId":"a_b""#.to_owned(), 2),
        ] {
            assert_eq!(sent.matches(&text).count(), count, "{text} in {sent}");
        }

        // The calls count in a transcript as well, in which they are a part of the prefix.
        let mut grown = request.clone();
        for text in ["b", "c"] {
            assert_eq!(
                transcript.encode(&grown, &options).unwrap().body,
                encode_request(&grown, &options).unwrap().to_bytes()
            );
            grown.messages.extend([UnifiedMessage::assistant(text), UnifiedMessage::user(text)]);
        }
        assert_eq!(
            transcript.encode(&grown, &options).unwrap().body,
            encode_request(&grown, &options).unwrap().to_bytes()
        );
    }
}

/// Returns the replacement of a name while another name is reserved.
fn renamed_with_reserved(name: &str, reserved: &str) -> String {
    let renames = RenameMap::new([name].into_iter(), [reserved].into_iter(), Pattern::Alnum64Dash);
    renames.unwrap().get(name).unwrap().to_owned()
}

#[test]
fn names_of_server_tools_are_unchanged_in_the_response() {
    let params = r#"{"model":"us.amazon.nova-2-lite-v1:0","messages":[{"role":"user","content":"t"}],
        "tools":[{"type":"function","function":{"name":"nova grounding"}}]}"#;
    let request = ModelRequest::from_json(params).unwrap();
    let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
    let body = r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"s","name":"nova_grounding","input":{},"type":"server_tool_use"}},{"toolUse":{"toolUseId":"u","name":"nova_grounding","input":{}}}]}},"stopReason":"tool_use"}"#;
    let response = decode_response(&body.into(), &encoded.context, ResponseMetadata::default()).unwrap();
    let calls = response.messages.iter().flat_map(UnifiedMessage::tool_calls);
    let names: Vec<_> = calls.map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["nova_grounding", "nova grounding"]);

    let mut decoder = StreamDecoder::new(encoded.context, ResponseMetadata::default());
    for (name, json) in [
        ("messageStart", r#"{"role":"assistant"}"#),
        (
            "contentBlockStart",
            r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"s","name":"nova_grounding","type":"server_tool_use"}}}"#,
        ),
        ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        (
            "contentBlockStart",
            r#"{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"u","name":"nova_grounding"}}}"#,
        ),
        ("contentBlockStop", r#"{"contentBlockIndex":1}"#),
        ("messageStop", r#"{"stopReason":"tool_use"}"#),
        ("metadata", "{}"),
    ] {
        decoder.handle_json(name, json.as_bytes());
    }
    let mut last = None;
    while let Some(event) = decoder.poll_event() {
        last = Some(event.unwrap());
    }
    let Some(StreamEvent::Completed { response }) = last else { panic!("{last:?}") };
    let calls = response.messages.iter().flat_map(UnifiedMessage::tool_calls);
    let names: Vec<_> = calls.map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["nova_grounding", "nova grounding"]);
}

#[test]
fn hash_of_known_texts_never_changes() {
    assert_eq!(hash_digits("fs.read file", 0, 8), "s29p8ead");
    assert_eq!(hash_digits("", 0, 9), "r4qbrk6tl");
    assert_ne!(hash_digits("a", 0, 8), hash_digits("a", 1, 8));
}
