//! `content_parse`: a block read from JSON, whatever its type.

use outcrop::ContentBlock;
use outcrop::core::{ContentParser, GenericContent, JsonObject};
use serde_json::{Value, json};

use crate::support::blocks::{class, unknown};
use crate::support::corpus::{self, Case};
use crate::support::json::{entries, items};
use crate::support::tally::{Differences, Tally};

#[test]
fn blocks_are_read_as_what_they_say_they_are() {
    let mut tally = Tally::default();
    for case in corpus::of("content_parse") {
        tally.check(case.name(), |differences| check(&case, differences));
    }
    tally.holds(25);
}

fn check(case: &Case, differences: &mut Differences) {
    let members: JsonObject = serde_json::from_str(case.text("data").unwrap()).unwrap();
    let tried = ContentParser::new().try_parse(members.clone());
    let block = ContentParser::new().parse(members);
    let want = case.want();
    match want.get("statement") {
        Some(statement) => state(&block, statement, differences),
        None => {
            // AG2 warns of what it could not read; here the reader says so.
            differences.same("warns", tried.is_err(), &json!(!items(&want["warnings"]).is_empty()));
            describe(&block, &want, differences);
        }
    }
    let kept = tried.unwrap_or_else(|unparsed| unparsed.block.into());
    if kept != block {
        differences.add("the strict reader kept something else");
    }
}

/// Where AG2 raises, the block is kept as it came.
fn state(block: &ContentBlock, statement: &Value, differences: &mut Differences) {
    differences.same("class", class(block), &statement["class"]);
    differences.same("type", block.block_type(), &statement["type"]);
    differences.same("fields", unknown(block), &statement["fields"]);
    let mut dump = statement["fields"].clone();
    dump["extra"] = json!({});
    differences.same("dump", json!(block), &dump);
}

/// Notes what of a block is not as it is wanted.
pub(super) fn describe(block: &ContentBlock, want: &Value, differences: &mut Differences) {
    differences.same("class", class(block), &want["class"]);
    differences.same("dump", json!(block), &want["dump"]);
    differences.same("text", block.rendered_text(), &want["text"]);
    differences.same("unknown_fields", unknown(block), &want["unknown_fields"]);
    if let Some(generic) = block.as_generic() {
        describe_generic(generic, want, differences);
    }
}

/// AG2's `get_extra_fields` and `data` are the fields here, its `get_all_fields` is the dump.
fn describe_generic(block: &GenericContent, want: &Value, differences: &mut Differences) {
    for name in ["extra_fields", "data"] {
        differences.same(name, json!(block.fields), &want[name]);
    }
    differences.same("all_fields", json!(block), &want["all_fields"]);
    for (name, wanted) in entries(&want["get"]) {
        let got = match name {
            "type" => json!(block.block_type()),
            "extra" => json!(block.extra),
            _ => block.get(name).map_or_else(|| json!("<default>"), |value| value.to_value()),
        };
        differences.same(&format!("get {name}"), got, wanted);
    }
    for (name, wanted) in entries(&want["has_field"]) {
        differences.same(&format!("has_field {name}"), block.has_field(name), wanted);
    }
}
