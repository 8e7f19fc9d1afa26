//! What a model takes and what it refuses.

use super::{
    Caching, Media, Reasoning, ReasoningReplay, SamplingParams, Streaming, ToolChoices, ToolIds,
    ToolResultMedia, ToolResultSiblings, TopK,
};

/// What a model takes and what it refuses, as far as that is known.
///
/// Whatever is not known is `Unknown` in its own type, and is to be sent as the caller said it: the catalog lags
/// behind the service, so it must never stand in the way. Only a known refusal is a reason to change a request.
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
    /// Instructions in `system`.
    pub system_prompt: Support,
    /// A conversation that the assistant opens (lesson L4).
    pub leading_assistant: Support,
    /// A conversation that ends with the assistant's turn, which the model goes on with (lesson L5).
    pub prefill: Support,
    /// Answers as a stream.
    pub streaming: Streaming,
    /// Tools.
    pub tools: Support,
    /// The choices of tools.
    pub tool_choice: ToolChoices,
    /// `strict` in the specification of a tool (lesson L41).
    pub strict_tools: Support,
    /// `disable_parallel_tool_use` among the model's own fields (lesson L45).
    pub parallel_tools_switch: Support,
    /// The ids of calls.
    pub tool_ids: ToolIds,
    /// What may stand beside the result of a tool, in the same turn.
    pub tool_result_siblings: ToolResultSiblings,
    /// `status` in the result of a tool (lesson L36).
    pub tool_result_status: Support,
    /// Media in messages.
    pub media: Media,
    /// Media in results of tools.
    pub tool_result_media: ToolResultMedia,
    /// Prompt caching.
    pub caching: Caching,
    /// How it is told to reason.
    pub reasoning: Reasoning,
    /// Which of the reasoning of former turns it takes back.
    pub reasoning_replay: ReasoningReplay,
    /// An answer held to a schema by `outputConfig` (lesson L96).
    pub structured_output: Support,
    /// Temperature and nucleus.
    pub sampling: SamplingParams,
    /// Where `top_k` goes.
    pub top_k: TopK,
    /// Stop sequences.
    pub stop_sequences: Support,
}

impl Capabilities {
    /// Those of a model of which nothing is known.
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

/// Whether a model takes something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Support {
    /// Nobody has told. It is sent.
    #[default]
    Unknown,
    /// It is taken.
    Yes,
    /// It is refused, or comes to nothing.
    No,
}

impl Support {
    /// Whether it is known to be taken.
    #[must_use]
    pub const fn is_supported(self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Whether it is known to be refused: the one reason to leave it out.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        matches!(self, Self::No)
    }
}
