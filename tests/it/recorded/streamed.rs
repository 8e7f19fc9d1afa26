//! Recorded streams: however they are cut, they say what an independent reader finds in them.

use std::collections::BTreeMap;

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use bytes::Bytes;
use outcrop::converse::event_stream::FrameDecoder;
use outcrop::converse::wire::{
    ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, ConverseStreamMetadataEvent,
    MessageStartEvent, MessageStopEvent,
};
use outcrop::converse::{ResponseContext, ResponseMetadata, StreamDecoder};
use outcrop::{ModelClient as _, StreamEvent, UnifiedResponse};
use outcrop_emulator::{Emulator, Script};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::streams;
use crate::support::loopback;
use crate::support::tally::{Differences, Tally};

#[test]
fn streams_say_the_same_however_they_are_cut() {
    let Some(streams) = streams() else { return };
    let mut tally = Tally::default();
    for exchange in &streams {
        let stream = exchange.stream();
        tally.check(&exchange.source, |differences| {
            let whole = decoded([stream.clone()], "");
            let events = events(&stream);
            let lengths: Vec<usize> = events.iter().map(|event| event.length).collect();
            for (how, chunks) in [
                ("frame by frame", cut(&stream, lengths.iter().copied())),
                ("byte by byte", cut(&stream, std::iter::repeat(1))),
                ("at random", cut(&stream, random_lengths())),
            ] {
                if decoded(chunks, "") != whole {
                    differences.add(format!("{how} it is another answer"));
                }
            }
            for event in &events {
                if !survives(&event.name, &event.json) {
                    differences.add(format!("a {} does not survive", event.name));
                }
            }
            let (steps, response) = whole;
            compare(&events, &steps, &response, differences);
        });
    }
    tally.holds(streams.len());
}

#[tokio::test]
async fn streams_come_through_the_real_transport() {
    let Some(streams) = streams() else { return };
    let script = streams.iter().map(|exchange| exchange.scripted()).fold(Script::new(), Script::then);
    let emulator = Emulator::builder().script(script.strict(true)).start().await.expect("a port is free");
    let client = loopback::client(&emulator).await;
    let mut tally = Tally::default();
    for exchange in &streams {
        let streamed = client.create_stream(&loopback::question()).await.expect("a stream");
        let response = streamed.collect_response().await.expect("a good stream");
        tally.check(&exchange.source, |differences| {
            let (_, wanted) = decoded([exchange.stream()], loopback::MODEL);
            differences.same("messages", json(&response.messages), &json(&wanted.messages));
            differences.same("finish_reason", json(&response.finish_reason), &json(&wanted.finish_reason));
            differences.same("usage", json(&response.usage), &json(&wanted.usage));
        });
    }
    tally.holds(streams.len());
}

/// An event as an independent reader finds it.
struct Event {
    name: String,
    json: Value,
    /// The length of its frame.
    length: usize,
}

/// Reads a stream with AWS's own codec.
fn events(stream: &Bytes) -> Vec<Event> {
    let mut decoder = MessageFrameDecoder::new();
    let mut rest = stream.clone();
    let mut events = Vec::new();
    loop {
        let before = rest.len();
        match decoder.decode_frame(&mut rest).expect("a good frame") {
            DecodedFrame::Complete(message) => {
                let header = |name: &str| {
                    let mut headers = message.headers().iter();
                    let found = headers.find(|header| header.name().as_str() == name);
                    found.map(|header| header.value().as_string().expect("text").as_str().to_owned())
                };
                events.push(Event {
                    name: header(":event-type").or_else(|| header(":exception-type")).expect("a name"),
                    json: serde_json::from_slice(message.payload()).expect("JSON"),
                    length: before - rest.len(),
                });
            }
            DecodedFrame::Incomplete => return events,
        }
    }
}

/// The steps and the answer of a stream that arrives in chunks.
fn decoded(chunks: impl IntoIterator<Item = Bytes>, model: &str) -> (Vec<StreamEvent>, UnifiedResponse) {
    let mut frames = FrameDecoder::new();
    let mut context = ResponseContext::default();
    model.clone_into(&mut context.model);
    let mut decoder = StreamDecoder::new(context, ResponseMetadata::new().with_request_id("r"));
    for chunk in chunks {
        frames.feed(chunk);
        while let Some(frame) = frames.next_frame().expect("a good frame") {
            decoder.handle_frame(&frame);
        }
    }
    frames.finish().expect("a whole stream");
    decoder.handle_end();
    let mut steps = Vec::new();
    while let Some(step) = decoder.poll_event() {
        steps.push(step.expect("a good stream"));
    }
    match steps.pop() {
        Some(StreamEvent::Completed { response }) => (steps, *response),
        other => panic!("the last step is {other:?}"),
    }
}

