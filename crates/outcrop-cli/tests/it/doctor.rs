//! Tests of `outcrop doctor`: success, and each failure that a machine can have.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::command::{Outcome, outcrop};

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "very-secret")];

const NAMES: [&str; 6] = ["region", "credentials", "endpoint", "clock", "model", "response"];

/// Runs `doctor` with variables in the environment.
fn doctor(args: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let mut command: Command = outcrop(&[&["doctor"], args].concat());
    command.envs(variables.iter().copied()).stdin(Stdio::null());
    Outcome::new(command.output().expect("the command runs"))
}

/// Returns the checks of `doctor --json`, after it was verified that the text has the same.
fn checks(args: &[&str], variables: &[(&str, &str)]) -> Vec<Value> {
    let json = doctor(&[args, &["--json"]].concat(), variables);
    let text = doctor(args, variables);
    let report: Value = serde_json::from_str(&json.stdout).expect("the output is JSON");
    let checks = report["checks"].as_array().expect("a list").clone();
    let names: Vec<_> = checks.iter().map(|check| check["check"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, NAMES);
    let mut lines = text.stdout.lines();
    for check in &checks {
        let line = lines.next().unwrap_or_default();
        let (name, status) = (check["check"].as_str().unwrap(), check["status"].as_str().unwrap());
        assert!(line.starts_with(status) && line.contains(name), "{}", text.stdout);
        if check["hint"].is_string() {
            assert!(lines.next().unwrap_or_default().starts_with("hint:    "), "{}", text.stdout);
        }
    }
    let is_ok = checks.iter().all(|check| check["status"] == "ok");
    for outcome in [&json, &text] {
        assert_eq!(outcome.status, i32::from(!is_ok), "{}", outcome.stdout);
        assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains("very-secret"));
    }
    assert_eq!(report["ok"], is_ok);
    checks
}

/// Returns the first letters of the statuses: `o`k, `f`ailed, `s`kipped.
fn statuses(checks: &[Value]) -> String {
    checks.iter().filter_map(|check| check["status"].as_str()?.chars().next()).collect()
}

/// Asserts which check failed, and texts of its message and of its hint.
fn assert_failed(checks: &[Value], expected: &str, message: &str, hint: &str) {
    assert_eq!(statuses(checks), expected, "{checks:#?}");
    let failed = checks.iter().find(|check| check["status"] == "failed").expect("a failed check");
    assert!(failed["message"].as_str().is_some_and(|text| text.contains(message)), "{failed}");
    assert!(failed["hint"].as_str().is_some_and(|text| text.contains(hint)), "{failed}");
}

/// Serves each connection one response with a date, on a thread of its own. Returns the address.
fn serve(status: &'static str, headers: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            respond(
                &stream,
                &format!("{status}\r\n{headers}\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
            );
        }
    });
    url
}

/// Reads a request with its body and writes a response.
fn respond(mut stream: &TcpStream, response: &str) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body arrives");
    stream.write_all(format!("HTTP/1.1 {response}").as_bytes()).expect("the client reads");
}

#[test]
fn emulator_in_process_passes_every_check() {
    let checks = checks(&["--emulator"], &[]);
    assert_eq!(statuses(&checks), "oooooo", "{checks:#?}");
}

#[test]
fn emulator_of_another_process_passes_every_check_and_source_is_printed() {
    let mut emulator = outcrop(&["emulate"]).stdout(Stdio::piped()).spawn().expect("the emulator starts");
    let mut line = String::new();
    let stdout = emulator.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the address is printed");
    let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
    let checks = checks(&["--region", "eu-west-1", "--endpoint-url", &url], &KEYS);
    emulator.kill().expect("the emulator runs");
    emulator.wait().expect("the emulator ends");
    assert_eq!(statuses(&checks), "oooooo", "{checks:#?}");
    assert_eq!(checks[1]["message"], "from AWS_ACCESS_KEY_ID");
    assert!(checks[2]["message"].as_str().is_some_and(|text| text.contains(&url)), "{checks:#?}");
}

#[test]
fn missing_and_partial_settings_are_reported_with_their_check() {
    let region = ["--region", "eu-west-1"];
    assert_failed(&checks(&[], &KEYS), "fsssss", "no region", "AWS_REGION");
    assert_failed(&checks(&["--region", "eu west"], &KEYS), "fsssss", "eu west", "eu-west-1");
    assert_failed(&checks(&region, &[]), "ofssss", "no credentials", "AWS_ACCESS_KEY_ID");
    assert_failed(
        &checks(&region, &KEYS[..1]),
        "sfssss",
        "AWS_SECRET_ACCESS_KEY",
        "set AWS_SECRET_ACCESS_KEY",
    );
    let endpoint = [&region[..], &["--endpoint-url", "localhost"]].concat();
    assert_failed(&checks(&endpoint, &KEYS), "ssfsss", "localhost", "http://127.0.0.1:8080");
}

#[test]
fn refused_connection_is_failure_of_the_endpoint() {
    let args = ["--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:9"];
    assert_failed(&checks(&args, &KEYS), "oofsss", "could not be reached", "http://127.0.0.1:9");
}

#[test]
fn unknown_model_has_suggestions() {
    let args = ["--emulator", "--model", "gpt-4o"];
    assert_failed(&checks(&args, &[]), "oooofs", "model", "did you mean `openai.gpt");
}

#[test]
fn denied_model_is_failure_of_the_model() {
    let url = serve(
        "403 Forbidden",
        "x-amzn-errortype: AccessDeniedException",
        r#"{"message": "You don't have access to the model with the specified model ID."}"#,
    );
    let args = ["--region", "eu-west-1", "--endpoint-url", &url];
    assert_failed(&checks(&args, &KEYS), "ooosfs", "access to the model", "");
}

#[test]
fn wrong_clock_is_reported_instead_of_the_rejected_signature() {
    let url = serve(
        "403 Forbidden",
        "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nx-amzn-errortype: InvalidSignatureException",
        r#"{"message": "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z"}"#,
    );
    let args = ["--region", "eu-west-1", "--endpoint-url", &url];
    assert_failed(&checks(&args, &KEYS), "osofss", "clock", "NTP");
}

#[test]
fn rejected_keys_are_failure_of_the_credentials() {
    let url = serve(
        "403 Forbidden",
        "x-amzn-errortype: UnrecognizedClientException",
        r#"{"message": "The security token included in the request is invalid."}"#,
    );
    let args = ["--region", "eu-west-1", "--endpoint-url", &url];
    assert_failed(&checks(&args, &KEYS), "ofosss", "security token", "credentials");
}

#[test]
fn throttled_call_is_failure_of_the_response() {
    let url = serve(
        "429 Too Many Requests",
        "x-amzn-errortype: ThrottlingException",
        r#"{"message": "Too many requests"}"#,
    );
    let checks = checks(&["--region", "eu-west-1", "--endpoint-url", &url], &KEYS);
    assert_eq!(statuses(&checks), "ooossf", "{checks:#?}");
}
