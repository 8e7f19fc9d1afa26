//! The parameters `tools` and `tool_choice`.

use super::{notes, read};
use crate::{RawJson, ToolChoice};

fn with_tools(list: &str) -> crate::ModelRequest {
    read(&format!(r#""tools":{list}"#)).unwrap()
}

#[test]
fn function_keeps_its_schema_unchanged() {
    let schema = r#"{"type":"object","properties":{"z":{"maximum":1.0},"a":{"enum":[12345678901234567890123]}},"required":["a"]}"#;
    let request = with_tools(&format!(
        r#"[{{"type":"function","function":{{"name":"f","description":"D","parameters":{schema},"strict":true}}}}]"#
    ));
    let tool = &request.tools[0];
    assert_eq!((tool.name.as_str(), tool.description.as_deref(), tool.strict), ("f", Some("D"), Some(true)));
    assert_eq!(tool.parameters.as_ref().map(RawJson::as_str), Some(schema));
    assert!(tool.other.is_empty() && request.notes.is_empty());
}

#[test]
fn optional_members_of_a_function_may_be_absent() {
    for function in [
        r#"{"name":"f"}"#,
        r#"{"name":"f","description":null,"parameters":null,"strict":null}"#,
        r#"{"name":"f","description":""}"#,
    ] {
        let request = with_tools(&format!(r#"[{{"type":"function","function":{function}}}]"#));
        assert_eq!(request.tools, [crate::ToolSpec::without_input("f")], "{function}");
    }
    assert!(with_tools("[]").tools.is_empty());
}

#[test]
fn members_next_to_the_function_are_used_or_kept() {
    let request = with_tools(
        r#"[{"type":"function","strict":true,"cache_control":{"type":"ephemeral"},"new":1.0,"function":{"name":"f"}}]"#,
    );
    let tool = &request.tools[0];
    assert_eq!(tool.strict, Some(true));
    assert_eq!(tool.cache_point, Some(crate::CachePointContent::new()));
    assert_eq!(RawJson::from(tool.other.clone()).as_str(), r#"{"new":1.0}"#);
}

#[test]
fn tools_of_other_types_are_dropped_with_a_note() {
    let request = with_tools(
        r#"[{"type":"web_search"},{"type":"function","function":{"name":"f"}},{"type":"computer_20250124","name":"g"}]"#,
    );
    assert_eq!(request.tools.len(), 1);
    assert_eq!(notes(&request), ["tools[0] [tools.type]", "tools[2] [tools.type]"]);
}

#[test]
fn invalid_tool_is_an_error_with_path() {
    for (list, path) in [
        ("{}", "tools"),
        (r#""f""#, "tools"),
        ("7", "tools"),
        ("[7]", "tools[0]"),
        (r#"["f"]"#, "tools[0]"),
        (r#"[{"type":"function","function":{"name":"f"}},{}]"#, "tools[1]"),
        (r#"[{"function":{"name":"f"}}]"#, "tools[0]"),
        (r#"[{"type":null,"function":{"name":"f"}}]"#, "tools[0]"),
        (r#"[{"type":7,"function":{"name":"f"}}]"#, "tools[0]"),
        (r#"[{"type":"function"}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":null}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":"f"}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":{}}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":{"name":""}}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":{"name":7}}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":{"name":"f","parameters":[7]}}]"#, "tools[0].function"),
        (r#"[{"type":"function","function":{"name":"f","parameters":"[]"}}]"#, "tools[0].function"),
    ] {
        let error = read(&format!(r#""tools":{list}"#)).unwrap_err();
        assert_eq!((error.code(), error.path()), (Some("InvalidTool"), Some(path)), "{list}");
    }
}

#[test]
fn tool_choice_is_parsed_in_the_forms_of_all_apis() {
    for (value, expected) in [
        (r#""auto""#, ToolChoice::Auto),
        (r#""required""#, ToolChoice::Required),
        (r#""any""#, ToolChoice::Required),
        (r#""none""#, ToolChoice::None),
        (r#"{"type":"function","function":{"name":"f"}}"#, ToolChoice::Tool("f".to_owned())),
        (r#"{"function":{"name":"f"}}"#, ToolChoice::Tool("f".to_owned())),
        (r#"{"type":"function","name":"f"}"#, ToolChoice::Tool("f".to_owned())),
        (r#"{"type":"tool","name":"f"}"#, ToolChoice::Tool("f".to_owned())),
        (r#"{"tool":{"name":"f"}}"#, ToolChoice::Tool("f".to_owned())),
        (r#"{"type":"auto"}"#, ToolChoice::Auto),
        (r#"{"type":"any"}"#, ToolChoice::Required),
        (r#"{"type":"any","disable_parallel_tool_use":true}"#, ToolChoice::Required),
        (r#"{"type":"none"}"#, ToolChoice::None),
        (r#"{"auto":{}}"#, ToolChoice::Auto),
        (r#"{"any":{}}"#, ToolChoice::Required),
    ] {
        let choice = read(&format!(r#""tool_choice":{value}"#)).unwrap().tool_choice;
        assert_eq!(choice, Some(expected), "{value}");
    }
}

#[test]
fn invalid_tool_choice_is_an_error() {
    for value in [
        r#""sometimes""#,
        r#""Auto""#,
        r#""""#,
        "true",
        "7",
        "[]",
        r#"{"type":"function"}"#,
        r#"{"type":"function","function":{}}"#,
        r#"{"type":"function","function":"f"}"#,
        r#"{"tool":{"name":7}}"#,
        r#"{"name":"f"}"#,
        r#"{"type":7}"#,
    ] {
        let error = read(&format!(r#""tool_choice":{value}"#)).unwrap_err();
        assert_eq!((error.code(), error.path()), (Some("InvalidToolChoice"), Some("tool_choice")), "{value}");
    }
}

#[test]
fn empty_tool_choice_is_dropped_with_a_note() {
    let request = read(r#""tool_choice":{}"#).unwrap();
    assert_eq!(request.tool_choice, None);
    assert_eq!(
        request.notes[0].to_string(),
        "tool_choice: dropped the tool choice: it is empty [tools.choice]"
    );
}

#[test]
fn schema_of_converse_is_read_from_text_and_from_an_empty_list() {
    for (schema, expected) in [
        (r#"{"json":"{\"type\":\"object\"}"}"#, Some(r#"{"type":"object"}"#)),
        (r#"{"json":[]}"#, None),
        (r#"{"json":{"type":"object"}}"#, Some(r#"{"type":"object"}"#)),
    ] {
        let tool = format!(r#""tools":[{{"toolSpec":{{"name":"f","inputSchema":{schema}}}}}]"#);
        let parameters = read(&tool).unwrap().tools.remove(0).parameters;
        assert_eq!(parameters.as_ref().map(|schema| schema.as_str()), expected, "{schema}");
    }
}
