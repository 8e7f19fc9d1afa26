//! The response, and the summary of its usage.

use serde_json::Value;

use crate::support::json::{embedded, entries, items, same};
use crate::support::tally::Differences;

/// Notes what of a response is not as it is wanted.
pub(super) fn compare(got: &Value, want: &Value, cost: bool, differences: &mut Differences) {
    compare_id("unified.id", &got["id"], &want["id"], differences);
    for name in ["model", "provider", "finish_reason", "status"] {
        differences.same(&format!("unified.{name}"), got[name].clone(), &want[name]);
    }
    compare_usage("unified.usage", &got["usage"], &want["usage"], cost, differences);
    if cost {
        differences.near("unified.cost", &got["cost"], &want["cost"]);
    }
    compare_messages(items(&got["messages"]), items(&want["messages"]), differences);
    // More may have been kept than AG2 keeps; where it has `null`, Converse has no such member.
    for (name, wanted) in entries(&want["provider_metadata"]).filter(|(_, wanted)| !wanted.is_null()) {
        let at = format!("unified.provider_metadata.{name}");
        differences.same(&at, got["provider_metadata"][name].clone(), wanted);
    }
}

/// An id that was made up has the time in it.
pub(super) fn compare_id(at: &str, got: &Value, want: &Value, differences: &mut Differences) {
    const MADE_UP: &str = "bedrock-";
    let is_made_up = |id: &Value| id.as_str().is_some_and(|id| id.starts_with(MADE_UP));
    if !(is_made_up(got) && is_made_up(want)) {
        differences.same(at, got.clone(), want);
    }
}

/// Notes the counters that are not as they are wanted; more of them are welcome.
pub(crate) fn compare_usage(at: &str, got: &Value, want: &Value, cost: bool, differences: &mut Differences) {
    for (name, wanted) in entries(want) {
        let at = format!("{at}.{name}");
        match name {
            "cost" if cost => differences.near(&at, &got[name], wanted),
            "cost" => {}
            _ => differences.same(&at, got[name].clone(), wanted),
        }
    }
}

fn compare_messages(got: &[Value], want: &[Value], differences: &mut Differences) {
    if got.len() != want.len() {
        return differences.add(format!("unified.messages: {} for {}", got.len(), want.len()));
    }
    for (index, (got, want)) in got.iter().zip(want).enumerate() {
        let at = format!("unified.messages[{index}]");
        differences.same(&format!("{at}.role"), got["role"].clone(), &want["role"]);
        compare_blocks(&at, items(&got["content"]), items(&want["content"]), differences);
    }
}

fn compare_blocks(at: &str, got: &[Value], want: &[Value], differences: &mut Differences) {
    if got.len() != want.len() {
        let types = |blocks: &[Value]| blocks.iter().map(|block| block["type"].clone()).collect::<Value>();
        return differences.add(format!("{at}.content: {} for {}", types(got), types(want)));
    }
    for (index, (got, want)) in got.iter().zip(want).enumerate() {
        compare_block(&format!("{at}.content[{index}]"), got, want, differences);
    }
}

/// Notes what of a block is not as it is wanted. It may have more members; what is wanted in `extra` may be a member
/// of the block itself, and the other way round.
fn compare_block(at: &str, got: &Value, want: &Value, differences: &mut Differences) {
    differences.same(&format!("{at}.type"), got["type"].clone(), &want["type"]);
    for (name, wanted) in entries(want).filter(|(name, _)| !["type", "extra"].contains(name)) {
        let found = got.get(name).unwrap_or_else(|| &got["extra"][name]);
        if !(wanted.is_null() || is_as_wanted(name, found, wanted)) {
            differences.add(format!("{at}.{name}: {found} for {wanted}"));
        }
    }
    for (name, wanted) in entries(&want["extra"]) {
        let found = got["extra"].get(name).unwrap_or_else(|| &got[name]);
        differences.same(&format!("{at}.extra.{name}"), found.clone(), wanted);
    }
}

/// Arguments and structured answers are compared as the JSON that they hold.
fn is_as_wanted(name: &str, got: &Value, want: &Value) -> bool {
    let inner = embedded(want);
    if name == "arguments" || (name == "text" && (inner.is_object() || inner.is_array())) {
        same(&embedded(got), &inner)
    } else {
        same(got, want)
    }
}
