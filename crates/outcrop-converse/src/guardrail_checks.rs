//! InvokeGuardrailChecks: assesses messages with checks of the request, without a guardrail resource and without a model.
//!
//! The operation reports scores and changes nothing. The program decides which score is too high.

use bytes::Bytes;
use outcrop_core::ModelError;
use serde_json::Number;

use crate::decode::parse_body;
use crate::wire::{
    GuardrailChecksConfig, GuardrailChecksContentBlock, GuardrailChecksContentFilterCategory,
    GuardrailChecksContentFilterCategoryConfig, GuardrailChecksContentFilterConfig, GuardrailChecksMessage,
    GuardrailChecksPromptAttackCategory, GuardrailChecksPromptAttackCategoryConfig,
    GuardrailChecksPromptAttackConfig, GuardrailChecksRole, GuardrailChecksSensitiveInformationConfig,
    GuardrailChecksSensitiveInformationEntityConfig, GuardrailPiiEntityType, InvokeGuardrailChecksRequest,
    InvokeGuardrailChecksResponse,
};

impl InvokeGuardrailChecksRequest {
    /// Creates a request that assesses text of the user.
    ///
    /// ```
    /// use outcrop_converse::wire::{GuardrailChecksConfig, InvokeGuardrailChecksRequest};
    ///
    /// let checks = GuardrailChecksConfig::new().with_prompt_attack(["JAILBREAK"]).with_sensitive_information(["EMAIL"]);
    /// let request = InvokeGuardrailChecksRequest::from_input("Mail it to ann@example.com.", checks);
    /// assert_eq!(request.messages.len(), 1);
    /// ```
    #[must_use]
    pub fn from_input(text: impl Into<String>, checks: GuardrailChecksConfig) -> Self {
        Self::new(vec![GuardrailChecksMessage::from_text(GuardrailChecksRole::User, text)], checks)
    }

    /// Creates a request that assesses text of the model.
    #[must_use]
    pub fn from_output(text: impl Into<String>, checks: GuardrailChecksConfig) -> Self {
        Self::new(vec![GuardrailChecksMessage::from_text(GuardrailChecksRole::Assistant, text)], checks)
    }
}

impl GuardrailChecksMessage {
    /// Creates a message of one text.
    #[must_use]
    pub fn from_text(role: impl Into<GuardrailChecksRole>, text: impl Into<String>) -> Self {
        Self::new(role, vec![GuardrailChecksContentBlock::Text(text.into())])
    }
}

impl GuardrailChecksConfig {
    /// Returns every check with every category and every kind of data that this version knows.
    #[must_use]
    pub fn all() -> Self {
        Self::new()
            .with_content_filter(GuardrailChecksContentFilterCategory::KNOWN.iter().copied())
            .with_prompt_attack(GuardrailChecksPromptAttackCategory::KNOWN.iter().copied())
            .with_sensitive_information(GuardrailPiiEntityType::KNOWN.iter().copied())
    }

    /// Checks for categories of harmful content. Without a category, the service rejects the request.
    #[must_use]
    pub fn with_content_filter<C>(self, categories: impl IntoIterator<Item = C>) -> Self
    where
        C: Into<GuardrailChecksContentFilterCategory>,
    {
        let categories = categories.into_iter().map(GuardrailChecksContentFilterCategoryConfig::new);
        let check = GuardrailChecksContentFilterConfig::new(categories.collect::<Vec<_>>());
        Self { content_filter: Some(check), ..self }
    }

    /// Checks for categories of attacks on the prompt. Without a category, the service rejects the request.
    #[must_use]
    pub fn with_prompt_attack<C>(self, categories: impl IntoIterator<Item = C>) -> Self
    where
        C: Into<GuardrailChecksPromptAttackCategory>,
    {
        let categories = categories.into_iter().map(GuardrailChecksPromptAttackCategoryConfig::new);
        let check = GuardrailChecksPromptAttackConfig::new(categories.collect::<Vec<_>>());
        Self { prompt_attack: Some(check), ..self }
    }

    /// Checks for kinds of personal data. Without a kind, the service rejects the request.
    #[must_use]
    pub fn with_sensitive_information<T>(self, kinds: impl IntoIterator<Item = T>) -> Self
    where
        T: Into<GuardrailPiiEntityType>,
    {
        let kinds = kinds.into_iter().map(GuardrailChecksSensitiveInformationEntityConfig::new);
        let check = GuardrailChecksSensitiveInformationConfig::new(kinds.collect::<Vec<_>>());
        Self { sensitive_information: Some(check), ..self }
    }
}

