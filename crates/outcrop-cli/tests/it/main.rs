//! The command `outcrop`, run as a user runs it.

mod chat;
mod command;
mod emulate;
mod map;
