//! Tests of the schemas of tools.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::{body, notes};
use crate::encode::tools::tests::{HAIKU, NOVA, encode_for};
use crate::options::EncodeOptions;

#[test]
fn strict_schemas_are_adapted_to_the_model() {
    // Models reject keywords, strict tools and top-level alternatives (L40, L41, L42, M22).
    let schema = r#"{"type":"object","properties":{"n":{"type":"integer","minimum":1}},"required":["n"]}"#;
    let strict = format!(
        r#""tools":[{{"type":"function","function":{{"name":"f","strict":true,"parameters":{schema}}}}}]"#
    );
    let expected = r#"{"json":{"type":"object","properties":{"n":{"type":"integer","description":"minimum: 1"}},"required":["n"],"additionalProperties":false}},"strict":true"#;
    let encoded = encode_for(HAIKU, &strict);
    assert!(body(&encoded).contains(expected), "{}", body(&encoded));
    assert_eq!(notes(&encoded), ["tools[0].parameters.properties.n.minimum [tools.schema]"]);
    let encoded = encode_for("us.anthropic.claude-opus-4-8", &strict);
    assert!(
        body(&encoded).contains(&format!(r#"{{"json":{schema}}}"#)) && !body(&encoded).contains("strict")
    );
    assert_eq!(notes(&encoded), ["tools[0].strict [tools.strict]"]);
    let many: Vec<_> = (0..21).map(|index| format!(r#"{{"type":"function","function":{{"name":"f{index}","strict":true,"parameters":{schema}}}}}"#)).collect();
    let encoded = encode_for(HAIKU, &format!(r#""tools":[{}]"#, many.join(",")));
    assert_eq!(body(&encoded).matches("\"strict\":true").count(), 20);
    assert_eq!(notes(&encoded).last().map(String::as_str), Some("tools[20].strict [tools.strict]"));

    let one_of = r#""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","oneOf":[{"properties":{"a":{}}}]}}}]"#;
    let encoded = encode_for(HAIKU, one_of);
    assert!(
        body(&encoded).contains(r#"{"json":{"type":"object","properties":{"a":{}}}}"#),
        "{}",
        body(&encoded)
    );
    assert_eq!(notes(&encoded), ["tools[0].parameters.oneOf [tools.schema]"]);
    assert!(body(&encode_for(NOVA, one_of)).contains("oneOf"));

    let nullable: Vec<_> =
        (0..17).map(|index| format!(r#""p{index}":{{"type":["string","null"]}}"#)).collect();
    for (count, is_changed) in [(16, false), (17, true)] {
        let tools = format!(
            r#""tools":[{{"type":"function","function":{{"name":"f","parameters":{{"type":"object","properties":{{{}}}}}}}}}]"#,
            nullable[..count].join(",")
        );
        let encoded = encode_for(HAIKU, &tools);
        assert_eq!(body(&encoded).contains("null"), !is_changed, "{count}");
        assert_eq!(!notes(&encoded).is_empty(), is_changed, "{count}");
    }
}

#[test]
fn null_alternatives_over_the_limit_are_dropped() {
    // Claude accepts 16 parameters with alternatives in all tools together (L40).
    let members = |alternatives: &str| {
        let members: Vec<_> = (0..17).map(|index| format!(r#""p{index}":{alternatives}"#)).collect();
        format!(r#"{{"type":"object","properties":{{{}}}}}"#, members.join(","))
    };
    let nullable = members(r#"{"anyOf":[{"type":"string"},{"type":"null"}],"description":"D"}"#);
    let tool = |schema: &str| {
        format!(r#""tools":[{{"type":"function","function":{{"name":"f","parameters":{schema}}}}}]"#)
    };
    let format = format!(
        r#""response_format":{{"type":"json_schema","json_schema":{{"name":"f","schema":{nullable}}}}}"#
    );
    let stripped = members(r#"{"description":"D","type":"string"}"#);
    for (params, expected_notes) in [
        (tool(&nullable), &["tools[0].parameters [tools.schema]"][..]),
        (format, &["response_format [structured.native]", "response_format [tools.schema]"]),
    ] {
        let encoded = encode_for(HAIKU, &params);
        assert!(body(&encoded).contains(&format!(r#"{{"json":{stripped}}}"#)), "{}", body(&encoded));
        assert_eq!(notes(&encoded), expected_notes);
    }
    // Alternatives other than null cannot be dropped. That is a warning.
    let several = members(r#"{"type":["string","integer"]}"#);
    let encoded = encode_for(HAIKU, &tool(&several));
    assert!(body(&encoded).contains(&several));
    assert_eq!(notes(&encoded), ["tools [tools.schema]"]);
    // `oneOf` does not count.
    let one_of = members(r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#);
    assert_eq!(notes(&encode_for(HAIKU, &tool(&one_of))), <[&str; 0]>::default());
}

#[test]
fn strict_tool_without_arguments_gets_a_closed_object() {
    let tool = |parameters: &str| {
        format!(r#""tools":[{{"type":"function","function":{{"name":"f","strict":true{parameters}}}}}]"#)
    };
    let expected = r#"{"json":{"type":"object","properties":{},"additionalProperties":false}},"strict":true"#;
    for parameters in [
        "",
        r#","parameters":{"type":"object"}"#,
        r#","parameters":{"type":"object","properties":{},"additionalProperties":false}"#,
    ] {
        let encoded = encode_for(HAIKU, &tool(parameters));
        assert!(body(&encoded).contains(expected), "{}", body(&encoded));
        assert_eq!(notes(&encoded), <[&str; 0]>::default());
    }
    let open = tool(r#","parameters":{"type":"object","additionalProperties":{"type":"string"}}"#);
    assert_eq!(notes(&encode_for(HAIKU, &open)), ["tools[0].strict [tools.strict]"]);
    let parts = tool(
        r#","parameters":{"type":"object","properties":{"x":{"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"type":"string"}}}]}}}"#,
    );
    assert_eq!(notes(&encode_for(HAIKU, &parts)), ["tools[0].parameters.properties.x.allOf [tools.schema]"]);
}

#[test]
fn schema_is_unchanged_in_the_converse_dialect() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"title":"T","type":"object","properties":{},"additionalProperties":false}}}]}"#;
    let encoded =
        encode_request(&ModelRequest::from_json(params).unwrap(), &EncodeOptions::converse()).unwrap();
    assert_eq!(notes(&encoded), Vec::<String>::new());
    assert!(
        body(&encoded).contains(
            r#"{"json":{"title":"T","type":"object","properties":{},"additionalProperties":false}}"#
        )
    );
}