fn cut(stream: &Bytes, lengths: impl IntoIterator<Item = usize>) -> Vec<Bytes> {
    let mut rest = stream.clone();
    let mut chunks = Vec::new();
    for length in lengths {
        if rest.is_empty() {
            break;
        }
        chunks.push(rest.split_to(length.min(rest.len())));
    }
    chunks
}

/// Lengths from 1 to 97 that look like chance, and are the same in every run.
fn random_lengths() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(7_usize), |n| Some((n * 1_103 + 12_345) % 65_537)).map(|n| 1 + n % 97)
}

/// Whether an event is the same JSON after it was read and written.
fn survives(name: &str, json: &Value) -> bool {
    fn again<T: DeserializeOwned + Serialize>(json: &Value) -> bool {
        let read: T = outcrop::core::from_str(&json.to_string()).expect("the event is one");
        serde_json::to_value(read).expect("JSON") == *json
    }
    match name {
        "messageStart" => again::<MessageStartEvent>(json),
        "contentBlockStart" => again::<ContentBlockStartEvent>(json),
        "contentBlockDelta" => again::<ContentBlockDeltaEvent>(json),
        "contentBlockStop" => again::<ContentBlockStopEvent>(json),
        "messageStop" => again::<MessageStopEvent>(json),
        "metadata" => again::<ConverseStreamMetadataEvent>(json),
        _ => false,
    }
}

/// Compares an answer with what its events say one by one.
fn compare(
    events: &[Event],
    steps: &[StreamEvent],
    response: &UnifiedResponse,
    differences: &mut Differences,
) {
    let of_kind = |kind: &[&str]| -> Vec<(u64, &Value)> {
        let pieces = events.iter().filter(|event| event.name == "contentBlockDelta").filter_map(|event| {
            let piece = kind.iter().try_fold(&event.json["delta"], |value, member| value.get(member))?;
            Some((event.json["contentBlockIndex"].as_u64()?, piece))
        });
        pieces.collect()
    };
    let joined = |pieces: &[(u64, &Value)]| {
        let mut texts: BTreeMap<u64, String> = BTreeMap::new();
        for (index, piece) in pieces {
            texts.entry(*index).or_default().push_str(piece.as_str().unwrap_or_default());
        }
        texts.retain(|_, text| !text.is_empty());
        texts.into_values().collect::<Vec<_>>()
    };
    let blocks: Vec<Value> = response.messages[0].content.iter().map(json).collect();
    let told = |kind: &str, member: &str| -> Vec<String> {
        let of_kind = blocks.iter().filter(|block| block["type"] == kind);
        of_kind
            .filter_map(|block| block[member].as_str().map(str::to_owned))
            .filter(|text| !text.is_empty())
            .collect()
    };
    differences.same("text", json(&told("text", "text")), &json(&joined(&of_kind(&["text"]))));
    let thoughts = joined(&of_kind(&["reasoningContent", "text"]));
    differences.same("reasoning", json(&told("reasoning", "reasoning")), &json(&thoughts));
    let signatures = joined(&of_kind(&["reasoningContent", "signature"]));
    differences.same("signatures", json(&told("reasoning", "signature")), &json(&signatures));
    let inputs: Vec<String> =
        told("tool_call", "arguments").into_iter().filter(|input| input != "{}").collect();
    let wanted: Vec<String> =
        joined(&of_kind(&["toolUse", "input"])).into_iter().filter(|input| input != "{}").collect();
    differences.same("inputs", json(&inputs), &json(&wanted));
    let citations = blocks.iter().filter(|block| block["type"] == "citation").count();
    differences.same("citations", json(&citations), &json(&of_kind(&["citation"]).len()));
    for block in blocks.iter().filter(|block| block["type"] == "unknown") {
        differences.add(format!("generic: {block}"));
    }
    for step in steps {
        if let StreamEvent::Other { name, .. } = step {
            differences.add(format!("unknown: {name}"));
        }
    }
    let stop = events.iter().find(|event| event.name == "messageStop").map(|event| &event.json["stopReason"]);
    differences.same("stopReason", json(&response.provider_metadata.get("stopReason")), &json(&stop));
    let usage = events.iter().find(|event| event.name == "metadata").map(|event| &event.json["usage"]);
    differences.same("usage", json(&response.provider_metadata.get("usage")), &json(&usage));
}

fn json(value: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(value).expect("JSON")
}
