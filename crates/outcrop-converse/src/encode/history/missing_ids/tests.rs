//! Tests of stored calls without an id or a name.

use outcrop_core::{
    ContentBlock, ModelRequest, Role, ToolCallContent, ToolResultContent, ToolSpec, UnifiedMessage,
};

use crate::encode::encode_request;
use crate::encode::tests::{body, notes};
use crate::options::EncodeOptions;
use crate::rule::{Rule, Rules};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const ID: &str = "messages[1].content[0] [tools.ids]";
const NAME: &str = "messages[1].content[0] [tools.names]";

/// Returns a request with a message of calls, by id and name, and a message of results, by id.
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
fn call_without_id_or_name_gets_one() {
    // A server or a client lost them. Without an id, the result is an orphan in every later request (L32, M14).
    for (calls, results, sent, expected_notes) in [
        (&[("", "f")][..], &[""][..], vec![call("call_1_0", "f"), result("call_1_0", "o0")], &[ID][..]),
        (&[("1", "")], &["1"], vec![call("1", "unnamed_tool"), result("1", "o0")], &[NAME]),
        (&[("", "")], &[""], vec![call("call_1_0", "unnamed_tool"), result("call_1_0", "o0")], &[ID, NAME]),
        // A given id is kept, and a new one is unique.
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
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let encoded = encode_request(&request, &options).unwrap();
            let body = body(&encoded);
            for block in &sent {
                assert!(body.contains(block.as_str()), "{block} in {body}");
            }
            assert_eq!(notes(&encoded), expected_notes, "{body}");
            assert!(encode_request(&request, &options.clone().strict()).is_err());
        }
    }
}

#[test]
fn ambiguous_result_without_id_is_not_assigned() {
    for (calls, results) in [
        (&[("", "f")][..], &["", ""][..]),
        (&[("", "f"), ("", "g")], &["", ""]),
        (&[("", "f"), ("", "g")], &[""]),
        (&[("1", "f")], &["1", ""]),
    ] {
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let body = body(&encode_request(&request(calls, results), &options).unwrap());
            for (number, _) in results.iter().enumerate().filter(|(_, id)| id.is_empty()) {
                assert!(!body.contains(&format!(r#""content":[{{"text":"o{number}"}}]}}}}"#)), "{body}");
                assert!(body.contains(&format!(" o{number}")), "{body}");
            }
        }
    }
    // A result in a later turn does not belong to an earlier one.
    let mut request_with_late_result = request(&[("", "f")], &[]);
    request_with_late_result.messages.truncate(2);
    let later =
        [UnifiedMessage::user("b"), UnifiedMessage::assistant("c"), UnifiedMessage::tool_result("", "late")];
    request_with_late_result.messages.extend(later);
    let body = body(&encode_request(&request_with_late_result, &EncodeOptions::converse()).unwrap());
    assert!(body.contains("[tool result ] late"), "{body}");
}

#[test]
fn unmatched_result_after_a_call_without_id_is_an_error_in_the_ag2_dialect() {
    let request = request(&[("", "f")], &["t1"]);
    let error = encode_request(&request, &EncodeOptions::ag2()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidToolCall"), Some("messages[1].content[0]")));
    let body = body(&encode_request(&request, &EncodeOptions::converse()).unwrap());
    assert!(body.contains(&call("call_1_0", "f")) && body.contains("[tool result t1] o0"), "{body}");
}

#[test]
fn call_without_id_or_name_is_an_error_if_the_rule_is_disabled() {
    for (id, name, rule, missing) in [("", "f", Rule::ToolIds, "id"), ("1", "", Rule::ToolNames, "name")] {
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let options = EncodeOptions { rules: Rules::all().without(rule), ..options };
            let error = encode_request(&request(&[(id, name)], &[id]), &options).unwrap_err();
            assert_eq!(error.code(), Some("InvalidToolCall"));
            assert_eq!(error.message(), format!("the tool call has no {missing}"));
        }
        let error = encode_request(&request(&[(id, name)], &[id]), &EncodeOptions::verbatim()).unwrap_err();
        assert_eq!(error.code(), Some("InvalidToolCall"));
    }
}
