//! The same answer in one piece and as a stream, cut and broken off anywhere.

use std::collections::BTreeMap;

use bytes::Bytes;
use outcrop_core::{ContentBlock, ResponseAccumulator, StreamEvent, UnifiedResponse};
use proptest::prelude::*;

use super::{decoder, drain};
use crate::event_stream::{FrameDecoder, HeaderValue, encode_frame};
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::{any_object, quoted};
use crate::{ResponseContext, ResponseMetadata, decode_response};

/// An answer in one piece, and the events by which a service would stream it.
struct Answer {
    reply: String,
    events: Vec<(&'static str, String)>,
}

impl Answer {
    fn made_by(choices: &mut Choices<'_>) -> Self {
        let mut blocks = Vec::new();
        let mut of_blocks = Vec::new();
        for index in 0..choices.below(5) {
            let (block, events) = block(index, choices);
            blocks.push(block);
            of_blocks.push(events);
        }
        let mut events = vec![("messageStart", r#"{"role":"assistant","p":"abc"}"#.to_owned())];
        events.extend(interleaved(of_blocks, choices));
        let stop = choices.one(&["end_turn", "tool_use", "max_tokens", "new_one"]);
        let usage = r#"{"inputTokens":3,"outputTokens":5,"totalTokens":8,"cacheReadInputTokens":1}"#;
        events.push(("messageStop", format!(r#"{{"stopReason":"{stop}"}}"#)));
        events.push(("metadata", format!(r#"{{"usage":{usage},"metrics":{{"latencyMs":7}}}}"#)));
        let content = blocks.join(",");
        let reply = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{content}]}}}},"stopReason":"{stop}","usage":{usage},"metrics":{{"latencyMs":7}}}}"#
        );
        Self { reply, events }
    }

    fn in_one_piece(&self) -> UnifiedResponse {
        let context = ResponseContext { model: "m".to_owned(), ..ResponseContext::default() };
        decode_response(
            &Bytes::from(self.reply.clone()),
            &context,
            ResponseMetadata::new().with_request_id("r-1"),
        )
        .unwrap()
    }

