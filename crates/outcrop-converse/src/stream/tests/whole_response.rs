//! Properties: a stream gives the response that a whole body gives, wherever its bytes are cut, truncated or changed.

use std::collections::BTreeMap;

use bytes::Bytes;
use outcrop_core::{ContentBlock, ResponseAccumulator, StreamEvent, UnifiedResponse};
use proptest::prelude::*;

use super::{decoder, drain};
use crate::event_stream::{FrameDecoder, HeaderValue, encode_frame};
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::{any_object, quoted};
use crate::{ResponseContext, ResponseMetadata, decode_response};

/// A generated response: its whole body, and the events by which a service would stream it.
struct Generated {
    body: String,
    events: Vec<(&'static str, String)>,
}

impl Generated {
    fn from_choices(choices: &mut Choices<'_>) -> Self {
        let mut blocks = Vec::new();
        let mut block_events = Vec::new();
        for index in 0..choices.below(5) {
            let (block, events) = block(index, choices);
            blocks.push(block);
            block_events.push(events);
        }
        let mut events = vec![("messageStart", r#"{"role":"assistant","p":"abc"}"#.to_owned())];
        events.extend(interleave(block_events, choices));
        let stop = choices.pick(&["end_turn", "tool_use", "max_tokens", "new_one"]);
        let usage = r#"{"inputTokens":3,"outputTokens":5,"totalTokens":8,"cacheReadInputTokens":1}"#;
        events.push(("messageStop", format!(r#"{{"stopReason":"{stop}"}}"#)));
        events.push(("metadata", format!(r#"{{"usage":{usage},"metrics":{{"latencyMs":7}}}}"#)));
        let content = blocks.join(",");
        let body = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{content}]}}}},"stopReason":"{stop}","usage":{usage},"metrics":{{"latencyMs":7}}}}"#
        );
        Self { body, events }
    }

    /// Decodes the whole body.
    fn decode_whole(&self) -> UnifiedResponse {
        let context = ResponseContext::default().with_model("m").by_content();
        decode_response(
            &Bytes::from(self.body.clone()),
            &context,
            ResponseMetadata::new().with_request_id("r-1"),
        )
        .unwrap()
    }

