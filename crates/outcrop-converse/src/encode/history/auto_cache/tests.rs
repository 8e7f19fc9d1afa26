//! Tests of the cache points of `cache: auto`.

use outcrop_core::{
    CachePointContent, ContentBlock, DocumentContent, ImageContent, ModelRequest, PromptCache, RawJson,
    ReasoningContent, Role, ToolCallContent, ToolResultContent, ToolSpec, UnifiedMessage,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::catalog::{CachePointScope, Caching, Catalog, ModelOverrides};
use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::tests::choices::Choices;
use crate::transcript::Transcript;
use crate::wire::{self, CachePointBlock, ConverseRequest, SystemContentBlock, Tool};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const CLAUDE_FIVE_MINUTES: &str = "anthropic.claude-3-7-sonnet-20250219-v1:0";
const NOVA: &str = "us.amazon.nova-pro-v1:0";

/// Returns a catalog in which a model caches prompts from `min` to `max` tokens.
fn caching_from(model: &str, min: u16, max: Option<u32>) -> Catalog {
    let catalog = Catalog::builtin();
    let mut capabilities = *catalog.capabilities(model);
    let Caching::Points(points) = &mut capabilities.caching else { panic!("{model} has no cache points") };
    (points.min_tokens, points.max_tokens) = (Some(min), max);
    catalog.with_model(model, ModelOverrides::new().capabilities(capabilities))
}

/// Writes tools, system prompt and turns in short: `t` for a tool, `s` for a text of the system prompt, `c` for a call, `r` for
/// a result, `d` for a document, `h` for reasoning, `x` for a text, and `*` or `*1h` for a cache point.
fn short(body: &ConverseRequest) -> String {
    let star = |point: &CachePointBlock| format!("*{}", point.ttl.as_ref().map_or("", |ttl| ttl.as_str()));
    let mut parts: Vec<String> = Vec::new();
    let tools = body.tool_config.iter().flat_map(|config| &config.tools);
    parts.push(
        tools
            .map(|tool| if let Tool::CachePoint(point) = tool { star(point) } else { "t".to_owned() })
            .collect(),
    );
    let system = body.system.iter().flatten();
    parts.push(
        system
            .map(
                |block| {
                    if let SystemContentBlock::CachePoint(point) = block {
                        star(point)
                    } else {
                        "s".to_owned()
                    }
                },
            )
            .collect(),
    );
    for message in body.messages.iter().flatten() {
        let blocks = message.blocks().iter().map(|block| match block {
            wire::ContentBlock::CachePoint(point) => star(point),
            wire::ContentBlock::ToolUse(_) => "c".to_owned(),
            wire::ContentBlock::ToolResult(_) => "r".to_owned(),
            wire::ContentBlock::Document(_) => "d".to_owned(),
            wire::ContentBlock::ReasoningContent(_) => "h".to_owned(),
            _ => "x".to_owned(),
        });
        parts.push(blocks.collect());
    }
    parts.join(" ")
}

/// Builds a request in which each letter of a message is a block of eight tokens: `u` begins a message of the user, `a` one
/// of the assistant.
fn request(model: &str, messages: &str) -> ModelRequest {
    let text = "x".repeat(32);
    let mut builder =
        ModelRequest::builder(model).tool(ToolSpec::without_input("f").with_description(text.clone()));
    builder = builder.system(text.clone());
    for (index, message) in messages.split_whitespace().enumerate() {
        let blocks = message.chars().skip(1).map(|kind| match kind {
            'c' => ToolCallContent::new(format!("call{index}"), "f", format!(r#"{{"a":"{text}"}}"#)).into(),
            'r' => ToolResultContent::new(format!("call{}", index - 1), text.clone()).into(),
            'd' => DocumentContent::from_text("d", text.clone()).into(),
            'h' => ReasoningContent::signed(text.clone(), "s").into(),
            '*' => CachePointContent::new().into(),
            '1' => {
                let mut point = CachePointContent::new();
                point.ttl = Some("1h".to_owned());
                point.into()
            }
            _ => ContentBlock::text(text.clone()),
        });
        let role = if message.starts_with('a') { Role::Assistant } else { Role::User };
        builder = builder.message(UnifiedMessage::new(role, blocks.collect()));
    }
    builder.build()
}

#[test]
fn cache_points_are_anchors_and_a_moving_tail() {
    let auto = PromptCache::auto;
    for (model, min, messages, cache, expected) in [
        // A point after the tools, one after the system prompt, the tail, and the tail of the request before.
        (CLAUDE, 1, "ux", auto(), "t* s* x*"),
        (CLAUDE, 1, "ux ax ux", auto(), "t* s* x* x x*"),
        (CLAUDE, 1, "ux ahc ur ahc ur", auto(), "t* s* x hc r* hc r*"),
        // No point before the minimum of tokens is reached.
        (CLAUDE, 20, "ux", auto(), "t s* x*"),
        (CLAUDE, 30, "ux ax ux", auto(), "t s x* x x*"),
        (CLAUDE, 45, "ux ax ux", auto(), "t s x x x*"),
        (CLAUDE, 100, "ux", auto(), "t s x"),
        // Not after documents and reasoning, and not in a response that the model continues.
        (CLAUDE, 1, "uxdd", auto(), "t* s* x*dd"),
        (CLAUDE, 1, "ux ax", auto(), "t* s* x* x"),
        // The points of the caller count. The tail comes first, then the system prompt.
        (CLAUDE, 1, "ux* ax ux*", auto(), "t* s* x* x x*"),
        (CLAUDE, 1, "ux*x* ax ux", auto(), "t s* x*x* x x*"),
        (CLAUDE, 1, "ux*x*x ax ux", auto(), "t s* x*x*x x x*"),
        (CLAUDE, 1, "ux*x*x* ax ux", auto(), "t s x*x*x* x x*"),
        (CLAUDE, 1, "ux*x*x*x* ax ux", auto(), "t s x*x*x*x* x x"),
        // Nova has no points among tools and tool blocks, and no lifetimes.
        (NOVA, 1, "ux ac ur ac ur", auto(), "t s* x* c r c r"),
        (NOVA, 1, "ux ax ux", auto().with_ttl("5m"), "t s* x* x x*"),
        (CLAUDE, 1, "ux ax ux", auto().with_ttl("1h"), "t*1h s*1h x*1h x x*1h"),
        (CLAUDE, 1, "ux", auto().with_ttl("5m"), "t*5m s*5m x*5m"),
        // Points with longer lifetimes come first.
        (CLAUDE, 1, "ux* ax ux", auto().with_ttl("1h"), "t*1h s*1h x* x x*"),
        (CLAUDE, 1, "ux1 ax ux", auto(), "t s x*1h x x*"),
        (CLAUDE, 1, "ux", PromptCache::Off, "t s x"),
    ] {
        let mut request = request(model, messages);
        request.cache = Some(cache);
        let options = EncodeOptions::converse().with_catalog(caching_from(model, min, None));
        let encoded = encode_request(&request, &options).unwrap();
        assert_eq!(short(&encoded.body), expected, "{model} {min} {messages}");
        assert!(
            encoded.notes.iter().all(|note| note.path != "cache" || note.rule == "cache.ttl"),
            "{messages}"
        );
    }
}

#[test]
fn tail_stays_before_the_maximum() {
    let options = EncodeOptions::converse().with_catalog(caching_from(NOVA, 1, Some(35)));
    for (messages, expected) in
        [("ux", "t s* x*"), ("ux ax ux", "t s* x* x x"), ("ux ax ux ax ux", "t s* x* x x x x")]
    {
        let mut request = request(NOVA, messages);
        request.cache = Some(PromptCache::auto());
        assert_eq!(short(&encode_request(&request, &options).unwrap().body), expected, "{messages}");
    }
}

#[test]
fn models_without_known_cache_points_have_a_note() {
    for (model, options, expected) in [
        (
            "us.meta.llama4-maverick-17b-instruct-v1:0",
            EncodeOptions::converse(),
            "does not support prompt caching",
        ),
        ("openai.gpt-oss-120b-1:0", EncodeOptions::converse(), "caches without cache points"),
        ("a model of next year", EncodeOptions::converse(), "does not know whether"),
        ("zai.glm-5.3", EncodeOptions::converse(), "does not know where"),
        (CLAUDE, EncodeOptions::verbatim(), "turns are sent unchanged"),
    ] {
        let mut request = request(model, "ux");
        request.cache = Some(PromptCache::auto());
        // A warning is not a change, so that strict mode accepts it.
        let encoded = encode_request(&request, &options.strict()).unwrap();
        assert!(!short(&encoded.body).contains('*'), "{model}");
        let [note] = encoded.notes.as_slice() else { panic!("{model}: {:?}", encoded.notes) };
        assert_eq!((&*note.rule, note.path.as_str()), ("cache.auto", "cache"), "{model}");
        assert!(note.message.contains(expected), "{model}: {}", note.message);
    }
}

#[test]
fn unsupported_lifetime_is_dropped_with_a_note() {
    for (model, ttl, noted) in [
        (NOVA, "1h", true),
        (NOVA, "5m", false),
        (CLAUDE_FIVE_MINUTES, "1h", true),
        (CLAUDE_FIVE_MINUTES, "5m", false),
        (CLAUDE, "24h", true),
        (CLAUDE, "1h", false),
    ] {
        let mut request = request(model, "ux");
        request.cache = Some(PromptCache::auto().with_ttl(ttl));
        let options = EncodeOptions::converse().with_catalog(caching_from(model, 1, None));
        let encoded = encode_request(&request, &options).unwrap();
        let notes: Vec<_> = encoded.notes.iter().map(|note| (&*note.rule, note.path.as_str())).collect();
        assert_eq!(notes, vec![("cache.support", "cache"); usize::from(noted)], "{model} {ttl}");
        assert!(short(&encoded.body).contains("s*"), "{model} {ttl}");
    }
}

#[test]
fn parameters_and_their_other_spellings_are_one_setting() {
    let long = "x".repeat(5000);
    for parameters in [
        r#""cache":"auto""#,
        r#""cache":true"#,
        r#""prompt_caching":true"#,
        r#""prompt_caching":"auto""#,
        r#""cache":{"type":"auto"}"#,
    ] {
        let json = format!(
            r#"{{"model":"{CLAUDE}","messages":[{{"role":"user","content":"{long}"}}],{parameters}}}"#
        );
        let request = ModelRequest::from_json(&json).unwrap();
        let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
        assert_eq!(short(&encoded.body), "  x*", "{parameters}");
        assert!(encoded.notes.is_empty(), "{parameters}: {:?}", encoded.notes);
    }
}

/// A program that adds turns to a conversation.
fn grow(request: &mut ModelRequest, choices: &mut Choices<'_>, step: usize, catalog: &Catalog) {
    let text = |choices: &mut Choices<'_>| "word ".repeat(choices.below(40) + 1);
    let mut response = Vec::new();
    if choices.chance(40) {
        response.push(ReasoningContent::signed("hm", "s").into());
    }
    if choices.chance(60) {
        response.push(ContentBlock::text(text(choices)));
    }
    let mut results = Vec::new();
    for call in 0..choices.below(4) {
        let id = format!("call{step}{call}");
        response.push(ToolCallContent::new(id.as_str(), choices.pick(&["f", "g.h"]), "{}").into());
        results.push(UnifiedMessage::new(Role::Tool, vec![ToolResultContent::new(id, text(choices)).into()]));
    }
    if response.is_empty() {
        response.push(ContentBlock::text(text(choices)));
    }
    let needs_user = results.is_empty();
    request.messages.push(UnifiedMessage::new(Role::Assistant, response));
    if choices.chance(20) {
        request.messages.push(UnifiedMessage::system(text(choices)));
    }
    request.messages.extend(results);
    if needs_user || choices.chance(20) {
        let mut blocks = vec![ContentBlock::text(text(choices))];
        let media = catalog.capabilities(&request.model).media;
        if choices.chance(20) && !media.image.is_unsupported() {
            blocks.push(ImageContent::from_bytes("image/png", b"\x89PNG\r\n\x1a\n0000".to_vec()).into());
        }
        if choices.chance(20) && !media.document.is_unsupported() {
            blocks.push(DocumentContent::from_text("d", text(choices)).into());
        }
        if choices.chance(10) {
            blocks.push(CachePointContent::new().into());
        }
        request.messages.push(UnifiedMessage::new(Role::User, blocks));
    }
    if choices.chance(20) {
        request.messages.push(UnifiedMessage::system(text(choices)));
    }
}

/// Removes the cache points of a body, and returns how many there were.
fn remove_cache_points(body: &mut ConverseRequest) -> usize {
    let mut count = 0;
    let mut keep = |is_point: bool| {
        count += usize::from(is_point);
        !is_point
    };
    if let Some(config) = &mut body.tool_config {
        config.tools.retain(|tool| keep(matches!(tool, Tool::CachePoint(_))));
    }
    for block in body.system.iter_mut() {
        block.retain(|block| keep(matches!(block, SystemContentBlock::CachePoint(_))));
    }
    for message in body.messages.iter_mut().flatten() {
        let blocks =
            message.blocks().iter().filter(|block| keep(matches!(block, wire::ContentBlock::CachePoint(_))));
        *message = wire::Message::from_blocks(message.role.clone(), blocks.cloned().collect());
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn each_request_begins_with_the_one_before_it(bytes in vec(any::<u8>(), 0..600)) {
        let has_points = |model: &&'static str| {
            let caching = Catalog::builtin().capabilities(model).caching;
            matches!(caching, Caching::Points(points) if points.scope != CachePointScope::Unknown)
        };
        let models: Vec<_> = Catalog::ids().filter(has_points).collect();
        let mut choices = Choices::new(&bytes);
        let model = choices.pick(&models);
        let catalog = caching_from(model, 30, choices.chance(30).then_some(200));
        let options = EncodeOptions::converse().with_catalog(catalog.clone());
        let schema = RawJson::parse(r#"{"type":"object"}"#).unwrap();
        let mut request = ModelRequest::builder(model)
            .cache(PromptCache::auto())
            .system("word ".repeat(choices.below(60) + 1))
            .tool(ToolSpec::function("f", schema).with_description("word ".repeat(choices.below(60))))
            .tool(ToolSpec::without_input("g.h"))
            .user("hi")
            .build();
        let (mut transcript, mut previous) = (Transcript::new(), None::<ConverseRequest>);
        for step in 0..10 {
            let mut encoded = encode_request(&request, &options).unwrap();
            let incremental = transcript.encode(&request, &options).unwrap();
            let [fresh, written] = [encoded.to_bytes(), incremental.body]
                .map(|body| String::from_utf8_lossy(&body).into_owned());
            prop_assert_eq!(fresh, written);
            prop_assert_eq!(&encoded.notes, &incremental.notes);
            let points = remove_cache_points(&mut encoded.body);
            prop_assert!(points <= 4, "{} points", points);
            let body = encoded.body;
            if let Some(mut previous) = previous {
                prop_assert_eq!(&previous.system, &body.system);
                prop_assert_eq!(&previous.tool_config, &body.tool_config);
                let now = body.messages.clone().unwrap_or_default();
                let then = previous.messages.take().unwrap_or_default();
                // All but the newest turn, which may have become longer.
                let kept = then.len() - 1;
                prop_assert_eq!(then.get(..kept), now.get(..kept));
            }
            previous = Some(body);
            grow(&mut request, &mut choices, step, &catalog);
        }
    }
}
