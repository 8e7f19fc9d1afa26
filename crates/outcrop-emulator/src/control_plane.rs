//! The lists of the control plane: foundation models and inference profiles, from the catalog.
//!
//! AWS serves them at another host than Bedrock Runtime, `bedrock.REGION.amazonaws.com`. Clients that discover models can
//! use the emulator for both (`AWS_ENDPOINT_URL_BEDROCK`).

mod application_profiles;
mod foundation_models;
mod inference_profiles;

pub(crate) use application_profiles::ApplicationProfile;

use crate::protocol::error::ServiceError;
use crate::protocol::response::ServiceResponse;
use crate::protocol::route::decode;

/// The account in ARNs.
const ACCOUNT: &str = "123456789012";

/// An operation of the control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ControlPlaneCall {
    /// `GET /foundation-models`
    ListFoundationModels,
    /// `GET /foundation-models/{modelIdentifier}`
    GetFoundationModel(String),
    /// `GET /inference-profiles`
    ListInferenceProfiles,
    /// `GET /inference-profiles/{inferenceProfileIdentifier}`
    GetInferenceProfile(String),
}

impl ControlPlaneCall {
    /// Finds the operation for a path with its percent-encoding, without the query.
    pub(crate) fn new(method: &str, path: &str) -> Option<Self> {
        if method != "GET" {
            return None;
        }
        let segments: Vec<&str> = path.strip_prefix('/')?.trim_end_matches('/').split('/').collect();
        match segments.as_slice() {
            ["foundation-models"] => Some(Self::ListFoundationModels),
            ["foundation-models", id] => decode(id).map(Self::GetFoundationModel),
            ["inference-profiles"] => Some(Self::ListInferenceProfiles),
            ["inference-profiles", id] => decode(id).map(Self::GetInferenceProfile),
            _ => None,
        }
    }

    /// Answers the call of a client in a region.
    pub(crate) fn answer(
        &self,
        query: &Query<'_>,
        region: &str,
        own: &[ApplicationProfile],
    ) -> Result<ServiceResponse, ServiceError> {
        match self {
            Self::ListFoundationModels => foundation_models::list(query, region),
            Self::GetFoundationModel(id) => foundation_models::get(id, region),
            Self::ListInferenceProfiles => inference_profiles::list(query, region, own),
            Self::GetInferenceProfile(id) => inference_profiles::get(id, region, own),
        }
    }
}

/// The parameters of a query.
pub(crate) struct Query<'q>(pub(crate) Option<&'q str>);

impl Query<'_> {
    /// Returns a parameter, decoded.
    fn get(&self, name: &str) -> Option<String> {
        let mut parameters = self.0?.split('&').filter_map(|parameter| parameter.split_once('='));
        parameters.find(|(known, _)| *known == name).and_then(|(_, value)| decode(value))
    }

    /// Returns a parameter that has one of several values.
    fn one_of(&self, name: &str, allowed: &[&str]) -> Result<Option<String>, ServiceError> {
        match self.get(name) {
            Some(value) if !allowed.contains(&value.as_str()) => Err(ServiceError::validation(format!(
                "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must \
                 satisfy enum value set: [{}]",
                allowed.join(", ")
            ))),
            value => Ok(value),
        }
    }

    /// Returns a parameter that is a number within bounds.
    fn number(&self, name: &str, min: usize, max: usize) -> Result<Option<usize>, ServiceError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
            _ => Err(ServiceError::validation(format!(
                "1 validation error detected: Value '{text}' at '{name}' failed to satisfy constraint: Member must be \
                 between {min} and {max}"
            ))),
        }
    }
}

/// Returns the ARN of a foundation model.
fn model_arn(id: &str, region: &str) -> String {
    format!("arn:aws:bedrock:{region}::foundation-model/{id}")
}

/// Returns the id at the end of an ARN, or the text itself.
fn last_segment(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// Builds the readable name of a model: `Claude Sonnet 4.5` for `anthropic.claude-sonnet-4-5-20250929-v1:0`.
fn readable_name(id: &str) -> String {
    let name = id.split_once('.').map_or(id, |(_, name)| name);
    let mut readable = String::new();
    let mut ends_with_number = false;
    for part in name.split(':').next().unwrap_or(name).split('-') {
        let is_number = part.len() < 3 && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_date = part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_version =
            part.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        if is_date || is_version {
            continue;
        }
        let separator = if readable.is_empty() {
            ""
        } else if is_number && ends_with_number {
            "."
        } else {
            " "
        };
        readable.push_str(separator);
        let mut letters = part.chars();
        readable.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        readable.push_str(letters.as_str());
        ends_with_number = is_number;
    }
    readable
}

#[cfg(test)]
mod tests;