    /// Returns the bytes of the stream.
    fn stream_bytes(&self) -> Vec<u8> {
        let frame = |(name, json): &(&str, String)| {
            let headers = [
                (":event-type", HeaderValue::String(name)),
                (":content-type", HeaderValue::String("application/json")),
                (":message-type", HeaderValue::String("event")),
            ];
            encode_frame(&headers, json.as_bytes()).unwrap()
        };
        self.events.iter().flat_map(frame).collect()
    }
}

/// Cuts a text into parts of at most 7 characters.
fn cut(text: &str, choices: &mut Choices<'_>) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut rest = chars.as_slice();
    while !rest.is_empty() {
        let (part, after) = rest.split_at(1 + choices.below(rest.len().min(7)));
        parts.push(part.iter().collect());
        rest = after;
    }
    parts
}

fn delta(index: usize, delta: &str) -> (&'static str, String) {
    ("contentBlockDelta", format!(r#"{{"contentBlockIndex":{index},"delta":{delta},"p":"abcdef"}}"#))
}

/// Generates a block: its JSON in a whole body, and its events.
fn block(index: usize, choices: &mut Choices<'_>) -> (String, Vec<(&'static str, String)>) {
    let start =
        |start: &str| ("contentBlockStart", format!(r#"{{"contentBlockIndex":{index},"start":{start}}}"#));
    let mut events = Vec::new();
    let text = choices.text();
    let block = match choices.below(7) {
        0 => {
            for part in cut(&text, choices) {
                events.push(delta(index, &format!(r#"{{"text":{}}}"#, quoted(&part))));
            }
            format!(r#"{{"text":{}}}"#, quoted(&text))
        }
        1 => {
            for part in cut(&text, choices) {
                events.push(delta(index, &format!(r#"{{"reasoningContent":{{"text":{}}}}}"#, quoted(&part))));
            }
            events.push(delta(index, r#"{"reasoningContent":{"signature":"c2ln"}}"#));
            format!(
                r#"{{"reasoningContent":{{"reasoningText":{{"text":{},"signature":"c2ln"}}}}}}"#,
                quoted(&text)
            )
        }
        2 => {
            events.push(delta(index, r#"{"reasoningContent":{"redactedContent":"UkVE"}}"#));
            r#"{"reasoningContent":{"redactedContent":"UkVE"}}"#.to_owned()
        }
        3 => {
            let input = any_object(choices, 3);
            let named = format!(r#""toolUseId":"t{index}","name":"f""#);
            events.push(start(&format!(r#"{{"toolUse":{{{named}}}}}"#)));
            for part in cut(&input, choices) {
                events.push(delta(index, &format!(r#"{{"toolUse":{{"input":{}}}}}"#, quoted(&part))));
            }
            format!(r#"{{"toolUse":{{{named},"input":{input}}}}}"#)
        }
        4 => {
            let named = r#""toolUseId":"s","status":"success","type":"nova_grounding_result""#;
            let json = any_object(choices, 2);
            let parts = format!(r#"[{{"text":{}}},{{"json":{json}}}]"#, quoted(&text));
            events.push(start(&format!(r#"{{"toolResult":{{{named}}}}}"#)));
            events.push(delta(index, &format!(r#"{{"toolResult":{parts}}}"#)));
            format!(r#"{{"toolResult":{{{named},"content":{parts}}}}}"#)
        }
        5 => {
            events.push(start(r#"{"image":{"format":"png"}}"#));
            events.push(delta(index, r#"{"image":{"source":{"bytes":"iVBORw0K"}}}"#));
            events.push(delta(index, r#"{"image":{"source":{"bytes":"Ggo="}}}"#));
            r#"{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}"#.to_owned()
        }
        _ => {
            let source = r#"{"title":"t","source":"s","sourceContent":[{"text":"p"}],"location":{"web":{"url":"https://a.example"}}}"#;
            let text = format!("{text}.");
            for part in cut(&text, choices) {
                events.push(delta(index, &format!(r#"{{"text":{}}}"#, quoted(&part))));
            }
            events.push(delta(index, &format!(r#"{{"citation":{source}}}"#)));
            format!(
                r#"{{"citationsContent":{{"content":[{{"text":{}}}],"citations":[{source}]}}}}"#,
                quoted(&text)
            )
        }
    };
    if choices.chance(90) {
        events.push(("contentBlockStop", format!(r#"{{"contentBlockIndex":{index}}}"#)));
    }
    (block, events)
}

/// Interleaves the events of blocks. Those of one block stay in order.
fn interleave(
    blocks: Vec<Vec<(&'static str, String)>>,
    choices: &mut Choices<'_>,
) -> Vec<(&'static str, String)> {
    let mut queues: Vec<_> = blocks.into_iter().map(Vec::into_iter).collect();
    let in_order = choices.chance(50);
    let mut events = Vec::new();
    while !queues.is_empty() {
        let at = if in_order { 0 } else { choices.below(queues.len()) };
        match queues[at].next() {
            Some(event) => events.push(event),
            None => drop(queues.remove(at)),
        }
    }
    events
}

/// Decodes bytes that arrive in chunks. Returns the events before the last one, and the response; or the code of the
/// error and the text of its partial response.
fn decode_chunks<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(Vec<StreamEvent>, UnifiedResponse), String> {
    let (mut frames, mut decoder, mut events) = (FrameDecoder::new(), decoder(), Vec::new());
    for chunk in chunks {
        frames.feed(Bytes::copy_from_slice(chunk));
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => decoder.handle_frame(&frame),
                Ok(None) => break,
                Err(error) => {
                    decoder.handle_broken_frame(error);
                    break;
                }
            }
        }
        if let Some(error) = drain(&mut decoder, &mut events) {
            return Err(format!("{} {}", error.code().unwrap(), error.partial_response().unwrap().text()));
        }
    }
    if let Err(error) = frames.finish() {
        decoder.handle_broken_frame(error);
    }
    decoder.handle_end();
    if let Some(error) = drain(&mut decoder, &mut events) {
        return Err(format!("{} {}", error.code().unwrap(), error.partial_response().unwrap().text()));
    }
    match events.pop() {
        Some(StreamEvent::Completed { response }) => Ok((events, *response)),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn stream_gives_the_response_of_a_whole_body(bytes in choices::bytes(), cuts in prop::collection::vec(1_usize..60, 1..40)) {
        let generated = Generated::from_choices(&mut Choices::new(&bytes));
        let expected = generated.decode_whole();
        let stream = generated.stream_bytes();
        let (events, whole) = decode_chunks([stream.as_slice()]).unwrap();
        // The paths of the notes differ, because they lead to an event. Half a character at the end of a delta is replaced
        // without a note, because its other half may follow.
        let rules = |response: &UnifiedResponse| -> Vec<_> {
            let rules = response.notes.iter().map(|note| note.rule.clone());
            rules.filter(|rule| rule != "text.surrogate").collect()
        };
        prop_assert_eq!(rules(&whole), rules(&expected));
        let (mut whole, mut expected) = (whole, expected);
        whole.notes.clear();
        expected.notes.clear();
        prop_assert_eq!(&whole, &expected);
        let (by_byte, mut whole_by_byte) = decode_chunks(stream.chunks(1)).unwrap();
        whole_by_byte.notes.clear();
        prop_assert_eq!((&by_byte, whole_by_byte), (&events, whole));
        let mut rest = stream.as_slice();
        let chunks: Vec<&[u8]> = cuts.iter().cycle().map_while(|length| {
            let (chunk, after) = rest.split_at((*length).min(rest.len()));
            rest = after;
            if chunk.is_empty() { None } else { Some(chunk) }
        }).collect();
        prop_assert_eq!(&decode_chunks(chunks).unwrap().0, &events);

        // A consumer that folds the events gets the same text, reasoning and calls.
        let mut folded = ResponseAccumulator::new("r-1", "m", "bedrock");
        for event in &events {
            folded.push(event);
        }
        let folded = folded.finish();
        let content = |response: &UnifiedResponse| -> Vec<ContentBlock> {
            response.messages.iter().flat_map(|message| message.content.clone()).collect()
        };
        let mut expected = content(&expected);
        if let [ContentBlock::Text(text)] = expected.as_slice() {
            if text.text.is_empty() {
                expected.clear();
            }
        }
        if let Some(ContentBlock::ToolCall(call)) = expected.last_mut() {
            // Only the stop reason reveals that the call was cut off before its input.
            if call.arguments == "{}" {
                call.incomplete = None;
            }
        }
        prop_assert_eq!(content(&folded), expected);
    }

    #[test]
    fn truncated_stream_gives_the_beginning_of_the_response(bytes in choices::bytes(), at in any::<prop::sample::Index>()) {
        let generated = Generated::from_choices(&mut Choices::new(&bytes));
        let stream = generated.stream_bytes();
        let (whole, _) = decode_chunks([stream.as_slice()]).unwrap();
        let whole = contents(&whole);
        let metadata_length = encoded_length(&generated.events[generated.events.len() - 1]);
        let end = at.index(stream.len());
        match decode_chunks([&stream[..end]]) {
            Ok((_, response)) => {
                prop_assert!(end >= stream.len() - metadata_length, "only usage may be missing");
                let is_cut = response.notes.iter().any(|note| note.message.contains("`BrokenStream`"));
                prop_assert_eq!(is_cut, end > stream.len() - metadata_length);
            }
            Err(error) => {
                let (code, text) = error.split_once(' ').unwrap();
                prop_assert!(code == "IncompleteStream" || code == "BrokenStream", "{}", code);
                let (events, partial) = decode_partial(&stream[..end]);
                prop_assert_eq!(partial.text(), text);
                for (block, beginning) in &contents(&events) {
                    prop_assert!(whole[block].starts_with(beginning.as_str()), "{} {}", beginning, whole[block]);
                }
                // The partial response has the text of the events.
                let mut folded = ResponseAccumulator::new("r-1", "m", "bedrock");
                events.iter().for_each(|event| folded.push(event));
                prop_assert_eq!(folded.partial().text(), text);
            }
        }
    }

    #[test]
    fn changed_byte_is_detected_or_harmless(bytes in choices::bytes(), at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let generated = Generated::from_choices(&mut Choices::new(&bytes));
        let expected = generated.decode_whole();
        let mut stream = generated.stream_bytes();
        let at = at.index(stream.len());
        stream[at] ^= flip;
        if let Ok((_, response)) = decode_chunks([stream.as_slice()]) {
            // After the end of the message, only usage and metrics may be missing, which a note reports.
            let is_cut = response.notes.iter().any(|note| note.message.contains("`BrokenStream`"));
            prop_assert!(is_cut || response.usage == expected.usage);
            prop_assert_eq!(response.messages, expected.messages);
        }
    }
}

/// Returns the content of each block by its index and kind: text, reasoning or arguments.
fn contents(events: &[StreamEvent]) -> BTreeMap<(usize, &'static str), String> {
    let mut contents: BTreeMap<_, String> = BTreeMap::new();
    for event in events {
        let (index, kind, part) = match event {
            StreamEvent::Text { index, text } => (*index, "text", text),
            StreamEvent::Reasoning { index, text } => (*index, "reasoning", text),
            StreamEvent::Arguments { index, json } => (*index, "arguments", json),
            _ => continue,
        };
        contents.entry((index, kind)).or_default().push_str(part);
    }
    contents
}

/// Decodes the beginning of a stream. Returns the events and the partial response.
fn decode_partial(bytes: &[u8]) -> (Vec<StreamEvent>, UnifiedResponse) {
    let (mut frames, mut decoder, mut events) = (FrameDecoder::new(), decoder(), Vec::new());
    frames.feed(Bytes::copy_from_slice(bytes));
    while let Some(frame) = frames.next_frame().unwrap() {
        decoder.handle_frame(&frame);
    }
    assert!(drain(&mut decoder, &mut events).is_none());
    (events, decoder.partial())
}

fn encoded_length(event: &(&'static str, String)) -> usize {
    Generated { body: String::new(), events: vec![event.clone()] }.stream_bytes().len()
}
