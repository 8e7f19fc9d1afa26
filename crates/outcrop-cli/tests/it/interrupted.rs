//! Replies that break off.

use std::io::Read as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::command::{File, outcrop};
use crate::emulate::Emulator;

/// A reply of which the beginning comes, and then something else.
fn script(name: &str, then: &str) -> File {
    let events = format!(
        r#"[{{"events": [{{"messageStart": {{"role": "assistant"}}}},
            {{"contentBlockDelta": {{"delta": {{"text": "The Rh"}}, "contentBlockIndex": 0}}}}, {then}]}}]"#
    );
    File::new(name, events.as_bytes())
}

/// The command, talking to an emulator.
fn chat(emulator: &Emulator, flags: &[&str]) -> Command {
    let url = format!("http://{}", emulator.address);
    let args = ["chat", "--region", "eu-west-1", "--model", "amazon.nova-lite-v1:0", "--endpoint-url", &url];
    let mut command = outcrop(&[&args[..], flags, &["hi"]].concat());
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "s")
        .env("AWS_MAX_ATTEMPTS", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn what_came_before_an_error_is_shown_and_counts_as_partial() {
    let script = script("broken.json", r#"{"throttlingException": {"message": "Too many requests"}}"#);
    let emulator = Emulator::start(&["--script", script.path()]);
    let output = chat(&emulator, &[]).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(output.stdout, b"The Rh\n", "{stderr}");
    assert!(stderr.contains("the reply is partial") && stderr.contains("error: "), "{stderr}");

    let emulator = Emulator::start(&["--script", script.path()]);
    let output = chat(&emulator, &["--json"]).output().expect("it runs");
    let partial: Value = serde_json::from_slice(&output.stdout).expect("it is JSON, and nothing else");
    assert_eq!(
        (&partial["status"], &partial["messages"][0]["content"][0]["text"]),
        (&"failed".into(), &"The Rh".into())
    );
}

/// Where a signal can be sent.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_reply_and_says_that_it_is_partial() {
    let script = script("stalled.json", r#"{"stall": true}"#);
    let emulator = Emulator::start(&["--script", script.path()]);
    let mut child = chat(&emulator, &[]).spawn().expect("it can be started");
    let mut words = [0; 6];
    child
        .stdout
        .as_mut()
        .expect("it is piped")
        .read_exact(&mut words)
        .expect("the words come as they are written");
    assert_eq!(&words, b"The Rh");
    let interrupted = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(interrupted.expect("there is a shell").success());
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "it ends by itself: {stderr}");
    assert_eq!(
        (output.stdout.as_slice(), stderr.as_ref()),
        (&b"\n"[..], "interrupted: the reply is partial\n")
    );
}
