//! Everything that steers the model and the service, apart from conversation and tools.
//!
//! Parameters are planned before the turns are made and finished after them: whether the model thinks decides how turns
//! end, and the turns decide whether it can think at all.

mod extra_fields;
mod fields;
mod inference;
mod limits;
mod reasoning;
mod sampling;
mod service;
mod top_k;

use outcrop_core::{JsonObject, ModelError, ModelRequest, Note};

use super::target::Target;
use crate::bedrock::BedrockOptions;
use crate::wire::{ConverseRequest, InferenceConfiguration, OutputFormat, ServiceTier};
pub(super) use extra_fields::drop_conflicts;
use reasoning::ReasoningFields;
pub(super) use reasoning::Thinking;

/// The parameters of Bedrock's own, as [`BedrockParams`](crate::bedrock::BedrockParams) has them, without the conversation
/// and the tools.
pub(super) struct ServiceParameters {
    pub(super) options: BedrockOptions,
    pub(super) tier: Option<ServiceTier>,
    pub(super) metadata: outcrop_core::OrderedMap<String>,
    pub(super) inference: Option<InferenceConfiguration>,
}

/// The parameters of a request, before its turns are known.
pub(super) struct Parameters {
    reasoning: ReasoningFields,
    service: ServiceParameters,
}

impl Parameters {
    /// Reads what the request sets about reasoning; the rest follows in [`finish`](Self::finish).
    ///
    /// `own_fields` are the fields for the model in Converse's own member. Those of the request override them.
    pub(super) fn plan(
        request: &ModelRequest,
        service: ServiceParameters,
        own_fields: JsonObject,
        target: &Target<'_>,
        notes: &mut Vec<Note>,
    ) -> Self {
        let mut own = own_fields;
        own.extend(request.additional_fields.iter().map(|(name, value)| (name, value.clone())));
        Self { reasoning: reasoning::reasoning_fields(request, own, target, notes), service }
    }

    /// Returns what the request sets about thinking, as far as other parameters depend on it.
    pub(super) fn thinking(&self) -> Thinking {
        self.reasoning.thinking
    }

    /// Writes inference configuration and fields for the model into a body that has its turns. Returns what remains
    /// to be written, and whether the model thinks.
    ///
    /// # Errors
    /// A value that no model accepts, such as a negative temperature.
    pub(super) fn finish(
        mut self,
        body: &mut ConverseRequest,
        request: &ModelRequest,
        target: &Target<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<FinishedParameters, ModelError> {
        let turns = body.messages.as_deref().unwrap_or_default();
        self.reasoning.disable_unsupported_thinking(turns, request, target, notes);
        let thinking = self.reasoning.thinking;
        let mut fields = extra_fields::model_fields(self.reasoning, request, target, notes);
        let inference = self.service.inference.take();
        body.inference_config =
            inference::inference_config(inference, thinking, &mut fields, request, target, notes)?;
        Ok(FinishedParameters { thinking, fields, service: self.service })
    }
}

/// The parameters once the turns are known.
pub(super) struct FinishedParameters {
    pub(super) thinking: Thinking,
    /// `additionalModelRequestFields`.
    pub(super) fields: JsonObject,
    service: ServiceParameters,
}

impl FinishedParameters {
    /// Writes the remaining members of the body, notes the parameters without effect, and checks the bounds of the
    /// service.
    pub(super) fn write_service_members(
        self,
        body: &mut ConverseRequest,
        output_format: Option<OutputFormat>,
        request: &ModelRequest,
        notes: &mut Vec<Note>,
    ) {
        body.additional_model_request_fields =
            Some(self.fields).filter(|fields| !fields.is_empty()).map(Into::into);
        service::write_service_members(body, self.service, output_format, request, notes);
        extra_fields::note_unsupported(request, notes);
    }
}

/// Checks members that come from the caller unchanged against the bounds of the service.
///
/// # Errors
/// `InvalidParameter` at the first member beyond its bounds.
pub(super) fn check_limits(body: &ConverseRequest, model: &str) -> Result<(), ModelError> {
    limits::check(body)?;
    limits::check_project(body, model)
}

#[cfg(test)]
mod tests;
