//! Paths of messages and blocks in a request.

use std::fmt;

use outcrop_core::{ContentBlock, UnifiedMessage};

/// The path of a message, of one of its blocks, or of a block within a tool result.
///
/// It holds numbers and is formatted only for a note or an error: most requests need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockPath {
    message: usize,
    block: Option<usize>,
    inner: Option<usize>,
}

impl BlockPath {
    /// Returns the path of a message.
    pub(crate) const fn message(message: usize) -> Self {
        Self { message, block: None, inner: None }
    }

    /// Returns the path of a block of the message.
    pub(crate) const fn block(self, block: usize) -> Self {
        Self { block: Some(block), ..self }
    }

    /// Returns the path of a block within the tool result.
    pub(crate) const fn inner(self, inner: usize) -> Self {
        Self { inner: Some(inner), ..self }
    }

    /// Returns the block of a message at this path.
    pub(crate) fn find(self, messages: &[UnifiedMessage]) -> Option<&ContentBlock> {
        messages.get(self.message)?.content.get(self.block?)
    }
}

impl fmt::Display for BlockPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}]", self.message)?;
        for index in [self.block, self.inner].into_iter().flatten() {
            write!(f, ".content[{index}]")?;
        }
        Ok(())
    }
}

impl From<BlockPath> for String {
    fn from(path: BlockPath) -> Self {
        path.to_string()
    }
}
