//! Helpers for the tests of rules, which write histories in short, and tests of all rules together.

mod properties;

use bytes::Bytes;

use crate::decode::{decode_request, request_from_wire};
use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;
use crate::rule::{Rule, Rules};
use crate::wire::{self, ConverseRequest, Message, SystemContentBlock, Tool};

pub(super) const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
pub(super) const CLAUDE_4_6: &str = "eu.anthropic.claude-opus-4-6-v1";
pub(super) const NOVA: &str = "us.amazon.nova-pro-v1:0";
pub(super) const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
pub(super) const MISTRAL: &str = "mistral.mistral-large-2407-v1:0";
pub(super) const KIMI: &str = "moonshot.kimi-k2-thinking";
pub(super) const PALMYRA: &str = "us.writer.palmyra-x5-v1:0";
pub(super) const GPT_OSS: &str = "openai.gpt-oss-120b-1:0";
pub(super) const DEEPSEEK: &str = "us.deepseek.r1-v1:0";
pub(super) const TITAN: &str = "amazon.titan-text-express-v1";

pub(super) const UNKNOWN: &str =
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";

/// Returns options that merge turns, with a short filler.
pub(super) fn options() -> EncodeOptions {
    EncodeOptions { filler: ".".to_owned(), ..EncodeOptions::converse() }
}

