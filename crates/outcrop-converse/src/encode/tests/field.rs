//! Parameters of other APIs and tools, as they occur in the field.

use outcrop_core::ModelRequest;

use super::cases::{HAIKU, NOVA, assert_cases};
use crate::encode::encode_request;
use crate::options::EncodeOptions;

#[test]
fn values_that_aws_does_not_have_are_dropped_with_a_note() {
    assert_cases(
        &[
            (HAIKU, r#""service_tier":"scale""#, "{}", &["service_tier [params.service_tier]"]),
            (HAIKU, r#""service_tier":"standard_only""#, "{}", &["service_tier [params.service_tier]"]),
            (HAIKU, r#""service_tier":"flex""#, r#"{"serviceTier":{"type":"flex"}}"#, &[]),
            (HAIKU, r#""serviceTier":"new""#, r#"{"serviceTier":{"type":"new"}}"#, &[]),
            (HAIKU, r#""stop":["\n\n"]"#, "{}", &["stop [params.stop]"]),
            (
                HAIKU,
                r#""stop":["\n\n","END"," "]"#,
                r#"{"inferenceConfig":{"stopSequences":["END"]}}"#,
                &["stop [params.stop]"],
            ),
            (NOVA, r#""stop":["\n\n"]"#, r#"{"inferenceConfig":{"stopSequences":["\n\n"]}}"#, &[]),
        ],
        &EncodeOptions::converse(),
    );
}

#[test]
fn unknown_lifetime_of_a_cache_point_is_dropped() {
    for model in [HAIKU, "us.anthropic.claude-opus-4-20250514-v1:0", "vendor.unknown"] {
        let request = ModelRequest::from_json(&format!(
            r#"{{"model":"{model}","messages":[{{"role":"user","content":[{{"type":"text","text":"q","cache_control":{{"type":"ephemeral","ttl":"24h"}}}}]}}]}}"#
        ))
        .unwrap();
        let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(body.contains(r#"{"cachePoint":{"type":"default"}}"#), "{body}");
        assert_eq!(super::notes(&encoded), ["messages[0].content[1] [cache.support]"], "{model}");
    }
}

#[test]
fn prefix_of_another_tool_is_dropped_from_the_model() {
    let encode = |model: &str| {
        let request = ModelRequest::from_json(&format!(
            r#"{{"model":"{model}","messages":[{{"role":"user","content":"q"}}],"temperature":0.5,"top_p":0.9}}"#
        ))
        .unwrap();
        encode_request(&request, &EncodeOptions::converse())
    };
    let encoded = encode(&format!("bedrock/converse/{HAIKU}")).unwrap();
    assert_eq!((encoded.model_id.as_str(), encoded.context.model.as_str()), (HAIKU, HAIKU));
    // The rules of the family apply all the same.
    assert_eq!(super::notes(&encoded), ["model [model.prefix]", "top_p [params.sampling]"]);
    let error = encode("bedrock/us-west-2/anthropic.claude-v2:1").unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidModel"), Some("model")));
    assert!(error.hint().unwrap().contains("us-west-2"));
}

#[test]
fn images_in_s3_are_an_error_for_all_families_but_nova() {
    let encode = |model: &str| {
        let request = ModelRequest::from_json(&format!(
            r#"{{"model":"{model}","messages":[{{"role":"user","content":[{{"type":"text","text":"q"}},{{"type":"image_url","image_url":{{"url":"s3://bucket/a.png"}}}}]}}]}}"#
        ))
        .unwrap();
        encode_request(&request, &EncodeOptions::converse()).map_err(|error| error.code().map(str::to_owned))
    };
    for model in ["us.meta.llama4-maverick-17b-instruct-v1:0", "us.mistral.pixtral-large-2502-v1:0", HAIKU] {
        assert_eq!(encode(model).err().flatten().as_deref(), Some("S3MediaNotTaken"), "{model}");
    }
    for model in [NOVA, "us.amazon.nova-2-lite-v1:0", "vendor.unknown"] {
        assert!(encode(model).is_ok(), "{model}");
    }
}
