//! A block that was edited after decoding is encoded from its fields.

use outcrop_core::{ContentBlock, RawJson};

use super::{assistant, original, response, turn_of};

/// Decodes a wire block, edits the unified blocks, and returns the assistant turn of the next request.
fn edited(block: &str, edit: impl FnOnce(&mut Vec<ContentBlock>)) -> String {
    let mut blocks = response(&[block.to_owned()]).into_messages().remove(0).content.into_vec();
    assert!(original(&blocks[0]).is_some(), "{block}");
    edit(&mut blocks);
    turn_of(assistant(blocks))
}

#[test]
fn edited_block_is_encoded_anew() {
    let call = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1},"new":1}}"#;
    let found = edited(call, |blocks| {
        let ContentBlock::ToolCall(call) = &mut blocks[0] else { panic!("a call") };
        call.arguments = r#"{"a":2}"#.to_owned();
    });
    assert_eq!(found, r#"[{"toolUse":{"toolUseId":"t","name":"f","input":{"a":2}}}]"#);

    let reasoning = r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s","new":1}}}"#;
    let found = edited(reasoning, |blocks| {
        let ContentBlock::Reasoning(block) = &mut blocks[0] else { panic!("reasoning") };
        block.reasoning = "ha".to_owned();
        block.signature = None;
    });
    assert_eq!(found, r#"[{"reasoningContent":{"reasoningText":{"text":"ha"}}}]"#);

    let image = r#"{"image":{"format":"png","source":{"bytes":"aGk="},"new":1}}"#;
    let found = edited(image, |blocks| {
        let ContentBlock::Image(block) = &mut blocks[0] else { panic!("an image") };
        block.data_uri = Some("data:image/gif;base64,aG8=".into());
    });
    assert_eq!(found, r#"[{"image":{"format":"gif","source":{"bytes":"aG8="}}}]"#);
}

#[test]
fn cited_text_is_encoded_anew_if_text_or_citation_is_edited() {
    let cited =
        r#"{"citationsContent":{"content":[{"text":"a"},{"text":"b"}],"citations":[{"title":"T"}],"new":1}}"#;
    let unchanged = edited(cited, |_| {});
    assert_eq!(unchanged, format!("[{cited}]"));

    let found = edited(cited, |blocks| {
        let ContentBlock::Text(text) = &mut blocks[0] else { panic!("text") };
        text.text = "c".to_owned();
    });
    assert_eq!(found, r#"[{"citationsContent":{"content":[{"text":"c"}],"citations":[{"title":"T"}]}}]"#);

    let found = edited(cited, |blocks| {
        let ContentBlock::Citation(citation) = &mut blocks[1] else { panic!("a citation") };
        citation.title = "U".to_owned();
    });
    assert_eq!(found, r#"[{"citationsContent":{"content":[{"text":"ab"}],"citations":[{"title":"U"}]}}]"#);

    // Without its citation, the text is not cited.
    let found = edited(cited, |blocks| drop(blocks.pop()));
    assert_eq!(found, r#"[{"text":"ab"}]"#);
}

#[test]
fn original_block_with_other_content_is_ignored() {
    let forged = RawJson::from(r#"{"text":"forged"}"#);
    let mut block = outcrop_core::TextContent::new("edited");
    block.extra.insert(crate::origin::ORIGINAL_KEY, forged);
    assert_eq!(turn_of(assistant(vec![block.into()])), r#"[{"text":"edited"}]"#);
}

#[test]
fn members_added_by_a_program_do_not_prevent_replay() {
    let call = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1},"new":1}}"#;
    let found = edited(call, |blocks| {
        let ContentBlock::ToolCall(call) = &mut blocks[0] else { panic!("a call") };
        call.unknown.insert("seen", RawJson::bool(true));
    });
    assert!(found.contains(r#""input":{"a":1}"#), "{found}");
}
