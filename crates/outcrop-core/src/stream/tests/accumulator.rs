//! Tests of folding steps into an answer.

use super::sample;
use crate::{ContentBlock, ResponseAccumulator, ResponseStatus, StreamEvent, ToolCallContent};

fn fold(events: &[StreamEvent]) -> ResponseAccumulator {
    let mut answer = ResponseAccumulator::new("r-1", "m", "p");
    for event in events {
        answer.push(event);
    }
    answer
}

#[test]
fn the_steps_of_an_answer_make_the_answer_with_its_end_and_without() {
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
fn pieces_make_the_blocks_where_nobody_completes_them() {
    let response = sample();
    let events: Vec<_> = StreamEvent::replay(response.clone())
        .into_iter()
        .filter(|event| !matches!(event, StreamEvent::BlockCompleted { .. } | StreamEvent::Completed { .. }))
        .collect();
    let folded = fold(&events).finish();
    // The last block comes in no pieces, and so is not there.
    let mut expected = response.messages[0].content.clone();
    expected.pop();
    assert_eq!(folded.messages[0].content, expected);
    assert_eq!(folded.finish_reason, response.finish_reason);
}

#[test]
fn every_beginning_of_the_steps_has_a_beginning_of_the_answer() {
    let events = StreamEvent::replay(sample());
    let whole = sample().messages[0].content.clone();
    for count in 0..events.len() - 1 {
        let partial = fold(&events[..count]).partial();
        assert_eq!(partial.status, Some(ResponseStatus::InProgress));
        let blocks = partial.messages.first().map(|message| message.content.clone()).unwrap_or_default();
        assert!(blocks.len() <= whole.len());
        let settled = blocks.len().saturating_sub(1);
        assert_eq!(blocks[..settled], whole[..settled], "after {count} events");
    }
}

#[test]
fn blocks_may_interleave_and_an_index_may_come_again() {
    let text = |index, text: &str| StreamEvent::Text { index, text: text.to_owned() };
    let done = |index, block: ContentBlock| StreamEvent::BlockCompleted { index, blocks: vec![block] };
    let answer = fold(&[text(1, "c"), text(0, "a"), text(1, "d"), text(0, "b")]);
    assert_eq!(answer.finish().text(), "ab cd");
    let answer = fold(&[text(0, "a"), done(0, "A".into()), text(0, "b"), done(0, "B".into())]);
    assert_eq!(answer.finish().text(), "A B");
    let thought = StreamEvent::Reasoning { index: 0, text: "t".into() };
    let answer = fold(&[text(0, "a"), thought, text(0, "b")]).finish();
    let kinds: Vec<_> = answer.messages[0].content.iter().map(ContentBlock::block_type).collect();
    assert_eq!(kinds, ["text", "reasoning", "text"]);
}

#[test]
fn a_call_whose_input_is_not_complete_is_marked() {
    let call = StreamEvent::ToolCall { index: 0, id: "1".into(), name: "f".into(), kind: None };
    let piece = |json: &str| StreamEvent::Arguments { index: 0, json: json.to_owned() };
    for (pieces, incomplete) in [
        (vec![], false),
        (vec![r#"{"a""#], true),
        (vec![r#"{"a""#, ":1}"], false),
        (vec!["{}"], false),
        (vec!["{"], true),
    ] {
        let events: Vec<_> =
            std::iter::once(call.clone()).chain(pieces.iter().map(|json| piece(json))).collect();
        let partial = fold(&events).partial();
        let call: &ToolCallContent = partial.tool_calls().next().unwrap();
        assert_eq!(call.is_incomplete(), incomplete, "{pieces:?}");
        assert_eq!(call.arguments, pieces.concat());
    }
}
