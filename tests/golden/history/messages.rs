//! Messages of chats, and messages that no program should send.

use super::blocks::Blocks;
use super::{chance, responses};
use crate::json::{array, object, string};

/// Draws a conversation that alternates, with media and few defects.
pub(super) fn chat(blocks: &mut Blocks<'_>) -> Vec<String> {
    let mut messages = Vec::new();
    if chance(blocks.random, 40) {
        messages.push(system(blocks));
    }
    for _ in 0..blocks.random.below(4) {
        messages.extend([user(blocks), assistant(blocks)]);
    }
    // Without this message the history ends with the assistant's: a prefill.
    if chance(blocks.random, 80) {
        messages.push(user(blocks));
    }
    if chance(blocks.random, 12) {
        let at = blocks.random.position(messages.len());
        messages.insert(at, any(blocks));
    }
    messages
}

/// Draws messages of any role with any content.
pub(super) fn chaos(blocks: &mut Blocks<'_>) -> Vec<String> {
    (0..=blocks.random.below(5)).map(|_| any(blocks)).collect()
}

/// Draws a message of the user.
pub(super) fn user(blocks: &mut Blocks<'_>) -> String {
    let percent = blocks.unless_cached(50);
    let content = if chance(blocks.random, percent) {
        string(&blocks.text())
    } else {
        let mut parts = vec![blocks.text_part()];
        for _ in 0..blocks.random.below(3) {
            let part = match blocks.random.below(8) {
                0..3 => blocks.media(),
                3 => blocks.cache_point(),
                _ => blocks.text_part(),
            };
            parts.insert(blocks.random.position(parts.len()), part);
        }
        if blocks.is_marked(5) {
            parts.push(blocks.cache_point());
        }
        array(parts)
    };
    message("user", content, blocks)
}

/// Draws an answer of the assistant without calls.
pub(super) fn assistant(blocks: &mut Blocks<'_>) -> String {
    if chance(blocks.random, 35) {
        return responses::answer(blocks, &[]);
    }
    let percent = blocks.unless_cached(60);
    let content = if chance(blocks.random, percent) {
        string(&blocks.text())
    } else {
        let mut parts = Vec::new();
        if chance(blocks.random, 70) {
            parts.push(blocks.reasoning());
        }
        if chance(blocks.random, 70) {
            parts.insert(blocks.random.position(parts.len()), blocks.text_part());
        }
        if blocks.is_marked(10) {
            parts.push(blocks.cache_point());
        }
        if chance(blocks.random, 14) {
            parts.extend(blocks.rare());
        }
        array(parts)
    };
    message("assistant", content, blocks)
}

/// Draws a system message.
pub(super) fn system(blocks: &mut Blocks<'_>) -> String {
    let content = match blocks.random.below(6) {
        0..3 => string(&blocks.text()),
        3 => array([blocks.text_part(), blocks.cache_point()]),
        4 => array([blocks.text_part(), blocks.text_part(), blocks.cache_point(), blocks.text_part()]),
        _ if chance(blocks.random, 30) => array([blocks.text_part(), blocks.image()]),
        _ => array([blocks.cache_point(), blocks.text_part()]),
    };
    let role = *blocks.random.pick(&["system", "system", "developer"]);
    message(role, content, blocks)
}

/// Draws a message of any role with any blocks.
pub(super) fn any(blocks: &mut Blocks<'_>) -> String {
    let roles = ["user", "assistant", "user", "assistant", "tool", "system", "critic", "function"];
    let role = *blocks.random.pick(&roles);
    let mut parts = Vec::new();
    for _ in 0..blocks.random.below(4) {
        match blocks.random.below(16) {
            0..4 => parts.push(blocks.text_part()),
            4..7 => {
                let id = blocks.id();
                parts.push(blocks.call_block(&id));
            }
            7..10 => {
                let id = blocks.id();
                parts.push(blocks.result_block(&id));
            }
            10 | 11 => parts.push(blocks.reasoning()),
            12 => parts.push(blocks.media()),
            13 | 14 => parts.push(blocks.cache_point()),
            _ => parts.extend(blocks.rare()),
        }
    }
    message(role, array(parts), blocks)
}

/// Returns a message, sometimes with members next to the content.
fn message(role: &str, content: String, blocks: &mut Blocks<'_>) -> String {
    let mut members = vec![("role", string(role)), ("content", content)];
    match blocks.random.below(40) {
        0 => members.push(("name", string("Ann"))),
        1 => members.push(("cache_control", blocks.cache_control())),
        2 if role == "assistant" => members.push(("reasoning_content", string(&blocks.text()))),
        3 if role == "assistant" => {
            let thinking = object([("type", string("thinking")), ("thinking", string(&blocks.text()))]);
            let redacted = object([("type", string("redacted_thinking")), ("data", string("aGk="))]);
            members.push(("thinking_blocks", array([thinking, redacted])));
            members.push(("reasoning_content", string("other")));
        }
        4 if role == "assistant" => members.push(("prefix", "true".to_owned())),
        5 if role == "assistant" => members.push(("refusal", string("I can't."))),
        _ => {}
    }
    object(members)
}
