//! Calls in a child process, whose environment a test controls.

use std::process::Command;

use outcrop_emulator::Emulator;
use serde_json::{Value, json};

use super::json::members;
use super::signer::Signer;

/// The access key of the default profile.
pub(crate) const DEFAULT_PROFILE_KEY: &str = "AKDEFAULT";

/// The access key of the profile `known`.
pub(crate) const KNOWN_PROFILE_KEY: &str = "AKKNOWN";

/// The credentials file with the keys of the profiles.
const CREDENTIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/support/credentials");

/// The configuration file with the regions of the profiles: `eu-north-1` of the default one, `eu-central-1` of `known`.
///
/// A call uses it only if its variables name it (`AWS_CONFIG_FILE`): otherwise every call would have the default region.
pub(crate) const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/support/config");

/// The outcome of a call.
pub(crate) struct Outcome {
    /// The error as JSON; `null` if there was none.
    pub(crate) error: Value,
    /// The signer of the request; `None` if none was sent.
    pub(crate) signer: Option<Signer>,
}

/// Makes a call with the settings of an entry. Its environment has only these variables and two profiles.
pub(crate) fn call(mut entry: Value, env: &Value) -> Outcome {
    // The emulator must respond while this thread waits for the child.
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
        .envs(members(env).map(|(name, value)| (name, value.as_str().unwrap())));
    let output = command.output().unwrap();
    let error = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no outcome: {}", String::from_utf8_lossy(&output.stderr)));
    Outcome { error, signer: emulator.requests().first().map(Signer::from_request) }
}
