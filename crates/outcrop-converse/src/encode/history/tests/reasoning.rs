//! Reasoning of former turns.

use bytes::Bytes;
use outcrop_core::{ContentBlock, ModelRequest, RawJson, ReasoningContent, Role, UnifiedMessage};

use super::{
    CLAUDE, CLAUDE_4_6, DEEPSEEK, GPT_OSS, KIMI, LLAMA, NOVA, PALMYRA, UNKNOWN, assert_settled, history,
    notes, options, repaired, short,
};
use crate::catalog::{Catalog, ModelOverrides};
use crate::{ResponseContext, ResponseMetadata, decode_response, encode_request};

const SONNET_5: &str = "global.anthropic.claude-sonnet-5";

#[test]
fn reasoning_goes_back_where_the_model_takes_it() {
    for (model, given, expected) in [
        // L76, M31: unsigned, or with an empty signature.
        (CLAUDE, "<raw>,x", "x"),
        (CLAUDE, "<empty>,x", "x"),
        (CLAUDE, "<sig>,<red>,x", "reasoningContent, reasoningContent, x"),
        (NOVA, "<raw>,x", "reasoningContent, x"),
        (NOVA, "<sig>,<red>,x", "reasoningContent, x"),
        (KIMI, "<red>,x", "x"),
        // L77, L78, M34
        (GPT_OSS, "<raw>,<sig>,x", "x"),
        (DEEPSEEK, "<raw>,x", "x"),
        (LLAMA, "<raw>,x", "x"),
        (UNKNOWN, "x,<raw>,<empty>,<red>", "x, reasoningContent, reasoningContent, reasoningContent"),
        // L74, M30: first in the turn, in the order in which it came.
        (CLAUDE, "x,<sig>,<red>,?1", "reasoningContent, reasoningContent, x, ?1"),
        (CLAUDE, "<sig>,x,<red>,?1", "reasoningContent, x, reasoningContent, ?1"),
        // hermes-agent#105780: Claude 5 takes a turn of nothing but reasoning for words to go on with.
        (SONNET_5, "<red>", "reasoningContent, [nothing was said in this turn]"),
        (SONNET_5, "<red>,x", "reasoningContent, x"),
        (CLAUDE_4_6, "<red>", "reasoningContent"),
        (CLAUDE, "<red>", "reasoningContent"),
    ] {
        let encoded = repaired(model, &history(&format!("u:a a:{given} u:!1,b")));
        let turns = short(&encoded);
        assert!(turns.starts_with(&format!("u(a) a({expected}) u(")), "{model}: {turns}");
        assert_settled(&encoded);
    }
    assert_eq!(short(&repaired(NOVA, &history("u:<raw>,a"))), "u(a)");
}

