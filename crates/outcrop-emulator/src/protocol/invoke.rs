//! The body formats of InvokeModel that the emulator knows, and which model has which.

use outcrop_converse::ModelId;
use serde::Deserialize;
use serde_json::Value;

use super::error::ServiceError;

/// The body format of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvokeFormat {
    /// Anthropic's Messages API.
    Anthropic,
    /// The text embeddings of Titan. See
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html>.
    TitanEmbedding,
    /// The embeddings of Cohere. See
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html>.
    CohereEmbedding,
}

impl InvokeFormat {
    /// Returns the format of a body for a model.
    ///
    /// The id of an application inference profile or of a script's own model does not name a format, so the members of the
    /// body decide then.
    ///
    /// # Errors
    /// 501 for a model with another format.
    pub(crate) fn detect(model: &str, body: &[u8]) -> Result<Self, ServiceError> {
        const PREFIXES: &[(&str, InvokeFormat)] = &[
            ("anthropic.claude", InvokeFormat::Anthropic),
            ("amazon.titan-embed-text", InvokeFormat::TitanEmbedding),
            ("cohere.embed", InvokeFormat::CohereEmbedding),
        ];
        let base = ModelId::parse(model).base();
        let by_prefix = PREFIXES.iter().find(|(prefix, _)| base.starts_with(prefix));
        let found = by_prefix.map(|(_, format)| *format).or_else(|| {
            let is_opaque = base.starts_with("arn:") || base.starts_with("emulator.") || !base.contains('.');
            is_opaque.then(|| Self::from_members(body)).flatten()
        });
        let subject = || format!("InvokeModel with the body format of `{base}`");
        found.ok_or_else(|| ServiceError::not_emulated(&subject()))
    }

    fn from_members(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let has = |name: &str| body.get(name).is_some();
        if has("anthropic_version") {
            Some(Self::Anthropic)
        } else if has("inputText") {
            Some(Self::TitanEmbedding)
        } else if has("input_type") {
            Some(Self::CohereEmbedding)
        } else {
            None
        }
    }
}

/// A request for text embeddings of Titan.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TitanEmbeddingRequest {
    pub(crate) input_text: String,
    pub(crate) dimensions: Option<usize>,
    pub(crate) normalize: Option<bool>,
    pub(crate) embedding_types: Option<Vec<String>>,
}

/// A request for embeddings of Cohere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CohereEmbeddingRequest {
    pub(crate) texts: Option<Vec<String>>,
    pub(crate) images: Option<Vec<String>>,
    /// Texts and images together, since version 4.
    pub(crate) inputs: Option<Vec<Value>>,
    pub(crate) input_type: Option<String>,
    pub(crate) embedding_types: Option<Vec<String>>,
    pub(crate) output_dimension: Option<usize>,
    #[serde(rename = "truncate")]
    _truncate: Option<String>,
    #[serde(rename = "max_tokens")]
    _max_tokens: Option<u64>,
}
