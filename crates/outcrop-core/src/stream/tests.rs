//! Answers while they are being written.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::{ResponseStream, StreamEvent, UnifiedMessage, UnifiedResponse};

fn next(stream: &mut ResponseStream) -> Option<StreamEvent> {
    match Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(event) => event.map(Result::unwrap),
        Poll::Pending => panic!("the stream waits"),
    }
}

#[test]
fn a_whole_answer_as_a_stream_is_one_event() {
    let response = UnifiedResponse::new("r-1", "m", "p", vec![UnifiedMessage::assistant("secret")]);
    let mut stream = ResponseStream::replay(response.clone());
    assert_eq!(stream.request_id(), Some("r-1"));
    let event = next(&mut stream).unwrap();
    assert!(!format!("{event:?}").contains("secret"), "{event:?}");
    assert_eq!(event, StreamEvent::Completed(Box::new(response)));
    assert_eq!(next(&mut stream), None);
    assert_eq!(next(&mut stream), None);
}

#[test]
fn a_stream_may_know_its_call_before_the_first_event() {
    let replay = || ResponseStream::replay(UnifiedResponse::new("r-1", "m", "p", vec![]));
    let stream = ResponseStream::new(replay());
    assert_eq!(stream.request_id(), None);
    let mut stream = stream.with_request_id("r-2");
    assert_eq!(stream.request_id(), Some("r-2"));
    assert_eq!(format!("{stream:?}"), r#"ResponseStream { request_id: Some("r-2"), .. }"#);
    assert!(matches!(next(&mut stream), Some(StreamEvent::Completed(_))));
}

#[test]
fn a_stream_can_be_sent_to_another_thread() {
    fn sendable<T: Send + Unpin>() {}
    sendable::<ResponseStream>();
}
