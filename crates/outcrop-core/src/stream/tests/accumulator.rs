//! Tests of merging events into a response.

use super::sample;
use crate::{ContentBlock, ResponseAccumulator, ResponseStatus, StreamEvent, ToolCallContent};

fn fold(events: &[StreamEvent]) -> ResponseAccumulator {
    let mut response = ResponseAccumulator::new("r-1", "m", "p");
    for event in events {
        response.push(event);
    }
    response
}

#[test]
fn events_merge_to_the_response_with_and_without_completion() {
    let response = sample();
    let events = StreamEvent::replay(response.clone());
    let whole = fold(&events);
    assert!(whole.is_complete());
    assert_eq!(whole.partial(), response);
    assert_eq!(whole.finish(), response);

    let mut without_end = fold(&events[..events.len() - 1]).finish();
    assert_eq!(without_end.status.take(), Some(ResponseStatus::Completed));
    assert_eq!(without_end, response);
}

#[test]
fn events_without_block_ends_merge_to_the_blocks() {
    let response = sample();
    let events: Vec<_> = StreamEvent::replay(response.clone())
        .into_iter()
        .filter(|event| !matches!(event, StreamEvent::BlockCompleted { .. } | StreamEvent::Completed { .. }))
        .collect();
    let folded = fold(&events).finish();
    // The last block is not streamed in parts, so it is missing.
    let mut expected = response.messages[0].content.clone();
    expected.pop();
    assert_eq!(folded.messages[0].content, expected);
    assert_eq!(folded.finish_reason, response.finish_reason);
}

#[test]
fn every_prefix_of_events_yields_a_prefix_of_the_response() {
    let events = StreamEvent::replay(sample());
    let whole = sample().messages[0].content.clone();
    for count in 0..events.len() - 1 {
        let partial = fold(&events[..count]).partial();
        assert_eq!(partial.status, Some(ResponseStatus::InProgress));
        let blocks = partial.messages.first().map(|message| message.content.clone()).unwrap_or_default();
        assert!(blocks.len() <= whole.len());
        let final_count = blocks.len().saturating_sub(1);
        assert_eq!(blocks[..final_count], whole[..final_count], "after {count} events");
    }
}

#[test]
fn interleaved_blocks_and_reused_indexes_are_merged_in_order() {
    let text = |index, text: &str| StreamEvent::Text { index, text: text.to_owned() };
    let done = |index, block: ContentBlock| StreamEvent::BlockCompleted { index, blocks: vec![block] };
    let response = fold(&[text(1, "c"), text(0, "a"), text(1, "d"), text(0, "b")]);
    assert_eq!(response.finish().text(), "ab cd");
    let response = fold(&[text(0, "a"), done(0, "A".into()), text(0, "b"), done(0, "B".into())]);
    assert_eq!(response.finish().text(), "A B");
    let reasoning = StreamEvent::Reasoning { index: 0, text: "t".into() };
    let response = fold(&[text(0, "a"), reasoning, text(0, "b")]).finish();
    let kinds: Vec<_> = response.messages[0].content.iter().map(ContentBlock::block_type).collect();
    assert_eq!(kinds, ["text", "reasoning", "text"]);
}

#[test]
fn call_with_truncated_input_is_marked_incomplete() {
    let call = StreamEvent::ToolCall { index: 0, id: "1".into(), name: "f".into(), kind: None };
    let part = |json: &str| StreamEvent::Arguments { index: 0, json: json.to_owned() };
    for (parts, incomplete) in [
        (vec![], false),
        (vec![r#"{"a""#], true),
        (vec![r#"{"a""#, ":1}"], false),
        (vec!["{}"], false),
        (vec!["{"], true),
    ] {
        let events: Vec<_> =
            std::iter::once(call.clone()).chain(parts.iter().map(|json| part(json))).collect();
        let partial = fold(&events).partial();
        let call: &ToolCallContent = partial.tool_calls().next().unwrap();
        assert_eq!(call.is_incomplete(), incomplete, "{parts:?}");
        assert_eq!(call.arguments, parts.concat());
    }
}
