//! Recorded streams decode to what an independent reader finds in them, however they are cut.

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
use crate::support::case_report::{CaseReport, Differences};
use crate::support::loopback;

#[test]
fn streams_decode_equally_however_cut() {
    let Some(streams) = streams() else { return };
    let mut report = CaseReport::default();
    for exchange in &streams {
        let stream = exchange.stream();
        report.check(&exchange.source, |differences| {
            let whole = decode([stream.clone()], "");
            let events = events(&stream);
            let lengths: Vec<usize> = events.iter().map(|event| event.length).collect();
            for (description, chunks) in [
                ("frame by frame", cut(&stream, lengths.iter().copied())),
                ("byte by byte", cut(&stream, std::iter::repeat(1))),
                ("at random", cut(&stream, random_lengths())),
            ] {
                if decode(chunks, "") != whole {
                    differences.add(format!("another response {description}"));
                }
            }
            for event in &events {
                if !survives_round_trip(&event.name, &event.json) {
                    differences.add(format!("a {} changes when it is serialized", event.name));
                }
            }
            let (decoded, response) = whole;
            compare(&events, &decoded, &response, differences);
        });
    }
    report.assert_all_pass(streams.len());
}

#[tokio::test]
async fn streams_pass_through_the_transport() {
    let Some(streams) = streams() else { return };
    let script = streams.iter().map(|exchange| exchange.scripted()).fold(Script::new(), Script::then);
    let emulator = Emulator::builder().script(script.strict(true)).start().await.expect("a port is free");
    let client = loopback::client(&emulator).await;
    let mut report = CaseReport::default();
    for exchange in &streams {
        let stream = client.create_stream(&loopback::question()).await.expect("a stream");
        let response = stream.collect_response().await.expect("a response");
        report.check(&exchange.source, |differences| {
            let (_, expected) = decode([exchange.stream()], loopback::MODEL);
            differences.compare("messages", json(&response.messages), &json(&expected.messages));
            differences.compare(
                "finish_reason",
                json(&response.finish_reason),
                &json(&expected.finish_reason),
            );
            differences.compare("usage", json(&response.usage), &json(&expected.usage));
        });
    }
    report.assert_all_pass(streams.len());
}

/// An event that the independent reader found.
struct Event {
    name: String,
    json: Value,
    /// The length of its frame.
    length: usize,
}

