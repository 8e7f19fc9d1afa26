//! Places in a request.

use std::fmt;

use outcrop_core::{ContentBlock, UnifiedMessage};

/// The place of a message, of one of its blocks, or of a block within a tool's result.
///
/// A few numbers, written out only when a note or an error needs it: most requests need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    message: usize,
    block: Option<usize>,
    inner: Option<usize>,
}

impl Place {
    pub(crate) const fn message(message: usize) -> Self {
        Self { message, block: None, inner: None }
    }

    /// The index of the message.
    pub(crate) const fn index(self) -> usize {
        self.message
    }

    /// The block of a message that it is the place of.
    pub(crate) fn find(self, messages: &[UnifiedMessage]) -> Option<&ContentBlock> {
        messages.get(self.message)?.content.get(self.block?)
    }

    pub(crate) const fn block(self, block: usize) -> Self {
        Self { block: Some(block), ..self }
    }

    pub(crate) const fn inner(self, inner: usize) -> Self {
        Self { inner: Some(inner), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}]", self.message)?;
        for index in [self.block, self.inner].into_iter().flatten() {
            write!(f, ".content[{index}]")?;
        }
        Ok(())
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}
