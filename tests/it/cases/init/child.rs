//! A call made in a process of its own.

use std::process::Command;

use outcrop_emulator::{Emulator, ReceivedRequest};
use serde_json::{Value, json};

use crate::support::json::entries;

/// The key of the default profile.
pub(super) const DEFAULT: &str = "AKDEFAULT";

/// The key of the profile `known`.
pub(super) const KNOWN: &str = "AKKNOWN";

/// The file of the profiles.
const CREDENTIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/cases/init/credentials");

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

/// Makes a call with the settings of an entry, in an environment that has nothing but these variables and two profiles.
pub(super) fn call(mut entry: Value, env: &Value) -> Outcome {
    // The emulator has to go on while the child is waited for.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    entry["endpoint_url"] = json!(emulator.url());
    let mut command = Command::new(env!("CARGO_BIN_EXE_one-call"));
    command
        .arg(entry.to_string())
        .env_clear()
        .env("AWS_CONFIG_FILE", "there-is-none")
        .env("AWS_SHARED_CREDENTIALS_FILE", CREDENTIALS)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(entries(env).map(|(name, value)| (name, value.as_str().unwrap())));
    let output = command.output().unwrap();
    let error = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no outcome: {}", String::from_utf8_lossy(&output.stderr)));
    Outcome { error, signer: emulator.requests().first().map(signer) }
}

/// Reads `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`.
fn signer(request: &ReceivedRequest) -> Signer {
    let authorization = request.header("authorization").unwrap();
    let scope = authorization.split(['=', ',']).nth(1).unwrap_or_default();
    let parts: Vec<&str> = scope.split('/').collect();
    let [access_key, _, region, "bedrock", "aws4_request"] = parts.as_slice() else {
        panic!("no signature: {authorization}")
    };
    Signer {
        access_key: (*access_key).to_owned(),
        region: (*region).to_owned(),
        session_token: request.header("x-amz-security-token").map(str::to_owned),
    }
}
