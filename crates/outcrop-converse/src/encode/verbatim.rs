//! Conversations that are sent as they stand.

use outcrop_core::{ModelError, Role, UnifiedMessage};

use super::place::Place;
use super::{Alternation, Encoder};
use crate::decode::{Original, request_from_wire};
use crate::replay;
use crate::wire::{ConversationRole, ConverseRequest, Message};

impl Encoder<'_> {
    /// The turns of the conversation as they stand; `None` where a stored prompt has its own.
    pub(super) fn messages(&mut self) -> Result<Option<Vec<Message>>, ModelError> {
        if self.request.messages.is_empty() { Ok(None) } else { self.turns_as_they_stand().map(Some) }
    }

    /// One turn of each message, all its blocks in order. Instructions before the first turn are the system prompt;
    /// later ones are turns of their own.
    fn turns_as_they_stand(&mut self) -> Result<Vec<Message>, ModelError> {
        let request = self.request;
        let mut turns = Vec::with_capacity(request.messages.len());
        for (index, message) in request.messages.iter().enumerate() {
            let is_instruction = message.role.is_instruction() && request.supports_system_prompts;
            if is_instruction && turns.is_empty() {
                continue;
            }
            let role = match &message.role {
                Role::Assistant => ConversationRole::Assistant,
                _ if is_instruction => ConversationRole::System,
                Role::Other(name) if !message.role.is_instruction() => ConversationRole::from(name.as_str()),
                _ => ConversationRole::User,
            };
            self.note_name(message, index);
            turns.push(Message::from_blocks(role, self.blocks_as_they_stand(message, index)?));
        }
        Ok(turns)
    }

    fn blocks_as_they_stand(
        &mut self,
        message: &UnifiedMessage,
        index: usize,
    ) -> Result<Vec<crate::wire::ContentBlock>, ModelError> {
        let mut blocks = Vec::with_capacity(message.content.len());
        let mut rest = message.content.as_slice();
        while let [block, after @ ..] = rest {
            let place = Place::message(index).block(message.content.len() - rest.len());
            let mut taken = 1;
            match replay::kept_wire(rest).or_else(|| replay::cited_text(rest)) {
                Some((block, count)) => {
                    blocks.push(block);
                    taken = count;
                }
                None => blocks.extend(self.block(block, place)?),
            }
            rest = rest.get(taken..).unwrap_or(after);
        }
        Ok(blocks)
    }

    /// Puts back those parts of a request of Converse's own that nobody has changed since it was read.
    pub(super) fn as_it_was(&self, body: &mut ConverseRequest) {
        let request = self.request;
        let Some(Original(original)) = request.extensions.get::<Original>() else { return };
        if self.options.alternation != Alternation::Keep {
            return;
        }
        let then = request_from_wire(request.model.as_str(), original.clone());
        let own_messages = request.supports_system_prompts && self.bedrock.system.is_empty();
        if then.messages == request.messages && own_messages {
            body.messages.clone_from(&original.messages);
            body.system.clone_from(&original.system);
        }
        let no_answer_tool = self.options.schema_for(request.response_format.as_ref()).is_none();
        let same_tools = then.tools == request.tools && then.tool_choice == request.tool_choice;
        let same_options = Original::options_of(&then) == Original::options_of(request);
        if same_tools && same_options && no_answer_tool {
            body.tool_config.clone_from(&original.tool_config);
        }
        if then.sampling == request.sampling {
            body.inference_config.clone_from(&original.inference_config);
        }
        if then.additional_fields == request.additional_fields && then.sampling == request.sampling {
            body.additional_model_request_fields.clone_from(&original.additional_model_request_fields);
        }
        if then.metadata == request.metadata {
            body.request_metadata.clone_from(&original.request_metadata);
        }
        if then.service_tier == request.service_tier {
            body.service_tier.clone_from(&original.service_tier);
        }
        if same_options {
            body.prompt_variables.clone_from(&original.prompt_variables);
            let paths = &original.additional_model_response_field_paths;
            body.additional_model_response_field_paths.clone_from(paths);
        }
    }
}

#[cfg(test)]
mod tests;
