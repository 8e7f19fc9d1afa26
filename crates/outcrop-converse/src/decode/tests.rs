//! Tests of the decoding.

mod blocks;
mod malformed;
mod reply;
mod structured;

use bytes::Bytes;
use outcrop_core::{ModelError, UnifiedResponse};

use super::decode_response;
use crate::context::{ResponseContext, ResponseMetadata};

fn decoded(body: &str) -> Result<UnifiedResponse, ModelError> {
    let context = ResponseContext { model: "m".to_owned(), ..ResponseContext::default() };
    decode_response(&Bytes::from(body.to_owned()), &context, ResponseMetadata::new().with_request_id("r-1"))
}

/// The body of a reply with these blocks.
fn reply(blocks: &str) -> String {
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{blocks}]}}}},"stopReason":"end_turn","usage":{{"inputTokens":1,"outputTokens":2,"totalTokens":3}}}}"#
    )
}

/// The blocks of an answer, as their JSON without what is empty.
fn blocks(blocks: &str) -> String {
    let response = decoded(&reply(blocks)).unwrap();
    let shown: Vec<_> =
        response.messages[0].content.iter().map(|block| serde_json::to_string(block).unwrap()).collect();
    shown
        .join(",")
        .replace(r#""extra":{},"#, "")
        .replace(r#","detail":null"#, "")
        .replace(r#","summary":null"#, "")
}
