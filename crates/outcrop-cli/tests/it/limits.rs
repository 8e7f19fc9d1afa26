//! Tests of what the command refuses to read, run or write.

use std::fs::OpenOptions;
use std::process::{Command, Output, Stdio};

use crate::command::{File, Outcome, outcrop, run, run_with_input};
use crate::emulate::Emulator;
use crate::interrupted::chat_flags;

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn endless_and_large_files_are_rejected_before_they_are_read() {
    // L14.
    let large = File::new("large.png", b"\x89PNG\r\n\x1a\n");
    let file = OpenOptions::new().write(true).open(large.path()).expect("the file can be opened");
    // A hole, so that the test writes nothing.
    file.set_len(30 << 20).expect("the file can grow");
    for (args, reason) in [
        (&["chat", "--emulator", "--image", "/dev/zero", "hi"][..], "not a regular file"),
        (&["chat", "--emulator", "--document", "/dev/zero", "hi"], "not a regular file"),
        (&["chat", "--emulator", "--tool", "/dev/zero", "hi"], "not a regular file"),
        (&["emulate", "--script", "/dev/zero"], "not a regular file"),
        (&["check", "/dev/zero"], "not a regular file"),
        (&["chat", "--emulator", "--image", "/tmp", "hi"], "not a regular file"),
        (&["chat", "--emulator", "--image", large.path(), "hi"], "3932160 bytes"),
        (&["chat", "--emulator", "--document", large.path(), "hi"], "4718592 bytes"),
        (&["chat", "--emulator", "--tool", large.path(), "hi"], "1048576 bytes"),
    ] {
        let shown = run(args);
        assert_eq!(shown.status, 2, "{args:?}: {}", shown.stderr);
        assert!(shown.stderr.contains(reason), "{args:?}: {}", shown.stderr);
    }
    for args in [&["chat", "--emulator"][..], &["check"]] {
        let zero = OpenOptions::new().read(true).open("/dev/zero").expect("it is there");
        let output = outcrop(args).stdin(zero).output().expect("the command runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("too large"), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn images_are_what_their_bytes_are() {
    // U26.
    let text = File::new("hello.png", b"hello");
    let bitmap = File::new("dot.bmp", b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00");
    for file in [&text, &bitmap] {
        let shown = run(&["chat", "--emulator", "--image", file.path(), "hi"]);
        assert_eq!(shown.status, 2, "{}", shown.stderr);
        assert!(shown.stderr.contains("not a png, jpeg, gif or webp"), "{}", shown.stderr);
    }
    let png = File::new("named.jpg", b"\x89PNG\r\n\x1a\n");
    let shown = run(&["chat", "--emulator", "--show-request", "--image", png.path(), "hi"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stderr.contains(r#""format":"png""#), "{}", shown.stderr);
}

#[test]
fn prompt_and_standard_input_are_both_sent() {
    // U5.
    let shown =
        run_with_input(&["chat", "--emulator", "--show-request", "Summarise."], "The Rhine is long.\n");
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(
        shown.stderr.contains(r#""content":[{"text":"The Rhine is long."},{"text":"Summarise."}]"#),
        "{}",
        shown.stderr
    );
    let alone = run_with_input(&["chat", "--emulator", "--show-request", "Summarise."], " \n");
    assert!(alone.stderr.contains(r#""content":[{"text":"Summarise."}]"#), "{}", alone.stderr);
}

#[test]
fn empty_prompt_is_an_error() {
    // U27.
    for prompt in ["", " \n"] {
        let shown = run_with_input(&["chat", "--emulator", prompt], "context");
        assert_eq!(shown.status, 2, "{}", shown.stderr);
        assert!(shown.stderr.contains("the prompt is empty"), "{}", shown.stderr);
    }
}

/// Runs `chat` with a tool against a model that calls a tool and then stops.
fn call_with(flags: &[&str], name: &str, input: &str, stop_reason: &str) -> (Outcome, usize) {
    let script = serde_json::json!([{"events": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": name}}, "contentBlockIndex": 0}},
        {"contentBlockDelta": {"delta": {"toolUse": {"input": input}}, "contentBlockIndex": 0}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": stop_reason}}]}]);
    let script = File::new(&format!("call-{name}-{stop_reason}.json"), script.to_string().as_bytes());
    let record = File::new(&format!("call-{name}-{stop_reason}.jsonl"), b"");
    let emulator = Emulator::start(&["--script", script.path(), "--record", record.path()]);
    let output = chat_flags(&emulator, &[flags, &["hi"]].concat()).stdin(Stdio::null()).output();
    let outcome = Outcome::new(output.expect("the command runs"));
    drop(emulator);
    let requests = record.read().lines().count();
    (outcome, requests)
}

fn call(name: &str, input: &str, stop_reason: &str) -> (Outcome, usize) {
    call_with(&["--demo-tool"], name, input, stop_reason)
}

#[test]
fn tool_of_the_user_has_no_made_up_result() {
    // P2.
    let tool = File::new("weather.json", br#"{"name": "get_weather", "parameters": {"type": "object"}}"#);
    let (shown, requests) = call_with(&["--tool", tool.path()], "get_weather", "{}", "tool_use");
    assert_eq!((shown.status, requests), (0, 1), "{}", shown.stderr);
    assert!(shown.stderr.contains("no result") && !shown.stderr.contains("sunny"), "{}", shown.stderr);
}

#[test]
fn incomplete_and_unknown_calls_are_not_run() {
    // P2.
    for (name, input, stop_reason, reason) in [
        ("get_weather", r#"{"city": "Pa"#, "max_tokens", "incomplete"),
        ("get_weather", r#"{"city": "Pa"}"#, "max_tokens", "incomplete"),
        ("get_weather", r#"{"city": "Pa"#, "tool_use", "incomplete"),
        ("get_weather", r#"{"city": "Pa"}"#, "malformed_tool_use", "incomplete"),
        ("get_weather", r#"{"city": "Pa"}"#, "content_filtered", "incomplete"),
        ("delete_all", "{}", "tool_use", "not offered"),
    ] {
        let (shown, requests) = call(name, input, stop_reason);
        assert_eq!((shown.status, requests), (1, 1), "{name} {input} {stop_reason}: {}", shown.stderr);
        assert!(shown.stderr.contains("← not run: ") && shown.stderr.contains(reason), "{}", shown.stderr);
        assert!(!shown.stderr.contains("21 °C"), "{}", shown.stderr);
    }
    let (shown, requests) = call("get_weather", r#"{"city": "Paris"}"#, "tool_use");
    assert_eq!(requests, 2, "a complete call of the offered tool is run: {}", shown.stderr);
    assert!(shown.stderr.contains("sunny in Paris"), "{}", shown.stderr);
}

/// Runs a command whose standard output is a full device.
fn run_full(mut command: Command) -> (Option<i32>, String) {
    let full = OpenOptions::new().write(true).open("/dev/full").expect("it is there");
    let output = command.stdin(Stdio::null()).stdout(full).output().expect("the command runs");
    (output.status.code(), stderr(&output))
}

/// A request with a finding.
const REJECTED: &str =
    r#"{"model": "amazon.nova-lite-v1:0", "logit_bias": {}, "messages": [{"role": "user", "content": "a"}]}"#;

#[test]
fn output_that_cannot_be_written_is_an_error() {
    // L12.
    let request = File::new("rejected.json", REJECTED.as_bytes());
    for args in [
        &["chat", "--emulator", "hi"][..],
        &["chat", "--emulator", "--no-stream", "hi"],
        &["chat", "--emulator", "--json", "hi"],
        &["chat", "--emulator", "--v1", "hi"],
        &["check", request.path()],
        &["check", "--json", request.path()],
        &["emulate"],
        &["--help"],
        &["--version"],
        &["chat", "--help"],
    ] {
        let (status, stderr) = run_full(outcrop(args));
        assert_eq!(status, Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains("standard output cannot be written"), "{args:?}: {stderr}");
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
    }
    let emulator = Emulator::start(&["--record", "/dev/full"]);
    let output = chat_flags(&emulator, &["hi"]).stdin(Stdio::null()).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(emulator.wait(), Some(2), "the recording has no exchange, so the emulator stops");
}

#[test]
fn closed_pipe_ends_the_command_quietly() {
    // L12.
    let request = File::new("closed.json", REJECTED.as_bytes());
    for args in [
        &["chat", "--emulator", "hi"][..],
        &["chat", "--emulator", "--json", "hi"],
        &["check", request.path()],
        &["check", "--json", request.path()],
    ] {
        let mut command = outcrop(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        assert!(
            !stderr(&output).contains("error") && !stderr(&output).contains("panicked"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn failures_are_json_if_the_output_is() {
    // U32.
    let script = File::new(
        "throttled.json",
        br#"[{"error": {"type": "ThrottlingException", "message": "Slow down."}}]"#,
    );
    for flags in [&["--json"][..], &["--v1"], &["--json", "--no-stream"]] {
        let emulator = Emulator::start(&["--script", script.path()]);
        let output = chat_flags(&emulator, &[flags, &["hi"]].concat()).stdin(Stdio::null()).output();
        let output = output.expect("the command runs");
        let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is one line of JSON");
        assert_eq!(line["error"]["code"], "ThrottlingException", "{flags:?}: {line}");
        assert_eq!(output.status.code(), Some(1), "{flags:?}");
        assert!(stderr(&output).contains("error: "), "{flags:?}: people read standard error");
    }
    let usage = run(&["chat", "--json", "--no-such-option"]);
    let line: serde_json::Value = serde_json::from_str(&usage.stdout).expect("it is one line of JSON");
    assert!(
        line["error"]["message"].as_str().is_some_and(|text| text.contains("--no-such-option")),
        "{line}"
    );
    for (args, code) in [
        (&["chat", "--emulator", "--json", "--image", "/no/such", "hi"][..], "InvalidInput"),
        (&["chat", "--emulator", "--json", ""], "InvalidInput"),
        (&["chat", "--json", "hi"], "MissingRegion"),
        (&["check", "--json", "/no/such"], "InvalidInput"),
    ] {
        let shown = run(args);
        let line: serde_json::Value = serde_json::from_str(&shown.stdout).expect("it is one line of JSON");
        assert_eq!(line["error"]["code"], code, "{args:?}: {line}");
        assert_ne!(shown.status, 0, "{args:?}");
    }
}

#[test]
fn endless_line_to_map_is_an_error_at_once() {
    use std::io::{BufRead as _, BufReader};

    // L14.
    let zero = OpenOptions::new().read(true).open("/dev/zero").expect("it is there");
    let mut command = outcrop(&["map", "request"]);
    let mut child = command.stdin(zero).stdout(Stdio::piped()).spawn().expect("the command starts");
    let mut line = String::new();
    let read = BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line);
    // The rest of the line has no end, either.
    child.kill().and_then(|()| child.wait()).expect("the command can be killed");
    read.expect("it is text");
    assert!(line.contains("the line is too long: the limit is 67108864 bytes"), "{line}");
}
