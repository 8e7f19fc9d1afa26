//! ListFoundationModels and GetFoundationModel.

use outcrop_converse::catalog::{Catalog, MediaDelivery, Streaming};
use serde::Serialize;

use super::{Query, last_segment, model_arn, readable_name};
use crate::protocol::error::ServiceError;
use crate::protocol::response::ServiceResponse;
use crate::rules::models;

/// The models for embeddings that the emulator invokes. The catalog has only models that converse.
const EMBEDDERS: &[&str] = &[
    "amazon.titan-embed-text-v1",
    "amazon.titan-embed-text-v2:0",
    "cohere.embed-english-v3",
    "cohere.embed-multilingual-v3",
    "cohere.embed-v4:0",
];

/// The vendors whose names are not their prefix in upper case. See
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html>.
const VENDORS: &[(&str, &str)] = &[
    ("ai21", "AI21 Labs"),
    ("deepseek", "DeepSeek"),
    ("minimax", "MiniMax"),
    ("mistral", "Mistral AI"),
    ("moonshot", "Moonshot AI"),
    ("moonshotai", "Moonshot AI"),
    ("nvidia", "NVIDIA"),
    ("openai", "OpenAI"),
    ("xai", "xAI"),
    ("zai", "Z.AI"),
];

/// The summary of a model, with the members of
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html>.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelSummary {
    model_arn: String,
    model_id: &'static str,
    model_name: String,
    provider_name: String,
    input_modalities: Vec<&'static str>,
    output_modalities: [&'static str; 1],
    response_streaming_supported: bool,
    customizations_supported: [&'static str; 0],
    inference_types_supported: [&'static str; 1],
    model_lifecycle: Lifecycle,
}

#[derive(Serialize)]
struct Lifecycle {
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelList {
    model_summaries: Vec<ModelSummary>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelDetails {
    model_details: ModelSummary,
}

/// Lists the models, filtered by the parameters of the query.
pub(super) fn list(query: &Query<'_>, region: &str) -> Result<ServiceResponse, ServiceError> {
    let provider = query.get("byProvider").map(|provider| provider.to_lowercase());
    let output = query.one_of("byOutputModality", &["TEXT", "IMAGE", "EMBEDDING"])?;
    let inference = query.one_of("byInferenceType", &["ON_DEMAND", "PROVISIONED"])?;
    let customization =
        query.one_of("byCustomizationType", &["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"])?;
    let matches = |model: &ModelSummary| {
        provider.as_ref().is_none_or(|provider| model.provider_name.to_lowercase() == *provider)
            && output.as_deref().is_none_or(|output| model.output_modalities.contains(&output))
            && inference.as_deref().is_none_or(|inference| model.inference_types_supported.contains(&inference))
            // No model of the emulator can be customized.
            && customization.is_none()
    };
    let model_summaries = ids().map(|id| summary(id, region)).filter(matches).collect();
    ServiceResponse::from_value(&ModelList { model_summaries })
}

/// Returns a model, by its id or ARN.
pub(super) fn get(id: &str, region: &str) -> Result<ServiceResponse, ServiceError> {
    let id = last_segment(id);
    match ids().find(|known| *known == id) {
        Some(id) => ServiceResponse::from_value(&ModelDetails { model_details: summary(id, region) }),
        None => Err(ServiceError::model_not_found()),
    }
}

fn ids() -> impl Iterator<Item = &'static str> {
    Catalog::ids().chain(EMBEDDERS.iter().copied())
}

fn summary(id: &'static str, region: &str) -> ModelSummary {
    let capabilities = Catalog::builtin().capabilities(id).to_owned();
    let media = capabilities.media;
    let accepted = [
        ("IMAGE", media.image),
        ("VIDEO", media.video),
        // The service calls audio speech.
        ("SPEECH", media.audio),
    ];
    let accepts = |delivery| !matches!(delivery, MediaDelivery::Unsupported | MediaDelivery::Unknown);
    let media = accepted.into_iter().filter(|(_, delivery)| accepts(*delivery)).map(|(name, _)| name);
    let is_embedder = EMBEDDERS.contains(&id);
    ModelSummary {
        model_arn: model_arn(id, region),
        model_id: id,
        model_name: readable_name(id),
        provider_name: provider(id),
        input_modalities: std::iter::once("TEXT").chain(media).collect(),
        output_modalities: [if is_embedder { "EMBEDDING" } else { "TEXT" }],
        response_streaming_supported: !is_embedder && capabilities.streaming != Streaming::Unsupported,
        customizations_supported: [],
        // AWS lists the value `INFERENCE_PROFILE`, which the page of the type above does not have.
        inference_types_supported: [if models::require_on_demand(id).is_ok() {
            "ON_DEMAND"
        } else {
            "INFERENCE_PROFILE"
        }],
        model_lifecycle: Lifecycle { status: "ACTIVE" },
    }
}

fn provider(id: &str) -> String {
    let vendor = id.split('.').next().unwrap_or(id);
    if let Some((_, name)) = VENDORS.iter().find(|(prefix, _)| *prefix == vendor) {
        return (*name).to_owned();
    }
    let mut letters = vendor.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
