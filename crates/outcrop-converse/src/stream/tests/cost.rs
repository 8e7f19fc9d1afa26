//! The cost of decoding grows with the size of the stream, not with its square (R-M8, R-M9).

use super::{END, START, decoder, drain};

/// Returns the nanoseconds that this thread has run. `None` where the system does not show them.
fn thread_time() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// Returns the time to decode a stream with this many blocks or members, without that of other processes.
fn time(count: usize, stream: impl Fn(usize) -> Vec<String>) -> Option<u64> {
    let events = stream(count);
    let start = thread_time()?;
    let mut decoder = decoder();
    let mut output = Vec::new();
    for event in std::iter::once(START).chain(events.iter().map(String::as_str)).chain([END]) {
        let (name, json) = event.split_once(' ').unwrap();
        decoder.handle_json(name, json.as_bytes());
        assert!(drain(&mut decoder, &mut output).is_none());
    }
    decoder.handle_end();
    assert!(drain(&mut decoder, &mut output).is_none());
    Some(thread_time()? - start)
}

/// Asserts that eight times the input takes far less than the 64 times of a quadratic cost.
fn assert_linear(name: &str, stream: impl Fn(usize) -> Vec<String>) {
    // The best of five, because a single one may include the first use of memory.
    let best = |count: usize| (0..5).filter_map(|_| time(count, &stream)).min();
    let (Some(small), Some(large)) = (best(2_000), best(16_000)) else { return };
    // Linux counts in steps of up to 4 ms.
    let allowed = small.max(3_000_000) * 24;
    assert!(large < allowed, "{name}: {small} ns for 2,000 and {large} ns for 16,000");
}

fn text(index: usize, text: &str) -> String {
    format!(r#"contentBlockDelta {{"contentBlockIndex":{index},"delta":{{"text":"{text}"}}}}"#)
}

#[test]
fn cost_of_a_stream_is_linear() {
    assert_linear("closed blocks", |count| {
        let block =
            |index| [text(index, "a"), format!(r#"contentBlockStop {{"contentBlockIndex":{index}}}"#)];
        (0..count).flat_map(block).collect()
    });
    assert_linear("open blocks", |count| (0..count).map(|index| text(index, "a")).collect());
    assert_linear("open blocks that interleave", |count| {
        (0..count).map(|index| text(index % (count / 2), "a")).collect()
    });
    assert_linear("one block", |count| (0..count).map(|_| text(0, "a")).collect());
    assert_linear("calls without ids", |count| {
        let call = |index| {
            format!(
                r#"contentBlockStart {{"contentBlockIndex":{index},"start":{{"toolUse":{{"toolUseId":"","name":"f"}}}}}}"#
            )
        };
        (0..count).map(call).collect()
    });
    assert_linear("unknown events", |count| {
        (0..count).map(|index| format!(r#"new{index} {{"a":1}}"#)).collect()
    });
    assert_linear("malformed events", |count| {
        (0..count)
            .map(|_| r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":7}}"#.to_owned())
            .collect()
    });
    assert_linear("unknown members", |count| {
        let members: Vec<_> = (0..count).map(|index| format!(r#""m{index}":1"#)).collect();
        vec![format!("metadata {{{}}}", members.join(","))]
    });
    assert_linear("members with wrong types", |count| {
        let members: Vec<_> = (0..count).map(|index| format!(r#""m{index}":1"#)).collect();
        vec![format!(r#"metadata {{"usage":{{"inputTokens":"x",{}}}}}"#, members.join(","))]
    });
}
