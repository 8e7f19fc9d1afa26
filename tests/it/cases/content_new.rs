//! `content_new`: constructs a block of a known class from its fields.

use outcrop::ContentBlock;
use outcrop::core::{
    AudioContent, CitationContent, GenericContent, JsonObject, ReasoningContent, TextContent,
};
use serde_json::json;

use super::content_parse::compare_block;
use crate::support::case_file::{self, Case};
use crate::support::case_report::CaseReport;

#[test]
fn blocks_of_a_known_class_parse_without_type() {
    let mut report = CaseReport::default();
    for case in case_file::cases("content_new") {
        let expected = case.expected();
        report.check(case.name(), |differences| match block(&case) {
            Ok(block) => compare_block(&block, &expected, differences),
            Err(_) if !expected["error"].is_null() => {}
            Err(error) => differences.add(format!("error: {error}")),
        });
    }
    report.assert_all_pass(5);
}

#[test]
fn block_of_another_type_is_an_error() {
    let reasoning = json!({"type": "text", "reasoning": "r"});
    assert!(serde_json::from_value::<ReasoningContent>(reasoning).is_err());
}

fn block(case: &Case) -> Result<ContentBlock, serde_json::Error> {
    let fields = case.text("fields").unwrap();
    Ok(match case.value("class").as_str().unwrap() {
        "TextContent" => serde_json::from_str::<TextContent>(fields)?.into(),
        "ReasoningContent" => serde_json::from_str::<ReasoningContent>(fields)?.into(),
        "CitationContent" => serde_json::from_str::<CitationContent>(fields)?.into(),
        "AudioContent" => serde_json::from_str::<AudioContent>(fields)?.into(),
        "GenericContent" => {
            let mut fields: JsonObject = serde_json::from_str(fields)?;
            let block_type = fields.remove("type").and_then(|name| name.as_string().map(String::from));
            GenericContent::new(block_type.unwrap(), fields).into()
        }
        other => panic!("unknown class: {other}"),
    })
}
