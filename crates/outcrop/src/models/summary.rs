//! An entry of a list of models.

use std::fmt;

use outcrop_converse::ModelId;
use outcrop_converse::catalog::{Catalog, MediaDelivery, Streaming};
use serde::Serialize;

use super::control_plane::{FoundationModel, Profile};

/// What a request names: a model, or a profile that invokes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModelKind {
    /// A foundation model.
    FoundationModel,
    /// A profile of AWS, which routes requests to a model in several regions, such as `eu.amazon.nova-lite-v1:0`.
    InferenceProfile,
    /// A profile that the account has created, to see its costs apart.
    ApplicationProfile,
}

/// A model or profile that a request can name.
///
/// What the source of the list does not have is `None` or empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ModelSummary {
    /// The id for [`ModelRequest::model`](crate::ModelRequest); that of an application profile is its ARN.
    pub id: String,
    /// What it is.
    pub kind: ModelKind,
    /// The readable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The provider of the model, such as `Anthropic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The model behind a profile. For an application profile of several regions, it is the profile of their geography if
    /// that is known, because prices depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_model: Option<String>,
    /// The prefixes of the profiles of a model, such as `eu` and `global`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<String>,
    /// Whether the model can be called by its own id, without a profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand: Option<bool>,
    /// The kinds of input, such as `TEXT` and `IMAGE`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input_modalities: Vec<String>,
    /// The kinds of output, such as `TEXT` and `EMBEDDING`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_modalities: Vec<String>,
    /// Whether the model supports streams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub streaming: Option<bool>,
    /// The status: `ACTIVE`, or `LEGACY` for a model that will be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl fmt::Display for ModelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FoundationModel => "model",
            Self::InferenceProfile => "profile",
            Self::ApplicationProfile => "application profile",
        })
    }
}

impl ModelSummary {
    fn new(id: String, kind: ModelKind) -> Self {
        Self {
            id,
            kind,
            name: None,
            provider: None,
            arn: None,
            base_model: None,
            profiles: Vec::new(),
            on_demand: None,
            input_modalities: Vec::new(),
            output_modalities: Vec::new(),
            streaming: None,
            status: None,
        }
    }

    /// Builds the entry of a model of the catalog.
    pub(super) fn from_catalog(id: &str) -> Self {
        let capabilities = Catalog::builtin().capabilities(id).to_owned();
        let media = capabilities.media;
        // The names of the service, which calls audio speech.
        let known = [("IMAGE", media.image), ("VIDEO", media.video), ("SPEECH", media.audio)];
        let supports = |delivery| !matches!(delivery, MediaDelivery::Unsupported | MediaDelivery::Unknown);
        let media = known.into_iter().filter(|(_, delivery)| supports(*delivery)).map(|(name, _)| name);
        Self {
            profiles: Catalog::profiles(id).map(str::to_owned).collect(),
            input_modalities: std::iter::once("TEXT").chain(media).map(str::to_owned).collect(),
            output_modalities: vec!["TEXT".to_owned()],
            streaming: match capabilities.streaming {
                Streaming::Unknown => None,
                streaming => Some(streaming != Streaming::Unsupported),
            },
            ..Self::new(id.to_owned(), ModelKind::FoundationModel)
        }
    }

    /// Builds the entry of a foundation model of the service.
    pub(super) fn from_model(model: FoundationModel) -> Self {
        let on_demand =
            model.inference_types_supported.map(|types| types.iter().any(|one| one == "ON_DEMAND"));
        Self {
            name: model.model_name,
            provider: model.provider_name,
            arn: model.model_arn,
            on_demand,
            input_modalities: model.input_modalities.unwrap_or_default(),
            output_modalities: model.output_modalities.unwrap_or_default(),
            streaming: model.response_streaming_supported,
            status: model.model_lifecycle.and_then(|lifecycle| lifecycle.status),
            ..Self::new(model.model_id, ModelKind::FoundationModel)
        }
    }

    /// Builds the entry of a profile of the service.
    pub(super) fn from_profile(profile: Profile) -> Self {
        let base_model = profile.base_model();
        let is_application = profile.r#type.as_deref() == Some("APPLICATION");
        let (id, kind) = match &profile.inference_profile_arn {
            // Converse requires the ARN: the id alone is not found.
            Some(arn) if is_application => (arn.clone(), ModelKind::ApplicationProfile),
            _ if is_application => (profile.inference_profile_id, ModelKind::ApplicationProfile),
            _ => (profile.inference_profile_id, ModelKind::InferenceProfile),
        };
        Self {
            name: profile.inference_profile_name,
            arn: profile.inference_profile_arn,
            base_model,
            status: profile.status,
            ..Self::new(id, kind)
        }
    }

    /// Returns whether the id, the name, the provider or the model behind a profile contains a text, in any case.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let fields = [Some(&self.id), self.name.as_ref(), self.provider.as_ref(), self.base_model.as_ref()];
        fields.into_iter().flatten().any(|field| field.to_lowercase().contains(&text))
    }
}

impl Profile {
    /// Returns the model behind the profile: for an application profile of several regions, under the profile of their
    /// geography, if that is known. `None` if the response names no model.
    pub(crate) fn base_model(&self) -> Option<String> {
        let arns: Vec<_> =
            self.models.iter().filter_map(|model| model.model_arn.as_deref()).map(ModelId::parse).collect();
        let base = arns.first()?.base();
        if self.r#type.as_deref() != Some("APPLICATION") {
            return Some(base.to_owned());
        }
        let mut regions: Vec<_> = arns.iter().map(|arn| arn.region().unwrap_or_default()).collect();
        regions.sort_unstable();
        regions.dedup();
        let geography = geographies(&regions)
            .iter()
            .find(|prefix| Catalog::profiles(base).any(|known| known == **prefix));
        Some(match geography {
            Some(prefix) => format!("{prefix}.{base}"),
            None => base.to_owned(),
        })
    }
}

/// Returns the prefixes of the profiles that can have the regions of a profile, the narrowest one first. A model in one
/// region has none.
// See https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html. A global profile names its model
// without a region as well.
fn geographies(regions: &[&str]) -> &'static [&'static str] {
    let all = |prefixes: &[&str]| {
        regions.iter().all(|region| prefixes.iter().any(|prefix| region.starts_with(prefix)))
    };
    match regions {
        [] => &[],
        [region] if !region.is_empty() => &[],
        _ if all(&["us-gov-"]) => &["us-gov"],
        _ if all(&["us-"]) => &["us"],
        _ if all(&["us-", "ca-"]) => &["ca", "us"],
        _ if all(&["eu-"]) => &["eu"],
        _ if all(&["ap-northeast-1", "ap-northeast-3"]) => &["jp", "apac"],
        _ if all(&["ap-southeast-2", "ap-southeast-4"]) => &["au", "apac"],
        _ if all(&["ap-"]) => &["apac"],
        _ => &["global"],
    }
}
