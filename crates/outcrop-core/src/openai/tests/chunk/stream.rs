//! The streams of chunks and of server-sent events.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use serde_json::Value;

use super::{response, text};
use crate::openai::{ChatChunkStream, SSE_DONE};
use crate::{ErrorKind, ModelError, ModelRequest, ResponseStream, Stage, StreamEvent};

/// A stream of given events.
struct Events(Vec<Result<StreamEvent, ModelError>>);

impl Stream for Events {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(if self.0.is_empty() { None } else { Some(self.0.remove(0)) })
    }
}

/// Returns the items of a stream that is never pending.
fn all<T>(mut stream: impl Stream<Item = T> + Unpin) -> Vec<T> {
    let mut items = Vec::new();
    loop {
        match Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(item)) => items.push(item),
            Poll::Ready(None) => return items,
            Poll::Pending => panic!("the stream is pending"),
        }
    }
}

fn stream(events: ResponseStream) -> ChatChunkStream {
    ChatChunkStream::new(&ModelRequest::builder("m").user("hi").build(), events).with_created(7)
}

#[test]
fn successful_stream_ends_with_done() {
    let events: Vec<_> = all(stream(ResponseStream::replay(response(vec!["Paris\n\n.".into()]))).sse());
    assert_eq!(events.len(), 4, "role, text, finish reason with usage, the end");
    assert_eq!(events.last().map(String::as_str), Some(SSE_DONE));
    for event in &events[..3] {
        let data = event.strip_prefix("data: ").and_then(|event| event.strip_suffix("\n\n")).unwrap();
        assert!(!data.contains('\n'));
        let chunk: Value = serde_json::from_str(data).unwrap();
        assert_eq!((&chunk["id"], &chunk["created"]), (&"r-1".into(), &7.into()));
    }
}

#[test]
fn usage_has_a_chunk_without_choices_only_if_the_request_asks_for_it() {
    for (options, count) in [
        ("", 3),
        (r#","stream_options":{"include_usage":false}"#, 3),
        (r#","stream_options":null"#, 3),
        (r#","stream_options":{"include_usage":true}"#, 4),
    ] {
        let params = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{options}}}"#);
        let request = ModelRequest::from_json(&params).unwrap();
        let events = ResponseStream::replay(response(vec!["Paris".into()]));
        let chunks: Vec<_> =
            all(ChatChunkStream::new(&request, events)).into_iter().map(Result::unwrap).collect();
        assert_eq!(chunks.len(), count, "{options}");
        assert_eq!(chunks.iter().filter(|chunk| chunk.choices.is_empty()).count(), count - 3, "{options}");
        assert!(chunks.last().unwrap().usage.is_some(), "{options}");
    }
}

#[test]
fn failed_stream_ends_with_the_error_and_without_done() {
    let failure = ModelError::new(ErrorKind::Throttled, "slow down").with_stage(Stage::Streaming);
    for (events, kind) in [
        (vec![Ok(text(0, "Par")), Err(failure)], "rate_limit_error"),
        // A stream that ends without a complete response has failed.
        (vec![Ok(text(0, "Par"))], "server_error"),
    ] {
        let events = all(stream(ResponseStream::new(Events(events))).sse());
        assert_eq!(events.len(), 3, "role, text, the error");
        let error: Value = serde_json::from_str(events[2].trim_start_matches("data: ")).unwrap();
        assert_eq!(error["error"]["type"], kind);
        assert!(!events.concat().contains("[DONE]"));
    }
}

#[test]
fn error_is_returned_once_and_completion_ends_the_stream() {
    let chunks = all(stream(ResponseStream::new(Events(vec![Ok(text(0, "Par"))]))));
    assert_eq!(chunks.len(), 3);
    assert_eq!(chunks[2].as_ref().unwrap_err().code(), Some("IncompleteStream"));
    let done = Ok(StreamEvent::completed(response(vec!["a".into()])));
    let late = Err(ModelError::new(ErrorKind::Connection, "gone"));
    assert!(all(stream(ResponseStream::new(Events(vec![done, late])))).iter().all(Result::is_ok));
}
