//! Families of models.

use std::fmt;

/// The family that a model belongs to: models of one family share most rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ModelFamily {
    /// A family that is not known, or a model whose id hides what it is.
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
    /// OpenAI's GPT, other than the open-weight ones.
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
