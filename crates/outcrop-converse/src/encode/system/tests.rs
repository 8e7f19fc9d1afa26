//! Tests of the system prompt.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::{self, CLAUDE, body};
use crate::options::EncodeOptions;

#[test]
fn system_prompt_becomes_user_text_for_models_without_one() {
    let params = |model: &str| {
        format!(
            r#"{{"model":"{model}","messages":[{{"role":"system","content":"be kind"}},{{"role":"user","content":"hi"}}]}}"#
        )
    };
    let merged = r#"{"messages":[{"role":"user","content":[{"text":"be kind"},{"text":"hi"}]}]}"#;
    let inserted = r#"{"messages":[{"role":"user","content":[{"text":"be kind"}]},{"role":"assistant","content":[{"text":"Please continue."}]},{"role":"user","content":[{"text":"hi"}]}]}"#;
    let system = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"be kind"}]}"#;
    let noted = &["messages[0] [system.unsupported]", "messages[1] [turns.alternate]"][..];
    for (model, options, expected, notes) in [
        ("amazon.titan-text-express-v1", EncodeOptions::converse(), merged, noted),
        ("mistral.mistral-7b-instruct-v0:2", EncodeOptions::converse(), merged, noted),
        ("mistral.mixtral-8x7b-instruct-v0:1", EncodeOptions::ag2(), inserted, noted),
        ("amazon.titan-text-express-v1", EncodeOptions::verbatim(), system, &[]),
        (CLAUDE, EncodeOptions::converse(), system, &[]),
    ] {
        let encoded = encode_request(&ModelRequest::from_json(&params(model)).unwrap(), &options).unwrap();
        assert_eq!(body(&encoded), expected, "{model}");
        assert_eq!(tests::notes(&encoded), notes, "{model}");
    }
}

#[test]
fn instructions_inside_a_conversation_stay_in_place() {
    let params = format!(
        r#"{{"model":"{CLAUDE}","tools":[{{"type":"function","function":{{"name":"f"}}}}],"messages":[
            {{"role":"system","content":"be kind"}},{{"role":"user","content":"hi"}},
            {{"role":"assistant","tool_calls":[{{"id":"1","function":{{"name":"f","arguments":"{{}}"}}}}]}},
            {{"role":"developer","content":["be brief"," "]}},{{"role":"tool","tool_call_id":"1","content":"o"}}]}}"#
    );
    let request = ModelRequest::from_json(&params).unwrap();
    let merged = encode_request(&request, &EncodeOptions::converse()).unwrap();
    let turns = r#"{"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"text":"o"}]}},{"text":"<system>\nbe brief\n</system>"}]}]"#;
    assert!(body(&merged).contains(turns), "{}", body(&merged));
    assert_eq!(merged.body.system.as_deref().map(<[_]>::len), Some(1));
    assert_eq!(
        tests::notes(&merged),
        ["messages[3] [system.in_place]", "messages[3].content[1] [content.blank]"]
    );
    // AG2 has all instructions in the system prompt.
    let inserted = encode_request(&request, &EncodeOptions::ag2()).unwrap();
    assert!(body(&inserted).contains(r#""system":[{"text":"be kind"},{"text":"be brief"}]"#));
}
