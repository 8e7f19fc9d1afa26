//! Tests of streams.

mod broken;
mod pieces;
mod same;
mod usage;

use outcrop_core::{ModelError, StreamEvent, UnifiedResponse};

use super::StreamDecoder;
use crate::{ResponseContext, ResponseMetadata};

/// A decoder of a reply to a request to the model `m`.
fn decoder() -> StreamDecoder {
    let context = ResponseContext { model: "m".to_owned(), ..ResponseContext::default() };
    StreamDecoder::new(context, ResponseMetadata::new().with_request_id("r-1"))
}

/// What became of a stream.
struct Outcome {
    steps: Vec<StreamEvent>,
    end: Result<UnifiedResponse, ModelError>,
}

/// Takes all that a decoder has to give, after the last event was put in.
fn drain(decoder: &mut StreamDecoder, steps: &mut Vec<StreamEvent>) -> Option<ModelError> {
    while let Some(step) = decoder.poll_event() {
        match step {
            Ok(step) => steps.push(step),
            Err(error) => return Some(error),
        }
    }
    None
}

/// Runs events, each written as `name {json}`, to the end of the stream.
fn run(events: &[&str]) -> Outcome {
    let mut decoder = decoder();
    let mut steps = Vec::new();
    for event in events {
        let (name, json) = event.split_once(' ').unwrap();
        decoder.handle_json(name, json.as_bytes());
        if let Some(error) = drain(&mut decoder, &mut steps) {
            assert!(decoder.poll_event().is_none() && decoder.is_finished());
            return Outcome { steps, end: Err(error) };
        }
    }
    decoder.handle_end();
    if let Some(error) = drain(&mut decoder, &mut steps) {
        return Outcome { steps, end: Err(error) };
    }
    assert!(decoder.is_finished());
    match steps.pop() {
        Some(StreamEvent::Completed { response }) => Outcome { steps, end: Ok(*response) },
        other => panic!("the last step is {other:?}"),
    }
}

/// The steps in short: `text 0 Hi`, `call 1 t1 f`, `done 0 text`.
fn shown(steps: &[StreamEvent]) -> Vec<String> {
    let kinds = |blocks: &[outcrop_core::ContentBlock]| {
        blocks.iter().map(|block| block.block_type().to_owned()).collect::<Vec<_>>().join("+")
    };
    let show = |step: &StreamEvent| match step {
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
    steps.iter().map(show).collect()
}

const START: &str = r#"messageStart {"role":"assistant","p":"abc"}"#;
const END: &str = r#"messageStop {"stopReason":"end_turn","p":"ab"}"#;
const USAGE: &str = r#"metadata {"usage":{"inputTokens":3,"outputTokens":5,"totalTokens":8},"metrics":{"latencyMs":9},"p":"a"}"#;
