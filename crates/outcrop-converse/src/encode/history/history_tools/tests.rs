//! Tests of histories with tool calls, for requests and models without tools.

use crate::encode::history::tests::{
    DEEPSEEK, NOVA, assert_turns, assert_unchanged_when_encoded_again, history, prepare,
};

#[test]
fn tools_of_the_history_are_offered() {
    let encoded = prepare(NOVA, &history("u:a a:?1,<server> u:!1"));
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert!(
        body.ends_with(
            r#""toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"systemTool":{"name":"nova_grounding"}}]}}"#
        ),
        "{body}"
    );
    assert_unchanged_when_encoded_again(&encoded);
    // Results alone become text, so that no tool is needed (L44).
    assert_eq!(prepare(NOVA, &history("u:!1")).body.tool_config, None);
}

#[test]
fn calls_become_text_for_a_model_without_tools() {
    // The catalog knows that DeepSeek R1 does not support tools (W15).
    assert_turns(&[
        (DEEPSEEK, "u:a a:x,?1 u:!1,b", "u(a) a(x, [tool call 1] f {}) u([tool result 1] out, b)"),
        (DEEPSEEK, "u:a a:?1 u:b", "u(a) a([tool call 1] f {}) u(b)"),
    ]);
}
