//! Property: a transcript writes the bytes that `encode_request` writes, however the history changes.

mod cost;

use outcrop_core::{
    AudioContent, CachePointContent, ContentBlock, DocumentContent, GenericContent, ImageContent, JsonObject,
    ModelRequest, PromptCache, RawJson, ReasoningContent, Role, ToolCallContent, ToolChoice,
    ToolResultContent, ToolSpec, UnifiedMessage, VideoContent,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::Transcript;
use crate::catalog::{Caching, Catalog, ModelOverrides};
use crate::encode::encode_request;
use crate::options::{Alternation, Dialect, EncodeOptions};
use crate::tests::choices::Choices;
use crate::{BedrockOptions, ResponseContext, Rule, Rules};

const MODELS: &[&str] = &[
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.amazon.nova-pro-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "us.meta.llama4-maverick-17b-instruct-v1:0",
    "openai.gpt-oss-120b-1:0",
    "us.deepseek.r1-v1:0",
    "moonshot.kimi-k2-thinking",
    "amazon.titan-text-express-v1",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56",
];

/// A program that keeps a history, and changes it between two requests in all ways that programs do.
struct Program {
    request: ModelRequest,
    options: EncodeOptions,
    /// The options that it returns to.
    usual: EncodeOptions,
    /// The number of ids that were used.
    ids: usize,
}

impl Program {
    fn new(mut options: EncodeOptions) -> Self {
        // Few tokens are enough for a cache point, and for too many of them.
        options.catalog = caching_from(&options.catalog, MODELS[0], 2, None);
        options.catalog = caching_from(&options.catalog, MODELS[1], 2, Some(40));
        let request = ModelRequest::builder(MODELS[0]).tool(ToolSpec::without_input("f")).build();
        Self { request, usual: options.clone(), options, ids: 0 }
    }

    /// Makes one change.
    fn step(&mut self, choices: &mut Choices<'_>) {
        let count = self.request.messages.len();
        match choices.below(25) {
            0..8 => self.agent_turn(choices),
            8..11 => {
                for _ in 0..choices.below(4) + 1 {
                    let message = self.message(choices);
                    self.request.messages.push(message);
                }
            }
            11..13 if count > 0 => {
                let at = choices.below(count);
                self.request.messages[at] = self.message(choices);
            }
            13 if count > 0 => {
                let block = self.block(choices);
                self.request.messages[choices.below(count)].content.push(block);
            }
            14 => self.request.messages.truncate(choices.below(count + 1)),
            15 => {
                let message = self.message(choices);
                self.request.messages.insert(choices.below(count + 1), message);
            }
            16 if count > 0 => drop(self.request.messages.remove(choices.below(count))),
            17 => choices.pick(MODELS).clone_into(&mut self.request.model),
            18 => {
                const NAMES: &[&str] = &["f", "fs.read", "fs_read", "g"];
                let count = choices.below(4);
                let point = choices.chance(30).then(CachePointContent::new);
                self.request.tools =
                    NAMES.iter().take(count).map(|name| ToolSpec::without_input(*name)).collect();
                if let Some(tool) = self.request.tools.last_mut() {
                    tool.cache_point = point;
                }
            }
            19 => self.request.tool_choice = choices.chance(50).then_some(ToolChoice::None),
            20 => self.request.supports_system_prompts = !self.request.supports_system_prompts,
            21 => {
                let options = BedrockOptions::new();
                let options = if choices.chance(30) { options.guard_last_turn_only() } else { options };
                self.request.extensions.insert(options);
            }
            24 => {
                self.request.cache = match choices.below(4) {
                    0 => None,
                    1 => Some(PromptCache::auto().with_ttl("1h")),
                    2 => Some(PromptCache::Off),
                    _ => Some(PromptCache::auto()),
                };
            }
            22 => self.options.rules = Rules::all().without(Rule::ALL[choices.below(Rule::ALL.len())]),
            23 => {
                self.options = self.usual.clone();
                match choices.below(8) {
                    0 => self.options.alternation = Alternation::Insert,
                    1 => self.options.alternation = Alternation::Keep,
                    2 => self.options.dialect = Dialect::Ag2,
                    3 => self.options.strict = true,
                    4 => self.options.rules = Rules::none(),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Adds a turn in which the assistant calls tools, and one with their results.
    fn agent_turn(&mut self, choices: &mut Choices<'_>) {
        if self.request.messages.is_empty() {
            self.request.messages.push(UnifiedMessage::user("hi"));
        }
        let mut response = vec![ContentBlock::text("I look it up. ")];
        if choices.chance(30) {
            response.insert(choices.below(2), ReasoningContent::signed("hm", "s").into());
        }
        let mut results = Vec::new();
        for _ in 0..choices.below(3) {
            self.ids += 1;
            let id = match choices.below(16) {
                0 => String::new(),
                _ => format!("{}{}", choices.pick(&["call", "id nine", "n.1", "call00"]), self.ids),
            };
            response
                .push(ToolCallContent::new(id.as_str(), choices.pick(&["f", "g", "fs.read"]), "{}").into());
            results.push(ContentBlock::from(ToolResultContent::new(id, "out")));
        }
        if choices.chance(25) {
            response.push(CachePointContent::new().into());
        }
        if results.is_empty() || choices.chance(20) {
            results.push(self.block(choices));
        }
        if choices.chance(25) {
            results.push(CachePointContent::new().into());
        }
        self.request.messages.push(UnifiedMessage::new(Role::Assistant, response));
        self.request.messages.push(UnifiedMessage::new(Role::User, results));
    }

    /// Generates a message.
    fn message(&mut self, choices: &mut Choices<'_>) -> UnifiedMessage {
        let role = Role::from(choices.pick(&["user", "assistant", "tool", "system", "user", "assistant"]));
        let mut message =
            UnifiedMessage::new(role, (0..choices.below(4)).map(|_| self.block(choices)).collect());
        message.name = choices.chance(10).then(|| "Ann".to_owned());
        message
    }

    /// Generates a block as agents store them. There are few names and ids, so that they collide, and some are illegal.
    fn block(&mut self, choices: &mut Choices<'_>) -> ContentBlock {
        const IDS: &[&str] = &["a", "b", "call1", "x y", "x_y", "a-2"];
        const NAMES: &[&str] = &["f", "g", "fs.read", "fs_read", "fs read"];
        match choices.below(28) {
            0..5 => ContentBlock::text(choices.pick(&["hi", "", " \n", "what? ", "and"])),
            5..9 => {
                let name = choices.pick(NAMES);
                ToolCallContent::new(choices.pick(IDS), name, choices.pick(&["{}", "", "[1]"])).into()
            }
            9..13 => ToolResultContent::new(choices.pick(IDS), choices.pick(&["out", "", " "])).into(),
            13 => ToolResultContent::with_content(choices.pick(IDS), vec![document("d")]).failed().into(),
            14..17 => {
                let mut point = CachePointContent::new();
                point.ttl = choices.chance(40).then(|| choices.pick(&["1h", "5m"]).to_owned());
                point.into()
            }
            17..20 => document(choices.pick(&["d", "d 2", "e.f"])),
            20 => ReasoningContent::signed(choices.pick(&["hm", ""]), "s").into(),
            21 => {
                let mut reasoning = ReasoningContent::signed("hm", "s");
                reasoning.extra.insert("model", RawJson::from("amazon.nova-pro-v1:0"));
                reasoning.into()
            }
            22 => {
                let mut call = ToolCallContent::new("s", "nova_grounding", "{}");
                call.kind = Some("server_tool_use".into());
                call.into()
            }
            23 => {
                let mut result = ToolResultContent::new("s", "found");
                result.kind = Some("nova_grounding_result".to_owned());
                result.into()
            }
            24 => {
                let members = [choices.pick(&["a", "b"]), "z"].map(|name| (name, RawJson::from("1")));
                let mut members: Vec<_> = members.into();
                members.rotate_left(choices.below(2));
                let members: JsonObject = members.into_iter().collect();
                let mut block = GenericContent::new("mood", members);
                block.extra.insert("provider", RawJson::from("bedrock"));
                block.into()
            }
            // Some models support both, some one of them, some neither.
            25 if choices.chance(30) => AudioContent::from_bytes("audio/wav", b"hi".to_vec()).into(),
            25 => ImageContent::from_bytes("image/png", b"hi".to_vec()).into(),
            26 if choices.chance(50) => VideoContent::from_bytes("video/mp4", b"hi".to_vec()).into(),
            // Without an id or a name.
            _ if choices.chance(30) => match choices.below(3) {
                0 => ToolCallContent::new("", "f", "{}").into(),
                1 => ToolCallContent::new("call_1_0", "", "{}").into(),
                _ => ToolResultContent::new("", "out").into(),
            },
            _ => ReasoningContent::new("unsigned").into(),
        }
    }
}

/// Returns a catalog in which a model caches from so many tokens.
pub(super) fn caching_from(catalog: &Catalog, model: &str, min: u16, max: Option<u32>) -> Catalog {
    let mut capabilities = *catalog.capabilities(model);
    let Caching::Points(points) = &mut capabilities.caching else { panic!("{model} has no cache points") };
    (points.min_tokens, points.max_tokens) = (Some(min), max);
    catalog.clone().with_model(model, ModelOverrides::new().capabilities(capabilities))
}

fn document(name: &str) -> ContentBlock {
    DocumentContent::from_text(name, "text").into()
}

/// Asserts that a transcript and `encode_request` give the same bytes and notes, or the same error.
fn assert_same(transcript: &mut Transcript, program: &Program) -> Result<(), TestCaseError> {
    let fresh = encode_request(&program.request, &program.options);
    let incremental = transcript.encode(&program.request, &program.options);
    match (fresh, incremental) {
        (Ok(fresh), Ok(incremental)) => {
            let [fresh_body, incremental_body] =
                [&fresh.to_bytes(), &incremental.body].map(|body| String::from_utf8_lossy(body).into_owned());
            prop_assert_eq!(fresh_body, incremental_body);
            prop_assert_eq!(&fresh.notes, &incremental.notes);
            prop_assert_eq!(fresh.body.tool_config.is_some(), incremental.has_tools());
            prop_assert_eq!(fresh.model_id, incremental.model_id);
            let restored = |context: &ResponseContext| context.names.original("fs_read").map(str::to_owned);
            prop_assert_eq!(restored(&fresh.context), restored(&incremental.context));
        }
        (Err(fresh), Err(incremental)) => prop_assert_eq!(format!("{fresh:?}"), format!("{incremental:?}")),
        (fresh, incremental) => {
            prop_assert!(false, "{:?} and {:?}", fresh.map(|_| ()), incremental.map(|_| ()));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn transcript_writes_the_bytes_of_a_fresh_encoding(bytes in vec(any::<u8>(), 0..1400)) {
        for usual in [EncodeOptions::converse(), EncodeOptions::ag2()] {
            let mut choices = Choices::new(&bytes);
            let (mut program, mut transcript) = (Program::new(usual), Transcript::new());
            for _ in 0..24 {
                for _ in 0..choices.below(3) + 1 {
                    program.step(&mut choices);
                }
                assert_same(&mut transcript, &program)?;
            }
        }
    }
}
