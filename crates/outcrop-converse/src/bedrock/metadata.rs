//! What only Bedrock says with an answer, typed.

use outcrop_core::{JsonObject, RawJson, UnifiedResponse};
use serde::de::DeserializeOwned;

use crate::wire::{
    ConverseMetrics, ConverseTrace, PerformanceConfiguration, ServiceTier, StopReason, TokenUsage,
};

/// What only Bedrock says with an answer: a typed view of [`UnifiedResponse::provider_metadata`].
///
/// Whatever a response has that is not what Converse says there is absent here, and still in the response.
///
/// ```
/// use outcrop_converse::{BedrockMetadata, ResponseContext, ResponseMetadata, decode_response};
///
/// let body = br#"{"output": {"message": {"role": "assistant", "content": [{"text": "Hi."}]}}, "stopReason": "end_turn",
///     "metrics": {"latencyMs": 120}, "serviceTier": {"type": "flex"}}"#;
/// let response = decode_response(&body.as_slice().into(), &ResponseContext::default(), ResponseMetadata::default())?;
/// let metadata = BedrockMetadata::from_response(&response);
/// assert_eq!(metadata.metrics.and_then(|metrics| metrics.latency_ms), Some(120));
/// assert_eq!(metadata.service_tier.unwrap().kind.as_str(), "flex");
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BedrockMetadata {
    /// Why the model stopped, in Converse's words.
    pub stop_reason: Option<StopReason>,
    /// The counters as they came, `cacheDetails` among them: input without what was read from caches or written to them.
    pub usage: Option<TokenUsage>,
    /// How long the call took within the service.
    pub metrics: Option<ConverseMetrics>,
    /// What guardrails and prompt routers did.
    pub trace: Option<ConverseTrace>,
    /// The fields of the model's own answer that the request asked for.
    pub additional_model_response_fields: Option<RawJson>,
    /// How fast the call was served.
    pub performance_config: Option<PerformanceConfiguration>,
    /// The tier that the call was served in, which may be another one than was asked for.
    pub service_tier: Option<ServiceTier>,
}

impl BedrockMetadata {
    /// Reads the metadata of a response.
    #[must_use]
    pub fn from_response(response: &UnifiedResponse) -> Self {
        let members = &response.provider_metadata;
        Self {
            stop_reason: read(members, "stopReason"),
            usage: read(members, "usage"),
            metrics: read(members, "metrics"),
            trace: read(members, "trace"),
            additional_model_response_fields: members.get("additionalModelResponseFields").cloned(),
            performance_config: read(members, "performanceConfig"),
            service_tier: read(members, "serviceTier"),
        }
    }

    /// Whether a guardrail stepped in, by blocking or by masking: a blocked answer stops for that reason, a masked one
    /// shows only in the trace (lesson L125).
    #[must_use]
    pub fn guardrail_intervened(&self) -> bool {
        let by_trace = || {
            let guardrail = self.trace.as_ref()?.guardrail.as_ref()?;
            guardrail
                .action_reason
                .as_ref()
                .map(|reason| !reason.is_empty() && !reason.starts_with("No action"))
        };
        self.stop_reason == Some(StopReason::GuardrailIntervened) || by_trace().unwrap_or(false)
    }
}

fn read<T: DeserializeOwned>(members: &JsonObject, name: &str) -> Option<T> {
    members.get(name).filter(|value| !value.is_null())?.deserialize().ok()
}

#[cfg(test)]
mod tests {
    use outcrop_core::{JsonObject, RawJson, UnifiedResponse};

    use super::BedrockMetadata;

    fn metadata(members: &str) -> BedrockMetadata {
        let mut response = UnifiedResponse::new("r", "m", "bedrock", Vec::new());
        response.provider_metadata = RawJson::parse(members).unwrap().deserialize::<JsonObject>().unwrap();
        BedrockMetadata::from_response(&response)
    }

    #[test]
    fn what_is_there_is_typed_and_what_is_not_what_it_should_be_is_absent() {
        let all = metadata(
            r#"{"stopReason":"end_turn","usage":{"inputTokens":1,"cacheDetails":[{"inputTokens":7,"ttl":"5m"}]},"trace":{"promptRouter":{"invokedModelId":"m"}},"additionalModelResponseFields":{"a":1.0},"performanceConfig":{"latency":"optimized"}}"#,
        );
        assert_eq!(all.usage.unwrap().cache_details.unwrap().len(), 1);
        assert_eq!(all.trace.unwrap().prompt_router.unwrap().invoked_model_id.as_deref(), Some("m"));
        assert_eq!(all.additional_model_response_fields.unwrap().as_str(), r#"{"a":1.0}"#);
        assert!(all.performance_config.is_some() && all.metrics.is_none());
        assert_eq!(metadata(r#"{"usage":7,"metrics":null,"trace":[]}"#), BedrockMetadata::default());
    }

    #[test]
    fn a_guardrail_that_stepped_in_is_seen_in_the_stop_reason_or_in_the_trace() {
        for (members, expected) in [
            (r#"{"stopReason":"end_turn"}"#, false),
            (r#"{"stopReason":"guardrail_intervened"}"#, true),
            (r#"{"stopReason":"end_turn","trace":{"guardrail":{"actionReason":"Guardrail masked."}}}"#, true),
            (r#"{"stopReason":"end_turn","trace":{"guardrail":{"actionReason":"No action."}}}"#, false),
            (r#"{"stopReason":"end_turn","trace":{"guardrail":{}}}"#, false),
        ] {
            assert_eq!(metadata(members).guardrail_intervened(), expected, "{members}");
        }
    }
}
