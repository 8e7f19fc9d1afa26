//! Helpers for the tests of decoding.

use bytes::Bytes;
use outcrop_core::{ModelError, UnifiedResponse};

use super::decode_response;
use crate::context::{ResponseContext, ResponseMetadata};

/// Decodes a body by its content, as the response of the model `m` with the request id `r-1`.
pub(super) fn decode(body: &str) -> Result<UnifiedResponse, ModelError> {
    let context = ResponseContext::default().with_model("m").by_content();
    decode_response(&Bytes::from(body.to_owned()), &context, ResponseMetadata::new().with_request_id("r-1"))
}

/// Returns the body of a response with these blocks.
pub(super) fn body_with_blocks(blocks: &str) -> String {
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{blocks}]}}}},"stopReason":"end_turn","usage":{{"inputTokens":1,"outputTokens":2,"totalTokens":3}}}}"#
    )
}

/// Decodes blocks and returns the unified ones as JSON, without empty members.
pub(super) fn blocks_as_json(blocks: &str) -> String {
    let response = decode(&body_with_blocks(blocks)).unwrap();
    let blocks: Vec<_> =
        response.messages[0].content.iter().map(|block| serde_json::to_string(block).unwrap()).collect();
    blocks
        .join(",")
        .replace(r#""extra":{},"#, "")
        .replace(r#","detail":null"#, "")
        .replace(r#","summary":null"#, "")
}
