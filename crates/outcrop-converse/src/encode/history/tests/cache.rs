//! Cache points.

use super::{
    CLAUDE, LLAMA, NOVA, TITAN, UNKNOWN, assert_settled, before, history, notes, repaired, repaired_by, short,
};
use crate::Rules;

#[test]
fn points_stand_where_the_service_takes_them() {
    for (model, given, expected) in [
        (CLAUDE, "u:a,|", "u(a, |)"),
        (CLAUDE, "u:a,<img>,|1h", "u(a, image, |1h)"),
        // L60
        (CLAUDE, "u:a,<doc>,|", "u(a, |, document)"),
        (NOVA, "u:a,<doc>,<vid>,|,b", "u(a, |, document, video, b)"),
        (CLAUDE, "u:a,|,<doc>,|", "u(a, |, document)"),
        (CLAUDE, "u:a,|,<doc>,|1h", "u(a, |1h, document)"),
        // L62
        (CLAUDE, "u:a,|,|", "u(a, |)"),
        (CLAUDE, "u:|,a", "u(a)"),
        (CLAUDE, "u:a a:x u:|,b", "u(a) a(x, |) u(b)"),
        (CLAUDE, "u:a a:x u:| u:b", "u(a) a(x, |) u(b)"),
        (CLAUDE, "u:a a:| u:b", "u(a, |, b)"),
        // M35
        (CLAUDE, "u:a a:<sig>,|,x u:b", "u(a) a(reasoningContent, x) u(b)"),
        (CLAUDE, "u:a a:<sig>,x,| u:b", "u(a) a(reasoningContent, x, |) u(b)"),
        // L67: after the result, not in it.
        (CLAUDE, "u:a a:?1 u:!1,| ", "u(a) a(?1) u(!1, |)"),
        // L64, M36
        (NOVA, "u:a,|1h a:?1,| u:!1,|", "u(a, |) a(?1) u(!1)"),
        // L65
        (LLAMA, "u:a,|", "u(a)"),
        (TITAN, "u:a,|1h", "u(a)"),
        (UNKNOWN, "u:a,|1h", "u(a, |1h)"),
        // L61, M39: the newest.
        (CLAUDE, "u:a,|,b,| a:c,| u:d,|,e,|", "u(a, b, |) a(c, |) u(d, |, e, |)"),
        // L63: those that live longer first.
        (CLAUDE, "u:a,|1h a:x u:b,| a:y u:c,|1h", "u(a, |1h) a(x) u(b, |) a(y) u(c, |)"),
    ] {
        let encoded = repaired(model, &history(given));
        assert_eq!(short(&encoded), expected, "{model}: {given}");
        assert_settled(&encoded);
    }
}

#[test]
fn points_of_tools_and_system_count_first() {
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
        let encoded = repaired_by(model, &body(messages), Rules::all());
        assert_eq!(format!("{} {}", before(&encoded), short(&encoded)), expected, "{model}");
        assert_settled(&encoded);
    }
    let encoded = repaired_by(CLAUDE, &body("u:a,|,b,|,c,|"), Rules::all());
    assert_eq!(
        notes(&encoded),
        ["system [cache.position]", "system [cache.position]", "messages[1].content[1] [cache.limit]"]
    );
}

#[test]
fn a_system_prompt_of_points_alone_is_none() {
    let body = r#"{"messages":[{"role":"user","content":[{"text":"a"}]}],"system":[{"cachePoint":{"type":"default"}}]}"#;
    assert_eq!(repaired_by(CLAUDE, body, Rules::all()).body.system, None);
}

#[test]
fn the_place_of_a_tools_point_is_that_of_the_tool() {
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
        assert_eq!(notes(&repaired_by(model, &body, Rules::all())), expected, "{model}");
    }
}
