//! Turns and their blocks, as the stages of the encoder exchange them.

use crate::block_path::BlockPath;
use crate::wire::{ContentBlock, ConversationRole, Message, ToolUseBlock, ToolUseType};

/// A turn of the conversation.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) role: TurnRole,
    pub(crate) blocks: Vec<TurnBlock>,
}

/// The role of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TurnRole {
    User,
    Assistant,
}

/// A block of a turn, with the path of the block that it was made from.
#[derive(Clone, Debug)]
pub(crate) struct TurnBlock {
    pub(crate) block: ContentBlock,
    pub(crate) path: BlockPath,
    pub(crate) author: Author,
}

/// The author of a block, as far as rules depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// The caller, also for a block that the encoder inserts.
    Caller,
    /// A model, in an earlier response.
    Model,
    /// Another model than the one that the request is for: its signatures and ciphertext are of no use to this one.
    OtherModel,
    /// A model, in another conversation: its signatures and ciphertext are of no use in this one.
    OtherConversation,
}

impl TurnBlock {
    /// Creates a block of the caller's.
    pub(crate) fn new(block: ContentBlock, path: BlockPath) -> Self {
        Self { block, path, author: Author::Caller }
    }

    /// Creates a text of the caller's.
    pub(crate) fn text(text: String, path: BlockPath) -> Self {
        Self::new(ContentBlock::Text(text), path)
    }

    /// Returns whether it is a cache point.
    pub(crate) fn is_cache_point(&self) -> bool {
        is_cache_point(&self.block)
    }

    /// Returns whether it is the result of a tool.
    pub(crate) fn is_result(&self) -> bool {
        matches!(self.block, ContentBlock::ToolResult(_))
    }
}

impl From<Turn> for Message {
    fn from(turn: Turn) -> Self {
        let role = match turn.role {
            TurnRole::User => ConversationRole::User,
            TurnRole::Assistant => ConversationRole::Assistant,
        };
        Self::from_blocks(role, turn.blocks.into_iter().map(|block| block.block).collect())
    }
}

/// Returns whether a block calls a tool that the caller runs.
pub(crate) fn is_call(block: &ContentBlock) -> bool {
    as_call(block).is_some()
}

/// Returns the call in a block, if it is one that the caller runs.
pub(crate) fn as_call(block: &ContentBlock) -> Option<&ToolUseBlock> {
    match block {
        ContentBlock::ToolUse(call) if !runs_on_server(call) => Some(call),
        _ => None,
    }
}

/// Returns whether a block is a cache point.
pub(crate) fn is_cache_point(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::CachePoint(_))
}

/// Returns whether the service runs the tool. Its call and its result are both in the assistant's turn, and no rule
/// about pairs applies to them (L46).
pub(crate) fn runs_on_server(call: &ToolUseBlock) -> bool {
    call.kind == Some(ToolUseType::ServerToolUse)
}
