//! A tool loop with everything that a request can have, encoded for every model of the catalog.

use outcrop_converse::catalog::Catalog;
use outcrop_converse::{EncodeOptions, Encoded, ModelId, encode_request};
use outcrop_core::{
    Blob, CachePointContent, ContentBlock, DocumentContent, ImageContent, ModelRequest, PromptCache, RawJson,
    ReasoningContent, ReasoningEffort, ResponseFormat, Role, TextContent, ToolCallContent, ToolSpec,
    UnifiedMessage,
};

use super::super::check_conversation;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0000";

/// The parts of a request that a model may not support.
#[derive(Clone, Copy)]
struct Parts {
    image: bool,
    document: bool,
    tools: bool,
    effort: bool,
}

/// Builds the request of a step of the loop: a question, and a call with its result for each step before it.
fn request(model: &str, steps: usize, parts: Parts) -> ModelRequest {
    let mut question = vec![ContentBlock::Text(TextContent::new("What is on it?"))];
    if parts.image {
        question.push(ImageContent::from_bytes("image/png", Blob::from_bytes(PNG.to_vec())).into());
    }
    if parts.document {
        let pdf = Blob::from_bytes(b"%PDF-1.4\n".to_vec());
        question.push(DocumentContent::from_bytes("Report (final).pdf", "application/pdf", pdf).into());
    }
    question.push(CachePointContent::new().into());
    let mut builder = ModelRequest::builder(model)
        .cache(PromptCache::auto().with_ttl(if steps % 2 == 0 { "5m" } else { "1h" }))
        .system("Be brief. ".repeat(500))
        .message(UnifiedMessage::new(Role::User, question))
        .temperature(0.5)
        .top_p(0.9)
        .max_tokens(2000);
    for step in 0..steps {
        let id = format!("call.{step}");
        let blocks = vec![
            ReasoningContent::signed("It asks for a lookup.", "c2lnbmF0dXJl").into(),
            ContentBlock::Text(TextContent::new(" ")),
            ToolCallContent::new(id.as_str(), "look.up", r#"{"Account Number": "7"}"#).into(),
        ];
        builder = builder.message(UnifiedMessage::new(Role::Assistant, blocks));
        builder = builder.message(UnifiedMessage::tool_result(id, ""));
    }
    if parts.tools {
        let input =
            r#"{"type": "object", "properties": {"Account Number": {"type": "string"}}, "required": null}"#;
        let output = r#"{"type": "object", "properties": {"answer": {"type": "string", "minLength": 1}}}"#;
        builder = builder
            .tool(ToolSpec::function("look.up", RawJson::parse(input).expect("JSON")))
            .response_format(ResponseFormat::schema(RawJson::parse(output).expect("JSON")));
    }
    if parts.effort {
        builder = builder.reasoning_effort(ReasoningEffort::High);
    }
    builder.build()
}

/// Encodes a request without the parts that the model is known to reject, each of which is an error with a code.
fn encode(model: &str, steps: usize, options: &EncodeOptions, parts: &mut Parts) -> Encoded {
    loop {
        let error = match encode_request(&request(model, steps, *parts), options) {
            Ok(encoded) => return encoded,
            Err(error) => error,
        };
        match (error.code(), error.path()) {
            (Some("MediaNotTaken"), Some(path)) if path.ends_with("[1]") && parts.image => {
                parts.image = false;
            }
            (Some("MediaNotTaken"), _) if parts.document => parts.document = false,
            (Some("ToolsNotTaken"), _) if parts.tools => parts.tools = false,
            _ => panic!("{model}: {error} {:?}", error.path()),
        }
    }
}

/// Counts the cache points of a request: that of the caller, and those of `cache: auto`.
fn count_cache_points(encoded: &Encoded) -> usize {
    String::from_utf8_lossy(&encoded.to_bytes()).matches(r#"{"cachePoint":"#).count()
}

#[test]
fn tool_loops_of_every_model_keep_the_rules() {
    let (mut with_everything, mut with_auto_cache, mut rejected) = (0, 0, Vec::new());
    for model in Catalog::ids() {
        for options in [EncodeOptions::converse(), EncodeOptions::ag2()] {
            for effort in [false, true] {
                let mut parts = Parts { image: true, document: true, tools: true, effort };
                for steps in 0..4 {
                    let encoded = encode(model, steps, &options, &mut parts);
                    with_auto_cache += usize::from(count_cache_points(&encoded) > 1);
                    let checked = check_conversation(&ModelId::parse(model), &encoded.body);
                    if let Err(error) = checked {
                        let body = String::from_utf8_lossy(&encoded.to_bytes()).into_owned();
                        rejected.push(format!("{model}: {} {body}", error.message()));
                        break;
                    }
                }
                with_everything += usize::from(parts.image && parts.document && parts.tools);
            }
        }
    }
    assert!(rejected.is_empty(), "{}", rejected.join("\n"));
    // Most models of the catalog support all of it.
    assert!(with_everything > 100, "{with_everything}");
    assert!(with_auto_cache > 100, "{with_auto_cache}");
}
