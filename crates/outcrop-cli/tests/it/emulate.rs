//! Tests of `outcrop emulate`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::command::{File, outcrop, run};

/// An emulator in another process.
pub(crate) struct Emulator {
    child: Child,
    pub(crate) address: String,
}

impl Emulator {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::spawn(outcrop(&[&["emulate"], args].concat()))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the command starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("the command prints a line");
        let url = line.trim().strip_prefix("listening on ").expect("the line has the address").to_owned();
        Self { child, address: url.strip_prefix("http://").expect("the address is a URL").to_owned() }
    }

    /// Waits until the emulator stops by itself, and returns its exit status.
    #[cfg(target_os = "linux")]
    pub(crate) fn wait(mut self) -> Option<i32> {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while std::time::Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("the status can be read") {
                return status.code();
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        None
    }

    /// Sends a request and returns the head and the body of the response.
    fn post(&self, body: &str) -> (String, String) {
        self.send("POST /model/amazon.nova-lite-v1%3A0/converse", "authorization: Bearer x\r\n", body)
    }

    fn send(&self, target: &str, headers: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the emulator listens");
        let length = body.len();
        let request = format!(
            "{target} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("the emulator reads");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("the emulator responds");
        let (head, body) = response.split_once("\r\n\r\n").expect("the response has a head");
        (head.to_owned(), body.to_owned())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const QUESTION: &str = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#;

#[test]
fn emulator_follows_script_validates_and_records() {
    let script =
        File::new("script.json", br#"[{"error": {"type": "ThrottlingException", "message": "Slow."}}]"#);
    let record = File::new("record.jsonl", b"");
    let emulator = Emulator::start(&["--script", script.path(), "--record", record.path()]);
    let (head, _) = emulator.post(QUESTION);
    assert!(head.starts_with("HTTP/1.1 429"), "{head}");
    let (head, body) = emulator.post(QUESTION);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(body.contains("\"output\""), "{body}");
    let (head, _) = emulator.post(r#"{"messages":"none"}"#);
    assert!(head.starts_with("HTTP/1.1 400") && head.contains("ValidationException"), "{head}");
    drop(emulator);
    let lines: Vec<Value> =
        record.read().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["request"]["body"], QUESTION);
    assert_eq!(lines[0]["response"]["status"], 429);
    assert!(!record.read().contains("Bearer x"), "credentials are not recorded");
}

#[test]
fn start_failures_are_reported() {
    let script = File::new("bad-script.json", br#"[{"reply": {}, "stall": true}]"#);
    let invalid = run(&["emulate", "--script", script.path()]);
    assert_eq!(invalid.status, 2);
    assert!(invalid.stderr.contains("exchanges[0]"), "{}", invalid.stderr);

    let first = Emulator::start(&[]);
    let port = first.address.rsplit(':').next().expect("the address has a port");
    let in_use = run(&["emulate", "--port", port]);
    assert_eq!(in_use.status, 2, "{}", in_use.stderr);
    assert!(in_use.stderr.contains(port) && in_use.stderr.contains("hint: "), "{}", in_use.stderr);
}

#[test]
fn switches_disable_checks_and_control() {
    let url = "/_outcrop/exchanges";
    let lenient = Emulator::start(&["--no-validate", "--any-model", "--no-auth", "--no-control"]);
    let (head, _) = lenient.send("POST /model/mine/converse", "", r#"{"messages":[],"unknown":1}"#);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(lenient.send(&format!("GET {url}"), "", "").1.contains("UnknownOperationException"));

    let strict = Emulator::start(&["--keep", "1"]);
    assert!(strict.send("POST /model/mine/converse", "", QUESTION).0.starts_with("HTTP/1.1 403"));
    strict.post(QUESTION);
    let kept: Value = serde_json::from_str(&strict.send(&format!("GET {url}"), "", "").1).expect("JSON");
    assert_eq!(kept["exchanges"].as_array().map(Vec::len), Some(1), "{kept}");
    assert_eq!(kept["exchanges"][0]["request"]["body"], QUESTION);
}

#[test]
fn requests_are_passed_on_recorded_and_replayed() {
    let upstream_script =
        File::new("upstream.json", br#"[{"error": {"type": "ThrottlingException", "message": "Slow."}}]"#);
    let received = File::new("received.jsonl", b"");
    let upstream = Emulator::start(&["--script", upstream_script.path(), "--record", received.path()]);
    let record = File::new("real.jsonl", b"");
    let url = format!("http://{}", upstream.address);
    let mut command =
        outcrop(&["emulate", "--upstream", &url, "--region", "eu-west-1", "--record", record.path()]);
    command.env("AWS_ACCESS_KEY_ID", "AKIDUPSTREAM").env("AWS_SECRET_ACCESS_KEY", "s");
    let recorder = Emulator::spawn(command);

    let (head, body) = recorder.post(QUESTION);
    assert!(head.starts_with("HTTP/1.1 429") && head.contains("ThrottlingException"), "{head}");
    assert!(body.contains("Slow."), "errors are passed back: {body}");
    let (head, answer) = recorder.post(QUESTION);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (head, body) = recorder.send("POST /model/x/invoke", "authorization: Bearer x\r\n", "{}");
    assert!(head.starts_with("HTTP/1.1 501") && body.contains("invoke"), "{head} {body}");
    drop((recorder, upstream));

    let received: Vec<Value> =
        received.read().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(received.len(), 2, "nothing is retried");
    assert_eq!(received[1]["request"]["body"], QUESTION);
    assert_eq!(
        received[1]["request"]["headers"]["authorization"], "AWS4-HMAC-SHA256 <hidden>",
        "signed anew"
    );
    let recorded = record.read();
    assert!(!recorded.contains("AKIDUPSTREAM") && !recorded.contains("Bearer x"), "{recorded}");

    let replay = Emulator::start(&["--replay", record.path(), "--strict", "--ignore", "inferenceConfig"]);
    assert!(replay.post(QUESTION).0.starts_with("HTTP/1.1 429"));
    let with_ignored =
        QUESTION.replace("{\"messages\"", "{\"inferenceConfig\":{\"maxTokens\":5},\"messages\"");
    assert_eq!(replay.post(&with_ignored).1, answer, "byte for byte");
    let (head, body) = replay.post(&QUESTION.replace("hi", "ho"));
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    assert!(body.contains(r#"messages[0].content[0].text: expected \"hi\", found \"ho\""#), "{body}");
}

#[test]
fn upstream_that_cannot_be_reached_is_an_error_of_the_request() {
    let unreachable = Emulator::start(&[]).address.clone();
    let url = format!("http://{unreachable}");
    let mut command = outcrop(&["emulate", "--upstream", &url, "--region", "eu-west-1"]);
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "s").stderr(Stdio::null());
    let (head, body) = Emulator::spawn(command).post(QUESTION);
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    assert!(body.contains("The upstream gave no response"), "{body}");
}

#[cfg(unix)]
#[test]
fn termination_ends_the_command_with_success() {
    for signal in ["-TERM", "-INT"] {
        let mut emulator = Emulator::start(&["--host", "127.0.0.1"]);
        emulator.post(QUESTION);
        let id = emulator.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
        let status = emulator.child.wait().expect("the command ends");
        assert_eq!(status.code(), Some(0), "{signal}: {status}");
    }
}

#[cfg(feature = "__tls")]
#[test]
fn certificate_and_exposure_are_printed() {
    let mut command = outcrop(&["emulate", "--tls", "--host", "0.0.0.0"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    stdout.read_line(&mut line).expect("the command prints a line");
    assert!(line.starts_with("listening on https://127.0.0.1:"), "{line}");
    let mut stderr = BufReader::new(child.stderr.take().expect("stderr is piped"));
    let mut lines = [String::new(), String::new()];
    lines.iter_mut().for_each(|line| drop(stderr.read_line(line)));
    let certificate = lines[1].trim().strip_prefix("certificate: ").expect("the path").to_owned();
    let pem = std::fs::read_to_string(&certificate).expect("the certificate");
    child.kill().expect("the command runs");
    child.wait().expect("the command ends");
    // It was killed, so it could not remove the file.
    std::fs::remove_file(&certificate).expect("the file is removed");
    assert!(lines[0].starts_with("warning: everyone who can reach 0.0.0.0:"), "{lines:?}");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
}
