//! The cost of a call, compared with a typed call of the SDK with the same content, over loopback.
//!
//! `cargo bench -p outcrop-tests --bench call` runs both alternately, each in a child process with a server in another one,
//! and prints the CPU time per call. If valgrind is installed, it also counts instructions, which are exactly
//! reproducible. `-- --test` makes a few calls to check that the bench works.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that fails should stop with the reason"
)]

#[path = "support/calls.rs"]
mod calls;
#[path = "support/processes.rs"]
mod processes;

fn main() {
    calls::run(&[calls::SDK, calls::OUTCROP]);
}
