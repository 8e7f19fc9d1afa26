//! The parameter `system`: a text, or blocks in the form of Converse or of Anthropic's API.

use outcrop_core::{CachePointContent, JsonObject, ModelError, Note, NoteAction, RawJson};

use super::value::read;
use crate::wire::{CachePointBlock, SystemContentBlock};

/// Parses the system prompt.
///
/// # Errors
/// A block has the form of neither API, with its path.
pub(super) fn parse_system(
    value: &RawJson,
    notes: &mut Vec<Note>,
) -> Result<Vec<SystemContentBlock>, ModelError> {
    let mut blocks = Vec::new();
    if value.is_array() {
        for (index, item) in read::<Vec<RawJson>>(value)?.iter().enumerate() {
            let path = format!("[{index}]");
            parse_block(item, &path, &mut blocks, notes).map_err(|error| error.with_path_prefix(&path))?;
        }
    } else {
        parse_block(value, "", &mut blocks, notes)?;
    }
    Ok(blocks)
}

fn parse_block(
    value: &RawJson,
    path: &str,
    blocks: &mut Vec<SystemContentBlock>,
    notes: &mut Vec<Note>,
) -> Result<(), ModelError> {
    if let Some(text) = value.as_string() {
        blocks.push(SystemContentBlock::Text(text.into_owned()));
        return Ok(());
    }
    match value.as_object() {
        // Cursor sends Anthropic's blocks to every API: https://github.com/BerriAI/litellm/issues/25193.
        Some(members) if members.contains("type") || members.contains("cache_control") => {
            parse_anthropic_block(members, path, blocks, notes)
        }
        _ => {
            blocks.push(read(value)?);
            Ok(())
        }
    }
}

/// Parses `{"type": "text", "text": …, "cache_control": …}`. The cache point follows the text.
fn parse_anthropic_block(
    mut members: JsonObject,
    path: &str,
    blocks: &mut Vec<SystemContentBlock>,
    notes: &mut Vec<Note>,
) -> Result<(), ModelError> {
    let text = members.remove("text").and_then(|text| text.as_string().map(|text| text.into_owned()));
    let Some(text) = text else {
        let message = "the block of the system prompt has no text";
        return Err(ModelError::invalid_request("InvalidParameter", "", message));
    };
    members.remove("type");
    if !text.is_empty() {
        blocks.push(SystemContentBlock::Text(text));
    }
    if let Some(control) = members.remove("cache_control").filter(|control| !control.is_null()) {
        let mut control = control.as_object().unwrap_or_default();
        // Its only value is `ephemeral`.
        control.remove("type");
        let mut point = CachePointContent::new();
        point.ttl = control.remove("ttl").and_then(|ttl| ttl.as_string().map(|ttl| ttl.into_owned()));
        blocks.push(SystemContentBlock::CachePoint(CachePointBlock::from(&point)));
        note_members(&control, &format!("{path}.cache_control"), notes);
    }
    note_members(&members, path, notes);
    Ok(())
}

/// Adds a note for each member that was not read.
fn note_members(members: &JsonObject, path: &str, notes: &mut Vec<Note>) {
    for (name, _) in members.iter().filter(|(_, value)| !value.is_null()) {
        let message = format!("dropped `{name}`: a block of the system prompt has no such member");
        notes.push(Note::new("system.member", NoteAction::Dropped, format!("system{path}.{name}"), message));
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::{ModelRequest, Note, RawJson};

    use crate::{EncodeOptions, encode_request};

    const MODEL: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    fn encode(system: &str) -> Result<(String, Vec<Note>), String> {
        let params = format!(
            r#"{{"model":"{MODEL}","messages":[{{"role":"user","content":"q"}}],"system":{system}}}"#
        );
        let request = ModelRequest::from_json(&params).unwrap();
        let encoded =
            encode_request(&request, &EncodeOptions::converse()).map_err(|error| error.to_string())?;
        let system = RawJson::from_serialize(&encoded.body.system).unwrap();
        Ok((system.as_str().to_owned(), encoded.notes))
    }

    #[test]
    fn system_blocks_of_both_apis_are_parsed() {
        for (system, expected) in [
            (r#""s""#, r#"[{"text":"s"}]"#),
            (r#"[{"text":"s"}]"#, r#"[{"text":"s"}]"#),
            (r#"[{"type":"text","text":"s"}]"#, r#"[{"text":"s"}]"#),
            (r#"{"type":"text","text":"s"}"#, r#"[{"text":"s"}]"#),
            (r#"["a",{"type":"text","text":"b","citations":null}]"#, r#"[{"text":"a"},{"text":"b"}]"#),
            (
                r#"[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}]"#,
                r#"[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}]"#,
            ),
        ] {
            let (body, notes) = encode(system).unwrap();
            assert_eq!((body.as_str(), notes), (expected, Vec::new()), "{system}");
        }
    }

    #[test]
    fn unknown_member_is_noted_and_missing_text_an_error() {
        let (_, notes) = encode(r#"[{"type":"text","text":"s","mood":1}]"#).unwrap();
        assert_eq!(
            notes[0].to_string(),
            "system[0].mood: dropped `mood`: a block of the system prompt has no such member [system.member]"
        );
        assert!(encode(r#"[{"type":"image"}]"#).unwrap_err().contains("system[0]"));
    }
}
