//! Tests of the workspace as a whole: the cases of `tests/cases`, and the real client with emulators on loopback.

// Clippy allows panics in tests only below this attribute.
#![cfg(test)]

mod agents;
mod bound_reasoning;
mod cases;
mod concurrency;
mod contract;
mod credentials;
mod dialects;
mod discovery;
mod error_table;
mod errors;
#[path = "../golden/families.rs"]
mod families;
mod frames;
mod http2;
mod operations;
mod oracle;
mod profiles;
#[path = "../fuzz/random.rs"]
mod random;
mod recorded;
mod rejected_parameters;
mod sdk_stream;
mod secrets;
mod settings;
mod silent_loss;
mod soak;
mod streaming;
mod structured_loops;
mod support;
mod timeouts;
mod transcript;
mod unusual_streams;
mod wire;
