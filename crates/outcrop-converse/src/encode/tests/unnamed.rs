//! Stored calls without an id or a name do not spoil every later turn.

use outcrop_core::{
    ContentBlock, ModelRequest, Role, ToolCallContent, ToolResultContent, ToolSpec, UnifiedMessage,
};

use super::body;
use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::{Rule, Rules};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const ID: &str = "messages[1].content[0] [tools.ids]";
const NAME: &str = "messages[1].content[0] [tools.names]";

/// A turn with these calls, and one with these results.
fn request(calls: &[(&str, &str)], results: &[&str]) -> ModelRequest {
    let calls = calls.iter().map(|(id, name)| ToolCallContent::new(*id, *name, "{}").into()).collect();
    let results: Vec<ContentBlock> = results
        .iter()
        .enumerate()
        .map(|(n, id)| ToolResultContent::new(*id, format!("o{n}")).into())
        .collect();
    ModelRequest::builder(CLAUDE)
        .user("hi")
        .message(UnifiedMessage::new(Role::Assistant, calls))
        .message(UnifiedMessage::new(Role::Tool, results))
        .tool(ToolSpec::without_input("f"))
        .build()
}

fn call(id: &str, name: &str) -> String {
    format!(r#"{{"toolUse":{{"toolUseId":"{id}","name":"{name}","input":{{}}}}}}"#)
}

fn result(id: &str, output: &str) -> String {
    format!(r#"{{"toolResult":{{"toolUseId":"{id}","content":[{{"text":"{output}"}}]}}}}"#)
}

#[test]
fn a_stored_call_without_an_id_or_a_name_gets_one() {
    // L32, M14
    for (calls, results, sent, noted) in [
        (&[("", "f")][..], &[""][..], vec![call("call_1_0", "f"), result("call_1_0", "o0")], &[ID][..]),
        (&[("1", "")], &["1"], vec![call("1", "unnamed_tool"), result("1", "o0")], &[NAME]),
        (&[("", "")], &[""], vec![call("call_1_0", "unnamed_tool"), result("call_1_0", "o0")], &[ID, NAME]),
        // What has an id keeps it, and a made id is no other call's.
        (
            &[("", "f"), ("call_1_0", "f")],
            &["call_1_0", ""],
            vec![
                call("call_1_0_", "f"),
                call("call_1_0", "f"),
                result("call_1_0_", "o1"),
                result("call_1_0", "o0"),
            ],
            &[ID],
        ),
    ] {
        let request = request(calls, results);
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
            let encoded = encode_request(&request, &options).unwrap();
            let body = body(&encoded);
            for block in &sent {
                assert!(body.contains(block.as_str()), "{block} in {body}");
            }
            assert_eq!(super::notes(&encoded), noted, "{body}");
            assert!(encode_request(&request, &options.clone().strict()).is_err());
        }
    }
}

#[test]
fn results_without_an_id_are_given_to_no_call_where_it_is_not_known_to_which() {
    for (calls, results) in [
        (&[("", "f")][..], &["", ""][..]),
        (&[("", "f"), ("", "g")], &["", ""]),
        (&[("", "f"), ("", "g")], &[""]),
        (&[("1", "f")], &["1", ""]),
    ] {
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
            let body = body(&encode_request(&request(calls, results), &options).unwrap());
            for (number, _) in results.iter().enumerate().filter(|(_, id)| id.is_empty()) {
                assert!(!body.contains(&format!(r#""content":[{{"text":"o{number}"}}]}}}}"#)), "{body}");
                assert!(body.contains(&format!(" o{number}")), "{body}");
            }
        }
    }
    // The result of a later turn is not that of an earlier one.
    let mut apart = request(&[("", "f")], &[]);
    apart.messages.truncate(2);
    let answer =
        [UnifiedMessage::user("b"), UnifiedMessage::assistant("c"), UnifiedMessage::tool_result("", "late")];
    apart.messages.extend(answer);
    let body = body(&encode_request(&apart, &EncodeOptions::converse()).unwrap());
    assert!(body.contains("[tool result ] late"), "{body}");
}

#[test]
fn in_ags_dialect_a_result_that_may_be_that_of_the_call_without_an_id_is_an_error() {
    let request = request(&[("", "f")], &["t1"]);
    let error = encode_request(&request, &EncodeOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidToolCall"), Some("messages[1].content[0]")));
    let body = body(&encode_request(&request, &EncodeOptions::converse()).unwrap());
    assert!(body.contains(&call("call_1_0", "f")) && body.contains("[tool result t1] o0"), "{body}");
}

#[test]
fn without_the_rules_a_call_without_an_id_or_a_name_is_an_error() {
    for (id, name, rule, what) in [("", "f", Rule::ToolIds, "id"), ("1", "", Rule::ToolNames, "name")] {
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
            let options = EncodeOptions { rules: Rules::all().without(rule), ..options };
            let error = encode_request(&request(&[(id, name)], &[id]), &options).unwrap_err();
            assert_eq!(error.code(), Some("InvalidToolCall"));
            assert_eq!(error.message(), format!("the tool call has no {what}"));
        }
        let error = encode_request(&request(&[(id, name)], &[id]), &EncodeOptions::verbatim()).unwrap_err();
        assert_eq!(error.code(), Some("InvalidToolCall"));
    }
}
