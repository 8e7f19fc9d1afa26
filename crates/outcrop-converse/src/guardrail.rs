//! ApplyGuardrail: assesses a text with a guardrail, without calling a model.

use bytes::Bytes;
use outcrop_core::ModelError;

use crate::decode::parse_body;
use crate::wire::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, GuardrailAction, GuardrailContentBlock,
    GuardrailContentSource, GuardrailTextBlock,
};

impl ApplyGuardrailRequest {
    /// Creates a request that assesses text of the user.
    #[must_use]
    pub fn from_input(text: impl Into<String>) -> Self {
        Self::from_text(GuardrailContentSource::Input, text)
    }

    /// Creates a request that assesses text of the model.
    #[must_use]
    pub fn from_output(text: impl Into<String>) -> Self {
        Self::from_text(GuardrailContentSource::Output, text)
    }

    fn from_text(source: GuardrailContentSource, text: impl Into<String>) -> Self {
        Self::new(source, vec![GuardrailContentBlock::Text(GuardrailTextBlock::new(text))])
    }
}

impl ApplyGuardrailResponse {
    /// Returns whether the guardrail blocked or masked something.
    #[must_use]
    pub fn intervened(&self) -> bool {
        self.action == GuardrailAction::GuardrailIntervened
    }

    /// Returns the text to show instead of the assessed text. `None` if the guardrail did nothing.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let texts: Vec<&str> =
            self.outputs.iter().flatten().filter_map(|output| output.text.as_deref()).collect();
        if texts.is_empty() { None } else { Some(texts.join(" ")) }
    }
}

/// Decodes the body of an ApplyGuardrail response.
///
/// ```
/// let body = br#"{"action": "GUARDRAIL_INTERVENED", "outputs": [{"text": "No."}], "assessments": []}"#;
/// let verdict = outcrop_converse::decode_guardrail_verdict(&body.as_slice().into())?;
/// assert!(verdict.intervened());
/// assert_eq!(verdict.text().as_deref(), Some("No."));
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidResponse`, with the path of the wrong member. [`ModelError::body`] has the body.
pub fn decode_guardrail_verdict(body: &Bytes) -> Result<ApplyGuardrailResponse, ModelError> {
    parse_body(body, "ApplyGuardrail")
}
