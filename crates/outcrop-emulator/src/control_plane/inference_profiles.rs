//! ListInferenceProfiles and GetInferenceProfile.

use outcrop_converse::catalog::Catalog;
use serde::Serialize;

use super::application_profiles::ApplicationProfile;
use super::{ACCOUNT, Query, last_segment, model_arn, readable_name};
use crate::protocol::error::ServiceError;
use crate::protocol::response::ServiceResponse;

/// The maximum of `maxResults`. See
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html>.
const MAX_RESULTS: usize = 1000;

/// The time at which each profile was made. The emulator is deterministic, so it is not that of the start.
const CREATED: &str = "2025-01-01T00:00:00Z";

/// The prefixes of profiles, and the beginnings of the regions that can use them. `global` is for all but those with
/// `us-gov`. See <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html>.
const PROFILE_REGIONS: &[(&str, &[&str])] = &[
    ("apac", &["ap-"]),
    ("au", &["ap-southeast-2", "ap-southeast-4"]),
    ("ca", &["ca-"]),
    ("eu", &["eu-"]),
    ("in", &["ap-south-"]),
    ("jp", &["ap-northeast-1", "ap-northeast-3"]),
    ("sa", &["sa-"]),
    ("us", &["us-east-", "us-west-", "ca-"]),
    ("us-gov", &["us-gov-"]),
];

/// The summary of a profile, with the members of
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_InferenceProfileSummary.html>.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileSummary {
    inference_profile_name: String,
    description: String,
    created_at: &'static str,
    updated_at: &'static str,
    inference_profile_arn: String,
    models: Vec<ProfileModel>,
    inference_profile_id: String,
    status: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileModel {
    model_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileList {
    inference_profile_summaries: Vec<ProfileSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Lists the profiles of a region, page by page.
pub(super) fn list(
    query: &Query<'_>,
    region: &str,
    own: &[ApplicationProfile],
) -> Result<ServiceResponse, ServiceError> {
    let kind = query.one_of("type", &["SYSTEM_DEFINED", "APPLICATION"])?;
    let count = query.number("maxResults", 1, MAX_RESULTS)?.unwrap_or(MAX_RESULTS);
    let start = query.number("nextToken", 0, usize::MAX)?.unwrap_or_default();
    // Without a type, AWS lists its own profiles.
    let mut summaries: Vec<_> = if kind.as_deref() == Some("APPLICATION") {
        own.iter().map(|profile| application(profile, region)).skip(start).collect()
    } else {
        profiles(region).skip(start).collect()
    };
    let next_token = (summaries.len() > count).then(|| start.saturating_add(count).to_string());
    summaries.truncate(count);
    ServiceResponse::from_value(&ProfileList { inference_profile_summaries: summaries, next_token })
}

/// Returns a profile of a region, by its id or ARN.
pub(super) fn get(
    id: &str,
    region: &str,
    own: &[ApplicationProfile],
) -> Result<ServiceResponse, ServiceError> {
    let id = last_segment(id);
    if let Some(profile) = own.iter().find(|profile| profile.id == id) {
        return ServiceResponse::from_value(&application(profile, region));
    }
    match profiles(region).find(|profile| profile.inference_profile_id == id) {
        Some(profile) => ServiceResponse::from_value(&profile),
        None => {
            Err(ServiceError::not_found(format!("The inference profile {id} does not exist in {region}.")))
        }
    }
}

fn profiles(region: &str) -> impl Iterator<Item = ProfileSummary> {
    Catalog::ids().flat_map(move |model| {
        let available = Catalog::profiles(model).filter(|prefix| is_available(prefix, region));
        available.map(|prefix| summary(prefix, model, region)).collect::<Vec<_>>()
    })
}

fn is_available(prefix: &str, region: &str) -> bool {
    match PROFILE_REGIONS.iter().find(|(known, _)| *known == prefix) {
        Some((_, regions)) => regions.iter().any(|start| region.starts_with(start)),
        None => prefix == "global" && !region.starts_with("us-gov-"),
    }
}

fn summary(prefix: &str, model: &str, region: &str) -> ProfileSummary {
    let id = format!("{prefix}.{model}");
    let name = readable_name(model);
    ProfileSummary {
        // The pattern of names has no dot.
        inference_profile_name: format!("{} {}", prefix.to_uppercase(), name.replace('.', " ")),
        description: format!("Routes requests to {name} in the regions of {prefix}."),
        created_at: CREATED,
        updated_at: CREATED,
        inference_profile_arn: format!("arn:aws:bedrock:{region}:{ACCOUNT}:inference-profile/{id}"),
        models: vec![ProfileModel { model_arn: model_arn(model, region) }],
        inference_profile_id: id,
        status: "ACTIVE",
        r#type: "SYSTEM_DEFINED",
    }
}

/// Builds the summary of a profile of the account.
fn application(profile: &ApplicationProfile, region: &str) -> ProfileSummary {
    let ApplicationProfile { id, .. } = profile;
    let model = profile.base_model();
    let models = profile.regions(region).into_iter().map(|region| model_arn(model, region));
    ProfileSummary {
        inference_profile_name: format!("Costs of {id}"),
        description: format!("Invokes {}.", readable_name(model)),
        created_at: CREATED,
        updated_at: CREATED,
        inference_profile_arn: format!(
            "arn:aws:bedrock:{region}:{ACCOUNT}:application-inference-profile/{id}"
        ),
        models: models.map(|model_arn| ProfileModel { model_arn }).collect(),
        inference_profile_id: id.clone(),
        status: "ACTIVE",
        r#type: "APPLICATION",
    }
}
