//! What the rules for histories need to know of a model, with a decision for everything that the catalog does not know.

use crate::catalog::{
    CachePointScope, CacheTtls, Caching, Media, MediaDelivery, ModelFamily, ModelInfo, Reasoning,
    ReasoningReplay, Support, ToolIds, ToolResultDocuments, ToolResultSiblings,
};
use crate::naming::Pattern;
use crate::wire::DocumentFormat;

/// What a model supports, as far as the rules for histories depend on it.
///
/// For an unknown model, turns are made as every model accepts them, and everything else is sent unchanged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelTraits {
    /// Whether a conversation may start with the assistant (L4).
    pub(crate) leading_assistant: bool,
    /// Whether the model continues a last turn of the assistant (L5).
    pub(crate) prefill: bool,
    /// Whether it rejects, as a prefill, an earlier assistant turn of reasoning alone or with text after its calls. Claude 5
    /// does, Claude 4.6 does not: <https://github.com/NousResearch/hermes-agent/issues/105780>,
    /// <https://github.com/NousResearch/hermes-agent/pull/112303> (L140).
    pub(crate) rejects_prefill_in_history: bool,
    /// Which reasoning of earlier turns it accepts.
    pub(crate) reasoning: ReasoningReplay,
    /// What it accepts in the same turn as tool results.
    pub(crate) alongside_results: ToolResultSiblings,
    /// The ids of tool calls that it accepts.
    pub(crate) ids: Pattern,
    /// Whether it accepts blank text in tool results, as Nova does (L33).
    pub(crate) blank_results: bool,
    /// Whether each of several calls with one id is paired with a result of its own where turns are inserted, as it always is
    /// where they are merged (L30).
    pub(crate) pairs_repeated_ids: bool,
    /// Whether it accepts images in tool results (L34).
    pub(crate) result_images: bool,
    /// Whether it accepts videos in tool results.
    pub(crate) result_videos: bool,
    /// The documents that it accepts in tool results (L35).
    pub(crate) result_documents: ToolResultDocuments,
    /// Whether tool results may have a status (L36).
    pub(crate) result_status: bool,
    /// Whether it supports tools at all.
    pub(crate) tools: bool,
    /// Where it accepts cache points: nowhere if `None` (L65), and for Nova neither among tools nor in turns with tool calls
    /// or results (L64, M36).
    pub(crate) cache: Option<CachePointScope>,
    /// Which lifetimes of cache points it accepts.
    pub(crate) ttl: CacheTtls,
    /// The media that it accepts in turns (L57, L58).
    pub(crate) media: Media,
    /// Whether it accepts citations of search results in a request (L128).
    pub(crate) search_citations: bool,
}

impl ModelTraits {
    /// Returns whether the model accepts a document of this format in tool results.
    pub(crate) fn accepts_in_results(&self, format: Option<&DocumentFormat>) -> bool {
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

impl From<&ModelInfo> for ModelTraits {
    fn from(info: &ModelInfo) -> Self {
        let model = &info.capabilities;
        let (cache, ttl) = match model.caching {
            Caching::Unknown => (Some(CachePointScope::Everywhere), CacheTtls::Unknown),
            Caching::Unsupported | Caching::Implicit => (None, CacheTtls::Unsupported),
            Caching::Points(points) => (Some(points.scope), points.ttl),
        };
        Self {
            leading_assistant: model.leading_assistant == Support::Yes,
            prefill: model.prefill == Support::Yes,
            rejects_prefill_in_history: model.prefill == Support::No
                && matches!(
                    model.reasoning,
                    Reasoning::Adaptive(_)
                        | Reasoning::AlwaysAdaptive(_)
                        | Reasoning::AdaptiveOrBetweenTools(_)
                ),
            reasoning: match model.reasoning_replay {
                // A model that does not reason has no use for the reasoning of another one.
                ReasoningReplay::Unknown if model.reasoning == Reasoning::Unsupported => {
                    ReasoningReplay::Unsupported
                }
                known => known,
            },
            alongside_results: model.tool_result_siblings,
            ids: match model.tool_ids {
                ToolIds::Unknown => Pattern::ServiceDefault,
                ToolIds::LettersAndDashes => Pattern::Alnum64Dash,
                ToolIds::NineAlphanumerics => Pattern::Alnum9,
            },
            // Nova's recordings have blank results that the service accepted, and AG2's cases expect them unchanged (L33).
            blank_results: info.family == ModelFamily::Nova,
            // AG2's cases for Nova expect that the first call and the first result of an id count. For Claude, that lost calls:
            // https://github.com/bvcyber/Cyber-AutoAgent-ng/issues/72 (L30).
            pairs_repeated_ids: info.family != ModelFamily::Nova,
            tools: !model.tools.is_unsupported(),
            result_images: !model.tool_result_media.image.is_unsupported(),
            result_videos: !model.tool_result_media.video.is_unsupported(),
            result_documents: model.tool_result_media.document,
            result_status: !model.tool_result_status.is_unsupported(),
            cache,
            ttl,
            media: if takes_s3(info.family) { model.media } else { without_s3(model.media) },
            search_citations: info.family != ModelFamily::Claude,
        }
    }
}

/// Returns whether a family accepts media from S3, as far as it is known.
fn takes_s3(family: ModelFamily) -> bool {
    // The service team: only Nova, https://github.com/aws/aws-sdk-js-v3/issues/7732; all others were seen to reject them,
    // https://github.com/maximhq/bifrost/issues/6544 and https://github.com/strands-agents/harness-sdk/issues/3647 (L57).
    matches!(family, ModelFamily::Nova | ModelFamily::Nova2 | ModelFamily::Other)
}

/// Returns the media without S3 as a source.
fn without_s3(media: Media) -> Media {
    let bytes_only = |delivery| match delivery {
        MediaDelivery::Unsupported => MediaDelivery::Unsupported,
        _ => MediaDelivery::BytesOnly,
    };
    Media {
        image: bytes_only(media.image),
        document: bytes_only(media.document),
        video: bytes_only(media.video),
        audio: bytes_only(media.audio),
    }
}