/// Reads a stream with the codec of the SDK.
fn events(stream: &Bytes) -> Vec<Event> {
    let mut decoder = MessageFrameDecoder::new();
    let mut rest = stream.clone();
    let mut events = Vec::new();
    loop {
        let before = rest.len();
        match decoder.decode_frame(&mut rest).expect("a frame") {
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

/// Decodes a stream that arrives in chunks. Returns its events and its response.
fn decode(chunks: impl IntoIterator<Item = Bytes>, model: &str) -> (Vec<StreamEvent>, UnifiedResponse) {
    let mut frames = FrameDecoder::new();
    let mut context = ResponseContext::default();
    model.clone_into(&mut context.model);
    let mut decoder = StreamDecoder::new(context, ResponseMetadata::new().with_request_id("r"));
    for chunk in chunks {
        frames.feed(chunk);
        while let Some(frame) = frames.next_frame().expect("a frame") {
            decoder.handle_frame(&frame);
        }
    }
    frames.finish().expect("a complete stream");
    decoder.handle_end();
    let mut events = Vec::new();
    while let Some(event) = decoder.poll_event() {
        events.push(event.expect("an event"));
    }
    match events.pop() {
        Some(StreamEvent::Completed { response }) => (events, *response),
        other => panic!("the last event is {other:?}"),
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

/// Returns pseudorandom lengths from 1 to 97, the same in every run.
fn random_lengths() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(7_usize), |n| Some((n * 1_103 + 12_345) % 65_537)).map(|n| 1 + n % 97)
}

/// Returns whether an event is equal JSON after it was parsed and serialized.
fn survives_round_trip(name: &str, json: &Value) -> bool {
    fn is_equal<T: DeserializeOwned + Serialize>(json: &Value) -> bool {
        let parsed: T = outcrop::core::from_str(&json.to_string()).expect("an event");
        serde_json::to_value(parsed).expect("JSON") == *json
    }
    match name {
        "messageStart" => is_equal::<MessageStartEvent>(json),
        "contentBlockStart" => is_equal::<ContentBlockStartEvent>(json),
        "contentBlockDelta" => is_equal::<ContentBlockDeltaEvent>(json),
        "contentBlockStop" => is_equal::<ContentBlockStopEvent>(json),
        "messageStop" => is_equal::<MessageStopEvent>(json),
        "metadata" => is_equal::<ConverseStreamMetadataEvent>(json),
        _ => false,
    }
}

/// Compares a response with its events.
fn compare(
    events: &[Event],
    decoded: &[StreamEvent],
    response: &UnifiedResponse,
    differences: &mut Differences,
) {
    let deltas = |path: &[&str]| -> Vec<(u64, &Value)> {
        let deltas = events.iter().filter(|event| event.name == "contentBlockDelta").filter_map(|event| {
            let delta = path.iter().try_fold(&event.json["delta"], |value, member| value.get(member))?;
            Some((event.json["contentBlockIndex"].as_u64()?, delta))
        });
        deltas.collect()
    };
    let joined = |deltas: &[(u64, &Value)]| {
        let mut texts: BTreeMap<u64, String> = BTreeMap::new();
        for (index, delta) in deltas {
            texts.entry(*index).or_default().push_str(delta.as_str().unwrap_or_default());
        }
        texts.retain(|_, text| !text.is_empty());
        texts.into_values().collect::<Vec<_>>()
    };
    let blocks: Vec<Value> = response.messages[0].content.iter().map(json).collect();
    let decoded_texts = |block_type: &str, member: &str| -> Vec<String> {
        let of_type = blocks.iter().filter(|block| block["type"] == block_type);
        of_type
            .filter_map(|block| block[member].as_str().map(str::to_owned))
            .filter(|text| !text.is_empty())
            .collect()
    };
    differences.compare("text", json(&decoded_texts("text", "text")), &json(&joined(&deltas(&["text"]))));
    let reasoning = joined(&deltas(&["reasoningContent", "text"]));
    differences.compare("reasoning", json(&decoded_texts("reasoning", "reasoning")), &json(&reasoning));
    let signatures = joined(&deltas(&["reasoningContent", "signature"]));
    differences.compare("signatures", json(&decoded_texts("reasoning", "signature")), &json(&signatures));
    let inputs: Vec<String> =
        decoded_texts("tool_call", "arguments").into_iter().filter(|input| input != "{}").collect();
    let expected: Vec<String> =
        joined(&deltas(&["toolUse", "input"])).into_iter().filter(|input| input != "{}").collect();
    differences.compare("inputs", json(&inputs), &json(&expected));
    let citations = blocks.iter().filter(|block| block["type"] == "citation").count();
    differences.compare("citations", json(&citations), &json(&deltas(&["citation"]).len()));
    for block in blocks.iter().filter(|block| block["type"] == "unknown") {
        differences.add(format!("unknown block: {block}"));
    }
    for event in decoded {
        if let StreamEvent::Other { name, .. } = event {
            differences.add(format!("unknown event: {name}"));
        }
    }
    let stop = events.iter().find(|event| event.name == "messageStop").map(|event| &event.json["stopReason"]);
    differences.compare("stopReason", json(&response.provider_metadata.get("stopReason")), &json(&stop));
    let usage = events.iter().find(|event| event.name == "metadata").map(|event| &event.json["usage"]);
    differences.compare("usage", json(&response.provider_metadata.get("usage")), &json(&usage));
}

fn json(value: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(value).expect("JSON")
}
