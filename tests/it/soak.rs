//! Many concurrent streams with mixed faults: no stream gets events of another, and nothing is left behind.
//!
//! `OUTCROP_SOAK_ROUNDS` sets the number of rounds (`cargo xtask soak`); without it, a short run is part of the tests.

use std::time::Duration;

use futures_util::future::join_all;
use outcrop::{BedrockClient, ErrorKind, ModelClient as _, ModelError, ModelRequest, StreamEvent, Timeouts};
use serde_json::{Value, json};

use crate::support::loopback;

/// The number of streams of a round in a long run, and in a short one.
const STREAMS: usize = 500;
const SHORT_STREAMS: usize = 120;

/// The descriptors and the memory that may stay in use: those of pooled connections and of the allocator.
const SPARE_DESCRIPTORS: usize = 32;
const SPARE_KILOBYTES: usize = 96 * 1024;

/// What happens to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Pieces,
    Throttled,
    Exception,
    Cut,
    Reset,
    Damaged,
    Malformed,
    FailsAfterTheEnd,
    Stall,
    Dropped,
}

const FAULTS: [Fault; 11] = [
    Fault::None,
    Fault::Pieces,
    Fault::Throttled,
    Fault::Exception,
    Fault::Cut,
    Fault::Reset,
    Fault::Damaged,
    Fault::Malformed,
    Fault::FailsAfterTheEnd,
    Fault::Stall,
    Fault::Dropped,
];

/// Returns the fault of a stream: the same in each run.
fn fault_of(number: usize) -> Fault {
    // The multiplier of a linear congruential generator, so that neighbors have different faults.
    FAULTS[number.wrapping_mul(1_103_515_245).wrapping_add(12_345) / 7 % FAULTS.len()]
}

/// Returns the words of the text of a stream. Each has the number of the stream.
fn words(number: usize) -> Vec<String> {
    (0..6).map(|word| format!("<{number}>{word} ")).collect()
}

