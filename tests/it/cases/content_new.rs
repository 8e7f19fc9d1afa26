//! `content_new`: a block of a known class made from its fields.

use outcrop::ContentBlock;
use outcrop::core::{
    AudioContent, CitationContent, GenericContent, JsonObject, ReasoningContent, TextContent,
};
use serde_json::json;

use super::content_parse::describe;
use crate::support::corpus::{self, Case};
use crate::support::tally::Tally;

#[test]
fn blocks_of_a_known_class_need_no_type() {
    let mut tally = Tally::default();
    for case in corpus::of("content_new") {
        let want = case.want();
        tally.check(case.name(), |differences| match block(&case) {
            Ok(block) => describe(&block, &want, differences),
            Err(_) if !want["error"].is_null() => {}
            Err(error) => differences.add(format!("error: {error}")),
        });
    }
    tally.holds(5);
}

#[test]
fn another_type_is_an_error() {
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
        other => panic!("no case has a {other}"),
    })
}
