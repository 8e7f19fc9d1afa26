//! Paths of values in the parameters.

use std::borrow::Cow;
use std::fmt;

use crate::error::ModelError;

/// The path of a value in the parameters. It is only written out for a note or an error.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Self>,
    segment: Segment<'p>,
}

#[derive(Clone, Copy)]
enum Segment<'p> {
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// Creates the path of a parameter.
    pub(super) const fn parameter(name: &'p str) -> Self {
        Self { parent: None, segment: Segment::Name(name) }
    }

    /// Returns the path of a member.
    pub(super) const fn name(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), segment: Segment::Name(name) }
    }

    /// Returns the path of an item.
    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), segment: Segment::Index(index) }
    }

    /// Creates an error about the value at this path.
    pub(super) fn error(&self, code: &'static str, message: impl Into<Cow<'static, str>>) -> ModelError {
        ModelError::invalid_request(code, self.to_string(), message)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            fmt::Display::fmt(parent, f)?;
        }
        match self.segment {
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Name(name) if self.parent.is_none() => f.write_str(name),
            Segment::Name(name) => write!(f, ".{name}"),
        }
    }
}