impl InvokeGuardrailChecksResponse {
    /// Returns the highest severity of harmful content and attacks, 0 to 1. `None` if no category has one.
    #[must_use]
    pub fn max_severity(&self) -> Option<f64> {
        let content = self.results.content_filter.iter().flat_map(|check| &check.results).flatten();
        let attacks = self.results.prompt_attack.iter().flat_map(|check| &check.results).flatten();
        let content = content.filter_map(|entry| entry.severity_score.as_ref());
        maximum(content.chain(attacks.filter_map(|entry| entry.severity_score.as_ref())))
    }

    /// Returns the highest confidence that personal data was found, 0 to 1. `None` if none was found.
    #[must_use]
    pub fn max_confidence(&self) -> Option<f64> {
        let entries = self.results.sensitive_information.iter().flat_map(|check| &check.results).flatten();
        maximum(entries.filter_map(|entry| entry.confidence_score.as_ref()))
    }
}

/// Returns the largest of some numbers.
fn maximum<'n>(numbers: impl Iterator<Item = &'n Number>) -> Option<f64> {
    numbers.filter_map(Number::as_f64).reduce(f64::max)
}

/// Decodes the body of an InvokeGuardrailChecks response.
///
/// ```
/// let body = br#"{"results": {"promptAttack": {"results": [{"category": "JAILBREAK", "severityScore": 0.8}]}}, "usage": {}}"#;
/// let findings = outcrop_converse::decode_guardrail_checks(&body.as_slice().into())?;
/// assert_eq!(findings.max_severity(), Some(0.8));
/// assert_eq!(findings.max_confidence(), None);
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidResponse`, with the path of the wrong member. [`ModelError::body`] has the body.
pub fn decode_guardrail_checks(body: &Bytes) -> Result<InvokeGuardrailChecksResponse, ModelError> {
    parse_body(body, "InvokeGuardrailChecks")
}

#[cfg(test)]
mod tests {
    use outcrop_core::{ErrorKind, WriteJson as _};

    use super::*;

    #[test]
    fn request_with_every_check_has_every_known_name() {
        let request = InvokeGuardrailChecksRequest::from_output("hi", GuardrailChecksConfig::all());
        let text = String::from_utf8(request.to_json_bytes()).unwrap();
        assert!(text.starts_with(r#"{"messages":[{"role":"assistant","content":[{"text":"hi"}]}],"checks":{"contentFilter":{"categories":[{"category":"VIOLENCE"}"#), "{text}");
        for name in GuardrailChecksContentFilterCategory::KNOWN
            .iter()
            .chain(GuardrailChecksPromptAttackCategory::KNOWN)
            .chain(GuardrailPiiEntityType::KNOWN)
        {
            assert!(text.contains(&format!("\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn scores_are_the_largest_of_their_kind() {
        let decode = |body: &'static str| decode_guardrail_checks(&Bytes::from(body)).unwrap();
        let both = decode(
            r#"{"results": {"contentFilter": {"results": [{"category": "HATE", "severityScore": 0.2}]},
                "promptAttack": {"results": [{"category": "JAILBREAK", "severityScore": 1}, {"category": "NEW"}]},
                "sensitiveInformation": {"results": [{"type": "EMAIL", "confidenceScore": 0.6}], "truncated": true}}}"#,
        );
        assert_eq!((both.max_severity(), both.max_confidence()), (Some(1.0), Some(0.6)));
        let harmless = decode(
            r#"{"results": {"contentFilter": {"results": [{"category": "HATE", "severityScore": 0}]},
                "sensitiveInformation": {"results": []}}}"#,
        );
        assert_eq!((harmless.max_severity(), harmless.max_confidence()), (Some(0.0), None));
        assert_eq!(decode(r#"{"results": {}}"#).max_severity(), None);
    }

    #[test]
    fn response_without_results_is_an_error_with_its_body() {
        let error = decode_guardrail_checks(&Bytes::from(r#"{"usage": {}}"#)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert!(error.to_string().contains("results"), "{error}");
        assert!(error.body().is_some());
    }
}
