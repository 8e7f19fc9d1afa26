//! The responses of the control plane: ListFoundationModels, ListInferenceProfiles and GetInferenceProfile.
//!
//! Only the members that a list shows are read. All but the ids are optional, so that a gateway that leaves one out, or a
//! service that adds others, does not hide a model.

use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, Stage};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The body of ListFoundationModels.
/// See <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html>.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundationModels {
    // Required: an endpoint that does not know the path answers with status 200 and another body (L110).
    pub(crate) model_summaries: Vec<FoundationModel>,
}

/// A foundation model.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundationModel {
    pub(crate) model_id: String,
    pub(crate) model_arn: Option<String>,
    pub(crate) model_name: Option<String>,
    pub(crate) provider_name: Option<String>,
    pub(crate) input_modalities: Option<Vec<String>>,
    pub(crate) output_modalities: Option<Vec<String>>,
    pub(crate) response_streaming_supported: Option<bool>,
    pub(crate) inference_types_supported: Option<Vec<String>>,
    pub(crate) model_lifecycle: Option<Lifecycle>,
}

/// The lifecycle of a foundation model.
#[derive(Debug, Deserialize)]
pub(crate) struct Lifecycle {
    pub(crate) status: Option<String>,
}

/// A page of ListInferenceProfiles.
/// See <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html>.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InferenceProfiles {
    pub(crate) inference_profile_summaries: Vec<Profile>,
    pub(crate) next_token: Option<String>,
}

/// An inference profile, in a list or as the body of GetInferenceProfile.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) inference_profile_id: String,
    pub(crate) inference_profile_arn: Option<String>,
    pub(crate) inference_profile_name: Option<String>,
    #[serde(default)]
    pub(crate) models: Vec<ProfileModel>,
    pub(crate) status: Option<String>,
    pub(crate) r#type: Option<String>,
}

/// A model of a profile, in one region.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileModel {
    pub(crate) model_arn: Option<String>,
}

/// Parses the body of an operation of the control plane.
///
/// # Errors
/// Kind `InvalidResponse`, with the path of the wrong member and the body.
pub(crate) fn parse<T: DeserializeOwned>(body: &Bytes, operation: &str) -> Result<T, ModelError> {
    outcrop_core::from_slice(body).map_err(|error| {
        let message = format!("the response of {operation} cannot be read: {}", error.message());
        ModelError::new(ErrorKind::InvalidResponse, message)
            .with_code("InvalidResponse")
            .with_stage(Stage::Replied)
            .with_path(error.path())
            .with_body(body.clone())
            .with_hint(NO_LISTS)
    })
}

/// The hint for an endpoint that does not have the lists.
pub(crate) const NO_LISTS: &str = "the endpoint may not serve the lists of models: set `control_endpoint_url` or \
                                   AWS_ENDPOINT_URL_BEDROCK to the endpoint of Amazon Bedrock's control plane";
