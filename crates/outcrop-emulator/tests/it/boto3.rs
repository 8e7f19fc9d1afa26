//! The emulator with boto3, the Python SDK of AWS.

use std::process::{Command, Output};

use outcrop_emulator::{Emulator, Script};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/boto3_client.py");

/// Streams that fail after their first event, selected by the text of the user.
const FAILING: &str = r#"[
    {"when": {"text": "exception"}, "events": [{"messageStart": {"role": "assistant"}}, {"throttlingException": {"message": "Too many"}}]},
    {"when": {"text": "unmodelled"}, "events": [{"messageStart": {"role": "assistant"}}, {"error": {"code": "InternalFailure", "message": "oh"}}]},
    {"when": {"text": "checksum"}, "events": [{"messageStart": {"role": "assistant"}}, {"metadata": {}, "damage": "message_checksum"}]},
    {"when": {"text": "cut"}, "events": [{"messageStart": {"role": "assistant"}}, {"close": "cut"}]}
]"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boto3_client_gets_expected_responses() {
    let python = |arguments: Vec<String>| async move {
        let run = move || Command::new("python3").args(arguments).output();
        tokio::task::spawn_blocking(run).await.expect("a thread")
    };
    let boto3 = python(vec!["-c".to_owned(), "import boto3".to_owned()]).await;
    if !boto3.is_ok_and(|output| output.status.success()) {
        println!("skipped: python3 with boto3 is not installed");
        return;
    }
    let script = Script::from_json(FAILING).expect("a script");
    let emulator = Emulator::builder().script(script).start().await.expect("a start");
    let Output { status, stdout, stderr } =
        python(vec!["-B".to_owned(), SCRIPT.to_owned(), emulator.url()]).await.expect("python3 runs");
    let output = String::from_utf8_lossy(&stdout);
    print!("{output}");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let passed: Vec<_> = output.lines().collect();
    assert_eq!(
        passed,
        [
            "text",
            "tool use",
            "image",
            "invalid request",
            "alternation",
            "unknown model",
            "arn",
            "count tokens",
            "stream",
            "stream of a tool use",
            "streams that fail",
            "guardrail",
            "guardrail checks"
        ]
    );
}
