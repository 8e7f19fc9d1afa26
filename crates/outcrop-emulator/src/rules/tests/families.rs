//! The rules that hold for some families of models only.

use super::{ASSISTANT, USER, calls, of_model, results};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const CLAUDE_4_6: &str = "eu.anthropic.claude-opus-4-6-v1";
const NOVA: &str = "us.amazon.nova-pro-v1:0";
const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
const MISTRAL: &str = "mistral.mistral-large-2407-v1:0";
const WRITER: &str = "us.writer.palmyra-x5-v1:0";
const QWEN: &str = "qwen.qwen3-32b-v1:0";
const DEEPSEEK: &str = "deepseek.v3-v1:0";

/// Checks messages for a model, and that the answer begins or ends as told; `""` is a request that passes.
fn check(model: &str, messages: &str, said: &str) {
    let tools = r#""toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}]}"#;
    let found = of_model(model, &format!(r#"{{"messages": [{messages}], {tools}}}"#));
    match found {
        Ok(()) => assert_eq!(said, "", "{model}: {messages}"),
        Err(message) => assert!(!said.is_empty() && message.contains(said), "{model}: {message}, not {said}"),
    }
}

fn message(role: &str, blocks: &str) -> String {
    format!(r#"{{"role": "{role}", "content": [{blocks}]}}"#)
}

const DOCUMENT: &str = r#"{"document": {"format": "pdf", "name": "d", "source": {"bytes": "aGk="}}}"#;
const POINT: &str = r#"{"cachePoint": {"type": "default"}}"#;
const HOUR: &str = r#"{"cachePoint": {"type": "default", "ttl": "1h"}}"#;
const WORDS: &str = r#"{"text": "a"}"#;
const UNSIGNED: &str = r#"{"reasoningContent": {"reasoningText": {"text": "hm"}}}"#;
const SIGNED: &str = r#"{"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}"#;
const ENCRYPTED: &str = r#"{"reasoningContent": {"redactedContent": "aGk="}}"#;

#[test]
fn some_let_the_assistant_start_and_some_let_it_end() {
    for (model, messages, said) in [
        (CLAUDE, [ASSISTANT, USER].join(","), ""),
        (QWEN, [ASSISTANT, USER].join(","), ""),
        (NOVA, [ASSISTANT, USER].join(","), "must start with a user message"),
        (CLAUDE, [USER, ASSISTANT].join(","), ""),
        (CLAUDE_4_6, [USER, ASSISTANT].join(","), "does not support assistant message prefill"),
        (
            CLAUDE,
            [USER, &message("assistant", r#"{"text": "a "}"#)].join(","),
            "cannot end with trailing whitespace",
        ),
        (NOVA, [USER, &message("assistant", r#"{"text": "a "}"#)].join(","), ""),
    ] {
        check(model, &messages, said);
    }
}

#[test]
fn some_see_no_videos_and_some_see_nothing() {
    const IMAGE: &str = r#"{"image": {"format": "png", "source": {"bytes": "aGk="}}}"#;
    const VIDEO: &str = r#"{"video": {"format": "mp4", "source": {"bytes": "aGk="}}}"#;
    for (model, media, said) in [
        (CLAUDE, VIDEO, "This model doesn't support the video content block that you provided."),
        (CLAUDE, IMAGE, ""),
        (NOVA, VIDEO, ""),
        (QWEN, IMAGE, "This model doesn't support the image content block that you provided."),
        (QWEN, VIDEO, "This model doesn't support the video content block that you provided."),
    ] {
        check(model, &message("user", media), said);
        check(model, &answered("a", media), said);
    }
}

/// A turn with one call, and the turn after it.
fn answered(id: &str, beside: &str) -> String {
    let result = format!(r#"{{"toolResult": {{"toolUseId": "{id}", "content": [{{"text": "x"}}]}}}}"#);
    let blocks = [result.as_str(), beside].into_iter().filter(|block| !block.is_empty()).collect::<Vec<_>>();
    [USER, &calls(&[id]), &message("user", &blocks.join(","))].join(",")
}

#[test]
fn results_want_to_stand_alone_in_some_families() {
    let first = [
        USER,
        &calls(&["t"]),
        &message("user", &format!(r#"{WORDS}, {{"toolResult": {{"toolUseId": "t", "content": []}}}}"#)),
    ];
    for (model, messages, said) in [
        (NOVA, answered("t", WORDS), ""),
        (CLAUDE, answered("t", WORDS), ""),
        (LLAMA, answered("t", ""), ""),
        (LLAMA, answered("t", WORDS), "cannot be provided in the same turn"),
        (WRITER, answered("t", WORDS), "cannot be provided in the same turn"),
        (MISTRAL, answered("abcdefghi", WORDS), "cannot be provided in the same turn"),
        (
            CLAUDE,
            answered("t", &format!("{WORDS}, {DOCUMENT}")),
            "messages.2.content.2.document.source.type: Field required",
        ),
        (CLAUDE, first.join(","), "without `tool_result` blocks immediately after"),
    ] {
        check(model, &messages, said);
    }
}

#[test]
fn results_consist_of_what_the_model_takes() {
    let answer = |model: &str, result: &str, said: &str| {
        let result = format!(r#"{{"toolResult": {{"toolUseId": "abcdefghi", {result}}}}}"#);
        check(model, &[USER, &calls(&["abcdefghi"]), &message("user", &result)].join(","), said);
    };
    let image = r#""content": [{"image": {"format": "png", "source": {"bytes": "aGk="}}}]"#;
    let document = format!(r#""content": [{DOCUMENT}]"#);
    for (model, result, said) in [
        (CLAUDE, r#""content": [{"text": ""}]"#, "messages.2.content.0.toolResult.content.0 is blank"),
        ("nvidia.nemotron-nano-12b-v2", r#""content": []"#, "is empty"),
        (WRITER, r#""content": [{"text": "x"}], "status": "error""#, "doesn't support the status field"),
        (NOVA, r#""content": [{"text": "x"}], "status": "error""#, ""),
        (MISTRAL, image, "doesn't support the toolResult.content.image field"),
        (CLAUDE, image, ""),
        (NOVA, &document, "extraneous key [toolResult] is not permitted"),
        (CLAUDE, &document, ""),
    ] {
        answer(model, result, said);
    }
}

#[test]
fn ids_are_those_of_the_family() {
    let twice = [USER, &calls(&["t"]), &results(&["t"]), &calls(&["t"]), &results(&["t"])].join(",");
    for (model, messages, said) in [
        (NOVA, answered("t.1:2", ""), ""),
        (CLAUDE, answered("t.1", ""), "String should match pattern '^[a-zA-Z0-9_-]+$'"),
        (MISTRAL, answered("t", ""), "with a length of 9"),
        (MISTRAL, answered("abcdefghi", ""), ""),
        (CLAUDE, twice.clone(), "`tool_use` ids must be unique"),
        (NOVA, twice, ""),
    ] {
        check(model, &messages, said);
    }
}

#[test]
fn reasoning_goes_back_to_those_who_take_it() {
    let thought = |blocks: &str| [USER, &message("assistant", blocks), USER].join(",");
    for (model, messages, said) in [
        (
            CLAUDE,
            message("user", &format!("{WORDS}, {SIGNED}")),
            "User messages cannot contain reasoning content",
        ),
        (CLAUDE, thought(&format!("{SIGNED}, {ENCRYPTED}, {WORDS}")), ""),
        (
            CLAUDE,
            thought(&format!("{UNSIGNED}, {WORDS}")),
            "messages.1.content.0.thinking.signature: Field required",
        ),
        (CLAUDE, thought(&SIGNED.replace("\"s\"", "\"\"")), "Invalid `signature` in `thinking` block"),
        (
            CLAUDE,
            thought(&format!("{WORDS}, {SIGNED}")),
            "Expected `thinking` or `redacted_thinking`, but found `text`",
        ),
        (CLAUDE, thought(&format!("{SIGNED}, {WORDS}, {SIGNED}")), ""),
        (NOVA, thought(&format!("{UNSIGNED}, {WORDS}")), ""),
        (
            NOVA,
            thought(&format!("{ENCRYPTED}, {WORDS}")),
            "doesn't support the reasoningContent.redactedContent field",
        ),
        (DEEPSEEK, thought(&format!("{UNSIGNED}, {WORDS}")), "doesn't support the reasoningContent field"),
    ] {
        check(model, &messages, said);
    }
}

#[test]
fn cache_points_stand_where_the_model_caches() {
    let user = |blocks: &[&str]| message("user", &blocks.join(","));
    for (model, messages, said) in [
        (CLAUDE, user(&[WORDS, POINT]), ""),
        (LLAMA, user(&[WORDS, POINT]), "your request did not allow prompt caching"),
        (NOVA, user(&[WORDS, POINT]), ""),
        (NOVA, user(&[WORDS, HOUR]), "extraneous key [cachePoint] is not permitted"),
        (NOVA, answered("t", POINT), "extraneous key [cachePoint] is not permitted"),
        (
            CLAUDE,
            user(&[WORDS, POINT, WORDS, POINT, WORDS, POINT, WORDS, POINT, WORDS, POINT]),
            "A maximum of 4 blocks",
        ),
        (CLAUDE, user(&[POINT, WORDS]), "Cache point cannot be inserted after nothing"),
        (CLAUDE, user(&[WORDS, POINT, POINT]), "Cache point cannot be inserted after cache point"),
        (CLAUDE, user(&[WORDS, DOCUMENT, POINT]), "Cache point cannot be inserted after document block"),
        (
            CLAUDE,
            [USER, &message("assistant", &format!("{SIGNED}, {POINT}, {WORDS}")), USER].join(","),
            "Cache point cannot be inserted after reasoning block",
        ),
        (CLAUDE, user(&[WORDS, HOUR, WORDS, POINT]), ""),
        (CLAUDE, user(&[WORDS, POINT, WORDS, HOUR]), "must not come after a ttl='5m'"),
    ] {
        check(model, &messages, said);
    }
}

#[test]
fn some_know_no_system_prompt_and_some_no_tools() {
    const SYSTEM: &str = r#""system": [{"text": "s"}]"#;
    const TOOLS: &str =
        r#""toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}]}"#;
    const THINKING: &str =
        r#""additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 2000}}"#;
    let prefilled = [USER, ASSISTANT].join(",");
    let no_system = "This model doesn't support system messages. Try again without a system message or use a model that \
                     supports system messages.";
    let no_prefill = "The model returned the following errors: messages.1.content.0.type: Expected `thinking` or \
                      `redacted_thinking`, but found `text`. When `thinking` is enabled, a final `assistant` message must \
                      start with a thinking block";
    for (model, messages, member, said) in [
        ("amazon.titan-text-express-v1", USER, SYSTEM, no_system),
        ("mistral.mistral-7b-instruct-v0:2", USER, SYSTEM, no_system),
        ("mistral.mixtral-8x7b-instruct-v0:1", USER, SYSTEM, no_system),
        (MISTRAL, USER, SYSTEM, ""),
        ("us.deepseek.r1-v1:0", USER, TOOLS, "This model doesn't support tool use."),
        (DEEPSEEK, USER, TOOLS, ""),
        ("us.deepseek.r1-v1:0", USER, SYSTEM, ""),
        (CLAUDE, &prefilled, THINKING, no_prefill),
        (CLAUDE, USER, THINKING, ""),
        (NOVA, &prefilled, THINKING, ""),
    ] {
        let found = of_model(model, &format!(r#"{{"messages": [{messages}], {member}}}"#));
        let expected = if said.is_empty() { Ok(()) } else { Err(said.to_owned()) };
        assert_eq!(found, expected, "{model} {member}");
    }
}
