//! The emulator with the JavaScript SDK of AWS and its default handler, which speaks only HTTP/2.

use std::process::{Command, Output};

use outcrop_emulator::{Emulator, Script};

const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/javascript_client.js");

/// Streams that fail after their first event, selected by the text of the user.
const FAILING: &str = r#"[
    {"when": {"text": "exception"}, "events": [{"messageStart": {"role": "assistant"}}, {"throttlingException": {"message": "Too many"}}]},
    {"when": {"text": "cut"}, "events": [{"messageStart": {"role": "assistant"}}, {"close": "cut"}]},
    {"when": {"text": "reset"}, "events": [{"messageStart": {"role": "assistant"}}, {"close": "reset"}]},
    {"when": {"text": "stall"}, "events": [{"messageStart": {"role": "assistant"}}, {"stall": true}]}
]"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn javascript_client_gets_expected_responses() {
    let node = |arguments: Vec<String>| async move {
        let run = move || Command::new("node").args(arguments).output();
        tokio::task::spawn_blocking(run).await.expect("a thread")
    };
    // `require` also looks in the folders of NODE_PATH, so that the SDK need not be in the repository.
    let sdk = node(vec!["-e".to_owned(), "require('@aws-sdk/client-bedrock-runtime')".to_owned()]).await;
    if !sdk.is_ok_and(|output| output.status.success()) {
        println!("skipped: node with @aws-sdk/client-bedrock-runtime in NODE_PATH is not installed");
        return;
    }
    let script = Script::from_json(FAILING).expect("a script");
    let emulator = Emulator::builder().script(script).start().await.expect("a start");
    let Output { status, stdout, stderr } =
        node(vec![CLIENT.to_owned(), emulator.url()]).await.expect("node runs");
    let output = String::from_utf8_lossy(&stdout);
    print!("{output}");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let passed: Vec<_> = output.lines().collect();
    assert_eq!(passed, ["text", "tool use", "stream", "errors", "streams that fail"]);
}
