//! Tests of blocks.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::{CLAUDE, body};
use crate::options::EncodeOptions;

#[test]
fn arguments_other_than_an_object_are_wrapped_in_one() {
    // The service rejects other input, and dropping it would lose what the model wrote (L20, L21, M1).
    for (arguments, ag2, converse) in [
        ("\"\"", "{}", "{}"),
        ("\" \\n\"", "{}", "{}"),
        ("\"null\"", "{}", "{}"),
        ("null", "{}", "{}"),
        ("\"{}\"", "{}", "{}"),
        ("\"{\\\"a\\\": 1.0}\"", "{\"a\": 1.0}", "{\"a\": 1.0}"),
        ("\"[1, 2]\"", "{\"raw_arguments\":[1, 2]}", "{\"rawInvalidInput\":[1, 2]}"),
        ("\"7\"", "{\"raw_arguments\":7}", "{\"rawInvalidInput\":7}"),
        ("\"{broken\"", "{\"raw_arguments\":\"{broken\"}", "{\"rawInvalidInput\":\"{broken\"}"),
        ("\"\\\"text\\\"\"", "{\"raw_arguments\":\"text\"}", "{\"rawInvalidInput\":\"text\"}"),
    ] {
        let params = format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","tool_calls":[{{"id":"1","function":{{"name":"f","arguments":{arguments}}}}}]}},{{"role":"tool","tool_call_id":"1","content":"o"}}],"tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
        );
        let request = ModelRequest::from_json(&params).unwrap();
        for (options, expected) in [(EncodeOptions::ag2(), ag2), (EncodeOptions::converse(), converse)] {
            let sent = body(&encode_request(&request, &options).unwrap());
            assert!(sent.contains(&format!(r#""name":"f","input":{expected}"#)), "{arguments}: {sent}");
        }
    }
}

#[test]
fn unparsable_arguments_keep_the_name_of_their_call() {
    // Without the call, its result would be an orphan in every later request (M14).
    let params = format!(
        r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"a"}},
            {{"role":"assistant","content":null,"tool_calls":[{{"id":"1","type":"function","function":{{"name":"f","arguments":"{{\"a\": "}}}}]}},
            {{"role":"tool","tool_call_id":"1","content":"the arguments are not JSON"}}],
            "tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
    );
    for (options, member) in
        [(EncodeOptions::ag2(), "raw_arguments"), (EncodeOptions::converse(), "rawInvalidInput")]
    {
        let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
        let body = body(&encoded);
        let call =
            format!(r#"{{"toolUse":{{"toolUseId":"1","name":"f","input":{{"{member}":"{{\"a\": "}}}}}}"#);
        assert!(body.contains(&call), "{body}");
        assert!(body.contains(r#"{"toolResult":{"toolUseId":"1""#), "{body}");
    }
}
