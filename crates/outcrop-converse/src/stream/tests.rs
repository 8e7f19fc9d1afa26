//! Tests of the stream decoder.

mod blocks;
mod cost;
mod errors;
mod structured;
mod usage;
mod whole_response;
mod written_calls;

use outcrop_core::{ModelError, StreamEvent, UnifiedResponse};

use super::StreamDecoder;
use crate::{ResponseContext, ResponseMetadata};

/// Returns a decoder for a response of the model `m`.
fn decoder() -> StreamDecoder {
    let context = ResponseContext::default().with_model("m").by_content();
    StreamDecoder::new(context, ResponseMetadata::new().with_request_id("r-1"))
}

/// The result of a stream: its events before the last one, and the response or the error at the end.
struct Outcome {
    events: Vec<StreamEvent>,
    end: Result<UnifiedResponse, ModelError>,
}

/// Polls a decoder until it needs more input. Returns its error, if it failed.
fn drain(decoder: &mut StreamDecoder, events: &mut Vec<StreamEvent>) -> Option<ModelError> {
    while let Some(event) = decoder.poll_event() {
        match event {
            Ok(event) => events.push(event),
            Err(error) => return Some(error),
        }
    }
    None
}

/// Decodes a stream of events, each written as `name {json}`.
fn run(input: &[&str]) -> Outcome {
    let mut decoder = decoder();
    let mut events = Vec::new();
    for event in input {
        let (name, json) = event.split_once(' ').unwrap();
        decoder.handle_json(name, json.as_bytes());
        if let Some(error) = drain(&mut decoder, &mut events) {
            assert!(decoder.poll_event().is_none() && decoder.is_finished());
            return Outcome { events, end: Err(error) };
        }
    }
    decoder.handle_end();
    if let Some(error) = drain(&mut decoder, &mut events) {
        return Outcome { events, end: Err(error) };
    }
    assert!(decoder.is_finished());
    match events.pop() {
        Some(StreamEvent::Completed { response }) => Outcome { events, end: Ok(*response) },
        other => panic!("the last event is {other:?}"),
    }
}

/// Writes events in short: `text 0 Hi`, `call 1 t1 f`, `done 0 text`.
fn short(events: &[StreamEvent]) -> Vec<String> {
    let kinds = |blocks: &[outcrop_core::ContentBlock]| {
        blocks.iter().map(|block| block.block_type().to_owned()).collect::<Vec<_>>().join("+")
    };
    let show = |event: &StreamEvent| match event {
        StreamEvent::Started { role } => format!("started {role}"),
        StreamEvent::Text { index, text } => format!("text {index} {text}"),
        StreamEvent::Reasoning { index, text } => format!("reasoning {index} {text}"),
        StreamEvent::Citation { index, citation } => format!("citation {index} {}", citation.url),
        StreamEvent::ToolCall { index, id, name, .. } => format!("call {index} {id} {name}"),
        StreamEvent::Arguments { index, json } => format!("arguments {index} {json}"),
        StreamEvent::BlockCompleted { index, blocks } => format!("done {index} {}", kinds(blocks)),
        StreamEvent::Other { name, value } => format!("other {name} {}", value.as_str()),
        StreamEvent::Stopped { finish_reason } => {
            format!("stopped {}", finish_reason.as_ref().map_or("-", |reason| reason.as_str()))
        }
        other => format!("{other:?}"),
    };
    events.iter().map(show).collect()
}

const START: &str = r#"messageStart {"role":"assistant","p":"abc"}"#;
const END: &str = r#"messageStop {"stopReason":"end_turn","p":"ab"}"#;
const USAGE: &str = r#"metadata {"usage":{"inputTokens":3,"outputTokens":5,"totalTokens":8},"metrics":{"latencyMs":9},"p":"a"}"#;
