//! Versions of Rust.

use std::fmt;
use std::str::FromStr;

/// A version of Rust, without its patch number: language and library change with the minor number alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RustVersion {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl FromStr for RustVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            (Some(Ok(major)), None) => Ok(Self { major, minor: 0 }),
            _ => Err(format!("`{text}` is no version of Rust")),
        }
    }
}

impl fmt::Display for RustVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}
