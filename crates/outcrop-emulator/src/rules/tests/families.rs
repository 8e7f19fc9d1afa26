//! Tests of the rules that hold for some families only.

use super::{ASSISTANT, USER, calls, check_for, results};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const CLAUDE_4_6: &str = "eu.anthropic.claude-opus-4-6-v1";
const NOVA: &str = "us.amazon.nova-pro-v1:0";
const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
const MISTRAL: &str = "mistral.mistral-large-2407-v1:0";
const WRITER: &str = "us.writer.palmyra-x5-v1:0";
const QWEN: &str = "qwen.qwen3-32b-v1:0";
const DEEPSEEK: &str = "deepseek.v3-v1:0";

/// Asserts that the error for some messages contains a text, or that there is no error if the text is empty.
fn check(model: &str, messages: &str, expected: &str) {
    let tools = r#""toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]}"#;
    let found = check_for(model, &format!(r#"{{"messages": [{messages}], {tools}}}"#));
    match found {
        Ok(()) => assert_eq!(expected, "", "{model}: {messages}"),
        Err(message) => {
            assert!(!expected.is_empty() && message.contains(expected), "{model}: {message}, not {expected}");
        }
    }
}

fn message(role: &str, blocks: &str) -> String {
    format!(r#"{{"role": "{role}", "content": [{blocks}]}}"#)
}

const DOCUMENT: &str = r#"{"document": {"format": "pdf", "name": "d", "source": {"bytes": "aGk="}}}"#;
const POINT: &str = r#"{"cachePoint": {"type": "default"}}"#;
const HOUR: &str = r#"{"cachePoint": {"type": "default", "ttl": "1h"}}"#;
const TEXT: &str = r#"{"text": "a"}"#;
const UNSIGNED: &str = r#"{"reasoningContent": {"reasoningText": {"text": "hm"}}}"#;
const SIGNED: &str = r#"{"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}"#;
const ENCRYPTED: &str = r#"{"reasoningContent": {"redactedContent": "aGk="}}"#;

#[test]
fn assistant_turns_first_and_last_are_checked_by_family() {
    for (model, messages, expected) in [
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
        check(model, &messages, expected);
    }
}

#[test]
fn text_after_tool_calls_is_checked_by_family() {
    const CALL: &str = r#"{"toolUse": {"toolUseId": "a", "name": "f", "input": {}}}"#;
    const RESULT: &str = r#"{"toolResult": {"toolUseId": "a", "content": [{"text": "x"}]}}"#;
    let prefill = "does not support assistant message prefill";
    for (model, blocks, expected) in [
        ("us.anthropic.claude-opus-5", [TEXT, CALL, TEXT].join(","), prefill),
        ("us.anthropic.claude-opus-5", [TEXT, CALL].join(","), ""),
        (CLAUDE_4_6, [TEXT, CALL, TEXT].join(","), ""),
    ] {
        check(model, &[USER, &message("assistant", &blocks), &message("user", RESULT)].join(","), expected);
    }
}

#[test]
fn media_in_messages_are_checked_by_family() {
    const IMAGE: &str = r#"{"image": {"format": "png", "source": {"bytes": "aGk="}}}"#;
    const VIDEO: &str = r#"{"video": {"format": "mp4", "source": {"bytes": "aGk="}}}"#;
    for (model, media, expected) in [
        (CLAUDE, VIDEO, "This model doesn't support the video content block that you provided."),
        (CLAUDE, IMAGE, ""),
        (NOVA, VIDEO, ""),
        (QWEN, IMAGE, "This model doesn't support the image content block that you provided."),
        (QWEN, VIDEO, "This model doesn't support the video content block that you provided."),
    ] {
        check(model, &message("user", media), expected);
        check(model, &answered("a", media), expected);
    }
}

/// A conversation with a call and its result, with a block after the result.
fn answered(id: &str, block_after: &str) -> String {
    let result = format!(r#"{{"toolResult": {{"toolUseId": "{id}", "content": [{{"text": "x"}}]}}}}"#);
    let blocks =
        [result.as_str(), block_after].into_iter().filter(|block| !block.is_empty()).collect::<Vec<_>>();
    [USER, &calls(&[id]), &message("user", &blocks.join(","))].join(",")
}

#[test]
fn blocks_next_to_results_are_checked_by_family() {
    let first = [
        USER,
        &calls(&["t"]),
        &message("user", &format!(r#"{TEXT}, {{"toolResult": {{"toolUseId": "t", "content": []}}}}"#)),
    ];
    for (model, messages, expected) in [
        (NOVA, answered("t", TEXT), ""),
        (CLAUDE, answered("t", TEXT), ""),
        (LLAMA, answered("t", ""), ""),
        (LLAMA, answered("t", TEXT), "cannot be provided in the same turn"),
        (WRITER, answered("t", TEXT), "cannot be provided in the same turn"),
        (MISTRAL, answered("abcdefghi", TEXT), "cannot be provided in the same turn"),
        (
            CLAUDE,
            answered("t", &format!("{TEXT}, {DOCUMENT}")),
            "messages.2.content.2.document.source.type: Field required",
        ),
        (CLAUDE, first.join(","), "without `tool_result` blocks immediately after"),
    ] {
        check(model, &messages, expected);
    }
}

#[test]
fn content_of_results_is_checked_by_family() {
    let answer = |model: &str, result: &str, expected: &str| {
        let result = format!(r#"{{"toolResult": {{"toolUseId": "abcdefghi", {result}}}}}"#);
        check(model, &[USER, &calls(&["abcdefghi"]), &message("user", &result)].join(","), expected);
    };
    let image = r#""content": [{"image": {"format": "png", "source": {"bytes": "aGk="}}}]"#;
    let document = format!(r#""content": [{DOCUMENT}]"#);
    for (model, result, expected) in [
        (CLAUDE, r#""content": [{"text": ""}]"#, "messages.2.content.0.toolResult.content.0 is blank"),
        ("nvidia.nemotron-nano-12b-v2", r#""content": []"#, "is empty"),
        (WRITER, r#""content": [{"text": "x"}], "status": "error""#, "doesn't support the status field"),
        (NOVA, r#""content": [{"text": "x"}], "status": "error""#, ""),
        (MISTRAL, image, "doesn't support the toolResult.content.image field"),
        (CLAUDE, image, ""),
        (NOVA, &document, "extraneous key [toolResult] is not permitted"),
        (CLAUDE, &document, ""),
    ] {
        answer(model, result, expected);
    }
}

#[test]
fn call_ids_are_checked_by_family() {
    let twice = [USER, &calls(&["t"]), &results(&["t"]), &calls(&["t"]), &results(&["t"])].join(",");
    for (model, messages, expected) in [
        (NOVA, answered("t.1:2", ""), ""),
        (CLAUDE, answered("t.1", ""), "String should match pattern '^[a-zA-Z0-9_-]+$'"),
        (MISTRAL, answered("t", ""), "with a length of 9"),
        (MISTRAL, answered("abcdefghi", ""), ""),
        (CLAUDE, twice.clone(), "`tool_use` ids must be unique"),
        (NOVA, twice, ""),
    ] {
        check(model, &messages, expected);
    }
}

#[test]
fn reasoning_is_checked_by_family() {
    let with_assistant = |blocks: &str| [USER, &message("assistant", blocks), USER].join(",");
    for (model, messages, expected) in [
        (
            CLAUDE,
            message("user", &format!("{TEXT}, {SIGNED}")),
            "User messages cannot contain reasoning content",
        ),
        (CLAUDE, with_assistant(&format!("{SIGNED}, {ENCRYPTED}, {TEXT}")), ""),
        (
            CLAUDE,
            with_assistant(&format!("{UNSIGNED}, {TEXT}")),
            "messages.1.content.0.thinking.signature: Field required",
        ),
        (CLAUDE, with_assistant(&SIGNED.replace("\"s\"", "\"\"")), "Invalid `signature` in `thinking` block"),
        (
            CLAUDE,
            with_assistant(&format!("{TEXT}, {SIGNED}")),
            "Expected `thinking` or `redacted_thinking`, but found `text`",
        ),
        (CLAUDE, with_assistant(&format!("{SIGNED}, {TEXT}, {SIGNED}")), ""),
        ("us.amazon.nova-2-lite-v1:0", with_assistant(&format!("{UNSIGNED}, {TEXT}")), ""),
        (
            NOVA,
            with_assistant(&format!("{ENCRYPTED}, {TEXT}")),
            "doesn't support the reasoningContent.redactedContent field",
        ),
        (
            DEEPSEEK,
            with_assistant(&format!("{UNSIGNED}, {TEXT}")),
            "doesn't support the reasoningContent field",
        ),
    ] {
        check(model, &messages, expected);
    }
}

#[test]
fn cache_points_are_checked_by_family() {
    let user = |blocks: &[&str]| message("user", &blocks.join(","));
    for (model, messages, expected) in [
        (CLAUDE, user(&[TEXT, POINT]), ""),
        (LLAMA, user(&[TEXT, POINT]), "your request did not allow prompt caching"),
        (NOVA, user(&[TEXT, POINT]), ""),
        (NOVA, user(&[TEXT, HOUR]), "extraneous key [cachePoint] is not permitted"),
        (NOVA, answered("t", POINT), "extraneous key [cachePoint] is not permitted"),
        (
            CLAUDE,
            user(&[TEXT, POINT, TEXT, POINT, TEXT, POINT, TEXT, POINT, TEXT, POINT]),
            "A maximum of 4 blocks",
        ),
        (CLAUDE, user(&[POINT, TEXT]), "Cache point cannot be inserted after nothing"),
        (CLAUDE, user(&[TEXT, POINT, POINT]), "Cache point cannot be inserted after cache point"),
        (CLAUDE, user(&[TEXT, DOCUMENT, POINT]), "Cache point cannot be inserted after document block"),
        (
            CLAUDE,
            [USER, &message("assistant", &format!("{SIGNED}, {POINT}, {TEXT}")), USER].join(","),
            "Cache point cannot be inserted after reasoning block",
        ),
        (CLAUDE, user(&[TEXT, HOUR, TEXT, POINT]), ""),
        (CLAUDE, user(&[TEXT, POINT, TEXT, HOUR]), "must not come after a ttl='5m'"),
    ] {
        check(model, &messages, expected);
    }
}

#[test]
fn system_prompt_and_tools_are_checked_by_model() {
    const SYSTEM: &str = r#""system": [{"text": "s"}]"#;
    const TOOLS: &str = r#""toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]}"#;
    const THINKING: &str =
        r#""additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 2000}}"#;
    let prefilled = [USER, ASSISTANT].join(",");
    let no_system = "This model doesn't support system messages. Try again without a system message or use a model that \
                     supports system messages.";
    let no_prefill = "The model returned the following errors: messages.1.content.0.type: Expected `thinking` or \
                      `redacted_thinking`, but found `text`. When `thinking` is enabled, a final `assistant` message must \
                      start with a thinking block";
    for (model, messages, member, expected) in [
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
        let found = check_for(model, &format!(r#"{{"messages": [{messages}], {member}}}"#));
        let expected = if expected.is_empty() { Ok(()) } else { Err(expected.to_owned()) };
        assert_eq!(found, expected, "{model} {member}");
    }
}

#[test]
fn reasoning_of_the_emulator_is_bound_to_its_conversation() {
    use crate::protocol::prefix::ReasoningSignature;

    const SYSTEM: &str = r#""system": [{"text": "Be brief."}]"#;
    let question = format!(r#"{{"messages": [{USER}], {SYSTEM}}}"#);
    let request = outcrop_core::from_str(&question).expect("a request");
    let signature = ReasoningSignature::new(&request, 1, "hm").to_string();
    let signed = SIGNED.replace("\"s\"", &format!("\"{signature}\""));
    let body = |first: &str, reasoning: &str, rest: &str| {
        let answer = message("assistant", &format!("{reasoning}, {TEXT}"));
        format!(r#"{{"messages": [{first}, {answer}, {USER}], {rest}}}"#)
    };
    let other_system = SYSTEM.replace("brief", "long");
    let cached = format!(
        r#"{}, "additionalModelRequestFields": {{}}"#,
        SYSTEM.replace("}]", &format!("}}, {POINT}]"))
    );
    let dropped = format!(
        r#"{other_system}, "additionalModelRequestFields": {{"thinking": {{"type": "adaptive", "block_binding":
            {{"prefix_mismatch_behavior": "drop_block"}}}}}}"#
    );
    let prefix = "messages.1.content.0: Invalid `signature` in `thinking` block";
    let bound = ". The block is bound to a different conversation.";
    for (body, contains, ends) in [
        (body(USER, &signed, SYSTEM), "", ""),
        (body(USER, &signed, &cached), "", ""),
        (body(USER, &signed, &dropped), "", ""),
        (body(USER, &signed.replace("hm", "hm!"), SYSTEM), prefix, "`thinking` block"),
        (
            body(USER, &signed, &other_system),
            bound,
            "The `system` prompt differs from the one this block was created with.",
        ),
        (body(&USER.replace("\"a\"", "\"b\""), &signed, SYSTEM), bound, "`anthropic-beta` header."),
    ] {
        match check_for(CLAUDE, &body) {
            Ok(()) => assert_eq!(contains, "", "{body}"),
            Err(message) => assert!(
                !contains.is_empty() && message.contains(contains) && message.ends_with(ends),
                "{message} for {body}"
            ),
        }
    }
}

#[test]
fn thinking_and_efforts_are_checked_by_model() {
    const SONNET_5_5: &str = "us.anthropic.claude-sonnet-5-5";
    let fields =
        |fields: &str| format!(r#"{{"messages": [{USER}], "additionalModelRequestFields": {fields}}}"#);
    let thinking = |name: &str| fields(&format!(r#"{{"thinking": {{"type": "{name}"}}}}"#));
    let with_effort = |effort: &str| {
        fields(&format!(
            r#"{{"thinking": {{"type": "between_tools"}}, "output_config": {{"effort": "{effort}"}}}}"#
        ))
    };
    for (model, body, contains) in [
        (SONNET_5_5, thinking("between_tools"), ""),
        (SONNET_5_5, thinking("adaptive"), ""),
        (SONNET_5_5, thinking("disabled"), "thinking.type.disabled"),
        (SONNET_5_5, with_effort("high"), ""),
        (SONNET_5_5, with_effort("max"), "output_config.effort"),
        ("us.anthropic.claude-sonnet-5", thinking("between_tools"), "thinking.type.between_tools"),
        ("us.anthropic.claude-sonnet-5", thinking("disabled"), ""),
        ("us.anthropic.claude-opus-4-8", thinking("enabled"), "Use \"thinking.type.adaptive\""),
        (CLAUDE, thinking("enabled"), ""),
        ("us.xai.grok-4.6", fields(r#"{"reasoning": {"effort": "none"}}"#), "reasoning.effort"),
        ("us.xai.grok-4.6", fields(r#"{"reasoning": {"effort": "xhigh"}}"#), ""),
        ("xai.grok-4.3", fields(r#"{"reasoning": {"effort": "none"}}"#), ""),
    ] {
        match check_for(model, &body) {
            Ok(()) => assert_eq!(contains, "", "{model}: {body}"),
            Err(message) => {
                assert!(!contains.is_empty() && message.contains(contains), "{model}: {message} for {body}");
            }
        }
    }
}

#[test]
fn reasoning_text_is_rejected_by_the_models_that_are_known_for_it() {
    for (model, block, is_rejected) in [
        (NOVA, UNSIGNED, true),
        (WRITER, UNSIGNED, true),
        (QWEN, UNSIGNED, false),
        ("qwen.qwen3-235b-a22b-2507-v1:0", UNSIGNED, true),
        ("us.amazon.nova-2-lite-v1:0", UNSIGNED, false),
        ("us.xai.grok-4.6", UNSIGNED, true),
        ("us.xai.grok-4.6", ENCRYPTED, false),
        ("us.openai.gpt-6-sol", UNSIGNED, true),
        ("us.openai.gpt-6-sol", ENCRYPTED, false),
        ("openai.gpt-oss-120b-1:0", ENCRYPTED, true),
    ] {
        let messages = [USER, &message("assistant", &format!("{block}, {TEXT}")), USER].join(",");
        let found = check_for(model, &format!(r#"{{"messages": [{messages}]}}"#));
        assert_eq!(found.is_err(), is_rejected, "{model}: {found:?}");
    }
}
