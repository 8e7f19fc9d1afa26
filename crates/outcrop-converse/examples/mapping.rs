//! The mapping alone: encode a request, send it with any HTTP client, decode the response.
//! `EncodeOptions::default()` is Converse's own dialect, and `EncodeOptions::ag2()` is AG2 Classic's: docs/ag2.md.
//!
//! ```sh
//! cargo run -p outcrop-converse --example mapping
//! ```

use outcrop_converse::core::{ModelError, ModelRequest};
use outcrop_converse::{EncodeOptions, ResponseMetadata, decode_response, encode_request};

fn main() -> Result<(), ModelError> {
    let params =
        r#"{"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "Name a river."}]}"#;
    let request = ModelRequest::from_json(params)?;
    let encoded = encode_request(&request, &EncodeOptions::default())?;
    // The path has the model's id percent-encoded: an ARN contains slashes.
    println!("POST {}", encoded.url_path());
    println!("{}", String::from_utf8_lossy(&encoded.to_bytes()));

    let body = r#"{"output": {"message": {"role": "assistant", "content": [{"text": "The Rhine."}]}},
        "stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8}}"#;
    let response = decode_response(&body.into(), &encoded.context, ResponseMetadata::default())?;
    println!("{} ({:?})", response.text(), response.usage);
    Ok(())
}
