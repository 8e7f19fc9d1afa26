//! A block that was edited since is encoded anew, from what it says now.

use outcrop_core::{ContentBlock, RawJson};

use super::{assistant, kept, response, turn_of};

/// The blocks of an answer that is one wire block, the first of them edited.
fn edited(block: &str, edit: impl FnOnce(&mut Vec<ContentBlock>)) -> String {
    let mut blocks = response(&[block.to_owned()]).into_messages().remove(0).content;
    assert!(kept(&blocks[0]).is_some(), "{block}");
    edit(&mut blocks);
    turn_of(assistant(blocks))
}

#[test]
fn each_kind_of_block_is_encoded_anew() {
    let call = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1},"new":1}}"#;
    let found = edited(call, |blocks| {
        let ContentBlock::ToolCall(call) = &mut blocks[0] else { panic!("a call") };
        call.arguments = r#"{"a":2}"#.to_owned();
    });
    assert_eq!(found, r#"[{"toolUse":{"toolUseId":"t","name":"f","input":{"a":2}}}]"#);

    let reasoning = r#"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s","new":1}}}"#;
    let found = edited(reasoning, |blocks| {
        let ContentBlock::Reasoning(block) = &mut blocks[0] else { panic!("thoughts") };
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
fn words_with_sources_are_encoded_anew_when_either_is_edited() {
    let cited =
        r#"{"citationsContent":{"content":[{"text":"a"},{"text":"b"}],"citations":[{"title":"T"}],"new":1}}"#;
    let unchanged = edited(cited, |_| {});
    assert_eq!(unchanged, format!("[{cited}]"));

    let found = edited(cited, |blocks| {
        let ContentBlock::Text(text) = &mut blocks[0] else { panic!("words") };
        text.text = "c".to_owned();
    });
    assert_eq!(found, r#"[{"citationsContent":{"content":[{"text":"c"}],"citations":[{"title":"T"}]}}]"#);

    let found = edited(cited, |blocks| {
        let ContentBlock::Citation(citation) = &mut blocks[1] else { panic!("a source") };
        citation.title = "U".to_owned();
    });
    assert_eq!(found, r#"[{"citationsContent":{"content":[{"text":"ab"}],"citations":[{"title":"U"}]}}]"#);

    // Without its source the words are no longer cited.
    let found = edited(cited, |blocks| drop(blocks.pop()));
    assert_eq!(found, r#"[{"text":"ab"}]"#);
}

#[test]
fn a_kept_block_that_says_something_else_than_its_unified_one_is_not_sent() {
    let forged = RawJson::from(r#"{"text":"forged"}"#);
    let mut block = outcrop_core::TextContent::new("said");
    block.extra.insert(crate::origin::ORIGINAL_KEY, forged);
    assert_eq!(turn_of(assistant(vec![block.into()])), r#"[{"text":"said"}]"#);
}

#[test]
fn what_the_program_attached_to_a_block_does_not_spoil_its_replay() {
    let call = r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1},"new":1}}"#;
    let found = edited(call, |blocks| {
        let ContentBlock::ToolCall(call) = &mut blocks[0] else { panic!("a call") };
        call.unknown.insert("seen", RawJson::bool(true));
    });
    assert!(found.contains(r#""input":{"a":1}"#), "{found}");
}
