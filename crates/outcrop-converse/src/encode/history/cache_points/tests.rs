//! Tests of cache points.

use crate::encode::history::tests::{
    CLAUDE, LLAMA, NOVA, TITAN, UNKNOWN, assert_turns, assert_unchanged_when_encoded_again, history, notes,
    prepare_with, short, short_tools_and_system,
};
use crate::rule::Rules;

#[test]
fn cache_points_are_kept_moved_or_dropped_as_the_model_requires() {
    assert_turns(&[
        (CLAUDE, "u:a,|", "u(a, |)"),
        (CLAUDE, "u:a,<img>,|1h", "u(a, image, |1h)"),
        // Rejected after a document or video: before them (L60).
        (CLAUDE, "u:a,<doc>,|", "u(a, |, document)"),
        (NOVA, "u:a,<doc>,<vid>,|,b", "u(a, |, document, video, b)"),
        (CLAUDE, "u:a,|,<doc>,|", "u(a, |, document)"),
        (CLAUDE, "u:a,|,<doc>,|1h", "u(a, |1h, document)"),
        // Two in a row are one; first in a turn, it belongs to the turn before (L62).
        (CLAUDE, "u:a,|,|", "u(a, |)"),
        (CLAUDE, "u:|,a", "u(a)"),
        (CLAUDE, "u:a a:x u:|,b", "u(a) a(x, |) u(b)"),
        (CLAUDE, "u:a a:x u:| u:b", "u(a) a(x, |) u(b)"),
        (CLAUDE, "u:a a:| u:b", "u(a, |, b)"),
        // Rejected after reasoning (M35).
        (CLAUDE, "u:a a:<sig>,|,x u:b", "u(a) a(reasoningContent, x) u(b)"),
        (CLAUDE, "u:a a:<sig>,x,| u:b", "u(a) a(reasoningContent, x, |) u(b)"),
        // After the result, not in it (L67).
        (CLAUDE, "u:a a:?1 u:!1,| ", "u(a) a(?1) u(!1, |)"),
        // Nova rejects them next to tool blocks, and has no `ttl` (L64, M36).
        (NOVA, "u:a,|1h a:?1,| u:!1,|", "u(a, |) a(?1) u(!1)"),
        // Models that do not cache reject them. An unknown model keeps them (L65).
        (LLAMA, "u:a,|", "u(a)"),
        (TITAN, "u:a,|1h", "u(a)"),
        (UNKNOWN, "u:a,|1h", "u(a, |1h)"),
        // More than four: the newest are kept (L61, M39).
        (CLAUDE, "u:a,|,b,| a:c,| u:d,|,e,|", "u(a, b, |) a(c, |) u(d, |, e, |)"),
        // A longer `ttl` must not follow a shorter one (L63).
        (CLAUDE, "u:a,|1h a:x u:b,| a:y u:c,|1h", "u(a, |1h) a(x) u(b, |) a(y) u(c, |)"),
    ]);
}

#[test]
fn cache_points_of_tools_and_system_count_first() {
    let point = r#"{"cachePoint":{"type":"default"}}"#;
    let tool = r#"{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}"#;
    let body = |messages: &str| {
        format!(
            r#"{{"messages":[{}],"system":[{point},{{"text":"s"}},{point},{point}],"toolConfig":{{"tools":[{tool},{point}]}}}}"#,
            history(messages)
        )
    };
    for (model, messages, expected) in [
        (CLAUDE, "u:a,|,b,|,c,|", "t(f, |) s(s, |) u(a, b, |, c, |)"),
        (NOVA, "u:a,|", "t(f) s(s, |) u(a, |)"),
        (LLAMA, "u:a,|", "t(f) s(s) u(a)"),
    ] {
        let encoded = prepare_with(model, &body(messages), Rules::all());
        assert_eq!(format!("{} {}", short_tools_and_system(&encoded), short(&encoded)), expected, "{model}");
        assert_unchanged_when_encoded_again(&encoded);
    }
    let encoded = prepare_with(CLAUDE, &body("u:a,|,b,|,c,|"), Rules::all());
    assert_eq!(
        notes(&encoded),
        ["system [cache.position]", "system [cache.position]", "messages[1].content[1] [cache.limit]"]
    );
}

#[test]
fn system_prompt_with_only_cache_points_is_dropped() {
    let body = r#"{"messages":[{"role":"user","content":[{"text":"a"}]}],"system":[{"cachePoint":{"type":"default"}}]}"#;
    assert_eq!(prepare_with(CLAUDE, body, Rules::all()).body.system, None);
}

#[test]
fn note_on_a_cache_point_after_a_tool_has_the_path_of_the_tool() {
    let point = r#"{"cachePoint":{"type":"default","ttl":"1h"}}"#;
    let tool = |name: &str| {
        format!(r#"{{"toolSpec":{{"name":"{name}","inputSchema":{{"json":{{"type":"object"}}}}}}}}"#)
    };
    let tools = format!("{},{},{point},{}", tool("e"), tool("f"), tool("g"));
    for (model, system, expected) in [
        (NOVA, "", vec!["tools[1] [cache.support]"]),
        (NOVA, point, vec!["tools[1] [cache.support]", "system [cache.support]"]),
    ] {
        let system = if system.is_empty() { String::new() } else { format!(r#"{{"text":"s"}},{system}"#) };
        let body = format!(
            r#"{{"messages":[{}],"system":[{system}],"toolConfig":{{"tools":[{tools}]}}}}"#,
            history("u:a")
        );
        assert_eq!(notes(&prepare_with(model, &body, Rules::all())), expected, "{model}");
    }
}
