//! The content of messages: each unified block as a block of Converse's.

mod blocks;
mod document;
mod document_format;
mod given;
mod media;
mod verbatim;

use outcrop_core::{ContentBlock, ModelError, Note, NoteAction, Role, UnifiedMessage};

use super::target::Target;
use super::turn::{Author, TurnBlock};
use crate::block_path::BlockPath;
use crate::origin;
use crate::wire;

pub(super) use verbatim::restore_unchanged_parts;

/// Encodes blocks for a model.
pub(super) struct ContentEncoder<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) notes: &'a mut Vec<Note>,
}

impl ContentEncoder<'_> {
    /// Encodes the blocks of a message, in order, and appends them to `blocks`.
    ///
    /// # Errors
    /// A block that the service would reject in any form, such as an image that is not Base64. The blocks before it are
    /// appended all the same.
    pub(super) fn message(
        &mut self,
        message: &UnifiedMessage,
        index: usize,
        blocks: &mut Vec<TurnBlock>,
    ) -> Result<(), ModelError> {
        self.note_name(message, index);
        self.note_role(message, index);
        blocks.reserve(message.content.len());
        let mut rest = message.content.as_slice();
        while let [block, after @ ..] = rest {
            let path = BlockPath::message(index).block(message.content.len() - rest.len());
            let original = match block {
                // Calls and results are restored one by one, with the arguments that the caller may have changed.
                ContentBlock::ToolCall(_) | ContentBlock::ToolResult(_) if self.target.adapts() => None,
                _ => verbatim::original_blocks(rest).or_else(|| verbatim::cited_text(rest)),
            };
            let (encoded, count) = match original {
                Some((block, count)) => (Some(block), count),
                None => (self.block(block, path)?, 1),
            };
            let author = self.author(block, &message.role);
            blocks.extend(encoded.map(|block| TurnBlock { block, path, author }));
            rest = rest.get(count..).unwrap_or(after);
        }
        Ok(())
    }

    /// Encodes the blocks of a message that goes out as its own turn, without any rule applied.
    pub(super) fn verbatim_message(
        &mut self,
        message: &UnifiedMessage,
        index: usize,
    ) -> Result<Vec<wire::ContentBlock>, ModelError> {
        let mut blocks = Vec::new();
        self.message(message, index, &mut blocks)?;
        Ok(blocks.into_iter().map(|block| block.block).collect())
    }

    fn author(&self, block: &ContentBlock, role: &Role) -> Author {
        match block {
            ContentBlock::Reasoning(reasoning) if origin::is_bound_elsewhere(reasoning) => {
                Author::OtherConversation
            }
            ContentBlock::Reasoning(reasoning) => {
                let (catalog, model) = (&self.target.options.catalog, self.target.id.as_str());
                match origin::signing_model(reasoning) {
                    Some(signer) if !catalog.is_one_model(&signer, model) => Author::OtherModel,
                    _ => Author::Model,
                }
            }
            // Responses have no typed documents, so that one in an assistant message was put there by the caller.
            ContentBlock::Document(_) => Author::Caller,
            _ if *role == Role::Assistant => Author::Model,
            _ => Author::Caller,
        }
    }

    /// Notes that the name of a user is not sent: Converse has no member for it.
    fn note_name(&mut self, message: &UnifiedMessage, index: usize) {
        let is_named = message.name.as_ref().is_some_and(|name| !name.is_empty());
        if is_named && message.role == Role::User {
            let reason = "dropped the name: Converse has no member for it";
            self.note("messages.name", NoteAction::Dropped, format!("messages[{index}].name"), reason);
        }
    }

    /// Notes that a message of an unknown role goes to the model as the user's, as in AG2.
    fn note_role(&mut self, message: &UnifiedMessage, index: usize) {
        let is_unknown = matches!(&message.role, Role::Other(_)) && !message.role.is_instruction();
        if is_unknown && self.target.adapts() && !message.content.is_empty() {
            let reason = "sent as a user message: Converse has no such role";
            self.note("messages.role", NoteAction::Changed, format!("messages[{index}].role"), reason);
        }
    }

    fn note(
        &mut self,
        rule: &'static str,
        action: NoteAction,
        path: impl Into<String>,
        message: &'static str,
    ) {
        self.notes.push(Note::new(rule, action, path, message));
    }
}

#[cfg(test)]
mod tests;
