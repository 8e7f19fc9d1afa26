//! Typed access to the metadata of a response that only Bedrock has.

use outcrop_core::{JsonObject, RawJson, UnifiedResponse};
use serde::de::DeserializeOwned;

use crate::catalog::Catalog;
use crate::wire::{
    ConverseMetrics, ConverseTrace, PerformanceConfiguration, ServiceTier, StopReason, TokenUsage,
};

/// The metadata of a response that only Bedrock has: a typed copy of [`UnifiedResponse::provider_metadata`].
///
/// A member whose value does not match its type is absent here, and still in the response.
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
    /// The reason why the model stopped, as Converse names it.
    pub stop_reason: Option<StopReason>,
    // The unified usage adds cached tokens to the input, as OpenAI does. A stream with thinking and caching has been seen to
    // report twice the cache writes, which only these counters show:
    // https://github.com/langchain-ai/langchain-aws/issues/983 (M43).
    /// The counters of the service, with `cacheDetails`. The input does not include cached tokens.
    pub usage: Option<TokenUsage>,
    /// The duration of the call in the service.
    pub metrics: Option<ConverseMetrics>,
    /// The trace of guardrails and prompt routers.
    pub trace: Option<ConverseTrace>,
    /// The fields of the model's own response that the request selected.
    pub additional_model_response_fields: Option<RawJson>,
    /// The latency tier of the call.
    pub performance_config: Option<PerformanceConfiguration>,
    /// The service tier of the call, which may differ from the one of the request (L126).
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

    /// Returns what prompt caching saved in the call, in US dollars at list prices. See
    /// [`ModelPrice::cache_savings`](crate::catalog::ModelPrice::cache_savings).
    ///
    /// `None` if the response has no usage, or if the price of a cached token is not known.
    ///
    /// ```
    /// use outcrop_converse::catalog::Catalog;
    /// use outcrop_converse::{BedrockMetadata, ResponseContext, ResponseMetadata, decode_response};
    ///
    /// let body = br#"{"output": {"message": {"role": "assistant", "content": [{"text": "Hi."}]}}, "stopReason": "end_turn",
    ///     "usage": {"inputTokens": 10, "outputTokens": 2, "totalTokens": 100012, "cacheReadInputTokens": 100000}}"#;
    /// let model = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
    /// let context = ResponseContext::default().with_model(model);
    /// let response = decode_response(&body.as_slice().into(), &context, ResponseMetadata::default())?;
    /// assert_eq!(response.usage.cache_read_input_tokens, Some(100_000));
    /// let saved = BedrockMetadata::from_response(&response).cache_savings(&Catalog::builtin(), &response.model);
    /// assert_eq!(saved, Some(0.09));
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    #[must_use]
    pub fn cache_savings(&self, catalog: &Catalog, model: &str) -> Option<f64> {
        let price = catalog.price_of_call(model, self.performance_config.as_ref(), self.trace.as_ref())?;
        let tier = self.service_tier.as_ref().map(|tier| &tier.kind);
        price.cache_savings(self.usage.as_ref()?, tier)
    }

    /// Returns whether a guardrail intervened, by blocking or by masking.
    #[must_use]
    pub fn guardrail_intervened(&self) -> bool {
        // The stop reason of a masked response may be that of a normal one, so that only the trace shows the intervention
        // (L125).
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
    fn members_of_another_type_are_absent() {
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
    fn intervention_is_found_in_stop_reason_or_trace() {
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
