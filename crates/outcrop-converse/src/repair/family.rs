//! What the rules of repair ask about a model.

use super::names::Pattern;
use crate::model::ModelId;
use crate::wire::DocumentFormat;

/// What a model takes, as far as repairs depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits {
    /// Whether a conversation may start with the assistant (lesson L4).
    pub(crate) leading_assistant: bool,
    /// Whether the model goes on with a last turn of the assistant (lesson L5).
    pub(crate) prefill: bool,
    /// Which reasoning it takes back.
    pub(crate) reasoning: Replay,
    /// What may stand beside results of tools.
    pub(crate) beside_results: Beside,
    /// The ids of calls that it takes.
    pub(crate) ids: Pattern,
    /// Whether it takes images in results of tools (lesson L34).
    pub(crate) result_images: bool,
    /// The documents that it takes in results of tools (lesson L35).
    pub(crate) result_documents: Documents,
    /// Whether it takes videos in results of tools.
    pub(crate) result_videos: bool,
    /// Whether results of tools may have a status (lesson L36).
    pub(crate) result_status: bool,
    /// Where cache points may stand.
    pub(crate) caching: Caching,
    /// Whether cache points may say how long they live.
    pub(crate) ttl: bool,
}

/// Which of the reasoning of former turns a model takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replay {
    /// Nobody knows: it is sent as it is.
    Unknown,
    /// Its own, signed or encrypted (lessons L74, L76).
    Signed,
    /// Text without a signature (lesson L76).
    Unsigned,
    /// None (lessons L77, M34).
    Refused,
}

/// What may stand beside results of tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Everything.
    Anything,
    /// Everything but documents and videos (lesson L3).
    NoDocuments,
    /// Nothing (lesson L2).
    Nothing,
}

/// The documents that a model takes in results of tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Documents {
    /// All.
    All,
    /// Those that are plain text.
    PlainText,
    /// None.
    Refused,
}

impl Documents {
    pub(crate) fn take(self, format: Option<&DocumentFormat>) -> bool {
        match self {
            Self::All => true,
            Self::Refused => false,
            Self::PlainText => matches!(
                format,
                None | Some(
                    DocumentFormat::Txt | DocumentFormat::Csv | DocumentFormat::Md | DocumentFormat::Html
                )
            ),
        }
    }
}

/// Where cache points may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caching {
    /// Nowhere (lesson L65).
    Refused,
    /// Not among tools, and not in turns with calls or results (lessons L64, M36).
    OutsideTools,
    /// Everywhere.
    Everywhere,
}

impl Traits {
    /// Those of a model of which nothing is known: what every model takes where turns are concerned, and else no change.
    const UNKNOWN: Self = Self {
        leading_assistant: false,
        prefill: false,
        reasoning: Replay::Unknown,
        beside_results: Beside::Anything,
        ids: Pattern::DotsAndDashes,
        result_images: true,
        result_documents: Documents::All,
        result_videos: true,
        result_status: true,
        caching: Caching::Everywhere,
        ttl: true,
    };

    /// What is known of a model.
    pub(crate) fn of(model: &ModelId<'_>) -> Self {
        let id = model.base();
        let of = |prefix: &str| id.starts_with(prefix);
        let no_caching = Self { caching: Caching::Refused, ttl: false, ..Self::UNKNOWN };
        let no_media = Self {
            result_images: false,
            result_documents: Documents::Refused,
            result_videos: false,
            ..no_caching
        };
        if of("anthropic.") {
            Self {
                leading_assistant: true,
                prefill: PREFILL.iter().any(|line| of(line)),
                reasoning: Replay::Signed,
                beside_results: Beside::NoDocuments,
                ids: Pattern::Dashes,
                ..Self::UNKNOWN
            }
        } else if of("amazon.nova") {
            Self {
                prefill: true,
                reasoning: Replay::Unsigned,
                result_documents: Documents::PlainText,
                caching: Caching::OutsideTools,
                ..no_caching
            }
        } else if of("amazon.") || of("cohere.") || of("ai21.") {
            Self { reasoning: Replay::Refused, ..no_caching }
        } else if of("meta.") {
            Self { reasoning: Replay::Refused, beside_results: Beside::Nothing, ..no_caching }
        } else if of("mistral.") {
            Self { beside_results: Beside::Nothing, ids: Pattern::Nine, ..no_media }
        } else if of("writer.") {
            Self {
                reasoning: Replay::Refused,
                beside_results: Beside::Nothing,
                result_status: false,
                ..no_caching
            }
        } else if of("deepseek.") {
            Self { reasoning: Replay::Refused, ..no_caching }
        } else if of("openai.") {
            Self { reasoning: Replay::Refused, ..no_media }
        } else if of("qwen.") || of("moonshot") {
            Self { leading_assistant: true, reasoning: Replay::Unsigned, ..no_media }
        } else if of("zai.") {
            Self { leading_assistant: true, reasoning: Replay::Unsigned, ..no_caching }
        } else if of("minimax.") {
            Self { reasoning: Replay::Unsigned, ..no_caching }
        } else {
            Self::UNKNOWN
        }
    }
}

/// The Claude models that go on with a last turn of the assistant: those before 4.6.
const PREFILL: &[&str] = &[
    "anthropic.claude-v2",
    "anthropic.claude-instant",
    "anthropic.claude-3",
    "anthropic.claude-opus-4-2",
    "anthropic.claude-opus-4-1",
    "anthropic.claude-opus-4-5",
    "anthropic.claude-sonnet-4-2",
    "anthropic.claude-sonnet-4-5",
    "anthropic.claude-haiku-4-5",
];
