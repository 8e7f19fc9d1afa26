//! The content of tool results: never empty, with a status and media that the model supports, or rendered as text.

use outcrop_core::NoteAction;

use super::{MessageDraft, RepairContext};
use crate::block_path::BlockPath;
use crate::encode::turn::{TurnBlock, TurnRole};
use crate::rule::Rule;
use crate::wire::{ContentBlock, ToolResultBlock, ToolResultContentBlock, ToolResultStatus};

/// The text of an empty result. `{"text": ""}` fails on Claude, and `"content": []` on Nemotron:
/// <https://github.com/NousResearch/hermes-agent/issues/55092> (L33).
const NO_OUTPUT: &str = "(no output)";

/// The text of a failed result, for models that reject its status.
const FAILED: &str = "[the tool failed]";

/// Repairs the tool results of a user turn. Media that the model rejects in results follow them.
pub(super) fn repair_results(draft: &mut MessageDraft, cx: &mut RepairContext<'_>) {
    if draft.role == TurnRole::Assistant {
        return;
    }
    let mut moved = Vec::new();
    for block in &mut draft.blocks {
        if let ContentBlock::ToolResult(result) = &mut block.block {
            move_media(result, block.path, &mut moved, cx);
            render_status_as_text(result, block.path, cx);
            fill_empty_result(result, block.path, cx);
        }
    }
    draft.blocks.append(&mut moved);
}

/// Drops blank text from a result, and fills an empty result.
fn fill_empty_result(result: &mut ToolResultBlock, path: BlockPath, cx: &mut RepairContext<'_>) {
    if !cx.has(Rule::EmptyResults) {
        return;
    }
    let is_blank = |part: &ToolResultContentBlock| matches!(part, ToolResultContentBlock::Text(text) if text.trim().is_empty());
    let is_accepted = cx.model.blank_results || !result.content.iter().any(is_blank);
    if !result.content.is_empty() && is_accepted {
        return;
    }
    result.content.retain(|part| !is_blank(part));
    if result.content.is_empty() {
        result.content.push(ToolResultContentBlock::Text(NO_OUTPUT.to_owned()));
        let message = "filled the result: the service rejects an empty result";
        cx.note(Rule::EmptyResults, NoteAction::Changed, path, message);
    } else {
        let message = "dropped blank text from the result: the service rejects blank text";
        cx.note(Rule::EmptyResults, NoteAction::Dropped, path, message);
    }
}

/// Replaces the status of a result by a text, for models that reject a status.
fn render_status_as_text(result: &mut ToolResultBlock, path: BlockPath, cx: &mut RepairContext<'_>) {
    if cx.model.result_status || result.status.is_none() || !cx.has(Rule::ResultStatus) {
        return;
    }
    // Writer's models reject the member (L36). The text keeps that the tool failed, which the model must know.
    if result.status.take() == Some(ToolResultStatus::Error) {
        result.content.insert(0, ToolResultContentBlock::Text(FAILED.to_owned()));
    }
    let message = "replaced the status of the result by a text: the model rejects a status";
    cx.note(Rule::ResultStatus, NoteAction::Changed, path, message);
}

/// Moves media that the model rejects in results behind them, each with a text that names its result.
fn move_media(
    result: &mut ToolResultBlock,
    path: BlockPath,
    moved: &mut Vec<TurnBlock>,
    cx: &mut RepairContext<'_>,
) {
    if !cx.has(Rule::ResultMedia) || result.content.iter().all(|part| is_accepted(part, cx)) {
        return;
    }
    // Flattening or dropping images in results is a common defect: https://github.com/BerriAI/litellm/issues/16195,
    // https://github.com/maximhq/bifrost/issues/2658. The pair of texts is pydantic-ai's (L34, L35).
    let mut number = 0;
    let parts = std::mem::take(&mut result.content);
    for part in parts {
        if is_accepted(&part, cx) {
            result.content.push(part);
            continue;
        }
        number += 1;
        let name = format!("{}-{number}", result.tool_use_id);
        result.content.push(ToolResultContentBlock::Text(format!("See file {name}.")));
        moved.push(TurnBlock::text(format!("This is file {name}:"), path));
        moved.push(TurnBlock::new(into_turn_content(part), path));
    }
    let message = "moved the media behind the result: the model rejects this kind of media in results";
    cx.note(Rule::ResultMedia, NoteAction::Moved, path, message);
}

fn is_accepted(part: &ToolResultContentBlock, cx: &RepairContext<'_>) -> bool {
    match part {
        ToolResultContentBlock::Image(_) => cx.model.result_images,
        ToolResultContentBlock::Video(_) => cx.model.result_videos,
        ToolResultContentBlock::Document(document) => cx.model.accepts_in_results(document.format.as_ref()),
        _ => true,
    }
}

/// Renders a tool result as text, followed by its media blocks.
pub(super) fn render_tool_result(result: ToolResultBlock, path: BlockPath) -> Vec<TurnBlock> {
    let mut text = format!("[tool result {}]", result.tool_use_id);
    let mut media = Vec::new();
    for part in result.content {
        match part {
            ToolResultContentBlock::Text(part) => {
                text.push(' ');
                text.push_str(&part);
            }
            ToolResultContentBlock::Json(json) => {
                text.push(' ');
                text.push_str(json.as_str());
            }
            other => media.push(TurnBlock::new(into_turn_content(other), path)),
        }
    }
    let mut blocks = vec![TurnBlock::text(text, path)];
    blocks.append(&mut media);
    blocks
}

/// Returns whether a part of a result is text or JSON.
pub(super) fn is_textual(part: &ToolResultContentBlock) -> bool {
    matches!(part, ToolResultContentBlock::Text(_) | ToolResultContentBlock::Json(_))
}

/// Converts a part of a result into a block of a turn.
fn into_turn_content(part: ToolResultContentBlock) -> ContentBlock {
    match part {
        ToolResultContentBlock::Image(image) => ContentBlock::Image(image),
        ToolResultContentBlock::Video(video) => ContentBlock::Video(video),
        ToolResultContentBlock::Document(document) => ContentBlock::Document(document),
        ToolResultContentBlock::SearchResult(result) => ContentBlock::SearchResult(result),
        ToolResultContentBlock::Text(text) => ContentBlock::Text(text),
        ToolResultContentBlock::Json(json) => ContentBlock::Text(json.as_str().to_owned()),
        ToolResultContentBlock::Unknown(members) => ContentBlock::Unknown(members),
    }
}

#[cfg(test)]
mod tests;
