//! Streams with faults.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use outcrop_converse::event_stream::{FrameDecoder, FrameError, FrameErrorKind};
use outcrop_emulator::{Emulator, Ending, Exchange};
use serde_json::json;

use crate::client::{Client, user_body};
use crate::stream::{STREAM, Streamed, playing, stream};

const START: &str = r#"{"messageStart": {"role": "assistant"}}"#;

/// Plays a stream with a first event and these items after it.
async fn play_after_start(items: &str) -> (Streamed, Exchange) {
    let emulator = playing(&format!(r#"[{{"events": [{START}, {items}]}}]"#)).await;
    let streamed = stream(&emulator, &user_body("hi")).await;
    let exchange = emulator.recording().wait_until_idle().await.pop().expect("an exchange");
    (streamed, exchange)
}

/// Counts the valid frames, and returns the error of the next one.
fn read_frames(body: &[u8]) -> (usize, Result<(), FrameError>) {
    let mut decoder = FrameDecoder::new();
    decoder.feed(body.to_vec().into());
    let mut frames = 0;
    loop {
        match decoder.next_frame() {
            Ok(Some(_)) => frames += 1,
            Ok(None) => return (frames, decoder.finish()),
            Err(error) => return (frames, Err(error)),
        }
    }
}

#[tokio::test]
async fn damaged_frames_are_sent_damaged() {
    for (damage, found) in [
        (r#""prelude_checksum""#, "prelude checksum"),
        (r#""message_checksum""#, "frame checksum"),
        (r#"{"flip_byte": 0}"#, "prelude checksum"),
        (r#"{"flip_byte": 40}"#, "frame checksum"),
        (r#"{"keep_bytes": 11}"#, "found the end after 11"),
        (r#"{"keep_bytes": 50}"#, "found the end after 50"),
    ] {
        let (streamed, exchange) =
            play_after_start(&format!(r#"{{"metadata": {{}}, "damage": {damage}}}"#)).await;
        assert!(streamed.end.is_ok(), "the response itself is complete");
        let (frames, error) = read_frames(&streamed.body);
        let error = error.expect_err(damage).to_string();
        assert!(frames == 1 && error.contains(found), "{damage}: {error}");
        assert_eq!((exchange.events_sent(), exchange.ending()), (2, Some(Ending::Completed)));
    }
}

#[tokio::test]
async fn exceptions_and_errors_have_their_own_headers() {
    let (streamed, _) = play_after_start(
        r#"{"modelStreamErrorException": {"message": "no", "originalStatusCode": 500}},
            {"error": {"code": "InternalFailure", "message": "oh"}},
            {"frame": {"headers": {":message-type": "event"}, "body": "not json"}},
            {"frame": {}}"#,
    )
    .await;
    let mut decoder = FrameDecoder::new();
    decoder.feed(streamed.body.into());
    decoder.next_frame().expect("a valid frame").expect("the start");
    let exception = decoder.next_frame().expect("a valid frame").expect("the exception");
    assert_eq!(exception.message_type(), Some("exception"));
    assert_eq!(exception.exception_type(), Some("modelStreamErrorException"));
    assert_eq!((exception.event_type(), exception.content_type()), (None, Some("application/json")));
    assert_eq!(exception.payload(), br#"{"message": "no", "originalStatusCode": 500}"#);
    let error = decoder.next_frame().expect("a valid frame").expect("the error");
    assert_eq!(error.message_type(), Some("error"));
    assert_eq!((error.error_code(), error.error_message()), (Some("InternalFailure"), Some("oh")));
    let odd = decoder.next_frame().expect("a valid frame").expect("the odd frame");
    assert_eq!(
        (odd.message_type(), odd.event_type(), odd.payload()),
        (Some("event"), None, &b"not json"[..])
    );
    let empty = decoder.next_frame().expect("a valid frame").expect("the empty frame");
    assert_eq!((empty.headers().count(), empty.payload().len()), (0, 0));
}

#[tokio::test]
async fn bytes_are_sent_without_framing() {
    let (streamed, _) = play_after_start(r#"{"bytes_base64": "PGh0bWw+PC9odG1sPg=="}"#).await;
    assert!(streamed.body.ends_with(b"<html></html>"));
    let (frames, error) = read_frames(&streamed.body);
    assert_eq!(frames, 1);
    assert!(matches!(error.expect_err("no frame").kind(), FrameErrorKind::PreludeChecksum { .. }));
}

#[tokio::test]
async fn scripted_endings_reach_the_client() {
    let (clean, exchange) = play_after_start(r#"{"close": "clean"}, {"metadata": {}}"#).await;
    assert!(clean.end.is_ok());
    assert_eq!((clean.names().len(), exchange.events_sent()), (1, 1), "no event after the end");
    assert_eq!(exchange.ending(), Some(Ending::Completed));

    let (cut, exchange) = play_after_start(r#"{"close": "cut"}"#).await;
    assert_eq!(cut.end.as_ref().expect_err("it is not complete").kind(), ErrorKind::UnexpectedEof);
    assert_eq!(cut.names(), ["messageStart"], "earlier events arrive");
    assert_eq!((exchange.events_sent(), exchange.ending()), (1, Some(Ending::Closed)));
    assert!(!exchange.response().expect("a response").body().is_empty());

    let (reset, exchange) = play_after_start(r#"{"close": "reset"}"#).await;
    assert_eq!(reset.end.as_ref().expect_err("it is not complete").kind(), ErrorKind::ConnectionReset);
    assert_eq!(reset.names(), ["messageStart"], "earlier events arrive");
    assert_eq!(exchange.ending(), Some(Ending::Closed));
}

#[tokio::test]
async fn stalled_stream_does_not_block_shutdown() {
    let emulator = playing(&format!(r#"[{{"events": [{START}, {{"stall": true}}]}}]"#)).await;
    let recording = emulator.recording().clone();
    let mut client = Client::connect(&emulator).await;
    client.open(STREAM, &user_body("hi")).await.expect("a head");
    client.chunk().await.expect("the first event");
    let more = tokio::time::timeout(Duration::from_millis(100), client.chunk()).await;
    assert!(more.is_err(), "nothing more");
    assert_eq!(recording.exchanges()[0].ending(), None, "the exchange is in progress");
    let start = Instant::now();
    emulator.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(client.chunk().await.is_err(), "the connection is closed");
    assert_eq!(recording.wait_until_idle().await[0].ending(), Some(Ending::Stopped));
}

#[tokio::test]
async fn closed_client_connection_is_recorded() {
    let script = json!([{"events": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "a"}}},
        {"stall": true}]},
        {"stall": true}]);
    let emulator = playing(&script.to_string()).await;
    let mut client = Client::connect(&emulator).await;
    client.open(STREAM, &user_body("hi")).await.expect("a head");
    for _ in 0..2 {
        client.chunk().await.expect("an event");
    }
    drop(client);
    let idle = tokio::time::timeout(Duration::from_secs(5), emulator.recording().wait_until_idle()).await;
    let exchange = idle.expect("it is noticed soon").pop().expect("an exchange");
    assert_eq!((exchange.events_sent(), exchange.ending()), (2, Some(Ending::ClientGone)));
    assert!(!exchange.response().expect("a response").body().is_empty(), "the sent part is recorded");

    let mut client = Client::connect(&emulator).await;
    let hi = user_body("hi");
    let waiting = tokio::time::timeout(Duration::from_millis(100), client.open(STREAM, &hi)).await;
    assert!(waiting.is_err());
    drop(client);
    let exchange = emulator.recording().wait_until_idle().await.pop().expect("an exchange");
    assert_eq!(exchange.ending(), Some(Ending::ClientGone), "also before the head");
    assert!(exchange.response().is_none());
}

#[tokio::test]
async fn dropped_emulator_is_recorded_as_stopped() {
    let emulator =
        playing(&format!(r#"[{{"events": [{START}, {{"metadata": {{}}, "delay_ms": 60000}}]}}]"#)).await;
    let recording = emulator.recording().clone();
    let mut client = Client::connect(&emulator).await;
    client.open(STREAM, &user_body("hi")).await.expect("a head");
    client.chunk().await.expect("the first event");
    drop(emulator);
    let idle = tokio::time::timeout(Duration::from_secs(5), recording.wait_until_idle()).await;
    assert_eq!(idle.expect("it ends soon")[0].ending(), Some(Ending::Stopped));
}

#[tokio::test]
async fn concurrent_streams_get_their_own_events() {
    let emulator = std::sync::Arc::new(Emulator::start().await.expect("a start"));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let emulator = emulator.clone();
        tasks.spawn(async move {
            let events = stream(&emulator, &user_body(&format!("number {number}"))).await.events();
            let texts = events.iter().filter_map(|(_, payload)| payload["delta"]["text"].as_str());
            assert_eq!(texts.collect::<String>(), format!("You said: number {number}"));
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("a task without panic");
    }
    let endings = emulator.recording().wait_until_idle().await;
    assert!(endings.iter().all(|exchange| exchange.ending() == Some(Ending::Completed)));
}
