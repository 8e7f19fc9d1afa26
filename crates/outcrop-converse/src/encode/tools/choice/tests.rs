//! Tests of the tool choice.

use outcrop_core::{JsonObject, ModelRequest, RawJson};

use crate::check::check;
use crate::encode::encode_request;
use crate::encode::tests::body;
use crate::encode::tests::cases::{
    FABLE, HAIKU, HIDDEN, LLAMA, NOVA, R1, TITAN, assert_cases, encode_parameters,
};
use crate::options::EncodeOptions;

#[test]
fn unsupported_tool_choice_is_replaced() {
    // Models support different choices, and other ones while they think (L17, L18, L45, W15).
    const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
    const FORCED: &str = r#""tool_choice":{"type":"function","function":{"name":"f"}}"#;
    for (model, params, choice, fields, expected_notes) in [
        (HAIKU, r#""tool_choice":"required""#, r#"{"any":{}}"#, "", &[][..]),
        (
            HAIKU,
            r#""tool_choice":"required","reasoning_effort":"low","max_tokens":9000"#,
            r#"{"auto":{}}"#,
            r#"{"thinking":{"type":"enabled","budget_tokens":1024}}"#,
            &["tool_choice [tools.choice]"],
        ),
        (
            "anthropic.claude-opus-5",
            r#""tool_choice":"required","reasoning_effort":"low""#,
            r#"{"any":{}}"#,
            r#"{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}"#,
            &[],
        ),
        (FABLE, r#""tool_choice":"required""#, r#"{"any":{}}"#, "", &[]),
        (
            "global.anthropic.claude-fable-5-1",
            r#""tool_choice":"required""#,
            r#"{"auto":{}}"#,
            "",
            &["tool_choice [tools.choice]"],
        ),
        (
            "us.anthropic.claude-opus-4-8",
            r#""tool_choice":"required","reasoning_effort":"high""#,
            r#"{"any":{}}"#,
            r#"{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}"#,
            &[],
        ),
        (LLAMA, FORCED, r#"{"auto":{}}"#, "", &["tool_choice [tools.choice]"]),
        (TITAN, FORCED, "null", "", &["tool_choice [tools.choice]"]),
        (TITAN, r#""tool_choice":"auto""#, "null", "", &[]),
        ("mistral.mistral-large-2407-v1:0", FORCED, r#"{"any":{}}"#, "", &["tool_choice [tools.choice]"]),
        (
            HAIKU,
            r#""parallel_tool_calls":false"#,
            "null",
            r#"{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#,
            &[],
        ),
        (
            HAIKU,
            &format!(r#""parallel_tool_calls":false,{FORCED}"#),
            r#"{"tool":{"name":"f"}}"#,
            r#"{"tool_choice":{"disable_parallel_tool_use":true}}"#,
            &[],
        ),
        (NOVA, r#""parallel_tool_calls":false"#, "null", "", &["parallel_tool_calls [tools.parallel]"]),
        (HIDDEN, r#""parallel_tool_calls":false"#, "null", "", &["parallel_tool_calls [tools.parallel]"]),
        (HAIKU, r#""parallel_tool_calls":true"#, "null", "", &[]),
    ] {
        let (sent, notes) =
            encode_parameters(model, &format!(",{TOOLS},{params}"), &EncodeOptions::converse());
        let sent: JsonObject = RawJson::parse(sent).unwrap().as_object().unwrap();
        assert_eq!(sent.get("toolChoice").unwrap().as_str(), choice, "{model} {params}");
        let sent_fields = sent.get("additionalModelRequestFields").map(RawJson::as_str).unwrap_or_default();
        assert_eq!(sent_fields, fields, "{model} {params}");
        assert_eq!(notes, expected_notes, "{model} {params}");
    }
}

#[test]
fn tool_that_cannot_be_called_is_an_error() {
    // The catalog knows that R1 has no tools, and a forced tool must be offered (W15).
    const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
    const OTHER: &str = r#""tool_choice":{"type":"function","function":{"name":"secret"}}"#;
    const HI: &str = r#"{"role":"user","content":"hi"}"#;
    for (model, members, code, path) in [
        (R1, TOOLS, "ToolsNotTaken", "tools"),
        (HAIKU, &format!("{TOOLS},{OTHER}"), "UnknownTool", "tool_choice"),
        (HAIKU, OTHER, "UnknownTool", "tool_choice"),
    ] {
        let text = format!(r#"{{"model":"{model}","messages":[{HI}],{members}}}"#);
        let request = ModelRequest::from_json(&text).unwrap();
        for (options, is_error) in [
            (EncodeOptions::converse(), true),
            (EncodeOptions::ag2(), true),
            (EncodeOptions::verbatim(), false),
        ] {
            let result = encode_request(&request, &options);
            let Err(error) = result else {
                assert!(!is_error, "{text}");
                continue;
            };
            assert!(is_error, "{text}: {error}");
            assert_eq!((error.code(), error.path()), (Some(code), Some(path)), "{text}");
            assert!(error.hint().is_some() && !format!("{error:?}").contains("secret"), "{error:?}");
        }
        let found = check(&request, &EncodeOptions::ag2());
        assert_eq!(found.last().unwrap().rule, code, "{text}");
    }
}

#[test]
fn tool_choice_without_tools_is_noted() {
    assert_cases(
        &[
            (HAIKU, r#""tool_choice":"required""#, "{}", &["tool_choice [tools.choice]"]),
            (HAIKU, r#""tool_choice":"auto""#, "{}", &[]),
        ],
        &EncodeOptions::converse(),
    );
}

#[test]
fn forced_tool_has_the_name_that_is_offered() {
    // An illegal name is replaced in the tools, in the choice and in the fields of the model alike (L26).
    let params = r#","tools":[{"type":"function","function":{"name":"fs.read"}}],"tool_choice":{"type":"function","function":{"name":"fs.read"}},"parallel_tool_calls":false"#;
    for options in [EncodeOptions::converse(), EncodeOptions::ag2()] {
        let (sent, notes) = encode_parameters(HAIKU, params, &options);
        assert_eq!(
            sent,
            r#"{"additionalModelRequestFields":{"tool_choice":{"disable_parallel_tool_use":true}},"toolChoice":{"tool":{"name":"fs_read"}}}"#
        );
        assert_eq!(notes, ["tools[0] [tools.names]"]);
    }
}

#[test]
fn tool_choice_without_tools_is_dropped() {
    // The service rejects a choice without tools (M8).
    for choice in [r#""auto""#, r#""required""#, r#""none""#] {
        for tools in ["", r#""tools":[],"#] {
            let params = format!(
                r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],{tools}"tool_choice":{choice}}}"#
            );
            for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
                let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
                assert_eq!(body(&encoded), r#"{"messages":[{"role":"user","content":[{"text":"a"}]}]}"#);
            }
        }
    }
}
