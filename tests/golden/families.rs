//! The models of the generated histories.

/// A family and the models that stand for it: at least one for each set of capabilities in the catalog.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) models: &'static [&'static str],
}

/// Every family of the catalog, and models that it doesn't know.
pub(crate) const FAMILIES: &[Family] = &[
    Family {
        name: "ai21",
        models: &["ai21.jamba-1-5-large-v1:0", "ai21.jamba-instruct-v1:0", "ai21.j2-mid-v1"],
    },
    Family {
        name: "claude",
        models: &[
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "global.anthropic.claude-opus-4-6-v1",
            "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
            "us.anthropic.claude-opus-4-7",
            "anthropic.claude-3-haiku-20240307-v1:0",
            "anthropic.claude-haiku-4-5-20251001-v1:0",
            "anthropic.claude-3-5-haiku-20241022-v1:0",
            "anthropic.claude-3-5-sonnet-20240620-v1:0",
            "anthropic.claude-3-5-sonnet-20241022-v2:0",
            "anthropic.claude-fable-5",
            "anthropic.claude-fable-5-2",
            "anthropic.claude-haiku-5-5",
            "anthropic.claude-instant-v1",
            "anthropic.claude-mythos-5",
            "anthropic.claude-mythos-5-2",
            "anthropic.claude-mythos-preview",
            "anthropic.claude-opus-4-1-20250805-v1:0",
            "anthropic.claude-opus-4-5-20251101-v1:0",
            "anthropic.claude-opus-4-8",
            "anthropic.claude-sonnet-4-20250514-v1:0",
            "anthropic.claude-sonnet-4-6",
            "anthropic.claude-sonnet-5",
            // An unknown version has the capabilities of its line.
            "us.anthropic.claude-opus-9-v1:0",
        ],
    },
    Family { name: "command", models: &["cohere.command-r-plus-v1:0", "cohere.command-light-text-v14"] },
    Family { name: "deepseek", models: &["us.deepseek.r1-v1:0", "deepseek.v3-v1:0", "deepseek.v3.2"] },
    Family {
        name: "gemma",
        models: &["google.gemma-3-12b-it", "google.gemma-3-4b-it", "google.gemma-4-26b-a4b"],
    },
    Family { name: "glm", models: &["zai.glm-4.7", "zai.glm-5.3"] },
    Family { name: "gpt", models: &["openai.gpt-5.4", "openai.gpt-5.6-luna"] },
    Family { name: "gpt-oss", models: &["openai.gpt-oss-120b-1:0", "openai.gpt-oss-safeguard-20b"] },
    Family { name: "grok", models: &["xai.grok-4.3", "xai.grok-4.6", "xai.grok-4.7"] },
    Family {
        name: "kimi",
        models: &[
            "moonshot.kimi-k2-thinking",
            "moonshotai.kimi-k2.5",
            "moonshotai.kimi-k3",
            "moonshotai.kimi-k3.1",
        ],
    },
    Family {
        name: "llama",
        models: &[
            "us.meta.llama4-maverick-17b-instruct-v1:0",
            "meta.llama3-1-8b-instruct-v1:0",
            "meta.llama2-13b-chat-v1",
            "meta.llama3-1-405b-instruct-v1:0",
            "meta.llama3-2-11b-instruct-v1:0",
            "meta.llama3-2-1b-instruct-v1:0",
        ],
    },
    Family { name: "minimax", models: &["minimax.minimax-m2", "minimax.minimax-m2.1"] },
    Family {
        name: "mistral",
        models: &[
            "mistral.mistral-large-2407-v1:0",
            "mistral.mistral-large-3-675b-instruct",
            "mistral.pixtral-large-2502-v1:0",
            "mistral.devstral-2-123b",
            "mistral.magistral-small-2509",
            "mistral.ministral-3-3b-instruct",
            "mistral.mistral-7b-instruct-v0:2",
            "mistral.mistral-small-2402-v1:0",
            "mistral.voxtral-mini-3b-2507",
        ],
    },
    Family {
        name: "nemotron",
        models: &[
            "nvidia.nemotron-nano-12b-v2",
            "nvidia.nemotron-nano-3-30b",
            "nvidia.nemotron-nano-9b-v2",
            "nvidia.nemotron-super-3-120b",
        ],
    },
    Family {
        name: "nova",
        models: &[
            "us.amazon.nova-pro-v1:0",
            "amazon.nova-lite-v1:0",
            "amazon.nova-micro-v1:0",
            "us.amazon.nova-premier-v1:0",
        ],
    },
    Family { name: "nova-2", models: &["jp.amazon.nova-2-lite-v1:0"] },
    Family { name: "palmyra", models: &["us.writer.palmyra-x5-v1:0", "writer.palmyra-vision-7b"] },
    Family {
        name: "qwen",
        models: &[
            "qwen.qwen3-32b-v1:0",
            "qwen.qwen3-coder-next",
            "qwen.qwen3-next-80b-a3b",
            "qwen.qwen3-vl-235b-a22b",
        ],
    },
    Family { name: "titan", models: &["amazon.titan-text-express-v1"] },
    Family {
        name: "unknown",
        models: &[
            "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56",
            "newcomer.model-v1:0",
        ],
    },
];
