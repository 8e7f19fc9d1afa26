//! The workspace as a whole: the cases of `tests/cases`, and the real transport over loopback.

// For clippy, which lets tests panic: it takes a function for a test's only where it stands under this.
#![cfg(test)]

mod cases;
mod concurrency;
mod contract;
mod fault_table;
mod faults;
mod frames;
mod grammar;
mod http2;
mod identity;
mod operations;
mod oracle;
mod patience;
mod profiles;
mod recorded;
mod refused;
mod sdk_stream;
mod secrets;
mod settings;
mod streaming;
mod support;
mod transcript;
mod wire;
