//! Tests of responses that end early.

use std::io::Read as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::command::{File, outcrop};
use crate::emulate::Emulator;

/// Writes a script with the beginning of a stream, followed by another step.
fn script(name: &str, then: &str) -> File {
    let events = format!(
        r#"[{{"events": [{{"messageStart": {{"role": "assistant"}}}},
            {{"contentBlockDelta": {{"delta": {{"text": "The Rh"}}, "contentBlockIndex": 0}}}}, {then}]}}]"#
    );
    File::new(name, events.as_bytes())
}

/// Builds a command that sends a prompt to an emulator.
fn chat(emulator: &Emulator, flags: &[&str]) -> Command {
    let mut command = chat_flags(emulator, &[flags, &["hi"]].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Builds `outcrop chat` with an emulator and flags.
pub(crate) fn chat_flags(emulator: &Emulator, flags: &[&str]) -> Command {
    let url = format!("http://{}", emulator.address);
    let args = ["chat", "--region", "eu-west-1", "--model", "amazon.nova-lite-v1:0", "--endpoint-url", &url];
    let mut command = outcrop(&[&args[..], flags].concat());
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "s")
        .env("AWS_MAX_ATTEMPTS", "1");
    command
}

#[test]
fn output_before_an_error_is_marked_as_partial() {
    let script = script("broken.json", r#"{"throttlingException": {"message": "Too many requests"}}"#);
    let emulator = Emulator::start(&["--script", script.path()]);
    let output = chat(&emulator, &[]).output().expect("the command runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(output.stdout, b"The Rh\n", "{stderr}");
    assert!(stderr.contains("the response is partial") && stderr.contains("error: "), "{stderr}");

    let emulator = Emulator::start(&["--script", script.path()]);
    let output = chat(&emulator, &["--json"]).output().expect("the command runs");
    let partial: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    assert_eq!(
        (&partial["status"], &partial["messages"][0]["content"][0]["text"]),
        (&"failed".into(), &"The Rh".into())
    );
}

// Only Unix has signals.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_response_with_status_130() {
    let script = script("stalled.json", r#"{"stall": true}"#);
    let emulator = Emulator::start(&["--script", script.path()]);
    let mut child = chat(&emulator, &[]).spawn().expect("the command starts");
    let mut text = [0; 6];
    child
        .stdout
        .as_mut()
        .expect("stdout is piped")
        .read_exact(&mut text)
        .expect("the text is printed as it arrives");
    assert_eq!(&text, b"The Rh");
    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(kill.expect("the shell runs").success());
    let output = child.wait_with_output().expect("the command ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "the command exits by itself: {stderr}");
    assert_eq!(
        (output.stdout.as_slice(), stderr.as_ref()),
        (&b"\n"[..], "interrupted: the response is partial\n")
    );
}
