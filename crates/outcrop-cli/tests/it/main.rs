//! The command `outcrop`, run as a user runs it.

// For clippy, which lets tests panic: it takes a function for a test's only where it stands under this.
#![cfg(test)]

mod chat;
mod check;
mod command;
mod emulate;
mod interrupted;
mod map;
