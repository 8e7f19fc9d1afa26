//! Tests of the stream that clients return.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::{
    ErrorKind, ModelError, Note, NoteAction, ResponseStream, Stage, StreamEvent, UnifiedMessage,
    UnifiedResponse,
};

fn next(stream: &mut ResponseStream) -> Option<StreamEvent> {
    match Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(event) => event.map(Result::unwrap),
        Poll::Pending => panic!("the stream is pending"),
    }
}

/// Runs a future that is never pending.
fn ready<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}

/// A stream of given events.
struct Events(Vec<Result<StreamEvent, ModelError>>);

impl Stream for Events {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(if self.0.is_empty() { None } else { Some(self.0.remove(0)) })
    }
}

#[test]
fn replayed_response_ends_with_the_response() {
    let response = UnifiedResponse::new("r-1", "m", "p", vec![UnifiedMessage::assistant("secret")]);
    let mut stream = ResponseStream::replay(response.clone());
    assert_eq!(stream.request_id(), Some("r-1"));
    let events: Vec<_> = std::iter::from_fn(|| next(&mut stream)).collect();
    assert_eq!(events, StreamEvent::replay(response.clone()));
    assert_eq!(next(&mut stream), None);
    assert_eq!(ready(ResponseStream::replay(response.clone()).collect_response()).unwrap(), response);
}

#[test]
fn text_stream_returns_only_text() {
    let text = |text: &str| Ok(StreamEvent::Text { index: 0, text: text.to_owned() });
    let reasoning = Ok(StreamEvent::Reasoning { index: 1, text: "hm".to_owned() });
    let failure = || ModelError::new(ErrorKind::Connection, "gone");
    let mut texts =
        ResponseStream::new(Events(vec![text("a"), reasoning, text("b"), Err(failure())])).text_stream();
    assert_eq!(ready(texts.next()).unwrap().unwrap(), "a");
    assert_eq!(ready(texts.next()).unwrap().unwrap(), "b");
    assert_eq!(ready(texts.next()).unwrap().unwrap_err().kind(), ErrorKind::Connection);
    assert!(ready(texts.next()).is_none());
}

#[test]
fn text_stream_equals_the_text_of_the_response() {
    let texts = |stream: ResponseStream| {
        let mut texts = stream.text_stream();
        let mut all = String::new();
        while let Some(text) = ready(texts.next()) {
            all.push_str(&text.unwrap());
        }
        all
    };
    let blocks = |texts: &[&str]| texts.iter().map(|text| (*text).into()).collect::<Vec<_>>();
    for parts in [&["Hello", "world"][..], &["a"], &[], &["a", "", "b"]] {
        let message = UnifiedMessage::new(crate::Role::Assistant, blocks(parts));
        let response = UnifiedResponse::new("r-1", "m", "p", vec![message]);
        let expected = response.text();
        assert_eq!(texts(ResponseStream::replay(response.clone())), expected, "{parts:?}");
        assert_eq!(texts(ResponseStream::replay(response).with_structured_output()), expected, "{parts:?}");
    }
    // With structured output, the text that was streamed is not the text of the response.
    let text = StreamEvent::Text { index: 0, text: "```{}```".to_owned() };
    let response = UnifiedResponse::new("r-1", "m", "p", vec![UnifiedMessage::assistant("{}")]);
    let events = vec![Ok(text), Ok(StreamEvent::completed(response))];
    assert_eq!(texts(ResponseStream::new(Events(events)).with_structured_output()), "{}");
}

#[test]
fn truncated_stream_is_an_error() {
    let stream = ResponseStream::new(Events(vec![Ok(StreamEvent::Text { index: 0, text: "a".to_owned() })]));
    let error = ready(stream.collect_response()).unwrap_err();
    assert_eq!((error.code(), error.stage()), (Some("IncompleteStream"), Stage::Streaming));
    let stream = ResponseStream::new(Events(vec![Err(ModelError::new(ErrorKind::Throttled, "slow down"))]));
    assert_eq!(ready(stream.collect_response()).unwrap_err().kind(), ErrorKind::Throttled);
}

#[test]
fn added_notes_precede_those_of_the_response() {
    let note = |rule: &'static str| Note::new(rule, NoteAction::Changed, "x", "y");
    let mut response = UnifiedResponse::new("r-1", "m", "p", vec![]);
    response.notes = vec![note("b")];
    let stream = ResponseStream::replay(response).with_notes(vec![note("a")]);
    assert_eq!(stream.request_id(), Some("r-1"));
    assert_eq!(ready(stream.collect_response()).unwrap().notes, [note("a"), note("b")]);
}

#[test]
fn request_id_is_known_before_the_first_event() {
    let replay = || ResponseStream::replay(UnifiedResponse::new("r-1", "m", "p", vec![]));
    let stream = ResponseStream::new(replay());
    assert_eq!(stream.request_id(), None);
    let mut stream = stream.with_request_id("r-2");
    assert_eq!(stream.request_id(), Some("r-2"));
    assert_eq!(format!("{stream:?}"), r#"ResponseStream { request_id: Some("r-2"), .. }"#);
    assert!(matches!(next(&mut stream), Some(StreamEvent::Started { .. })));
}

#[test]
fn response_stream_is_send() {
    fn sendable<T: Send + Unpin>() {}
    sendable::<ResponseStream>();
}
