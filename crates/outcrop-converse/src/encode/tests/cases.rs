//! Cases of parameters: a model, parameters, and what is sent of them.

use outcrop_core::{JsonObject, ModelRequest, RawJson};

use super::notes;
use crate::encode::encode_request;
use crate::options::EncodeOptions;

pub(in crate::encode) const HAIKU: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
pub(in crate::encode) const SONNET_4_6: &str = "us.anthropic.claude-sonnet-4-6";
pub(in crate::encode) const OPUS_4_5: &str = "us.anthropic.claude-opus-4-5-20251101-v1:0";
pub(in crate::encode) const OPUS_4_8: &str = "us.anthropic.claude-opus-4-8";
pub(in crate::encode) const SONNET_5_5: &str = "us.anthropic.claude-sonnet-5-5";
pub(in crate::encode) const GROK: &str = "us.xai.grok-4.6";
pub(in crate::encode) const FABLE: &str = "global.anthropic.claude-fable-5";
pub(in crate::encode) const NOVA: &str = "us.amazon.nova-lite-v1:0";
pub(in crate::encode) const NOVA_2: &str = "us.amazon.nova-2-lite-v1:0";
pub(in crate::encode) const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
pub(in crate::encode) const GPT_OSS: &str = "openai.gpt-oss-120b-1:0";
pub(in crate::encode) const GPT: &str = "us.openai.gpt-5.6";
pub(in crate::encode) const QWEN: &str = "qwen.qwen3-32b-v1:0";
pub(in crate::encode) const R1: &str = "us.deepseek.r1-v1:0";
pub(in crate::encode) const OPUS_4: &str = "us.anthropic.claude-opus-4-20250514-v1:0";
pub(in crate::encode) const SONNET_3_7: &str = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
pub(in crate::encode) const TITAN: &str = "amazon.titan-text-express-v1";
pub(in crate::encode) const HIDDEN: &str =
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";

/// A model, parameters, the body without the conversation, and the notes.
pub(in crate::encode) type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Encodes parameters. Returns the body without the conversation, with the tool choice in place of the tools, and the
/// notes.
pub(in crate::encode) fn encode_parameters(
    model: &str,
    params: &str,
    options: &EncodeOptions,
) -> (String, Vec<String>) {
    let text = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}]{params}}}"#);
    let request = ModelRequest::from_json(&text).unwrap();
    let encoded = encode_request(&request, options).unwrap();
    let body: JsonObject = outcrop_core::from_slice(&encoded.to_bytes()).unwrap();
    let mut sent: JsonObject = body.into_iter().filter(|(name, _)| name != "messages").collect();
    if let Some(config) = sent.remove("toolConfig") {
        let choice = config.as_object().and_then(|mut config| config.remove("toolChoice"));
        sent.insert("toolChoice", choice.unwrap_or_else(RawJson::null));
    }
    (RawJson::from(sent).as_str().to_owned(), notes(&encoded))
}

/// Asserts the body and the notes of each case.
pub(in crate::encode) fn assert_cases(cases: &[Case], options: &EncodeOptions) {
    for (model, params, expected, expected_notes) in cases {
        let (sent, notes) = encode_parameters(model, &format!(",{params}"), options);
        assert_eq!(sent, *expected, "{model} {params}");
        assert_eq!(notes, *expected_notes, "{model} {params}");
    }
}
