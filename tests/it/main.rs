//! Integration tests: the cases of `tests/cases`, through the public interface and over loopback.
//!
//! The modules are marked as tests, for that is how clippy knows that they may unwrap.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod support;