    fn in_frames(&self) -> Vec<u8> {
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

/// Text cut into pieces.
fn cut(text: &str, choices: &mut Choices<'_>) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(1 + choices.below(rest.len().min(7)));
        pieces.push(piece.iter().collect());
        rest = after;
    }
    pieces
}

fn delta(index: usize, delta: &str) -> (&'static str, String) {
    ("contentBlockDelta", format!(r#"{{"contentBlockIndex":{index},"delta":{delta},"p":"abcdef"}}"#))
}

fn block(index: usize, choices: &mut Choices<'_>) -> (String, Vec<(&'static str, String)>) {
    let start =
        |start: &str| ("contentBlockStart", format!(r#"{{"contentBlockIndex":{index},"start":{start}}}"#));
    let mut events = Vec::new();
    let text = choices.text();
    let block = match choices.below(7) {
        0 => {
            for piece in cut(&text, choices) {
                events.push(delta(index, &format!(r#"{{"text":{}}}"#, quoted(&piece))));
            }
            format!(r#"{{"text":{}}}"#, quoted(&text))
        }
        1 => {
            for piece in cut(&text, choices) {
                events
                    .push(delta(index, &format!(r#"{{"reasoningContent":{{"text":{}}}}}"#, quoted(&piece))));
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
            for piece in cut(&input, choices) {
                events.push(delta(index, &format!(r#"{{"toolUse":{{"input":{}}}}}"#, quoted(&piece))));
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
            for piece in cut(&text, choices) {
                events.push(delta(index, &format!(r#"{{"text":{}}}"#, quoted(&piece))));
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

/// The events of blocks, each block's in order, those of different blocks among each other.
fn interleaved(
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

/// Decodes bytes that arrive in chunks, and gives the steps without the last one, and the answer.
fn streamed<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(Vec<StreamEvent>, UnifiedResponse), String> {
    let (mut frames, mut decoder, mut steps) = (FrameDecoder::new(), decoder(), Vec::new());
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
        if let Some(error) = drain(&mut decoder, &mut steps) {
            return Err(format!("{} {}", error.code().unwrap(), error.partial_response().unwrap().text()));
        }
    }
    if let Err(error) = frames.finish() {
        decoder.handle_broken_frame(error);
    }
    decoder.handle_end();
    if let Some(error) = drain(&mut decoder, &mut steps) {
        return Err(format!("{} {}", error.code().unwrap(), error.partial_response().unwrap().text()));
    }
    match steps.pop() {
        Some(StreamEvent::Completed { response }) => Ok((steps, *response)),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn a_stream_says_what_the_answer_in_one_piece_says(bytes in choices::bytes(), cuts in prop::collection::vec(1_usize..60, 1..40)) {
        let answer = Answer::made_by(&mut Choices::of(&bytes));
        let expected = answer.in_one_piece();
        let stream = answer.in_frames();
        let (steps, whole) = streamed([stream.as_slice()]).unwrap();
        prop_assert_eq!(&whole, &expected);
        let by_byte = streamed(stream.chunks(1)).unwrap();
        prop_assert_eq!(&by_byte, &(steps.clone(), whole));
        let mut rest = stream.as_slice();
        let chunks: Vec<&[u8]> = cuts.iter().cycle().map_while(|length| {
            let (chunk, after) = rest.split_at((*length).min(rest.len()));
            rest = after;
            if chunk.is_empty() { None } else { Some(chunk) }
        }).collect();
        prop_assert_eq!(&streamed(chunks).unwrap().0, &steps);

        // The steps fold to the same words, thoughts and calls, whoever folds them.
        let mut folded = ResponseAccumulator::new("r-1", "m", "bedrock");
        for step in &steps {
            folded.push(step);
        }
        let folded = folded.finish();
        let content = |response: &UnifiedResponse| -> Vec<ContentBlock> {
            response.messages.iter().flat_map(|message| message.content.clone()).collect()
        };
        let mut told = content(&expected);
        if let [ContentBlock::Text(text)] = told.as_slice() {
            if text.text.is_empty() {
                told.clear();
            }
        }
        if let Some(ContentBlock::ToolCall(call)) = told.last_mut() {
            // That nothing of the input came shows only at the end.
            if call.arguments == "{}" {
                call.incomplete = None;
            }
        }
        prop_assert_eq!(content(&folded), told);
    }

    #[test]
    fn a_stream_that_breaks_off_has_the_beginning_of_the_answer(bytes in choices::bytes(), at in any::<prop::sample::Index>()) {
        let answer = Answer::made_by(&mut Choices::of(&bytes));
        let stream = answer.in_frames();
        let (whole, _) = streamed([stream.as_slice()]).unwrap();
        let whole = said(&whole);
        let metadata = encoded_length(&answer.events[answer.events.len() - 1]);
        let end = at.index(stream.len());
        match streamed([&stream[..end]]) {
            Ok(_) => prop_assert_eq!(end, stream.len() - metadata, "only usage may be missing"),
            Err(told) => {
                let (code, text) = told.split_once(' ').unwrap();
                prop_assert!(code == "IncompleteStream" || code == "BrokenStream", "{}", code);
                let (steps, partial) = begun(&stream[..end]);
                prop_assert_eq!(partial.text(), text);
                let said = said(&steps);
                for (block, beginning) in &said {
                    prop_assert!(whole[block].starts_with(beginning.as_str()), "{} {}", beginning, whole[block]);
                }
                // What the partial answer says is what the steps said.
                let mut folded = ResponseAccumulator::new("r-1", "m", "bedrock");
                steps.iter().for_each(|step| folded.push(step));
                prop_assert_eq!(folded.partial().text(), text);
            }
        }
    }

    #[test]
    fn a_byte_that_is_changed_is_noticed_or_does_no_harm(bytes in choices::bytes(), at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let answer = Answer::made_by(&mut Choices::of(&bytes));
        let expected = answer.in_one_piece();
        let mut stream = answer.in_frames();
        let at = at.index(stream.len());
        stream[at] ^= flip;
        if let Ok((_, response)) = streamed([stream.as_slice()]) {
            prop_assert_eq!(response, expected);
        }
    }
}

/// What each block says, by its index and its kind: words, thoughts, arguments.
fn said(steps: &[StreamEvent]) -> BTreeMap<(usize, &'static str), String> {
    let mut said: BTreeMap<_, String> = BTreeMap::new();
    for step in steps {
        let (index, kind, piece) = match step {
            StreamEvent::Text { index, text } => (*index, "text", text),
            StreamEvent::Reasoning { index, text } => (*index, "reasoning", text),
            StreamEvent::Arguments { index, json } => (*index, "arguments", json),
            _ => continue,
        };
        said.entry((index, kind)).or_default().push_str(piece);
    }
    said
}

/// The steps and the partial answer of the beginning of a stream.
fn begun(bytes: &[u8]) -> (Vec<StreamEvent>, UnifiedResponse) {
    let (mut frames, mut decoder, mut steps) = (FrameDecoder::new(), decoder(), Vec::new());
    frames.feed(Bytes::copy_from_slice(bytes));
    while let Some(frame) = frames.next_frame().unwrap() {
        decoder.handle_frame(&frame);
    }
    assert!(drain(&mut decoder, &mut steps).is_none());
    (steps, decoder.partial())
}

fn encoded_length(event: &(&'static str, String)) -> usize {
    Answer { reply: String::new(), events: vec![event.clone()] }.in_frames().len()
}
