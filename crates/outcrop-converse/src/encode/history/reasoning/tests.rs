//! Tests of the reasoning of earlier turns.

use bytes::Bytes;
use outcrop_core::{ContentBlock, ModelRequest, RawJson, ReasoningContent, Role, UnifiedMessage};

use crate::catalog::{Catalog, ModelOverrides};
use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::encode::encode_request;
use crate::encode::history::tests::{
    CLAUDE, CLAUDE_4_6, DEEPSEEK, GPT_OSS, KIMI, LLAMA, NOVA, PALMYRA, UNKNOWN,
    assert_unchanged_when_encoded_again, history, notes, options, prepare, short,
};
use crate::encode::tests::body;
use crate::options::EncodeOptions;

const NOVA_2: &str = "us.amazon.nova-2-lite-v1:0";
const SONNET_5: &str = "global.anthropic.claude-sonnet-5";

#[test]
fn reasoning_is_replayed_only_if_the_model_accepts_it() {
    for (model, blocks, expected) in [
        // Claude rejects reasoning without a signature or with an empty one (L76, M31).
        (CLAUDE, "<raw>,x", "x"),
        (CLAUDE, "<empty>,x", "x"),
        (CLAUDE, "<sig>,<red>,x", "reasoningContent, reasoningContent, x"),
        (NOVA_2, "<raw>,x", "reasoningContent, x"),
        (NOVA_2, "<sig>,<red>,x", "reasoningContent, x"),
        // https://github.com/strands-agents/sdk-python lists models that reject text: all but what they encrypted.
        (NOVA, "<raw>,<sig>,x", "x"),
        (PALMYRA, "<raw>,x", "x"),
        ("us.xai.grok-4.6", "<raw>,<sig>,<red>,x", "reasoningContent, x"),
        ("us.openai.gpt-6-sol", "<raw>,<red>,x", "reasoningContent, x"),
        (KIMI, "<red>,x", "x"),
        // These models reject reasoning in the history, or repeat it in their response (L77, L78, M34).
        (GPT_OSS, "<raw>,<sig>,x", "x"),
        (DEEPSEEK, "<raw>,x", "x"),
        (LLAMA, "<raw>,x", "x"),
        (UNKNOWN, "x,<raw>,<empty>,<red>", "x, reasoningContent, reasoningContent, reasoningContent"),
        // First in the turn, in the original order (L74, M30).
        (CLAUDE, "x,<sig>,<red>,?1", "reasoningContent, reasoningContent, x, ?1"),
        (CLAUDE, "<sig>,x,<red>,?1", "reasoningContent, x, reasoningContent, ?1"),
        // Claude 5 rejects a turn with nothing but reasoning: hermes-agent#105780.
        (SONNET_5, "<red>", "reasoningContent, [nothing was said in this turn]"),
        (SONNET_5, "<red>,x", "reasoningContent, x"),
        (CLAUDE_4_6, "<red>", "reasoningContent"),
        (CLAUDE, "<red>", "reasoningContent"),
    ] {
        let encoded = prepare(model, &history(&format!("u:a a:{blocks} u:!1,b")));
        let turns = short(&encoded);
        assert!(turns.starts_with(&format!("u(a) a({expected}) u(")), "{model}, {blocks}: {turns}");
        assert_unchanged_when_encoded_again(&encoded);
    }
    assert_eq!(short(&prepare(NOVA, &history("u:<raw>,a"))), "u(a)");
}

