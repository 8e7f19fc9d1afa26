//! Whatever the answer and however it is cut, its chunks add up to its chat completion.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::fold::folded;
use crate::openai::{ChatChunks, ChatCompletion, ChatCompletionChunk};
use crate::tests::blocks;
use crate::{
    ContentBlock, ModelRequest, RawJson, ResponseFormat, Role, StreamEvent, UnifiedMessage, UnifiedResponse,
};

/// What the chunks shall add up to.
fn expected(response: &UnifiedResponse) -> (serde_json::Value, serde_json::Value) {
    let completion = serde_json::to_value(ChatCompletion::from(response)).unwrap();
    let choice = &completion["choices"][0];
    (choice["message"].clone(), choice["finish_reason"].clone())
}

/// An answer without structure: one message, as the service gives it.
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

/// Text cut at some places.
fn pieces(text: &str, cuts: &[Index]) -> Vec<String> {
    let ends: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut places: Vec<_> = cuts.iter().map(|cut| *cut.get(&ends)).chain([0, text.len()]).collect();
    places.sort_unstable();
    places.windows(2).map(|pair| text.get(pair[0]..pair[1]).unwrap().to_owned()).collect()
}

/// The steps, with words, thoughts and arguments cut finer.
fn finer(events: Vec<StreamEvent>, cuts: &[Index]) -> Vec<StreamEvent> {
    let cut = |event| match event {
        StreamEvent::Text { index, text } => {
            pieces(&text, cuts).into_iter().map(|text| StreamEvent::Text { index, text }).collect()
        }
        StreamEvent::Reasoning { index, text } => {
            pieces(&text, cuts).into_iter().map(|text| StreamEvent::Reasoning { index, text }).collect()
        }
        StreamEvent::Arguments { index, json } => {
            pieces(&json, cuts).into_iter().map(|json| StreamEvent::Arguments { index, json }).collect()
        }
        other => vec![other],
    };
    events.into_iter().flat_map(cut).collect()
}

fn block_of(event: &StreamEvent) -> Option<usize> {
    match event {
        StreamEvent::Text { index, .. }
        | StreamEvent::Reasoning { index, .. }
        | StreamEvent::Citation { index, .. }
        | StreamEvent::ToolCall { index, .. }
        | StreamEvent::Arguments { index, .. }
        | StreamEvent::BlockCompleted { index, .. } => Some(*index),
        _ => None,
    }
}

/// The steps, those of different blocks mixed; blocks begin in order, and each keeps the order of its own.
fn mixed(events: Vec<StreamEvent>, choices: &[bool]) -> Vec<StreamEvent> {
    let mut mixed = events;
    let mut choices = choices.iter().cycle();
    let mut begun = std::collections::BTreeSet::new();
    for at in 1..mixed.len() {
        let (before, this) = (block_of(&mixed[at - 1]), block_of(&mixed[at]));
        begun.extend(before);
        let may_swap = before.is_some() && this.is_some() && before != this;
        // A step goes before one of another block only if that does not change which block begins first.
        let keeps_order = this.is_some_and(|this| begun.contains(&this)) || {
            before.is_some_and(|before| mixed[..at - 1].iter().any(|event| block_of(event) == Some(before)))
        };
        if may_swap && keeps_order && choices.next() == Some(&true) {
            mixed.swap(at - 1, at);
        }
    }
    mixed
}

fn through(mut mapper: ChatChunks, events: Vec<StreamEvent>) -> Vec<ChatCompletionChunk> {
    events.into_iter().flat_map(|event| mapper.push(event)).collect()
}

proptest! {
    #[test]
    fn chunks_add_up_to_the_completion(
        response in plain(),
        cuts in vec(any::<Index>(), 0..4),
        choices in vec(any::<bool>(), 1..20),
    ) {
        let mut events = finer(StreamEvent::replay(response.clone()), &cuts);
        for _ in 0..3 {
            events = mixed(events, &choices);
        }
        let chunks = through(ChatChunks::new("", ""), events);
        prop_assert_eq!(folded(&chunks), expected(&response));
        let last = chunks.last().unwrap();
        prop_assert_eq!(last.usage.as_ref().map(|usage| &usage.counters), Some(&response.usage));
        prop_assert_eq!(last.cost, response.cost);
        prop_assert!(chunks.iter().all(|chunk| chunk.usage.is_some() == chunk.choices.is_empty()));
    }

    #[test]
    fn those_of_an_answer_that_shall_have_a_structure_do_too(response in blocks::response(), cuts in vec(any::<Index>(), 0..4)) {
        let format = ResponseFormat::schema(RawJson::parse("{}").unwrap());
        let request = ModelRequest::builder("m").response_format(format).build();
        let chunks = through(ChatChunks::from_request(&request, "r"), finer(StreamEvent::replay(response.clone()), &cuts));
        prop_assert_eq!(folded(&chunks), expected(&response));
    }

    /// A provider that tells nothing before the end is understood as well.
    #[test]
    fn the_last_step_alone_says_all(response in plain()) {
        let chunks = through(ChatChunks::new("r", "m"), vec![StreamEvent::completed(response.clone())]);
        prop_assert_eq!(folded(&chunks), expected(&response));
    }
}
