//! `outcrop emulate`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::command::{File, outcrop, run};

/// An emulator in a process of its own.
pub(crate) struct Emulator {
    child: Child,
    pub(crate) address: String,
}

impl Emulator {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = outcrop(&[&["emulate"], args].concat());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it can be started");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let url = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        Self { child, address: url.strip_prefix("http://").expect("it is a URL").to_owned() }
    }

    /// Sends a request and gives the head and the body of the reply.
    fn post(&self, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let length = body.len();
        let request = format!(
            "POST /model/amazon.nova-lite-v1%3A0/converse HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer x\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("it answers");
        let (head, body) = reply.split_once("\r\n\r\n").expect("there is a head");
        (head.to_owned(), body.to_owned())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const QUESTION: &str = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#;

#[test]
fn it_serves_checks_follows_its_script_and_records() {
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
fn what_keeps_it_from_starting_is_said() {
    let script = File::new("bad-script.json", br#"[{"reply": {}, "stall": true}]"#);
    let wrong = run(&["emulate", "--script", script.path()]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("exchanges[0]"), "{}", wrong.stderr);

    let first = Emulator::start(&[]);
    let port = first.address.rsplit(':').next().expect("it has a port");
    let taken = run(&["emulate", "--port", port]);
    assert_eq!(taken.status, 2, "{}", taken.stderr);
    assert!(taken.stderr.contains(port) && taken.stderr.contains("hint: "), "{}", taken.stderr);
}
