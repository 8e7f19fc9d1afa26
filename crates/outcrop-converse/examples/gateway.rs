//! A gateway without the AWS SDK. It accepts Converse requests, inspects them, passes them on unchanged, and decodes the
//! stream of the service.
//!
//! ```sh
//! cargo run -p outcrop-converse --example gateway
//! ```

use bytes::Bytes;
use outcrop_converse::core::{StreamEvent, UnifiedMessage};
use outcrop_converse::event_stream::{FrameDecoder, HeaderValue, encode_frame};
use outcrop_converse::{EncodeOptions, ResponseMetadata, StreamDecoder, decode_request, encode_request};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The request of a caller, with a member that this version does not know.
    let body = Bytes::from_static(
        br#"{"messages":[{"role":"user","content":[{"text":"Name a river."}]}],"inferenceConfig":{"maxTokens":50},"new":1.0}"#,
    );
    let request = decode_request("amazon.nova-lite-v1:0", &body)?;
    let question = request.messages.first().map(UnifiedMessage::text).unwrap_or_default();
    println!("question: {question} (at most {:?} tokens)", request.sampling.max_tokens);

    // Encoded verbatim, it is the same request again.
    let forwarded = encode_request(&request, &EncodeOptions::verbatim())?;
    assert_eq!(forwarded.to_bytes(), body);
    println!("POST {}", forwarded.stream_url_path());

    // The response, in chunks as an HTTP client receives them.
    let mut frames = FrameDecoder::new();
    let mut decoder = StreamDecoder::new(forwarded.context, ResponseMetadata::new().with_request_id("r-1"));
    for chunk in stream()?.chunks(50) {
        frames.feed(Bytes::copy_from_slice(chunk));
        while let Some(frame) = frames.next_frame()? {
            decoder.handle_frame(&frame);
        }
        while let Some(event) = decoder.poll_event() {
            match event? {
                StreamEvent::Text { text, .. } => println!("text: {text}"),
                StreamEvent::Completed { response } => println!("response: {}", response.text()),
                _ => {}
            }
        }
    }
    frames.finish()?;
    decoder.handle_end();
    assert!(decoder.is_finished());
    Ok(())
}

/// Returns the stream that the service would send.
fn stream() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let events = [
        ("messageStart", r#"{"role":"assistant"}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"The "}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Rhine."}}"#),
        ("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        ("messageStop", r#"{"stopReason":"end_turn"}"#),
        (
            "metadata",
            r#"{"usage":{"inputTokens":5,"outputTokens":3,"totalTokens":8},"metrics":{"latencyMs":90}}"#,
        ),
    ];
    let mut bytes = Vec::new();
    for (name, json) in events {
        let headers =
            [(":message-type", HeaderValue::String("event")), (":event-type", HeaderValue::String(name))];
        bytes.extend(encode_frame(&headers, json.as_bytes())?);
    }
    Ok(bytes)
}
