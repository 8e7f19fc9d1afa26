//! Thinking and efforts: the settings that a model has, in its additional fields.

use outcrop_converse::ModelId;
use outcrop_core::JsonObject;

use super::Conversation;
use super::models::Family;
use crate::protocol::error::ServiceError;

/// Parts of the ids of Claude models that cannot be kept from thinking. See
/// <https://platform.claude.com/docs/en/models/sonnet-5-5/whats-new-sonnet-5-5>.
const ALWAYS_THINKING: &[&str] = &["opus-5-5", "sonnet-5-5", "fable", "mythos"];

/// Parts of the ids of Claude models without a budget for thinking. See
/// <https://github.com/AAClause/nvda-OpenAI/issues/126> for the text.
const NO_BUDGET: &[&str] = &["opus-4-7", "opus-4-8", "opus-5", "sonnet-5", "haiku-5", "fable", "mythos-5"];

/// Rejects the types of thinking, and the efforts, that a model of Claude does not have.
pub(super) fn reject_unsupported_thinking(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if conversation.family() != Family::Claude {
        return Ok(());
    }
    let Some(fields) = fields(conversation) else { return Ok(()) };
    let thinking = member(&fields, "thinking", "type").unwrap_or_default();
    let has = |parts: &[&str]| has_part(conversation.model, parts);
    let rejection = match thinking.as_str() {
        "enabled" if has(NO_BUDGET) => {
            "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \
             \"output_config.effort\" to control thinking behavior."
        }
        // The texts of the next three are not known: they have the form of the one above.
        "disabled" if has(ALWAYS_THINKING) => "\"thinking.type.disabled\" is not supported for this model.",
        "between_tools" if !has(&["sonnet-5-5"]) => {
            "\"thinking.type.between_tools\" is not supported for this model."
        }
        "between_tools"
            if matches!(member(&fields, "output_config", "effort").as_deref(), Some("xhigh" | "max")) =>
        {
            "output_config.effort: \"thinking.type.between_tools\" supports efforts up to \"high\"."
        }
        _ => return Ok(()),
    };
    Err(ServiceError::from_model(rejection))
}

/// Rejects the effort `none` for models of xAI that always reason: Grok 4.5 and later.
pub(super) fn reject_unsupported_effort(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let base = conversation.model.base();
    let effort = fields(conversation).and_then(|fields| member(&fields, "reasoning", "effort"));
    if base.starts_with("xai.") && !base.starts_with("xai.grok-4.3") && effort.as_deref() == Some("none") {
        // See https://docs.x.ai/developers/model-capabilities/text/reasoning for the rule. The text is not known.
        return Err(ServiceError::from_model("reasoning.effort: `none` is not supported for this model."));
    }
    Ok(())
}

fn has_part(model: &ModelId<'_>, parts: &[&str]) -> bool {
    parts.iter().any(|part| model.base().contains(part))
}

fn fields(conversation: &Conversation<'_>) -> Option<JsonObject> {
    conversation.request.additional_model_request_fields.as_ref()?.as_object()
}

/// Returns a string that is a member of an object.
fn member(fields: &JsonObject, object: &str, name: &str) -> Option<String> {
    let object = fields.get(object)?.as_object()?;
    Some(object.get(name)?.as_string()?.into_owned())
}
