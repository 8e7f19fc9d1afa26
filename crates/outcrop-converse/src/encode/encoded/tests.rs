//! Tests of encoded requests.

use outcrop_core::{ModelRequest, ToolSpec};

use crate::encode::encode_request;
use crate::encode::tests::encode;
use crate::options::EncodeOptions;

#[test]
fn serialized_request_has_the_same_bytes_and_prints_their_number() {
    for has_tools in [false, true] {
        let mut request = ModelRequest::builder("m").user("a secret");
        if has_tools {
            request = request.tool(ToolSpec::without_input("f"));
        }
        let encoded = encode_request(&request.build(), &EncodeOptions::ag2()).unwrap();
        let bytes = encoded.to_bytes();
        assert_eq!(encoded.has_tools(), has_tools);
        let serialized = encoded.clone().serialize();
        assert_eq!((&serialized.body, &serialized.model_id), (&bytes, &encoded.model_id));
        assert_eq!((&serialized.notes, serialized.has_tools()), (&encoded.notes, has_tools));
        let debug = format!("{serialized:?}");
        assert!(debug.contains(&format!("body: {} bytes", bytes.len())), "{debug}");
        assert!(!debug.contains("secret") && !format!("{encoded:?}").contains("secret"), "{debug}");
    }
}

#[test]
fn tools_removed_from_the_body_are_not_offered() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}"#;
    let mut encoded = encode(params).unwrap();
    assert!(encoded.has_tools());
    encoded.body.tool_config = None;
    assert!(!encoded.has_tools() && !encoded.serialize().has_tools());
}

#[test]
fn debug_output_has_no_content() {
    let params = r#"{"model":"m","messages":[{"role":"system","content":"secret"},{"role":"user","content":"secret"}],"response_format":{"title":"secret"},"tools":[{"type":"function","function":{"name":"f","description":"secret"}}]}"#;
    let encoded = encode(params).unwrap();
    let debug = format!("{encoded:?} {:?}", encoded.context);
    assert!(!debug.contains("secret"), "{debug}");
}
