//! The checks that AWS makes before a model sees a request, in the order in which AWS makes them.
//!
//! The body must match the service model, and a conversation must keep the rules that the model does not contain. Each
//! rule is a function that fails with the text of AWS, or with that of the model as AWS passes it on. A new rule is a
//! function and a line in [`RULES`]; a rule of one family asks [`Conversation::family`] first.

mod cache_points;
mod guardrail_checks;
mod invoke;
mod media;
pub(crate) mod models;
mod parameters;
mod reasoning;
mod service_model;
mod thinking;
mod tool_results;
mod tool_schemas;
mod tools;
mod turns;

use outcrop_converse::ModelId;
use outcrop_converse::wire::{
    ContentBlock, ConversationRole, ConverseRequest, CountTokensInput, Message, ToolUseBlock, ToolUseType,
};

use crate::protocol::call::{OperationCall, counted_conversation};
use crate::protocol::error::ServiceError;
use crate::protocol::operation::Operation;
use models::Family;

/// A rule of conversations.
type Rule = fn(&Conversation<'_>) -> Result<(), ServiceError>;

/// The rules in the order of AWS: the first that is broken is the one that is reported.
// AWS itself is known to be more lenient in places, and the emulator is not, so that a conversation which passes here
// passes for every model: Nova and Titan accept two user turns in a row, and Claude accepts blank text next to other text.
const RULES: &[Rule] = &[
    turns::require_user_first,
    turns::reject_empty_messages,
    turns::reject_blank_text,
    turns::reject_blank_system_text,
    turns::reject_unsupported_system,
    turns::require_alternation,
    tools::require_objects,
    tool_schemas::require_object_schemas,
    tools::reject_unsupported_tools,
    tools::require_unique_names,
    tools::require_tool_config,
    tools::require_known_choice,
    tools::reject_unsupported_choice,
    parameters::reject_conflicting_fields,
    parameters::limit_max_tokens,
    parameters::reject_unsupported_project,
    tools::limit_results_to_calls,
    tools::require_results,
    tools::require_id_pattern,
    tools::require_unique_ids,
    turns::require_supported_end,
    turns::reject_text_after_calls,
    reasoning::require_reasoning_at_end,
    media::reject_unsupported_media,
    tool_results::require_own_turn,
    tool_results::reject_empty_results,
    tool_results::reject_unsupported_status,
    tool_results::reject_unsupported_media,
    reasoning::reject_in_user_turns,
    reasoning::reject_unsupported_reasoning,
    cache_points::reject_unsupported_points,
    cache_points::limit_points,
    cache_points::require_content_before,
    cache_points::require_ttl_order,
    media::limit_documents,
    media::require_plain_names,
    media::require_unique_names,
    media::require_text_with_documents,
    media::limit_images,
    tool_schemas::require_property_names,
    tool_schemas::require_valid_schemas,
    parameters::reject_unsupported_sampling,
    parameters::reject_blank_stop_sequences,
    parameters::reject_thinking_conflicts,
    thinking::reject_unsupported_thinking,
    thinking::reject_unsupported_effort,
];

/// A request that matches the service model, with its model.
struct Conversation<'a> {
    model: &'a ModelId<'a>,
    request: &'a ConverseRequest,
}

/// Checks a call as AWS does before it invokes the model or the guardrail.
pub(crate) fn check(call: &OperationCall) -> Result<(), ServiceError> {
    if matches!(call.operation(), Operation::InvokeModel | Operation::InvokeModelWithResponseStream) {
        // The body has the format of the model, which the service model does not describe.
        return invoke::check(call);
    }
    service_model::check(call.operation(), call.body())?;
    let model = ModelId::parse(call.resource());
    match call.operation() {
        Operation::Converse | Operation::ConverseStream => check_conversation(&model, call.conversation()?),
        Operation::CountTokens => match call.count_tokens_request()?.input {
            CountTokensInput::Converse(counted) => check_conversation(&model, &counted_conversation(counted)),
            _ => Ok(()),
        },
        Operation::InvokeGuardrailChecks => {
            guardrail_checks::require_check(&call.guardrail_checks_request()?)
        }
        _ => Ok(()),
    }
}

/// Checks a conversation against all rules.
fn check_conversation(model: &ModelId<'_>, request: &ConverseRequest) -> Result<(), ServiceError> {
    let conversation = Conversation { model, request };
    RULES.iter().try_for_each(|rule| rule(&conversation))
}

/// Checks a conversation against the rules of its model alone, without those of Converse.
fn check_model_rules(model: &ModelId<'_>, request: &ConverseRequest) -> Result<(), ServiceError> {
    let conversation = Conversation { model, request };
    let broken = RULES.iter().filter_map(|rule| rule(&conversation).err());
    // The texts of the model are those that AWS passes on after a beginning of its own, which InvokeModel does not have.
    let texts = broken.filter_map(|error| error.model_text().map(str::to_owned));
    texts.map(ServiceError::validation).next().map_or(Ok(()), Err)
}

impl Conversation<'_> {
    fn messages(&self) -> &[Message] {
        self.request.messages.as_deref().unwrap_or_default()
    }

    /// Returns the blocks of all messages.
    fn blocks(&self) -> impl Iterator<Item = &ContentBlock> {
        self.messages().iter().flat_map(Message::blocks)
    }

    /// Returns the turns with their indices in `messages`.
    fn turns(&self) -> impl Iterator<Item = (usize, &Message)> {
        // The role `system` is new in the service model. Such a message may be anywhere and does not end a turn.
        self.messages().iter().enumerate().filter(|(_, message)| message.role != ConversationRole::System)
    }

    fn family(&self) -> Family {
        Family::from_model(self.model)
    }

    /// Returns whether the id is that of a stored prompt, which can contain the messages.
    fn has_stored_prompt(&self) -> bool {
        // `messages` is optional in the service model for this case alone. See
        // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
        self.model.as_str().contains(":prompt/")
    }
}

/// Builds the error for a member that the model does not support.
fn unsupported_member(member: &str) -> ServiceError {
    ServiceError::validation(format!(
        "This model doesn't support the {member} field. Remove {member} and try again."
    ))
}

/// Returns whether the service runs the tool of a call.
///
/// The result of such a call is in the same assistant turn, so the rules about calls and results do not apply (L46).
fn is_server_call(call: &ToolUseBlock) -> bool {
    call.kind == Some(ToolUseType::ServerToolUse)
}

#[cfg(test)]
mod tests;
