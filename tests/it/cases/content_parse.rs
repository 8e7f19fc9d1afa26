//! `content_parse`: parses a block of any type from JSON.

use outcrop::ContentBlock;
use outcrop::core::{ContentParser, GenericContent, JsonObject};
use serde_json::{Value, json};

use crate::support::blocks::{class, unknown};
use crate::support::case_file::{self, Case};
use crate::support::case_report::{CaseReport, Differences};
use crate::support::json::{items, members};

#[test]
fn parsed_blocks_have_their_class_and_members() {
    let mut report = CaseReport::default();
    for case in case_file::cases("content_parse") {
        report.check(case.name(), |differences| check(&case, differences));
    }
    report.assert_all_pass(25);
}

fn check(case: &Case, differences: &mut Differences) {
    let members: JsonObject = serde_json::from_str(case.text("data").unwrap()).unwrap();
    let tried = ContentParser::new().try_parse(members.clone());
    let block = ContentParser::new().parse(members);
    let expected = case.expected();
    match expected.get("statement") {
        Some(statement) => compare_generic_block(&block, statement, differences),
        None => {
            // AG2 warns if it cannot parse a block; here the strict parser returns an error.
            differences.compare("warns", tried.is_err(), &json!(!items(&expected["warnings"]).is_empty()));
            compare_block(&block, &expected, differences);
        }
    }
    let strict = tried.unwrap_or_else(|unparsed| unparsed.block.into());
    if strict != block {
        differences.add("the strict parser returns another block");
    }
}

/// Compares a block for which AG2 raises an error. It must be preserved as a generic block.
fn compare_generic_block(block: &ContentBlock, statement: &Value, differences: &mut Differences) {
    differences.compare("class", class(block), &statement["class"]);
    differences.compare("type", block.block_type(), &statement["type"]);
    differences.compare("fields", unknown(block), &statement["fields"]);
    let mut dump = statement["fields"].clone();
    dump["extra"] = json!({});
    differences.compare("dump", json!(block), &dump);
}

/// Compares the class, the JSON and the accessors of a block.
pub(super) fn compare_block(block: &ContentBlock, expected: &Value, differences: &mut Differences) {
    differences.compare("class", class(block), &expected["class"]);
    differences.compare("dump", json!(block), &expected["dump"]);
    differences.compare("text", block.rendered_text(), &expected["text"]);
    differences.compare("unknown_fields", unknown(block), &expected["unknown_fields"]);
    if let Some(generic) = block.as_generic() {
        compare_accessors(generic, expected, differences);
    }
}

/// Compares the accessors of a generic block. AG2's `get_extra_fields` and `data` are the fields here, and its
/// `get_all_fields` is the JSON.
fn compare_accessors(block: &GenericContent, expected: &Value, differences: &mut Differences) {
    for name in ["extra_fields", "data"] {
        differences.compare(name, json!(block.fields), &expected[name]);
    }
    differences.compare("all_fields", json!(block), &expected["all_fields"]);
    for (name, value) in members(&expected["get"]) {
        let actual = match name {
            "type" => json!(block.block_type()),
            "extra" => json!(block.extra),
            _ => block.get(name).map_or_else(|| json!("<default>"), |value| value.to_value()),
        };
        differences.compare(&format!("get {name}"), actual, value);
    }
    for (name, value) in members(&expected["has_field"]) {
        differences.compare(&format!("has_field {name}"), block.has_field(name), value);
    }
}
