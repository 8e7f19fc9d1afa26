//! Inference parameters: their combinations, and the limits of each model.

use outcrop_converse::wire::InferenceConfiguration;
use outcrop_core::RawJson;
use serde_json::Number;

use super::Conversation;
use super::models::{
    Family, model_has_no_sampling_fields, output_limit, rejects_sampling, rejects_temperature_with_top_p,
};
use super::reasoning::thinking;
use crate::protocol::error::ServiceError;
use crate::protocol::thinking::Thinking;

/// The minimum budget of Claude's thinking. See <https://github.com/danny-avila/LibreChat/issues/8346>.
const MIN_BUDGET: u64 = 1024;

/// Rejects more output tokens than the model can write.
pub(super) fn limit_max_tokens(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let requested = max_tokens(conversation).unwrap_or_default();
    match output_limit(conversation.model) {
        // See https://github.com/vercel/ai/issues/2772.
        Some(limit) if requested > limit => Err(ServiceError::validation(format!(
            "The maximum tokens you requested exceeds the model limit of {limit}. Try again with a maximum tokens value \
             that is lower than {limit}."
        ))),
        _ => Ok(()),
    }
}

/// Rejects projects for application inference profiles, which do not support any other than the default one.
pub(super) fn reject_unsupported_project(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // The texts of AWS are not known: this is the sentence of its reference. See
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
    let project = conversation.request.project_identifier.as_deref().filter(|project| *project != "default");
    if project.is_some() && conversation.model.as_str().contains(":application-inference-profile/") {
        return Err(ServiceError::validation(
            "Application inference profiles don't support non-default projects.",
        ));
    }
    Ok(())
}

/// Rejects sampling parameters for models without them, and both at once for those that have only one.
pub(super) fn reject_unsupported_sampling(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let Some(config) = config(conversation) else { return Ok(()) };
    // See https://github.com/promptfoo/promptfoo/issues/10307. The value 1 is accepted while the model thinks:
    // https://github.com/logancyang/obsidian-copilot/issues/2600.
    if model_has_no_sampling_fields(conversation.model) {
        for (name, is_set) in
            [("temperature", config.temperature.is_some()), ("topP", config.top_p.is_some())]
        {
            if is_set {
                return Err(ServiceError::validation(format!(
                    "This model doesn't support the {name} field. Remove {name} and try again."
                )));
            }
        }
    }
    let is_one = config.temperature.as_ref().is_some_and(is_one);
    let is_tolerated = is_one && thinking(conversation).is_some();
    if rejects_sampling(conversation.model) && config.temperature.is_some() && !is_tolerated {
        return Err(ServiceError::from_model("`temperature` is deprecated for this model."));
    }
    if rejects_sampling(conversation.model) && config.top_p.is_some() {
        return Err(ServiceError::from_model("`top_p` is deprecated for this model."));
    }
    // Clients that always send both break this. See https://github.com/BerriAI/litellm/issues/15070.
    if rejects_temperature_with_top_p(conversation.model)
        && config.temperature.is_some()
        && config.top_p.is_some()
    {
        return Err(ServiceError::from_model(
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        ));
    }
    Ok(())
}

/// Rejects stop sequences of white space, which Claude does not support.
pub(super) fn reject_blank_stop_sequences(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // See https://github.com/BerriAI/litellm/issues/3286.
    let sequences =
        config(conversation).and_then(|config| config.stop_sequences.as_deref()).unwrap_or_default();
    if conversation.family() == Family::Claude && sequences.iter().any(|sequence| sequence.trim().is_empty())
    {
        return Err(ServiceError::from_model(
            "stop_sequences: each stop sequence must contain non-whitespace",
        ));
    }
    Ok(())
}

/// Rejects parameters that Claude does not support while it thinks.
pub(super) fn reject_thinking_conflicts(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let Some(thinking) = thinking(conversation) else { return Ok(()) };
    let temperature = config(conversation).and_then(|config| config.temperature.as_ref());
    if temperature.is_some_and(|temperature| !is_one(temperature)) {
        // See https://github.com/BerriAI/litellm/issues/9524, and https://github.com/dotCipher/opencode-claude-bridge/pull/1
        // for the second form.
        let mode = if thinking == Thinking::Adaptive { " or in adaptive mode" } else { "" };
        return Err(ServiceError::from_model(&format!(
            "`temperature` may only be set to 1 when thinking is enabled{mode}. Please consult our documentation at \
             https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking"
        )));
    }
    let Thinking::Enabled { budget: Some(budget) } = thinking else { return Ok(()) };
    if budget < MIN_BUDGET {
        return Err(ServiceError::from_model(&format!(
            "thinking.enabled.budget_tokens: Input should be greater than or equal to {MIN_BUDGET}"
        )));
    }
    // See https://github.com/vercel/ai/issues/7927. Without `maxTokens` the limit is that of the model.
    if max_tokens(conversation).is_some_and(|max_tokens| max_tokens <= budget) {
        return Err(ServiceError::from_model(
            "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at \
             https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size",
        ));
    }
    Ok(())
}

/// Rejects an additional field that Converse has a member for, if both are set.
pub(super) fn reject_conflicting_fields(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // See https://github.com/BerriAI/litellm/issues/36536.
    let choice = conversation.request.tool_config.as_ref().and_then(|config| config.tool_choice.as_ref());
    let fields = conversation.request.additional_model_request_fields.as_ref().and_then(RawJson::as_object);
    let field = fields.and_then(|fields| fields.get("tool_choice").and_then(RawJson::as_object));
    match (choice, field) {
        (Some(choice), Some(field)) if field.contains("type") => Err(ServiceError::validation(format!(
            "The additional field tool_choice/type conflicts with the existing field toolConfig.toolChoice.{}",
            choice.member()
        ))),
        _ => Ok(()),
    }
}

fn config<'c>(conversation: &'c Conversation<'_>) -> Option<&'c InferenceConfiguration> {
    conversation.request.inference_config.as_ref()
}

fn max_tokens(conversation: &Conversation<'_>) -> Option<u64> {
    config(conversation)?.max_tokens.as_ref()?.as_u64()
}

fn is_one(number: &Number) -> bool {
    number.as_f64() == Some(1.0)
}
