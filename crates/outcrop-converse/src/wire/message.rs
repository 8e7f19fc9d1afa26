//! Messages.

use outcrop_core::{open_enum, open_struct};

use super::ContentBlock;

open_enum! {
    /// Who speaks.
    pub enum ConversationRole {
        /// The user's turn; results of tools are the user's, too.
        User = "user",
        /// The model's turn.
        Assistant = "assistant",
        /// Rules given in mid-conversation, for models that take them.
        System = "system",
    }
}

open_struct! {
    /// One turn.
    pub struct Message {
        /// Who speaks.
        required role: ConversationRole = "role",
        /// What is said. The API requires it; replies have been seen without.
        optional content: Vec<ContentBlock> = "content",
    }
}

impl Message {
    /// A turn of some role.
    #[must_use]
    pub fn from_blocks(role: ConversationRole, content: Vec<ContentBlock>) -> Self {
        Self { content: Some(content), ..Self::new(role) }
    }

    /// What is said; nothing when `content` is absent.
    #[must_use]
    pub fn blocks(&self) -> &[ContentBlock] {
        self.content.as_deref().unwrap_or_default()
    }
}
