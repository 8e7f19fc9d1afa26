//! The members of a request that are neither conversation, nor tools, nor sampling.

use outcrop_core::{ModelError, NoteAction, ServiceTier as Tier};

use super::Encoder;
use crate::bedrock::BedrockOptions;
use crate::wire::{ConverseRequest, ServiceTier};

impl Encoder<'_> {
    /// Guardrail, output, performance, tier, labels and the rest, each only where it was asked for.
    pub(super) fn settings(&mut self, body: &mut ConverseRequest) {
        let options = std::mem::take(&mut self.bedrock.options);
        body.service_tier = self.service_tier();
        let mut labels = std::mem::take(&mut self.bedrock.metadata);
        labels.extend(self.request.metadata.iter().map(|(name, label)| (name, label.clone())));
        body.request_metadata = Some(labels).filter(|labels| !labels.is_empty());
        if options == BedrockOptions::default() {
            return;
        }
        if options.guard_last_turn_only {
            self.guard_last_turn(body);
        }
        body.guardrail_config = options.guardrail;
        body.performance_config = options.performance;
        body.output_config = options.output;
        body.prompt_variables = Some(options.prompt_variables).filter(|variables| !variables.is_empty());
        let paths = options.response_field_paths;
        body.additional_model_response_field_paths = Some(paths).filter(|paths| !paths.is_empty());
        body.unknown = options.other;
    }

    /// The tier; OpenAI's `auto` is the service's own default, and so goes without saying.
    fn service_tier(&mut self) -> Option<ServiceTier> {
        if let Some(tier) = self.bedrock.service_tier.take() {
            return Some(tier);
        }
        match self.request.service_tier.as_ref()? {
            Tier::Auto => {
                let message = "left out, since it is what the service does unless told otherwise";
                self.note("params.service_tier", NoteAction::Dropped, "service_tier", message);
                None
            }
            tier => Some(ServiceTier::new(tier.as_str())),
        }
    }

    /// Whether a conversation may be without messages: where the model is a stored prompt, which has its own.
    pub(super) fn check_messages(&self) -> Result<(), ModelError> {
        if self.request.messages.is_empty() && !self.model.is_prompt() {
            return Err(ModelError::invalid_request(
                "InvalidRequest",
                "messages",
                "the conversation has no message",
            ));
        }
        Ok(())
    }
}
