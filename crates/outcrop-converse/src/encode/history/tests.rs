//! Tests of the repair: histories in short, for models of each kind.

mod cache;
mod media;
mod reasoning;
mod turns;

use bytes::Bytes;

use crate::decode::request_from_wire;
use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;
use crate::wire::{ConverseRequest, Message, SystemContentBlock, Tool};
use crate::{Rules, wire};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const CLAUDE_4_6: &str = "eu.anthropic.claude-opus-4-6-v1";
const NOVA: &str = "us.amazon.nova-pro-v1:0";
const LLAMA: &str = "us.meta.llama4-maverick-17b-instruct-v1:0";
const MISTRAL: &str = "mistral.mistral-large-2407-v1:0";
const KIMI: &str = "moonshot.kimi-k2-thinking";
const PALMYRA: &str = "us.writer.palmyra-x5-v1:0";
const GPT_OSS: &str = "openai.gpt-oss-120b-1:0";
const DEEPSEEK: &str = "us.deepseek.r1-v1:0";
const TITAN: &str = "amazon.titan-text-express-v1";
const UNKNOWN: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";

fn options() -> EncodeOptions {
    EncodeOptions { filler: ".".to_owned(), ..EncodeOptions::converse() }
}

/// A request with these messages, in Converse's own JSON.
fn repaired(model: &str, messages: &str) -> Encoded {
    repaired_by(model, &format!(r#"{{"messages":[{messages}]}}"#), Rules::all())
}

fn repaired_by(model: &str, body: &str, rules: Rules) -> Encoded {
    let body: ConverseRequest = serde_json::from_str(body).unwrap_or_else(|error| panic!("{body}: {error}"));
    let options = EncodeOptions { rules, ..options() };
    encode_request(&request_from_wire(model, body), &options).unwrap()
}

/// What was repaired is repaired no more.
fn assert_settled(encoded: &Encoded) {
    let bytes = encoded.to_bytes();
    let again = crate::decode_request(&encoded.model_id, &bytes).unwrap();
    let again = encode_request(&again, &options()).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.notes, []);
}

/// Turns in short: `u` or `a` and the blocks: words as they are, `?id` a call, `!id` a result, else the kind.
fn short(encoded: &Encoded) -> String {
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

fn notes(encoded: &Encoded) -> Vec<String> {
    encoded.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect()
}

/// The messages of a history in short, one for each word: `u` or `a`, a colon, and blocks: `?id` a call, `!id` a
/// result, `|` and `|1h` cache points, `<doc>`, `<img>`, `<vid>`, `<sig>`, `<raw>`, `<red>`, else words (`_` a space).
fn history(short: &str) -> String {
    let messages = short.split_whitespace().map(|word| {
        let (side, blocks) = word.split_once(':').unwrap();
        let role = if side == "a" { "assistant" } else { "user" };
        let blocks: Vec<_> = blocks.split(',').filter(|block| !block.is_empty()).map(block_of).collect();
        format!(r#"{{"role":"{role}","content":[{}]}}"#, blocks.join(","))
    });
    messages.collect::<Vec<_>>().join(",")
}

fn block_of(short: &str) -> String {
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

/// System prompt and tools in short, for what comes before the turns.
fn before(encoded: &Encoded) -> String {
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
fn every_rule_can_be_switched_off() {
    // With no rule at all, every message is a turn as it stands.
    let messages = history("a:x_,?1 u:!9,|,<doc> u:b a:<raw>,y_");
    let encoded = repaired_by(CLAUDE, &format!(r#"{{"messages":[{messages}]}}"#), Rules::none());
    assert_eq!(short(&encoded), "a(x , ?1) u(!9, |, document) u(b) a(reasoningContent, y )",);
    assert_eq!(notes(&encoded), Vec::<String>::new());
    assert_eq!(encoded.body.tool_config, None);
    let all = repaired(CLAUDE, &messages);
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
    assert_settled(&all);
}

#[test]
fn rules_have_ids_of_their_own() {
    let ids: std::collections::BTreeSet<_> = crate::Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), crate::Rule::ALL.len());
}

#[test]
fn a_request_that_is_in_order_is_not_touched() {
    for model in [CLAUDE, NOVA, KIMI, UNKNOWN] {
        let messages = history("u:a a:b,?1,?2 u:!2,!1 a:c u:d");
        let tools = r#""toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}"#;
        let body = format!(r#"{{"messages":[{messages}],{tools}}}"#);
        let encoded = repaired_by(model, &body, Rules::all());
        assert_eq!(encoded.to_bytes(), Bytes::from(body));
        assert_eq!(encoded.notes, []);
    }
}
