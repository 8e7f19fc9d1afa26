//! The mapping alone: what a gateway or a Lambda does with its own way to send bytes.

use outcrop_converse::{EncodeOptions, ResponseMetadata, decode_response, encode_request};
use outcrop_core::{ModelError, ModelRequest};

fn main() -> Result<(), ModelError> {
    let params =
        r#"{"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "Name a river."}]}"#;
    let request = ModelRequest::from_json(params)?;
    let encoded = encode_request(&request, &EncodeOptions::default())?;
    println!("POST /model/{}/converse", encoded.model_id);
    println!("{}", String::from_utf8_lossy(&encoded.to_bytes()));

    let reply = r#"{"output": {"message": {"role": "assistant", "content": [{"text": "The Rhine."}]}},
        "stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8}}"#;
    let response = decode_response(&reply.into(), &encoded.context, ResponseMetadata::default())?;
    println!("{} ({:?})", response.text(), response.usage);
    Ok(())
}
