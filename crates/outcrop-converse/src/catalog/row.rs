//! The rows of the tables: models, the prefixes of their ids, and what the catalog knows about each.

use std::fmt;

use super::capabilities::Capabilities;

/// What is known about a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The family.
    pub family: ModelFamily,
    /// The limits.
    pub limits: Limits,
    /// What the model supports, and what it rejects.
    pub capabilities: Capabilities,
    /// The day, such as `2027-03-30`, from which the model may not be available any more.
    pub end_of_life: Option<&'static str>,
}

impl ModelInfo {
    /// An unknown model.
    pub const UNKNOWN: Self = Self {
        family: ModelFamily::Other,
        limits: Limits::UNKNOWN,
        capabilities: Capabilities::UNKNOWN,
        end_of_life: None,
    };
}

/// The limits of a model, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The maximum of a conversation, including the response.
    pub context_window: Option<u32>,
    /// The maximum of a response.
    pub max_output_tokens: Option<u32>,
    /// The minimum of `maxTokens`.
    pub min_max_tokens: Option<u32>,
}

impl Limits {
    /// The limits of an unknown model.
    pub const UNKNOWN: Self = Self { context_window: None, max_output_tokens: None, min_max_tokens: None };
}

/// A model of the table.
#[derive(Debug)]
pub(super) struct Row {
    /// The id, or an alias of it.
    pub(super) key: &'static str,
    pub(super) id: &'static str,
    pub(super) info: ModelInfo,
    pub(super) routes: &'static [Route],
}

/// A prefix of model ids, which ends at a `-`, `.`, `:` or `[`, and what is known about all models that have it.
#[derive(Debug)]
pub(super) struct PrefixRow {
    pub(super) prefix: &'static str,
    pub(super) info: ModelInfo,
}

/// A way to a model, a profile or a region or neither, with its price.
#[derive(Debug, PartialEq)]
pub(super) struct Route {
    pub(super) name: &'static str,
    /// The index of the price in the table of prices, which many routes share.
    pub(super) price: u16,
}

/// A family of models, which share most rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ModelFamily {
    /// Another family, or a model whose id does not reveal it.
    #[default]
    Other,
    /// AI21's Jurassic and Jamba.
    Ai21,
    /// Anthropic's Claude.
    Claude,
    /// Cohere's Command.
    Command,
    /// DeepSeek.
    DeepSeek,
    /// Google's Gemma.
    Gemma,
    /// Z.ai's GLM.
    Glm,
    /// OpenAI's GPT, except the open-weight models.
    Gpt,
    /// OpenAI's open-weight gpt-oss.
    GptOss,
    /// xAI's Grok.
    Grok,
    /// Moonshot's Kimi.
    Kimi,
    /// Meta's Llama.
    Llama,
    /// MiniMax.
    MiniMax,
    /// Mistral, with Mixtral, Ministral, Magistral, Devstral, Pixtral and Voxtral.
    Mistral,
    /// NVIDIA's Nemotron.
    Nemotron,
    /// Amazon's Nova of the first generation.
    Nova,
    /// Amazon's Nova 2.
    Nova2,
    /// Writer's Palmyra.
    Palmyra,
    /// Alibaba's Qwen.
    Qwen,
    /// Amazon's Titan.
    Titan,
}

impl fmt::Display for ModelFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other => "another family",
            Self::Ai21 => "AI21",
            Self::Claude => "Claude",
            Self::Command => "Command",
            Self::DeepSeek => "DeepSeek",
            Self::Gemma => "Gemma",
            Self::Glm => "GLM",
            Self::Gpt => "GPT",
            Self::GptOss => "gpt-oss",
            Self::Grok => "Grok",
            Self::Kimi => "Kimi",
            Self::Llama => "Llama",
            Self::MiniMax => "MiniMax",
            Self::Mistral => "Mistral",
            Self::Nemotron => "Nemotron",
            Self::Nova => "Nova",
            Self::Nova2 => "Nova 2",
            Self::Palmyra => "Palmyra",
            Self::Qwen => "Qwen",
            Self::Titan => "Titan",
        })
    }
}