#[test]
fn signed_text_is_not_trimmed() {
    // L79
    let encoded = repaired(CLAUDE, &history("u:a a:<sig>,x u:b"));
    assert_eq!(encoded.notes, []);
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert!(body.contains(r#"{"reasoningText":{"text":" hm\n","signature":"s"}}"#), "{body}");
}

#[test]
fn where_signatures_are_not_taken_the_text_is_sent_without() {
    let encoded = repaired(NOVA, &history("u:a a:<sig>,x u:b"));
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert!(body.contains(r#"{"reasoningText":{"text":" hm\n"}}"#), "{body}");
    assert_eq!(notes(&encoded), ["messages[1].content[0] [reasoning.replay]"]);
}

#[test]
fn what_one_model_signed_does_not_go_to_another() {
    // M32, M33; and invariant 10: under another profile it is the same model.
    let body = br#"{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s","new":1}}},{"reasoningContent":{"redactedContent":"aGk="}},{"text":"x"}]}},"stopReason":"end_turn"}"#;
    let context = ResponseContext { model: CLAUDE.to_owned(), ..ResponseContext::default() };
    let response = decode_response(&Bytes::from_static(body), &context, ResponseMetadata::default()).unwrap();
    for (model, expected) in [
        (CLAUDE, "u(a) a(reasoningContent, reasoningContent, x) u(b)"),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "u(a) a(reasoningContent, reasoningContent, x) u(b)"),
        (
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "u(a) a(reasoningContent, reasoningContent, x) u(b)",
        ),
        (CLAUDE_4_6, "u(a) a(x) u(b)"),
        (NOVA, "u(a) a(reasoningContent, x) u(b)"),
        // Of some of these nobody knows what they take back: what is another's does not go there either.
        (UNKNOWN, "u(a) a(x) u(b)"),
        ("mistral.magistral-small-2509", "u(a) a(x) u(b)"),
        ("xai.grok-4.3", "u(a) a(x) u(b)"),
        ("cohere.command-r-plus-v1:0", "u(a) a(x) u(b)"),
        (PALMYRA, "u(a) a(x) u(b)"),
        ("ai21.jamba-1-5-large-v1:0", "u(a) a(x) u(b)"),
    ] {
        let history = [UnifiedMessage::user("a")].into_iter().chain(response.messages.clone());
        let request = ModelRequest::builder(model).messages(history).user("b").build();
        let encoded = encode_request(&request, &options()).unwrap();
        assert_eq!(short(&encoded), expected, "{model}");
        // What nobody knows goes back with the rest of the block.
        let is_same = expected.matches("reasoningContent").count() == 2;
        assert_eq!(
            String::from_utf8(encoded.to_bytes().to_vec()).unwrap().contains(r#""new":1"#),
            is_same,
            "{model}"
        );
    }
}

#[test]
fn a_model_takes_back_its_own_reasoning_under_all_its_names() {
    let hidden = ModelOverrides::from_base_model("eu.anthropic.claude-sonnet-4-6");
    let catalog = Catalog::builtin().with_model(UNKNOWN, hidden);
    for (made_by, asked, is_own) in [
        ("us.anthropic.claude-sonnet-4-6[1m]", "us.anthropic.claude-sonnet-4-6", true),
        ("us.anthropic.claude-sonnet-4-6", "global.anthropic.claude-sonnet-4-6[1m]", true),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-haiku-4-5-20251001-v1", true),
        ("anthropic.claude-haiku-4-5-20251001-v1", "us.anthropic.claude-haiku-4-5-20251001-v1:0", true),
        (UNKNOWN, "anthropic.claude-sonnet-4-6", true),
        ("anthropic.claude-sonnet-4-6", UNKNOWN, true),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", UNKNOWN, false),
        (UNKNOWN, CLAUDE, false),
        ("anthropic.claude-opus-9-9-v1:0", "eu.anthropic.claude-opus-9-9-v1", true),
        ("anthropic.claude-opus-9-9-v1:0", "anthropic.claude-opus-9-9-v2:0", false),
    ] {
        let mut said = ReasoningContent::new("hm");
        said.signature = Some("s".to_owned());
        let mut block = ContentBlock::from(said.clone());
        let context = ResponseContext {
            model: made_by.to_owned(),
            catalog: catalog.clone(),
            ..ResponseContext::default()
        };
        context.record_signing_model(&mut block);
        // A caller may tell of it in the words of its own configuration.
        let mut by_hand = said;
        by_hand.extra.insert("model", RawJson::from(made_by));
        for block in [block, by_hand.into()] {
            let answer = UnifiedMessage::new(Role::Assistant, vec![block, ContentBlock::text("x")]);
            let request = ModelRequest::builder(asked).user("a").messages([answer]).user("b").build();
            let encoded = encode_request(&request, &options().with_catalog(catalog.clone())).unwrap();
            let expected = if is_own { "u(a) a(reasoningContent, x) u(b)" } else { "u(a) a(x) u(b)" };
            assert_eq!(short(&encoded), expected, "{made_by} to {asked}");
            assert_eq!(encoded.notes.is_empty(), is_own, "{made_by} to {asked}");
        }
    }
}

#[test]
fn what_an_unknown_model_signed_goes_back_to_it() {
    let answer = r#"{"role":"assistant","content":[{"type":"reasoning","reasoning":"hm","signature":"s","extra":{"model":"MODEL"}},{"type":"text","text":"x"}]}"#;
    for (origin, expected) in [
        (UNKNOWN, "u(a) a(reasoningContent, x) u(b)"),
        ("", "u(a) a(reasoningContent, x) u(b)"),
        (CLAUDE, "u(a) a(x) u(b)"),
    ] {
        let answer: UnifiedMessage = outcrop_core::from_str(&answer.replace("MODEL", origin)).unwrap();
        let request = ModelRequest::builder(UNKNOWN).user("a").messages([answer]).user("b").build();
        let encoded = encode_request(&request, &options()).unwrap();
        assert_eq!(short(&encoded), expected, "{origin}");
    }
}
