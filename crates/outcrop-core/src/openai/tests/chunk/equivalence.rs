//! The chunks of any response, however it is split into events, merge to its chat completion.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::fold::merge_chunks;
use crate::openai::{ChatChunks, ChatCompletion, ChatCompletionChunk};
use crate::tests::blocks;
use crate::{
    ContentBlock, ModelRequest, RawJson, ResponseFormat, Role, StreamEvent, UnifiedMessage, UnifiedResponse,
};

/// Returns the message and the finish reason of the completion.
fn expected(response: &UnifiedResponse) -> (serde_json::Value, serde_json::Value) {
    let completion = serde_json::to_value(ChatCompletion::from(response)).unwrap();
    let choice = &completion["choices"][0];
    (choice["message"].clone(), choice["finish_reason"].clone())
}

/// A response without structured output, with one message.
fn plain() -> impl Strategy<Value = UnifiedResponse> {
    (vec(blocks::block(), 0..6), blocks::response()).prop_map(|(mut content, mut response)| {
        for block in &mut content {
            if let ContentBlock::Text(text) = block {
                text.structured = None;
            }
        }
        response.messages = vec![UnifiedMessage::new(Role::Assistant, content)];
        response
    })
}

/// Splits a text.
fn parts(text: &str, cuts: &[Index]) -> Vec<String> {
    let ends: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut positions: Vec<_> = cuts.iter().map(|cut| *cut.get(&ends)).chain([0, text.len()]).collect();
    positions.sort_unstable();
    positions.windows(2).map(|pair| text.get(pair[0]..pair[1]).unwrap().to_owned()).collect()
}

/// Splits the text, reasoning and arguments of events further.
fn split_events(events: Vec<StreamEvent>, cuts: &[Index]) -> Vec<StreamEvent> {
    let cut = |event| match event {
        StreamEvent::Text { index, text } => {
            parts(&text, cuts).into_iter().map(|text| StreamEvent::Text { index, text }).collect()
        }
        StreamEvent::Reasoning { index, text } => {
            parts(&text, cuts).into_iter().map(|text| StreamEvent::Reasoning { index, text }).collect()
        }
        StreamEvent::Arguments { index, json } => {
            parts(&json, cuts).into_iter().map(|json| StreamEvent::Arguments { index, json }).collect()
        }
        other => vec![other],
    };
    events.into_iter().flat_map(cut).collect()
}

/// Returns the block of an event that may be swapped. Reasoning may not: the completion has that of all blocks in order.
fn block_of(event: &StreamEvent) -> Option<usize> {
    match event {
        StreamEvent::Text { index, .. }
        | StreamEvent::Citation { index, .. }
        | StreamEvent::ToolCall { index, .. }
        | StreamEvent::Arguments { index, .. }
        | StreamEvent::BlockCompleted { index, .. } => Some(*index),
        _ => None,
    }
}

/// Interleaves the events of different blocks. Blocks start in order, and the events of each stay in order.
fn interleave(events: Vec<StreamEvent>, choices: &[bool]) -> Vec<StreamEvent> {
    let mut interleaved = events;
    let mut choices = choices.iter().cycle();
    let mut started = std::collections::BTreeSet::new();
    for at in 1..interleaved.len() {
        let (before, this) = (block_of(&interleaved[at - 1]), block_of(&interleaved[at]));
        started.extend(before);
        let may_swap = before.is_some() && this.is_some() && before != this;
        // Two events are swapped only if that does not change which block starts first.
        let keeps_order = this.is_some_and(|this| started.contains(&this)) || {
            before.is_some_and(|before| {
                interleaved[..at - 1].iter().any(|event| block_of(event) == Some(before))
            })
        };
        if may_swap && keeps_order && choices.next() == Some(&true) {
            interleaved.swap(at - 1, at);
        }
    }
    interleaved
}

fn through(mut mapper: ChatChunks, events: Vec<StreamEvent>) -> Vec<ChatCompletionChunk> {
    events.into_iter().flat_map(|event| mapper.push(event)).collect()
}

proptest! {
    #[test]
    fn chunks_merge_to_the_completion(
        response in plain(),
        cuts in vec(any::<Index>(), 0..4),
        choices in vec(any::<bool>(), 1..20),
    ) {
        let mut events = split_events(StreamEvent::replay(response.clone()), &cuts);
        for _ in 0..3 {
            events = interleave(events, &choices);
        }
        let chunks = through(ChatChunks::new("", ""), events);
        prop_assert_eq!(merge_chunks(&chunks), expected(&response));
        let last = chunks.last().unwrap();
        prop_assert_eq!(last.usage.as_ref().map(|usage| &usage.counters), Some(&response.usage));
        prop_assert_eq!(last.cost, response.cost);
        prop_assert!(chunks.iter().all(|chunk| chunk.usage.is_some() == chunk.choices.is_empty()));
    }

    #[test]
    fn chunks_of_structured_output_merge_to_the_completion(response in blocks::response(), cuts in vec(any::<Index>(), 0..4)) {
        let format = ResponseFormat::schema(RawJson::parse("{}").unwrap());
        let request = ModelRequest::builder("m").response_format(format).build();
        let chunks = through(ChatChunks::from_request(&request, "r"), split_events(StreamEvent::replay(response.clone()), &cuts));
        prop_assert_eq!(merge_chunks(&chunks), expected(&response));
    }

    #[test]
    fn completed_event_alone_yields_all_chunks(response in plain()) {
        let chunks = through(ChatChunks::new("r", "m"), vec![StreamEvent::completed(response.clone())]);
        prop_assert_eq!(merge_chunks(&chunks), expected(&response));
    }
}
