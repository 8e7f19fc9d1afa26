//! Parameters that the service rejects by name.

use outcrop_core::{ModelError, ModelRequest};

use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::service_error::{ServiceError, classify_error, rejected_parameter};

fn rejection(code: &str, message: &str) -> ModelError {
    let body = serde_json::json!({ "message": message }).to_string();
    classify_error(&ServiceError::new(400, body).with_error_type(code))
}

fn rejected_name(code: &str, message: &str) -> Option<String> {
    rejected_parameter(&rejection(code, message)).map(|parameter| parameter.name().to_owned())
}

#[test]
fn rejected_name_is_parsed_from_the_message() {
    // M44, L87, L88
    for (message, name) in [
        ("`temperature` is deprecated for this model.", Some("temperature")),
        ("The model returned the following errors: `top_p` is deprecated for this model.", Some("top_p")),
        ("The model returned the following errors: top_k: Extra inputs are not permitted", Some("top_k")),
        (
            "The model returned the following errors: output_config.effort: Extra inputs are not permitted",
            Some("output_config.effort"),
        ),
        (
            "The model returned the following errors: tools.0.custom.strict: Extra inputs are not permitted",
            Some("tools.0.custom.strict"),
        ),
        (
            "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.",
            Some("top_p"),
        ),
        (
            "Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.",
            Some("top_k"),
        ),
        (
            "Malformed input request: #/inferenceConfig: extraneous key [topK] is not permitted, please reformat your input and try again.",
            Some("inferenceConfig.topK"),
        ),
        (
            "This model doesn't support the stopSequences field. Remove stopSequences and try again.",
            Some("stopSequences"),
        ),
        ("Unsupported parameter: 'temperature' is not supported with this model.", Some("temperature")),
        ("temperature: range: 0..1", None),
        ("Remove the old file and try again", None),
        ("extraneous key [", None),
        (": Extra inputs are not permitted", None),
        ("é: Extra inputs are not permitted", None),
        ("", None),
    ] {
        assert_eq!(rejected_name("ValidationException", message).as_deref(), name, "{message}");
        assert_eq!(rejected_name("ThrottlingException", message), None);
    }
}

#[test]
fn rejected_parameter_is_removed_with_a_note() {
    let params = r#"{"model":"us.amazon.nova-2-lite-v1:0","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"stop":"X","max_tokens":5,"top_k":7,"tools":[{"type":"function","function":{"name":"f"}}],"additional_model_request_fields":{"a":{"b":1,"c":2}}}"#;
    let request = ModelRequest::from_json(params).unwrap();
    for (message, removed, kept) in [
        ("`temperature` is deprecated for this model", "\"temperature\"", "\"stopSequences\""),
        ("Remove stopSequences and try again", "\"stopSequences\"", "\"temperature\""),
        ("#/inferenceConfig: extraneous key [topK]", "\"topK\"", "\"a\""),
        ("#: extraneous key [topK]", "\"inferenceConfig\":{\"topK\"", "\"a\""),
        ("a.b: Extra inputs are not permitted", "\"b\"", "\"c\""),
        ("a: Extra inputs are not permitted", "\"c\"", "\"topK\""),
    ] {
        let parameter = rejected_parameter(&rejection("ValidationException", message)).unwrap();
        let mut encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
        let before = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(before.contains(removed) && before.contains(kept), "{message}: {before}");
        assert!(encoded.remove_parameter(&parameter));
        let after = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(!after.contains(removed) && after.contains(kept), "{message}: {after}");
        let note = encoded.notes.last().unwrap();
        assert_eq!((note.rule.as_ref(), note.path.as_str()), ("params.refused", parameter.name()));
        assert!(!encoded.remove_parameter(&parameter));
    }
    for kept in ["messages", "max_tokens", "maxTokens", "toolConfig", "cachePoint", "strict"] {
        let message = format!("{kept}: Extra inputs are not permitted");
        let parameter = rejected_parameter(&rejection("ValidationException", &message)).unwrap();
        assert!(
            !encode_request(&request, &EncodeOptions::converse()).unwrap().remove_parameter(&parameter),
            "{kept}"
        );
    }
}
