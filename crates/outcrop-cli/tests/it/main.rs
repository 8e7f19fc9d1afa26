//! Tests of the command `outcrop`, which is run as a process.

// Clippy allows `unwrap` and panics in tests only below this attribute:
// https://doc.rust-lang.org/clippy/lint_configuration.html#allow-unwrap-in-tests.
#![cfg(test)]

mod chat;
mod check;
mod command;
mod doctor;
mod documentation;
mod emulate;
mod interrupted;
#[cfg(target_os = "linux")]
mod limits;
mod map;
mod models;
#[cfg(unix)]
mod terminal;
