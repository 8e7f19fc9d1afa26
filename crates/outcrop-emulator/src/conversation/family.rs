//! The families of models whose rules differ.

use outcrop_converse::ModelId;

/// A family of models; those that are told apart here have rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Claude,
    DeepSeek,
    Glm,
    Kimi,
    Llama,
    Mistral,
    Nova,
    OpenAi,
    Qwen,
    Writer,
    /// Any other, of which nothing is asked but what is asked of all.
    Other,
}

/// Claude models that refuse to go on with a last turn of the assistant: 4.6 and later.
const NO_PREFILL: &[&str] = &[
    "-4-6",
    "-4-7",
    "-4-8",
    "claude-opus-5",
    "claude-sonnet-5",
    "claude-haiku-5",
    "claude-fable",
    "claude-mythos",
];

/// Models that know no cache points, by what their ids begin with.
const NO_CACHING: &[&str] =
    &["meta.", "mistral.", "cohere.", "ai21.", "amazon.titan", "writer.", "deepseek."];

/// Models that see neither images nor videos, by what their ids begin with.
const TEXT_ONLY: &[&str] = &[
    "amazon.nova-micro",
    "deepseek.",
    "meta.llama3-1",
    "meta.llama3-3",
    "openai.gpt-oss",
    "qwen.qwen3-32b",
    "qwen.qwen3-coder",
    "zai.glm-4.7",
];

/// Models that know no system prompt, by what their ids begin with.
const NO_SYSTEM: &[&str] =
    &["amazon.titan-text", "mistral.mistral-7b-instruct", "mistral.mixtral-8x7b-instruct"];

/// Models that call no tools, by what their ids begin with.
const NO_TOOLS: &[&str] = &["deepseek.r1"];

impl Family {
    pub(super) fn of(model: &ModelId<'_>) -> Self {
        const BY_VENDOR: &[(&str, Family)] = &[
            ("anthropic.claude", Family::Claude),
            ("deepseek.", Family::DeepSeek),
            ("zai.", Family::Glm),
            ("moonshot", Family::Kimi),
            ("meta.", Family::Llama),
            ("mistral.", Family::Mistral),
            ("amazon.nova", Family::Nova),
            ("openai.", Family::OpenAi),
            ("qwen.", Family::Qwen),
            ("writer.", Family::Writer),
        ];
        let found = BY_VENDOR.iter().find(|(start, _)| model.base().starts_with(start));
        found.map_or(Self::Other, |(_, family)| *family)
    }

    /// Whether a conversation may start with the assistant.
    pub(super) fn lets_the_assistant_start(self) -> bool {
        matches!(self, Self::Claude | Self::Qwen | Self::Glm | Self::Kimi)
    }
}

pub(super) fn refuses_prefill(model: &ModelId<'_>) -> bool {
    Family::of(model) == Family::Claude && NO_PREFILL.iter().any(|line| model.base().contains(line))
}

/// Whether the ids of calls are nine letters and digits. Pixtral has been seen to take Bedrock's own, which are longer.
pub(super) fn wants_nine_letters(model: &ModelId<'_>) -> bool {
    Family::of(model) == Family::Mistral && !model.base().contains("pixtral")
}

pub(super) fn refuses_caching(model: &ModelId<'_>) -> bool {
    NO_CACHING.iter().any(|start| model.base().starts_with(start))
}

pub(super) fn reads_only_text(model: &ModelId<'_>) -> bool {
    TEXT_ONLY.iter().any(|start| model.base().starts_with(start))
}

pub(super) fn refuses_system(model: &ModelId<'_>) -> bool {
    NO_SYSTEM.iter().any(|start| model.base().starts_with(start))
}

pub(super) fn refuses_tools(model: &ModelId<'_>) -> bool {
    NO_TOOLS.iter().any(|start| model.base().starts_with(start))
}
