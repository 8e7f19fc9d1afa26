//! A call made in a process of its own.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::json::entries;
use crate::support::loopback::{Loopback, Received, Reply};

/// The key of the default profile.
pub(super) const DEFAULT: &str = "AKDEFAULT";

/// The key of the profile `known`, whose region is sa-east-1.
pub(super) const KNOWN: &str = "AKKNOWN";

/// The files of the profiles.
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/cases/init/");

const REPLY: &str = r#"{"output": {"message": {"role": "assistant", "content": [{"text": "The Rhine."}]}},
    "stopReason": "end_turn", "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}}"#;

/// What came of a call.
pub(super) struct Outcome {
    /// The error, as JSON; `null` when there was none.
    pub(super) error: Value,
    /// Who signed the request; `None` when none was sent.
    pub(super) signer: Option<Signer>,
}

/// Who signed a request.
pub(super) struct Signer {
    pub(super) access_key: String,
    pub(super) region: String,
    pub(super) session_token: Option<String>,
}

/// Makes a call with the settings of an entry, at the address of a server, in an environment that has nothing but
/// these variables and the files of two profiles.
pub(super) fn call(server: &Loopback, mut entry: Value, env: &Value) -> Outcome {
    server.answer_with(Reply::good(REPLY));
    entry["endpoint_url"] = json!(server.url());
    let mut command = Command::new(env!("CARGO_BIN_EXE_one-call"));
    command
        .arg(entry.to_string())
        .env_clear()
        .env("AWS_CONFIG_FILE", format!("{FILES}config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", format!("{FILES}credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(entries(env).map(|(name, value)| (name, value.as_str().unwrap())));
    let output = command.output().unwrap();
    let error = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no outcome: {}", String::from_utf8_lossy(&output.stderr)));
    Outcome { error, signer: server.received().first().map(signer) }
}

/// Reads `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`.
fn signer(request: &Received) -> Signer {
    let authorization = &request.headers["authorization"];
    let scope = authorization.split(['=', ',']).nth(1).unwrap_or_default();
    let parts: Vec<&str> = scope.split('/').collect();
    let [access_key, _, region, "bedrock", "aws4_request"] = parts.as_slice() else {
        panic!("no signature: {authorization}")
    };
    Signer {
        access_key: (*access_key).to_owned(),
        region: (*region).to_owned(),
        session_token: request.headers.get("x-amz-security-token").cloned(),
    }
}
