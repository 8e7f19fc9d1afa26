//! Bodies of requests, byte for byte, for each part of a request.

use super::{body, encode, notes};

/// Parameters and the body that they become, without a note.
pub(super) const REQUESTS: &[(&str, &str, &str)] = &[
    (
        "text",
        r#"{"model":"m","messages":[{"role":"user","content":"Name a river."}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"Name a river."}]}]}"#,
    ),
    (
        "a system prompt, one block a part (L13)",
        r#"{"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"Be brief."},"Be kind."]},{"role":"developer","content":"Be right."},{"role":"user","content":"hi"}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"Be brief."},{"text":"Be kind."},{"text":"Be right."}]}"#,
    ),
    (
        "turns of both roles",
        r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"assistant","content":[{"text":"b"}]},{"role":"user","content":[{"text":"c"}]}]}"#,
    ),
    (
        "limits and sampling, with unchanged numbers",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":50,"temperature":0.7,"top_p":1.0,"stop":["X","Y"]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":50,"temperature":0.7,"topP":1.0,"stopSequences":["X","Y"]}}"#,
    ),
    (
        "additional fields, unchanged",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"additional_model_request_fields":{"thinking":{"type":"enabled", "budget_tokens":1e3},"z":1.0,"a":12345678901234567890123,"n":null}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{"thinking":{"type":"enabled", "budget_tokens":1e3},"z":1.0,"a":12345678901234567890123,"n":null}}"#,
    ),
    (
        "a tool with an unchanged schema",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","description":"D","strict":true,"parameters":{"type":"object","properties":{"z":{"type":"number","maximum":1.0},"a":{"enum":[1e2]}},"required":["z"]}}}],"tool_choice":"auto"}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"D","inputSchema":{"json":{"type":"object","properties":{"z":{"type":"number","maximum":1.0},"a":{"enum":[1e2]}},"required":["z"]}},"strict":true}}],"toolChoice":{"auto":{}}}}"#,
    ),
    (
        "a tool without description and input (L38, L39)",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","description":""}}],"tool_choice":"required"}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"any":{}}}}"#,
    ),
    (
        "a forced tool keeps all tools (L19)",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"g"}}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"toolSpec":{"name":"g","inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"tool":{"name":"g"}}}}"#,
    ),
    (
        "calls and their results, all in the very next turn (L1, M10)",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"let me see","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"b\": 1.0, \"a\": 12345678901234567890}"}},{"id":"2","type":"function","function":{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"1","content":"one"},{"role":"tool","tool_call_id":"2","content":{"n":1.0},"is_error":true}],"tools":[{"type":"function","function":{"name":"f"}}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"text":"let me see"},{"toolUse":{"toolUseId":"1","name":"f","input":{"b": 1.0, "a": 12345678901234567890}}},{"toolUse":{"toolUseId":"2","name":"f","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"text":"one"}]}},{"toolResult":{"toolUseId":"2","content":[{"json":{"n": 1.0}}],"status":"error"}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}}"#,
    ),
    (
        "images by bytes and in S3, a document, a video, audio",
        r#"{"model":"m","messages":[{"role":"user","content":["look",{"image_url":{"url":"data:image/jpg;base64,aGk"}},{"image_url":"s3://b/c.PNG"},{"file":{"filename":"My report.pdf","file_data":"data:application/pdf;base64,aGk="}},{"type":"video","video_url":"s3://b/c.mp4","extra":{"bucket_owner":"123456789012"}},{"input_audio":{"data":"aGk=","format":"wav"}}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"look"},{"image":{"format":"jpeg","source":{"bytes":"aGk="}}},{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/c.PNG"}}}},{"document":{"format":"pdf","name":"My report","source":{"bytes":"aGk="}}},{"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/c.mp4","bucketOwner":"123456789012"}}}},{"audio":{"format":"wav","source":{"bytes":"aGk="}}}]}]}"#,
    ),
    (
        "signed and redacted reasoning comes first in its turn (L74)",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"so","thinking_blocks":[{"type":"thinking","thinking":" hm\n","signature":"s"},{"type":"redacted_thinking","data":"aGk="}]},{"role":"user","content":"go on"}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":" hm\n","signature":"s"}}},{"reasoningContent":{"redactedContent":"aGk="}},{"text":"so"}]},{"role":"user","content":[{"text":"go on"}]}]}"#,
    ),
    (
        "cache points in system, parts and turns, with their durations (L63)",
        r#"{"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}]},{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},"b"]}],"cache_control":{"type":"ephemeral","ttl":"5m"}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"a"},{"cachePoint":{"type":"default"}},{"text":"b"},{"cachePoint":{"type":"default","ttl":"5m"}}]}],"system":[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}]}"#,
    ),
    (
        "structured output is the input of a tool",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"N","schema":{"type":"object","properties":{"z":{"type":"integer","maximum":1.0},"a":{}},"required":["z"]}}}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"__structured_output","description":"Generate structured output matching the specified schema","inputSchema":{"json":{"type":"object","properties":{"z":{"type":"integer","maximum":1.0},"a":{}},"required":["z"]}}}}]}}"#,
    ),
    (
        "structured output that is not an object is wrapped in one, with other tools",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"array","items":{"type":"integer"}}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"toolSpec":{"name":"__structured_output","description":"Generate structured output matching the specified schema","inputSchema":{"json":{"type":"object","properties":{"data":{"type":"array","items":{"type":"integer"}}},"required":["data"]}}}}]}}"#,
    ),
    (
        "any JSON object as structured output",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_object"}}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"__structured_output","description":"Generate structured output matching the specified schema","inputSchema":{"json":{"type":"object","properties":{}}}}}]}}"#,
    ),
    (
        "text as the format, no tools, no choice",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"text"},"tools":[],"tool_choice":"none"}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#,
    ),
    (
        "blocks of Converse are unchanged",
        r#"{"model":"m","messages":[{"role":"user","content":[{"guardContent":{"text":{"text":"a","qualifiers":["query"]}}},{"cachePoint":{"type":"default"}},{"searchResult":{"source":"s","title":"t","content":[{"text":"c"}],"new":1.0}}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"guardContent":{"text":{"text":"a","qualifiers":["query"]}}},{"cachePoint":{"type":"default"}},{"searchResult":{"source":"s","title":"t","content":[{"text":"c"}],"new":1.0}}]}]}"#,
    ),
    (
        "a JSON value outside of a tool result becomes text",
        r#"{"model":"m","messages":[{"role":"user","content":[{"type":"json","json":{"b":1.0,"a":[ ]}}]}]}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"{\"b\":1.0,\"a\":[ ]}"}]}]}"#,
    ),
    (
        "settings of the client are not sent",
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"price":[1,2],"cache_seed":7,"api_key":"k","timeout":5,"aws_region":"eu-west-1"}"#,
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#,
    ),
];

#[test]
fn requests_have_the_expected_bodies() {
    for (name, params, expected) in REQUESTS {
        let encoded = encode(params).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(body(&encoded), *expected, "{name}");
        assert_eq!(notes(&encoded), Vec::<String>::new(), "{name}");
        assert_eq!(encoded.model_id, "m");
    }
}

#[test]
fn same_request_gives_the_same_bytes() {
    for (name, params, expected) in REQUESTS {
        for _ in 0..100 {
            assert_eq!(body(&encode(params).unwrap()), *expected, "{name}");
        }
    }
}

#[test]
fn serde_and_our_writer_agree() {
    for (name, params, _) in REQUESTS {
        let encoded = encode(params).unwrap();
        assert_eq!(serde_json::to_string(&encoded.body).unwrap(), body(&encoded), "{name}");
        let parsed: crate::wire::ConverseRequest = outcrop_core::from_slice(&encoded.to_bytes()).unwrap();
        assert!(parsed == encoded.body, "{name}");
    }
}
