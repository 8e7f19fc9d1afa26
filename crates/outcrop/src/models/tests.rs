//! Tests of lists of models and of the suggestions from them.

use outcrop_core::{ErrorKind, ModelError};

use super::*;

/// Builds a list from the bodies of the service.
fn list(models: &str, profiles: &str) -> ModelList {
    let models = parse(&models.as_bytes().to_vec().into(), "ListFoundationModels").expect("models");
    let profiles: InferenceProfiles =
        parse(&profiles.as_bytes().to_vec().into(), "ListInferenceProfiles").expect("profiles");
    ModelList::from_service(models, profiles.inference_profile_summaries)
}

fn account() -> ModelList {
    list(
        r#"{"modelSummaries": [
            {"modelId": "anthropic.claude-sonnet-4-5-20250929-v1:0", "providerName": "Anthropic", "modelName": "Claude Sonnet 4.5",
             "modelArn": "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
             "inferenceTypesSupported": ["INFERENCE_PROFILE"], "modelLifecycle": {"status": "ACTIVE", "new": 1}},
            {"modelId": "amazon.nova-lite-v1:0", "inferenceTypesSupported": ["ON_DEMAND"]}]}"#,
        r#"{"inferenceProfileSummaries": [
            {"inferenceProfileId": "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "type": "SYSTEM_DEFINED",
             "models": [{"modelArn": "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"}]},
            {"inferenceProfileId": "ab12cd34ef56", "type": "APPLICATION", "inferenceProfileName": "team blue",
             "inferenceProfileArn": "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56",
             "models": [{"modelArn": "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"},
                        {"modelArn": "arn:aws:bedrock:eu-north-1::foundation-model/amazon.nova-lite-v1:0"}]}]}"#,
    )
}

#[test]
fn list_of_the_service_has_models_and_profiles() {
    let list = account();
    let ids: Vec<_> = list.iter().map(|model| (model.id.as_str(), model.kind)).collect();
    assert_eq!(
        ids,
        [
            ("amazon.nova-lite-v1:0", ModelKind::FoundationModel),
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", ModelKind::FoundationModel),
            (
                "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56",
                ModelKind::ApplicationProfile
            ),
            ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", ModelKind::InferenceProfile),
        ]
    );
    let sonnet = list.get("anthropic.claude-sonnet-4-5-20250929-v1:0").expect("a model");
    assert_eq!((sonnet.on_demand, sonnet.profiles.as_slice()), (Some(false), ["eu".to_owned()].as_slice()));
    assert_eq!(list.get(sonnet.arn.as_deref().expect("an ARN")), Some(sonnet));
    let profile = list.iter().find(|model| model.matches("TEAM BLUE")).expect("a profile");
    assert_eq!(profile.base_model.as_deref(), Some("eu.amazon.nova-lite-v1:0"));
    assert!(profile.matches("nova") && !profile.matches("claude"));
}

#[test]
fn geography_of_an_application_profile_is_that_of_its_regions() {
    for (regions, base) in [
        (vec!["eu-west-2"], "amazon.nova-lite-v1:0"),
        (vec!["us-east-1", "us-west-2"], "us.amazon.nova-lite-v1:0"),
        (vec!["eu-west-1", "eu-central-1"], "eu.amazon.nova-lite-v1:0"),
        (vec!["ap-south-1", "ap-southeast-2"], "apac.amazon.nova-lite-v1:0"),
        // The model has no profile of these regions.
        (vec!["sa-east-1", "eu-west-1"], "amazon.nova-lite-v1:0"),
    ] {
        let models: Vec<_> = regions
            .iter()
            .map(|region| {
                format!(
                    r#"{{"modelArn": "arn:aws:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0"}}"#
                )
            })
            .collect();
        let body = format!(
            r#"{{"inferenceProfileId": "x", "type": "APPLICATION", "models": [{}]}}"#,
            models.join(",")
        );
        let profile: Profile = parse(&body.into(), "GetInferenceProfile").expect("a profile");
        assert_eq!(profile.base_model().as_deref(), Some(base), "{regions:?}");
    }
    let empty: Profile = parse(&r#"{"inferenceProfileId": "x"}"#.into(), "x").expect("a profile");
    assert_eq!(empty.base_model(), None);
}

#[test]
fn misspelled_and_incomplete_ids_have_suggestions() {
    let builtin = ModelList::builtin();
    for (model, expected) in [
        ("amazon.nova-lite-v1", "amazon.nova-lite-v1:0"),
        ("nova-lite", "amazon.nova-lite-v1:0"),
        ("gpt-4o", "openai.gpt"),
        ("anthropic.claude-haiku-4.5", "anthropic.claude-haiku-4-5"),
        ("claude-haiku-4-5", "anthropic.claude-haiku-4-5"),
        ("us.anthropic.claude-haiku-4.5", "anthropic.claude-haiku-4-5"),
    ] {
        let ids = builtin.similar(model);
        assert!(ids.first().is_some_and(|id| id.starts_with(expected)), "{model}: {ids:?}");
    }
    assert!(builtin.similar("zzzz").is_empty());
    let arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/zzzzzzzzzzzz";
    assert!(account().similar(arn).is_empty(), "an ARN is not similar to others");
}

#[test]
fn profiles_of_the_region_come_before_a_model_that_needs_one() {
    let list = account();
    assert_eq!(
        list.similar("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ["eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"]
    );
}

#[test]
fn only_errors_about_unknown_models_get_suggestions() {
    let unknown = || ModelError::new(ErrorKind::NotFound, "no such model").with_hint("check the id");
    let error = ModelList::builtin().with_similar_ids(unknown(), "amazon.nova-lite");
    assert!(
        error.hint().is_some_and(|hint| hint.starts_with("did you mean `amazon.nova-lite-v1:0`")),
        "{error:?}"
    );
    assert!(error.hint().is_some_and(|hint| hint.ends_with("Otherwise check the id")), "{error:?}");
    // A known model that the region does not have: only the list of the account helps.
    let known = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    assert_eq!(ModelList::builtin().with_similar_ids(unknown(), known).hint(), Some("check the id"));
    let error = account().with_similar_ids(unknown(), known);
    assert!(error.hint().is_some_and(|hint| hint.contains("`eu.anthropic.claude-sonnet-4-5")), "{error:?}");
    let other = ModelError::new(ErrorKind::Throttled, "slow down");
    assert_eq!(ModelList::builtin().with_similar_ids(other, "amazon.nova-lite").hint(), None);
}

#[test]
fn body_of_another_shape_is_an_error_with_its_path() {
    // AWS and gateways answer an unknown path with status 200 and such a body (L110).
    let body =
        r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
    let error = parse::<FoundationModels>(&body.into(), "ListFoundationModels").expect_err("no list");
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(error.hint().is_some_and(|hint| hint.contains("AWS_ENDPOINT_URL_BEDROCK")), "{error:?}");
    let body = r#"{"modelSummaries": [{"modelId": 7}]}"#;
    let error = parse::<FoundationModels>(&body.into(), "ListFoundationModels").expect_err("no id");
    assert_eq!(error.path(), Some("modelSummaries[0].modelId"));
}
