//! A message of a role and a text is parsed directly, with the result of the rules for all messages.

use proptest::prelude::*;

use super::messages;

proptest! {
    #[test]
    fn short_message_is_parsed_as_one_with_an_empty_member(
        role in r#"(,"role":("(user|assistant|system|developer|tool|function|human|AI|Model| user |USER|Tool|\\u0075ser|critic|)"|null|1|\{\}|\[\]))?"#,
        content in r#"(("[a-z ]{0,9}(\\n|\\u00e4|\\"|\\ud83d\\ude00|\\ud800)?"|null|1|true|\{"type":"text","text":"a"\}|\[\]|\["a"\]))"#,
        calls in any::<bool>(),
    ) {
        // With an open call before it, a tool message without an id is the result of that call.
        let before = if calls {
            r#"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"#
        } else {
            ""
        };
        let short = messages(&format!(r#"[{before}{{"content":{content}{role}}}]"#));
        // An empty refusal adds nothing, but the message has another member.
        let long = messages(&format!(r#"[{before}{{"content":{content}{role},"refusal":""}}]"#));
        prop_assert_eq!(format!("{short:?}"), format!("{long:?}"));
    }
}
