//! The families of well-known models.

use crate::catalog::{Catalog, ModelFamily};

#[test]
fn models_have_their_family() {
    use ModelFamily as F;
    for (name, family) in [
        ("ai21.jamba-1-5-large-v1:0", F::Ai21),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", F::Claude),
        ("anthropic.claude-v2:1", F::Claude),
        ("anthropic.claude-of-next-year-v1:0", F::Claude),
        ("cohere.command-r-plus-v1:0", F::Command),
        ("us.deepseek.r1-v1:0", F::DeepSeek),
        ("google.gemma-3-27b-it", F::Gemma),
        ("zai.glm-5.3", F::Glm),
        ("global.openai.gpt-6.1-sol", F::Gpt),
        ("openai.gpt-oss-20b-1:0", F::GptOss),
        ("openai.gpt-oss-safeguard-120b", F::GptOss),
        ("xai.grok-4.6", F::Grok),
        ("moonshot.kimi-k2-thinking", F::Kimi),
        ("moonshotai.kimi-k3.1", F::Kimi),
        ("eu.meta.llama3-2-1b-instruct-v1:0", F::Llama),
        ("meta.llama5-70b-instruct-v1:0", F::Llama),
        ("minimax.minimax-m2.1", F::MiniMax),
        ("us.mistral.pixtral-large-2502-v1:0", F::Mistral),
        ("mistral.voxtral-mini-3b-2507", F::Mistral),
        ("nvidia.nemotron-nano-9b-v2", F::Nemotron),
        ("apac.amazon.nova-lite-v1:0", F::Nova),
        ("global.amazon.nova-2-lite-v1:0", F::Nova2),
        ("amazon.nova-2-of-next-year-v1:0", F::Nova2),
        ("writer.palmyra-x5-v1:0", F::Palmyra),
        ("qwen.qwen3-32b-v1:0", F::Qwen),
        ("amazon.titan-text-express-v1", F::Titan),
        ("twelvelabs.pegasus-1-2-v1:0", F::Other),
        ("amazon.rerank-v1:0", F::Other),
        ("", F::Other),
    ] {
        assert_eq!(Catalog::builtin().model(name).family, family, "{name}");
    }
}

#[test]
fn every_model_of_the_data_has_a_named_family() {
    for id in Catalog::ids() {
        let family = Catalog::builtin().model(id).family;
        assert_ne!(family, ModelFamily::Other, "{id}");
        assert_ne!(family.to_string(), ModelFamily::Other.to_string(), "{id}");
    }
}
