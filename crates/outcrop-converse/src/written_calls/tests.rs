//! Tests of calls that a model wrote as text.

use outcrop_core::{RawJson, ToolSpec};

use super::WrittenTools;
use crate::catalog::ModelFamily;

fn tools() -> WrittenTools {
    let schema =
        RawJson::parse(r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}}}"#)
            .unwrap();
    WrittenTools::of(ModelFamily::Kimi, &[ToolSpec::function("f", schema), ToolSpec::without_input("g")])
}

/// Returns the calls of a text as `name arguments`, and the rest of the text.
fn read(text: &str) -> Option<(Vec<String>, String)> {
    let (calls, rest) = tools().read(text)?;
    Some((calls.into_iter().map(|call| format!("{} {}", call.name, call.arguments)).collect(), rest))
}

#[test]
fn complete_calls_of_offered_tools_are_read() {
    for (text, calls, rest) in [
        (
            "Sure. <|tool_calls_section_begin|> <|tool_call_begin|> functions.f:0 <|tool_call_argument_begin|> {\"a\": 1} \
             <|tool_call_end|> <|tool_call_begin|>g:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
            &["f {\"a\": 1}", "g {}"][..],
            "Sure. ",
        ),
        ("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\":1}}\n</tool_call>", &["f {\"a\":1}"], ""),
        (
            "<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\n2\n</parameter>\n</function>\n</tool_call>",
            &["f {\"a\":1,\"b\":\"2\"}"],
            "",
        ),
        (
            "<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n<arg_key>b</arg_key>\n<arg_value>2</arg_value>\n</tool_call>",
            &["f {\"a\":1,\"b\":\"2\"}"],
            "",
        ),
        ("<function=g></function> Done.", &["g {}"], " Done."),
        ("<|python_tag|>{\"name\":\"f\",\"parameters\":{\"a\":1}}", &["f {\"a\":1}"], ""),
        ("{\"type\": \"function\", \"name\": \"f\", \"parameters\": {\"a\": 1}}", &["f {\"a\": 1}"], ""),
    ] {
        let expected = (calls.iter().map(|call| (*call).to_owned()).collect(), rest.to_owned());
        assert_eq!(read(text), Some(expected), "{text}");
    }
}

#[test]
fn other_texts_are_not_calls() {
    for text in [
        "",
        "Call f with {\"a\":1}.",
        "{\"a\":1}",
        "{\"name\":\"h\",\"parameters\":{}}",
        "{\"name\":\"f\",\"parameters\":1}",
        "{\"name\":\"f\",\"parameters\":{},\"other\":1}",
        "<tool_call>{\"name\":\"f\"}</tool_call>",
        "<tool_call>{\"name\":\"f\",\"arguments\":{}}",
        "<|tool_call_begin|>f:0<|tool_call_argument_begin|>{\"a\":",
        "<|tool_calls_section_begin|> is how Kimi begins calls.",
        "<function=h></function>",
        "<function=f>",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    let claude = WrittenTools::of(ModelFamily::Claude, &[ToolSpec::without_input("f")]);
    assert!(claude.is_empty() && claude.read("{\"name\":\"f\",\"parameters\":{}}").is_none());
}

#[test]
fn text_is_plain_until_a_call_may_begin() {
    let tools = tools();
    for (text, from, expected) in [
        ("hello", 0, 5),
        ("a <", 0, 2),
        ("a <|tool", 0, 2),
        ("a <b", 0, 4),
        ("a <tool_call>x", 0, 2),
        ("a <tool_call>x", 2, 2),
        ("\u{e9}<", 0, 2),
        ("{\"na", 0, 0),
        ("{ \"name\": \"f\"", 0, 0),
        ("{\"a", 0, 3),
    ] {
        assert_eq!(tools.plain_length(text, from), expected, "{text}");
    }
    assert_eq!(WrittenTools::default().plain_length("a <tool_call>", 0), 13);
}
