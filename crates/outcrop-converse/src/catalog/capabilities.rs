//! What a model supports, and what it rejects.
//!
//! Each capability has a type of its own with a variant `Unknown`, which is never a reason to change a request. The values
//! for a model come from `catalog/models.json` and `catalog/rules.json`, where each has its source.

use super::reasoning::{Reasoning, ReasoningReplay, SamplingParams, TopK};

/// What a model supports, and what it rejects, as far as that is known.
///
/// A capability that is not known is `Unknown`, and the request is sent as the caller wrote it: the catalog lags behind the
/// service, so it must not block a new model. Only a known rejection is a reason to change a request.
///
/// ```
/// use outcrop_converse::catalog::{Catalog, SamplingParams, Support};
///
/// let catalog = Catalog::builtin();
/// let opus = catalog.capabilities("eu.anthropic.claude-opus-4-8");
/// assert_eq!(opus.sampling, SamplingParams::Unsupported);
/// assert_eq!(opus.prefill, Support::No);
/// assert_eq!(catalog.capabilities("a model of next year").prefill, Support::Unknown);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// A system prompt.
    pub system_prompt: Support,
    /// A conversation that begins with an assistant turn (L4).
    pub leading_assistant: Support,
    /// A conversation that ends with an assistant turn, which the model continues (L5).
    pub prefill: Support,
    /// Responses as a stream.
    pub streaming: Streaming,
    /// Tools.
    pub tools: Support,
    /// The values of the tool choice.
    pub tool_choice: ToolChoices,
    /// The member `strict` of a tool (L41).
    pub strict_tools: Support,
    /// The model field `disable_parallel_tool_use` (L45).
    pub parallel_tools_switch: Support,
    /// The pattern of tool call ids.
    pub tool_ids: ToolIds,
    /// The blocks that may be in the same turn as a tool result.
    pub tool_result_siblings: ToolResultSiblings,
    /// The member `status` of a tool result (L36).
    pub tool_result_status: Support,
    /// Media in messages.
    pub media: Media,
    /// Media in tool results.
    pub tool_result_media: ToolResultMedia,
    /// Prompt caching.
    pub caching: Caching,
    /// The parameter that enables reasoning.
    pub reasoning: Reasoning,
    /// The reasoning of earlier turns that may be sent back.
    pub reasoning_replay: ReasoningReplay,
    /// A response that matches a schema, by `outputConfig` (L96).
    pub structured_output: Support,
    /// The parameters `temperature` and `topP`.
    pub sampling: SamplingParams,
    /// The field for `top_k`.
    pub top_k: TopK,
    /// Stop sequences.
    pub stop_sequences: Support,
}

impl Capabilities {
    /// The capabilities of an unknown model.
    pub const UNKNOWN: Self = Self {
        system_prompt: Support::Unknown,
        leading_assistant: Support::Unknown,
        prefill: Support::Unknown,
        streaming: Streaming::Unknown,
        tools: Support::Unknown,
        tool_choice: ToolChoices::Unknown,
        strict_tools: Support::Unknown,
        parallel_tools_switch: Support::Unknown,
        tool_ids: ToolIds::Unknown,
        tool_result_siblings: ToolResultSiblings::Unknown,
        tool_result_status: Support::Unknown,
        media: Media::UNKNOWN,
        tool_result_media: ToolResultMedia::UNKNOWN,
        caching: Caching::Unknown,
        reasoning: Reasoning::Unknown,
        reasoning_replay: ReasoningReplay::Unknown,
        structured_output: Support::Unknown,
        sampling: SamplingParams::Unknown,
        top_k: TopK::Unknown,
        stop_sequences: Support::Unknown,
    };
}

/// Whether a model supports something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Support {
    /// Not known.
    #[default]
    Unknown,
    /// Supported.
    Yes,
    /// Rejected or ignored.
    No,
}

impl Support {
    /// Returns whether it is known to be supported.
    #[must_use]
    pub const fn is_supported(self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Returns whether it is known to be unsupported, the only reason to drop it from a request.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        matches!(self, Self::No)
    }
}

/// Whether a model returns a response as a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Streaming {
    /// Not known.
    #[default]
    Unknown,
    /// With and without tools.
    Full,
    // "doesn't support tool use in streaming mode": https://github.com/danny-avila/LibreChat/issues/6351.
    /// Only without tools (L48).
    WithoutTools,
    /// Never.
    Unsupported,
}

/// The values of the tool choice that a model supports. Converse has no value `none`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoices {
    /// Not known.
    #[default]
    Unknown,
    /// `auto`, `any` and `tool`.
    All,
    // "Thinking may not be enabled when tool_choice forces tool use": https://github.com/vercel/ai/issues/11227 (M27).
    /// `auto`, `any` and `tool`, but only `auto` while thinking with a budget is enabled: Claude 3.7 to 4 (L17).
    AllUnlessThinking,
    /// `auto` and `any`.
    AutoAndAny,
    /// `auto`.
    AutoOnly,
    /// None: the model rejects `toolChoice` (L18).
    Unsupported,
}

impl ToolChoices {
    /// Returns whether `any` is known to be rejected, depending on whether thinking with a budget is enabled.
    #[must_use]
    pub const fn rejects_any(self, thinking: bool) -> bool {
        match self {
            Self::AutoOnly | Self::Unsupported => true,
            Self::AllUnlessThinking => thinking,
            Self::Unknown | Self::All | Self::AutoAndAny => false,
        }
    }

