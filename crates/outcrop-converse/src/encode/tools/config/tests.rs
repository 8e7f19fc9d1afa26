//! Tests of tool specifications.

use outcrop_core::{ModelRequest, RawJson, ToolSpec};

use crate::encode::encode_request;
use crate::encode::tests::{assert_invalid, encode};
use crate::options::EncodeOptions;
use crate::wire::Tool;

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

#[test]
fn invalid_tools_are_errors() {
    let tool = |name: &str, parameters: &str| {
        format!(r#"{{"type":"function","function":{{"name":"{name}","parameters":{parameters}}}}}"#)
    };
    for (tools, code, path) in [
        (format!("{},{}", tool("f", "{}"), tool("f", "{}")), "DuplicateTool", "tools[1]"),
        (tool("f", r#"{"type":"string"}"#), "InvalidTool", "tools[0].parameters.type"),
        (tool("f", r#"{"type":["string","null"]}"#), "InvalidTool", "tools[0].parameters.type"),
    ] {
        assert_invalid(&format!(r#"{{"model":"m",{HI},"tools":[{tools}]}}"#), code, path);
    }
    let output_tool = tool("__structured_output", "{}");
    assert_invalid(
        &format!(r#"{{"model":"m",{HI},"tools":[{output_tool}],"response_format":{{}}}}"#),
        "DuplicateTool",
        "tools",
    );
    encode(&format!(r#"{{"model":"m",{HI},"tools":[{output_tool}]}}"#)).unwrap();
    let nameless = ModelRequest::builder("m").user("hi").tool(ToolSpec::without_input("")).build();
    let error = encode_request(&nameless, &EncodeOptions::ag2()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidTool"), Some("tools[0]")));
    let with_array = ModelRequest::builder("m")
        .user("hi")
        .tool(ToolSpec::function("f", RawJson::parse("[7]").unwrap()))
        .build();
    let error = encode_request(&with_array, &EncodeOptions::ag2()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidTool"), Some("tools[0].parameters")));
}

#[test]
fn tools_keep_their_order() {
    // Another order is another prompt, and misses the cache (M24).
    let names = ["zebra", "apple", "mango", "b", "a"];
    let tools =
        names.map(|name| format!(r#"{{"type":"function","function":{{"name":"{name}"}}}}"#)).join(",");
    let params = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],"tools":[{tools}]}}"#);
    for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
        let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
        let config = encoded.body.tool_config.unwrap();
        let found = config.tools.iter().map(|tool| match tool {
            Tool::ToolSpec(tool) => tool.name.as_str(),
            other => other.member(),
        });
        assert_eq!(found.collect::<Vec<_>>(), names);
    }
}
