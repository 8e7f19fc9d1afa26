//! What the rules ask of a model, decided where the catalog does not know.

use super::names::Pattern;
use crate::catalog::{
    CachePointScope, CacheTtls, Caching, ModelFamily, ModelInfo, Reasoning, ReasoningReplay, Support,
    ToolIds, ToolResultDocuments, ToolResultSiblings,
};
use crate::wire::DocumentFormat;

/// What a model takes, as far as repairs depend on it.
///
/// Of what nobody knows, turns are made as every model takes them, and all else is sent as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    /// Whether a conversation may start with the assistant (lesson L4).
    pub(crate) leading_assistant: bool,
    /// Whether the model goes on with a last turn of the assistant (lesson L5).
    pub(crate) prefill: bool,
    /// Whether it takes a turn of the assistant for words to go on with where nothing but reasoning is in it, and refuses
    /// it: what Claude 5 does, and Claude 4.6 does not (hermes-agent#105780).
    pub(crate) words_beside_reasoning: bool,
    /// Which reasoning of former turns it takes back.
    pub(crate) reasoning: ReasoningReplay,
    /// What may stand beside results of tools.
    pub(crate) beside_results: ToolResultSiblings,
    /// The ids of calls that it takes.
    pub(crate) ids: Pattern,
    /// Whether it takes blank text in results of tools, as Nova does (lesson L33).
    pub(crate) blank_results: bool,
    /// Whether it takes images in results of tools (lesson L34).
    pub(crate) result_images: bool,
    /// Whether it takes videos in results of tools.
    pub(crate) result_videos: bool,
    /// The documents that it takes in results of tools (lesson L35).
    pub(crate) result_documents: ToolResultDocuments,
    /// Whether results of tools may have a status (lesson L36).
    pub(crate) result_status: bool,
    /// Whether it takes tools at all.
    pub(crate) tools: bool,
    /// Where cache points may stand.
    pub(crate) cache: Places,
    /// How long cache points may be told to live.
    pub(crate) ttl: CacheTtls,
}

/// Where cache points may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// Nowhere (lesson L65).
    Nowhere,
    /// Not among tools, and not in turns with calls or results (lessons L64, M36).
    OutsideTools,
    /// Everywhere.
    Everywhere,
}

impl Traits {
    /// Whether the model takes a document of a format in results of tools.
    pub(crate) fn takes_in_results(&self, format: Option<&DocumentFormat>) -> bool {
        match self.result_documents {
            ToolResultDocuments::Unknown | ToolResultDocuments::All => true,
            ToolResultDocuments::Unsupported => false,
            ToolResultDocuments::PlainText => matches!(
                format,
                None | Some(
                    DocumentFormat::Txt | DocumentFormat::Csv | DocumentFormat::Md | DocumentFormat::Html
                )
            ),
        }
    }
}

impl From<&ModelInfo> for Traits {
    fn from(known: &ModelInfo) -> Self {
        let model = &known.capabilities;
        let (cache, ttl) = match model.caching {
            Caching::Unknown => (Places::Everywhere, CacheTtls::Unknown),
            Caching::Unsupported | Caching::Implicit => (Places::Nowhere, CacheTtls::Unsupported),
            Caching::Points(points) if points.scope == CachePointScope::OutsideTools => {
                (Places::OutsideTools, points.ttl)
            }
            Caching::Points(points) => (Places::Everywhere, points.ttl),
        };
        Self {
            leading_assistant: model.leading_assistant == Support::Yes,
            prefill: model.prefill == Support::Yes,
            words_beside_reasoning: model.prefill == Support::No
                && matches!(model.reasoning, Reasoning::Adaptive(_) | Reasoning::AlwaysAdaptive(_)),
            reasoning: match model.reasoning_replay {
                // A model that does not reason has no use for what another one thought.
                ReasoningReplay::Unknown if model.reasoning == Reasoning::Unsupported => {
                    ReasoningReplay::Unsupported
                }
                known => known,
            },
            beside_results: model.tool_result_siblings,
            ids: match model.tool_ids {
                ToolIds::Unknown => Pattern::DotsAndDashes,
                ToolIds::LettersAndDashes => Pattern::Dashes,
                ToolIds::NineAlphanumerics => Pattern::Nine,
            },
            blank_results: known.family == ModelFamily::Nova,
            tools: !model.tools.is_unsupported(),
            result_images: !model.tool_result_media.image.is_unsupported(),
            result_videos: !model.tool_result_media.video.is_unsupported(),
            result_documents: model.tool_result_media.document,
            result_status: !model.tool_result_status.is_unsupported(),
            cache,
            ttl,
        }
    }
}