/// Builds the scripted exchange of a stream.
fn exchange(number: usize) -> Value {
    let fault = fault_of(number);
    let when = json!({"text": format!("<{number}>")});
    if fault == Fault::Throttled {
        return json!({"when": when, "times": "forever", "error": {"type": "ThrottlingException", "message": format!("<{number}>")}});
    }
    let delta = |text: &str| json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": text}}});
    let mut events = vec![json!({"messageStart": {"role": "assistant"}})];
    events.extend(words(number).iter().map(|word| delta(word)));
    events.push(json!({"contentBlockStop": {"contentBlockIndex": 0}}));
    let stop = json!({"messageStop": {"stopReason": "end_turn"}});
    let usage =
        json!({"metadata": {"usage": {"inputTokens": number, "outputTokens": 1, "totalTokens": number + 1}}});
    match fault {
        Fault::Exception => {
            events.push(json!({"internalServerException": {"message": format!("<{number}>")}}));
        }
        Fault::Cut => events.push(json!({"close": "cut"})),
        Fault::Reset => events.push(json!({"close": "reset"})),
        Fault::Stall => events.push(json!({"stall": true})),
        Fault::Damaged => {
            let mut damaged = delta("damaged");
            damaged["damage"] = json!("message_checksum");
            events.push(damaged);
        }
        Fault::FailsAfterTheEnd => {
            events.extend([stop, json!({"internalServerException": {"message": "late"}})]);
        }
        Fault::Malformed => {
            events.push(json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": number}}}));
            events.extend([stop, json!({"metadata": {"usage": {"inputTokens": "x", "outputTokens": 1}}})]);
        }
        _ => events.extend([stop, usage]),
    }
    if fault == Fault::Pieces {
        for event in &mut events {
            event["pieces_of"] = json!(7);
        }
    }
    json!({"when": when, "times": "forever", "events": events})
}

/// Runs a stream and checks what it gives.
async fn run(client: BedrockClient, number: usize) {
    let fault = fault_of(number);
    let request = ModelRequest::builder(loopback::MODEL).user(format!("This is <{number}>.")).build();
    let text: String = words(number).concat();
    let mut stream = match client.create_stream(&request).await {
        Ok(stream) => stream,
        Err(error) => {
            // A reset may arrive before the first event does.
            assert!(
                matches!(fault, Fault::Throttled | Fault::Reset | Fault::Cut),
                "{number} {fault:?}: {error}"
            );
            return;
        }
    };
    let mut received = String::new();
    let mut end: Option<Result<outcrop::UnifiedResponse, ModelError>> = None;
    while let Some(event) = stream.next().await {
        match event {
            Ok(StreamEvent::Text { text, .. }) => received.push_str(&text),
            Ok(StreamEvent::Completed { response }) => end = Some(Ok(*response)),
            Ok(_) => {}
            Err(error) => end = Some(Err(error)),
        }
        if fault == Fault::Dropped && !received.is_empty() {
            assert!(text.starts_with(&received), "{number}: {received}");
            return;
        }
    }
    let end = end.unwrap_or_else(|| panic!("{number} {fault:?}: no end"));
    match (fault, end) {
        (Fault::None | Fault::Pieces, Ok(response)) => {
            assert_eq!((response.text().trim(), received.as_str()), (text.trim(), text.as_str()));
            assert_eq!(response.usage.prompt_tokens, u64::try_from(number).ok());
        }
        (Fault::Malformed, Ok(response)) => {
            assert!(response.text().starts_with(&text) && response.text().ends_with(&number.to_string()));
            assert_eq!((response.usage.prompt_tokens, response.cost), (None, None));
        }
        (Fault::FailsAfterTheEnd, Ok(response)) => assert_eq!(response.text(), text),
        (Fault::Exception | Fault::Cut | Fault::Reset | Fault::Damaged | Fault::Stall, Err(error)) => {
            let partial = error.partial_response().map(|partial| partial.text()).unwrap_or_default();
            assert!(
                text.starts_with(&received) && text.starts_with(&partial),
                "{number} {fault:?}: {partial}"
            );
            if fault == Fault::Stall {
                assert_eq!(error.kind(), ErrorKind::Timeout, "{number}: {error}");
            }
        }
        (_, end) => panic!("{number} {fault:?}: {end:?}"),
    }
}

/// Returns the number of open descriptors and the resident memory in kilobytes, where the system shows them.
fn usage() -> Option<(usize, usize)> {
    let descriptors = std::fs::read_dir("/proc/self/fd").ok()?.count();
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some((descriptors, line.trim().trim_end_matches(" kB").parse().ok()?))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_streams_with_mixed_faults_stay_apart_and_leave_nothing_behind() {
    let rounds: Option<usize> =
        std::env::var("OUTCROP_SOAK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let is_long = rounds.is_some();
    let (streams, rounds) = rounds.map_or((SHORT_STREAMS, 2), |rounds| (STREAMS, rounds.max(2)));
    let script = json!((0..streams).map(exchange).collect::<Vec<_>>()).to_string();
    let emulator = loopback::serve(&script).await;
    let timeouts = Timeouts::default().with_idle(Duration::from_secs(4));
    let mut first = None;
    for round in 0..rounds {
        let client = loopback::builder(&emulator).timeouts(timeouts).build().await.expect("a client");
        let calls = (0..streams).map(|number| tokio::spawn(run(client.clone(), number)));
        for joined in join_all(calls).await {
            joined.expect("no stream failed");
        }
        drop(client);
        // Connections close in the background.
        tokio::time::sleep(Duration::from_millis(300)).await;
        // In a short run, other tests of the process open descriptors at the same time.
        let Some((descriptors, kilobytes)) = usage().filter(|_| is_long) else { continue };
        let (first_descriptors, first_kilobytes) = *first.get_or_insert((descriptors, kilobytes));
        assert!(
            descriptors <= first_descriptors + SPARE_DESCRIPTORS,
            "round {round}: {descriptors} descriptors, {first_descriptors} after the first round"
        );
        assert!(
            kilobytes <= first_kilobytes + SPARE_KILOBYTES,
            "round {round}: {kilobytes} kB, {first_kilobytes} kB after the first round"
        );
    }
}