/// Prepares messages, given as Converse's JSON, for a model.
pub(super) fn prepare(model: &str, messages: &str) -> Encoded {
    prepare_with(model, &format!(r#"{{"messages":[{messages}]}}"#), Rules::all())
}

/// Prepares a request, given as Converse's JSON, for a model and with these rules.
pub(super) fn prepare_with(model: &str, body: &str, rules: Rules) -> Encoded {
    let body: ConverseRequest = serde_json::from_str(body).unwrap_or_else(|error| panic!("{body}: {error}"));
    let options = EncodeOptions { rules, ..options() };
    encode_request(&request_from_wire(model, body), &options).unwrap()
}

/// Asserts that a prepared request is valid: encoding it again changes nothing.
pub(super) fn assert_unchanged_when_encoded_again(encoded: &Encoded) {
    let bytes = encoded.to_bytes();
    let request = decode_request(&encoded.model_id, &bytes).unwrap();
    let again = encode_request(&request, &options()).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.notes, []);
}

/// Asserts the turns of each case: a model, a history in short, and the turns in short. They are valid for the model.
pub(super) fn assert_turns(cases: &[(&str, &str, &str)]) {
    for (model, messages, expected) in cases {
        let encoded = prepare(model, &history(messages));
        assert_eq!(short(&encoded), *expected, "{model}: {messages}");
        assert_unchanged_when_encoded_again(&encoded);
    }
}

/// Writes turns in short: `u` or `a` and the blocks. Text is unchanged, `?id` is a call, `!id` a result, others are their
/// kind.
pub(super) fn short(encoded: &Encoded) -> String {
    let block = |block: &wire::ContentBlock| match block {
        wire::ContentBlock::Text(text) => text.clone(),
        wire::ContentBlock::ToolUse(call) => format!("?{}", call.tool_use_id),
        wire::ContentBlock::ToolResult(result) => format!("!{}", result.tool_use_id),
        wire::ContentBlock::CachePoint(point) => {
            format!("|{}", point.ttl.as_ref().map_or("", wire::CacheTtl::as_str))
        }
        other => other.member().to_owned(),
    };
    let turn = |turn: &Message| {
        let blocks: Vec<_> = turn.blocks().iter().map(block).collect();
        format!("{}({})", turn.role.as_str().chars().next().unwrap(), blocks.join(", "))
    };
    let turns = encoded.body.messages.iter().flatten();
    turns.map(turn).collect::<Vec<_>>().join(" ")
}

/// Returns the notes as `path [rule]`.
pub(super) fn notes(encoded: &Encoded) -> Vec<String> {
    encoded.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect()
}

/// Parses messages written in short, separated by spaces, into Converse's JSON: `u` or `a`, a colon, and the blocks.
///
/// `?id` is a call, `!id` a result, `|` and `|1h` are cache points; `<doc>`, `<img>`, `<vid>`, `<sig>`, `<raw>`,
/// `<empty>`, `<red>` and `<server>` are other blocks. Everything else is text, with `_` for a space.
pub(super) fn history(short: &str) -> String {
    let messages = short.split_whitespace().map(|message| {
        let (role, blocks) = message.split_once(':').unwrap();
        let role = if role == "a" { "assistant" } else { "user" };
        let blocks: Vec<_> = blocks.split(',').filter(|block| !block.is_empty()).map(block).collect();
        format!(r#"{{"role":"{role}","content":[{}]}}"#, blocks.join(","))
    });
    messages.collect::<Vec<_>>().join(",")
}

fn block(short: &str) -> String {
    match short {
        "|" => r#"{"cachePoint":{"type":"default"}}"#.to_owned(),
        "|1h" => r#"{"cachePoint":{"type":"default","ttl":"1h"}}"#.to_owned(),
        "<doc>" => r#"{"document":{"format":"pdf","name":"d","source":{"bytes":"aGk="}}}"#.to_owned(),
        "<img>" => r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#.to_owned(),
        "<vid>" => r#"{"video":{"format":"mp4","source":{"bytes":"aGk="}}}"#.to_owned(),
        "<sig>" => r#"{"reasoningContent":{"reasoningText":{"text":" hm\n","signature":"s"}}}"#.to_owned(),
        "<raw>" => r#"{"reasoningContent":{"reasoningText":{"text":"hm"}}}"#.to_owned(),
        "<empty>" => r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":""}}}"#.to_owned(),
        "<red>" => r#"{"reasoningContent":{"redactedContent":"aGk="}}"#.to_owned(),
        "<server>" => r#"{"toolUse":{"toolUseId":"s","name":"nova_grounding","input":{},"type":"server_tool_use"}},{"toolResult":{"toolUseId":"s","content":[{"text":"found"}],"type":"nova_grounding_result"}}"#.to_owned(),
        _ => match (short.strip_prefix('?'), short.strip_prefix('!')) {
            (Some(id), _) => format!(r#"{{"toolUse":{{"toolUseId":"{id}","name":"f","input":{{}}}}}}"#),
            (_, Some(id)) => format!(r#"{{"toolResult":{{"toolUseId":"{id}","content":[{{"text":"out"}}]}}}}"#),
            _ => format!(r#"{{"text":"{}"}}"#, short.replace('_', " ")),
        },
    }
}

/// Writes tools and system prompt in short, which precede the turns.
pub(super) fn short_tools_and_system(encoded: &Encoded) -> String {
    let point =
        |point: &wire::CachePointBlock| format!("|{}", point.ttl.as_ref().map_or("", wire::CacheTtl::as_str));
    let tools = encoded.body.tool_config.iter().flat_map(|config| &config.tools).map(|tool| match tool {
        Tool::CachePoint(found) => point(found),
        Tool::ToolSpec(tool) => tool.name.clone(),
        other => other.member().to_owned(),
    });
    let system = encoded.body.system.iter().flatten().map(|block| match block {
        SystemContentBlock::Text(text) => text.clone(),
        SystemContentBlock::CachePoint(found) => point(found),
        other => other.member().to_owned(),
    });
    format!("t({}) s({})", tools.collect::<Vec<_>>().join(", "), system.collect::<Vec<_>>().join(", "))
}

#[test]
fn all_rules_can_be_disabled() {
    // Without any rule, every message is a turn, unchanged.
    let messages = history("a:x_,?1 u:!9,|,<doc> u:b a:<raw>,y_");
    let encoded = prepare_with(CLAUDE, &format!(r#"{{"messages":[{messages}]}}"#), Rules::none());
    assert_eq!(short(&encoded), "a(x , ?1) u(!9, |, document) u(b) a(reasoningContent, y )",);
    assert_eq!(notes(&encoded), Vec::<String>::new());
    assert_eq!(encoded.body.tool_config, None);
    let all = prepare(CLAUDE, &messages);
    let ids: std::collections::BTreeSet<_> = all.notes.iter().map(|note| note.rule.clone()).collect();
    assert_eq!(
        ids.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        [
            "reasoning.replay",
            "tool_result.alone",
            "tool_result.orphan",
            "tool_use.unanswered",
            "tools.history",
            "turns.alternate",
            "turns.trailing_space"
        ],
    );
    assert_unchanged_when_encoded_again(&all);
}

#[test]
fn rule_ids_are_unique() {
    let ids: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
}

#[test]
fn valid_request_is_unchanged() {
    for model in [CLAUDE, NOVA, KIMI, UNKNOWN] {
        let messages = history("u:a a:b,?1,?2 u:!2,!1 a:c u:d");
        let tools = r#""toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}"#;
        let body = format!(r#"{{"messages":[{messages}],{tools}}}"#);
        let encoded = prepare_with(model, &body, Rules::all());
        assert_eq!(encoded.to_bytes(), Bytes::from(body));
        assert_eq!(encoded.notes, []);
    }
}

#[test]
fn each_change_is_noted_with_its_path() {
    for (model, given, expected) in [
        (
            CLAUDE,
            "u:a u:_ u:b",
            &[
                "messages[1].content[0] [content.blank]",
                "messages[1] [messages.empty]",
                "messages[2] [turns.alternate]",
            ][..],
        ),
        (NOVA, "a:x u:a", &["messages[0].content[0] [turns.first]"]),
        (CLAUDE_4_6, "u:a a:x", &["messages[2] [turns.last]"]),
        (CLAUDE, "u:a a:x_", &["messages[1].content[0] [turns.trailing_space]"]),
        (CLAUDE, "u:a a:x u:b,!9", &["messages[2].content[1] [tool_result.orphan]"]),
        // Results in several messages are usual, and not worth a note.
        (CLAUDE, "u:a a:?1,?2 u:!1 u:!2", &["messages[1].content[0] [tools.history]"]),
        (
            CLAUDE,
            "u:a a:?1,?1 u:!1,b",
            &[
                "messages[1].content[1] [tool_use.duplicate]",
                "messages[1].content[1] [tool_use.unanswered]",
                "messages[1].content[0] [tools.history]",
            ],
        ),
        (
            LLAMA,
            "u:a a:?1 u:!1,b",
            &["messages[2].content[1] [tool_result.alone]", "messages[1].content[0] [tools.history]"],
        ),
    ] {
        assert_eq!(notes(&prepare(model, &history(given))), expected, "{model}: {given}");
    }
}

#[test]
fn single_rules_can_be_disabled() {
    let body = format!(r#"{{"messages":[{}]}}"#, history("u:a u:b a:?1"));
    let rules = Rules::all().without(Rule::Alternation).without(Rule::UnansweredCalls);
    let encoded = prepare_with(CLAUDE, &body, rules.without(Rule::LastTurn));
    assert_eq!(short(&encoded), "u(a) u(b) a(?1)");
}
