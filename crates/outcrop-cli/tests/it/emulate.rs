//! Tests of `outcrop emulate`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::command::{File, outcrop, run};

/// An emulator in another process.
pub(crate) struct Emulator {
    child: Child,
    pub(crate) address: String,
}

impl Emulator {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = outcrop(&[&["emulate"], args].concat());
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
        let mut stream = TcpStream::connect(&self.address).expect("the emulator listens");
        let length = body.len();
        let request = format!(
            "POST /model/amazon.nova-lite-v1%3A0/converse HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer x\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
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