    /// Returns whether `tool` is known to be rejected, depending on whether thinking with a budget is enabled.
    #[must_use]
    pub const fn rejects_tool(self, thinking: bool) -> bool {
        matches!(self, Self::AutoAndAny) || self.rejects_any(thinking)
    }

    /// Returns whether `auto`, and with it any `toolChoice`, is known to be rejected.
    #[must_use]
    pub const fn rejects_auto(self) -> bool {
        matches!(self, Self::Unsupported)
    }
}

/// The tool call ids that a model accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolIds {
    /// Not known. Converse itself accepts `[a-zA-Z0-9_.:-]{1,64}`.
    #[default]
    Unknown,
    // Claude's own pattern is narrower than that of the service: https://github.com/maximhq/bifrost/issues/5097.
    /// `[a-zA-Z0-9_-]{1,64}` (L30).
    LettersAndDashes,
    /// Nine letters and digits (L31).
    NineAlphanumerics,
}

/// The blocks that a model accepts in the same turn as a tool result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolResultSiblings {
    /// Not known.
    #[default]
    Unknown,
    /// Text and images, but no documents and videos (L3).
    TextAndImages,
    // "Conversation blocks and tool result blocks cannot be provided in the same turn":
    // https://github.com/browser-use/browser-use/issues/710 (M11).
    /// Only other tool results (L2).
    Nothing,
}

/// The media that a model accepts in messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// Images.
    pub image: MediaDelivery,
    /// Documents.
    pub document: MediaDelivery,
    /// Videos.
    pub video: MediaDelivery,
    /// Audio.
    pub audio: MediaDelivery,
}

impl Media {
    /// The media of an unknown model.
    pub const UNKNOWN: Self = Self {
        image: MediaDelivery::Unknown,
        document: MediaDelivery::Unknown,
        video: MediaDelivery::Unknown,
        audio: MediaDelivery::Unknown,
    };
}

/// Whether a model accepts a kind of media, and from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaDelivery {
    /// Not known.
    #[default]
    Unknown,
    /// Rejected (L58).
    Unsupported,
    /// Accepted as bytes. Not known for S3.
    Supported,
    /// Accepted as bytes, rejected from S3 (L57).
    BytesOnly,
    /// Accepted as bytes and from S3.
    BytesAndS3,
}

impl MediaDelivery {
    /// Returns whether the kind is known to be rejected.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        matches!(self, Self::Unsupported)
    }

    /// Returns whether the kind is known to be rejected from S3.
    #[must_use]
    pub const fn rejects_s3(self) -> bool {
        matches!(self, Self::Unsupported | Self::BytesOnly)
    }
}

/// The media that a model accepts in tool results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResultMedia {
    /// Images (L34).
    pub image: Support,
    /// Documents.
    pub document: ToolResultDocuments,
    /// Videos.
    pub video: Support,
}

impl ToolResultMedia {
    /// The media of an unknown model.
    pub const UNKNOWN: Self =
        Self { image: Support::Unknown, document: ToolResultDocuments::Unknown, video: Support::Unknown };
}

/// The documents that a model accepts in tool results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolResultDocuments {
    /// Not known.
    #[default]
    Unknown,
    /// All formats.
    All,
    // Nova answers a pdf with "extraneous key [toolResult] is not permitted", in traffic that pydantic-ai recorded.
    /// Text formats such as csv and txt, but no pdf and no docx (L35).
    PlainText,
    /// None.
    Unsupported,
}

/// The prompt caching of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caching {
    /// Not known.
    #[default]
    Unknown,
    // The error is 403, "did not allow prompt caching", as if credentials were missing:
    // https://github.com/BerriAI/litellm/issues/39210.
    /// None: a cache point is an error (L65).
    Unsupported,
    /// Automatic: a cache point is an error, and not necessary.
    Implicit,
    /// At cache points.
    Points(CachePoints),
}

/// The cache points that a model supports.
///
/// AWS lists the limits per model at <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePoints {
    /// The minimum number of tokens before a cache point. With fewer, it has no effect, and no error reports that.
    pub min_tokens: Option<u16>,
    /// The maximum number of tokens that are cached.
    pub max_tokens: Option<u32>,
    /// The positions of cache points.
    pub scope: CachePointScope,
    /// The lifetimes of cache entries.
    pub ttl: CacheTtls,
}

impl CachePoints {
    /// The maximum number of cache points of a request, over tools, system prompt and messages, for every model.
    ///
    /// See <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html> and
    /// <https://github.com/block/goose/pull/6710> (L61, M39).
    pub const MAX: usize = 4;

    /// Cache points without any known limit.
    pub const UNKNOWN: Self =
        Self { min_tokens: None, max_tokens: None, scope: CachePointScope::Unknown, ttl: CacheTtls::Unknown };
}

/// The positions at which a model accepts cache points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CachePointScope {
    /// Not known.
    #[default]
    Unknown,
    /// In system prompt, messages and tools.
    Everywhere,
    // "extraneous key [cachePoint]": https://github.com/zeroclaw-labs/zeroclaw/issues/8720.
    /// Not among tools, and not in a turn with tool calls or tool results (L64, M36).
    OutsideTools,
}

/// The lifetimes of cache entries that a model supports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CacheTtls {
    /// Not known.
    #[default]
    Unknown,
    /// None: the model rejects `ttl` (L64).
    Unsupported,
    /// Five minutes.
    FiveMinutes,
    /// Five minutes and one hour.
    UpToOneHour,
}