#[test]
fn signed_text_is_not_trimmed() {
    // Its signature would no longer match (L79).
    let encoded = prepare(CLAUDE, &history("u:a a:<sig>,x u:b"));
    assert_eq!(encoded.notes, []);
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert!(body.contains(r#"{"reasoningText":{"text":" hm\n","signature":"s"}}"#), "{body}");
}

#[test]
fn signature_without_text_is_sent_with_empty_text() {
    // Requests require the text: "Member must not be null" (M29).
    for block in [
        r#"{"type":"reasoning","reasoning":"","signature":"s","extra":{"converse":"{\"reasoningContent\":{\"reasoningText\":{\"signature\":\"s\"}}}"}}"#,
        r#"{"type":"reasoning","reasoning":"","signature":"s"}"#,
    ] {
        let message = format!(r#"{{"role":"assistant","content":[{block},{{"type":"text","text":"x"}}]}}"#);
        let message: UnifiedMessage = outcrop_core::from_str(&message).unwrap();
        let request = ModelRequest::builder(CLAUDE).user("a").messages([message]).user("b").build();
        let encoded = encode_request(&request, &options()).unwrap();
        let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
        assert!(body.contains(r#""text":"""#) && body.contains(r#""signature":"s""#), "{body}");
        assert_eq!(notes(&encoded), [""; 0]);
    }
}

#[test]
fn unsupported_signature_is_dropped_and_its_text_kept() {
    let encoded = prepare(NOVA_2, &history("u:a a:<sig>,x u:b"));
    let body = String::from_utf8(encoded.to_bytes().to_vec()).unwrap();
    assert!(body.contains(r#"{"reasoningText":{"text":" hm\n"}}"#), "{body}");
    assert_eq!(notes(&encoded), ["messages[1].content[0] [reasoning.replay]"]);
}

#[test]
fn reasoning_signed_by_another_model_is_dropped() {
    // Signatures are bound to the model, whichever profile is used (M32, M33, invariant 13).
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
        (NOVA_2, "u(a) a(reasoningContent, x) u(b)"),
        (NOVA, "u(a) a(x) u(b)"),
        ("us.openai.gpt-6-sol", "u(a) a(x) u(b)"),
        // It is not known what some of these models accept; reasoning of others is dropped for them, too.
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
        // Unknown members return with their block.
        let is_same = expected.matches("reasoningContent").count() == 2;
        assert_eq!(
            String::from_utf8(encoded.to_bytes().to_vec()).unwrap().contains(r#""new":1"#),
            is_same,
            "{model}"
        );
    }
}

#[test]
fn signing_model_is_recognized_under_all_its_names() {
    let hidden = ModelOverrides::from_base_model("eu.anthropic.claude-sonnet-4-6");
    let catalog = Catalog::builtin().with_model(UNKNOWN, hidden);
    for (signed_by, model, is_same) in [
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
        let mut reasoning = ReasoningContent::new("hm");
        reasoning.signature = Some("s".to_owned());
        let mut block = ContentBlock::from(reasoning.clone());
        let context = ResponseContext {
            model: signed_by.to_owned(),
            catalog: catalog.clone(),
            ..ResponseContext::default()
        };
        context.record_signing_model(&mut block);
        // A caller may name the model itself, as its configuration does.
        let mut by_hand = reasoning;
        by_hand.extra.insert("model", RawJson::from(signed_by));
        for block in [block, by_hand.into()] {
            let response = UnifiedMessage::new(Role::Assistant, vec![block, ContentBlock::text("x")]);
            let request = ModelRequest::builder(model).user("a").messages([response]).user("b").build();
            let encoded = encode_request(&request, &options().with_catalog(catalog.clone())).unwrap();
            let expected = if is_same { "u(a) a(reasoningContent, x) u(b)" } else { "u(a) a(x) u(b)" };
            assert_eq!(short(&encoded), expected, "{signed_by} to {model}");
            // The mark of a long context is dropped from the id of the model, with a note.
            let is_kept = encoded.notes.iter().all(|note| note.rule == "model.prefix");
            assert_eq!(is_kept, is_same, "{signed_by} to {model}");
        }
    }
}

#[test]
fn reasoning_of_an_unknown_model_returns_to_it() {
    let message = r#"{"role":"assistant","content":[{"type":"reasoning","reasoning":"hm","signature":"s","extra":{"model":"MODEL"}},{"type":"text","text":"x"}]}"#;
    for (origin, expected) in [
        (UNKNOWN, "u(a) a(reasoningContent, x) u(b)"),
        ("", "u(a) a(reasoningContent, x) u(b)"),
        (CLAUDE, "u(a) a(x) u(b)"),
    ] {
        let message: UnifiedMessage = outcrop_core::from_str(&message.replace("MODEL", origin)).unwrap();
        let request = ModelRequest::builder(UNKNOWN).user("a").messages([message]).user("b").build();
        let encoded = encode_request(&request, &options()).unwrap();
        assert_eq!(short(&encoded), expected, "{origin}");
    }
}

#[test]
fn unsigned_reasoning_is_replayed_only_to_models_that_accept_it() {
    // Claude rejects unsigned reasoning, Kimi accepts it (L76).
    const UNSIGNED: &str = r#""reasoning_content":"hm""#;
    for (model, reasoning, is_sent) in [
        (CLAUDE, UNSIGNED, false),
        ("moonshot.kimi-k2-thinking", UNSIGNED, true),
        (CLAUDE, r#""thinking_blocks":[{"thinking":"hm","signature":"s"}]"#, true),
    ] {
        let params = format!(
            r#"{{"model":"{model}","messages":[{{"role":"user","content":"a"}},
                {{"role":"assistant","content":"b",{reasoning}}},{{"role":"user","content":"c"}}]}}"#
        );
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
            assert_eq!(body(&encoded).contains("reasoningContent"), is_sent, "{model}");
            let rules: Vec<_> = encoded.notes.iter().map(|note| note.rule.as_ref()).collect();
            assert_eq!(rules.is_empty(), is_sent, "{rules:?}");
            assert!(rules.iter().all(|rule| *rule == "reasoning.replay"), "{rules:?}");
        }
    }
}
