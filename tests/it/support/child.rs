//! A call made in a process of its own.

use std::process::Command;

use outcrop_emulator::Emulator;
use serde_json::{Value, json};

use super::json::entries;
use super::signer::Signer;

/// The key of the default profile.
pub(crate) const DEFAULT: &str = "AKDEFAULT";

/// The key of the profile `known`.
pub(crate) const KNOWN: &str = "AKKNOWN";

/// The keys of the profiles.
const CREDENTIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/support/credentials");

/// The regions of the profiles: `eu-north-1` of the default one, `eu-central-1` of `known`. It counts when a call's
/// variables name it (`AWS_CONFIG_FILE`), for a region of the default profile would be found by all others, too.
pub(crate) const REGIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/support/config");

/// What came of a call.
pub(crate) struct Outcome {
    /// The error, as JSON; `null` when there was none.
    pub(crate) error: Value,
    /// Who signed the request; `None` when none was sent.
    pub(crate) signer: Option<Signer>,
}

/// Makes a call with the settings of an entry, in an environment that has nothing but these variables and two profiles.
pub(crate) fn call(mut entry: Value, env: &Value) -> Outcome {
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
    Outcome { error, signer: emulator.requests().first().map(Signer::of) }
}
