//! Restores what came from Converse and was not changed since, byte for byte.

use outcrop_core::{ContentBlock, JsonObject, ModelRequest, RawJson, UnifiedMessage, from_str};

use crate::decode::{Original, blocks, request_from_wire};
use crate::encode::target::Target;
use crate::json_tree::JsonTree;
use crate::origin::{self, ORIGINAL_KEY, SIGNING_MODEL_KEY};
use crate::wire::{self, Citation, CitationGeneratedContent, CitationsContentBlock, ConverseRequest};

/// Returns the wire block that the first of these blocks was made from, and how many of them were made from it.
///
/// `None` if none was kept, or if one of the blocks was edited since.
pub(super) fn original_blocks(unified: &[ContentBlock]) -> Option<(wire::ContentBlock, usize)> {
    let first = unified.first()?;
    let block: wire::ContentBlock = from_str(&first.extra()?.get(ORIGINAL_KEY)?.as_string()?).ok()?;
    // The original is sent only if decoding it again gives these very blocks, so that an edit is never lost.
    let mut decoded = Vec::new();
    match first {
        // Requests have typed documents and cache points; in responses they are generic.
        ContentBlock::Document(_) | ContentBlock::CachePoint(_) => {
            blocks::request_block(block.clone(), &mut decoded);
        }
        _ => blocks::response_block(block.clone(), &mut decoded),
    }
    if let (ContentBlock::Reasoning(now), Some(ContentBlock::Reasoning(then))) = (first, decoded.first_mut())
    {
        let model = now.extra.get(SIGNING_MODEL_KEY);
        then.extra.extend(model.map(|model| (SIGNING_MODEL_KEY, model.clone())));
    }
    let is_unchanged = !decoded.is_empty() && json_equal(unified.get(..decoded.len())?, &decoded);
    is_unchanged.then_some((block, decoded.len()))
}

/// Returns the wire block that one block was made from. `block` is called only if one was kept.
pub(super) fn original_block<B: Into<ContentBlock>>(
    extra: &JsonObject,
    block: impl FnOnce() -> B,
) -> Option<wire::ContentBlock> {
    if !extra.contains(ORIGINAL_KEY) {
        return None;
    }
    original_blocks(&[block().into()]).map(|(block, _)| block)
}

/// Returns whether blocks are equal as JSON: a program that stored them may have changed white space and order.
fn json_equal(now: &[ContentBlock], then: &[ContentBlock]) -> bool {
    let tree =
        |blocks: &[ContentBlock]| RawJson::from_serialize(blocks).ok().as_ref().and_then(JsonTree::parse);
    now == then || tree(now).zip(tree(then)).is_some_and(|(now, then)| now.json_equal(&then))
}

/// Converts a text and the citations that follow it into one wire block. `None` if the text has none.
pub(super) fn cited_text(unified: &[ContentBlock]) -> Option<(wire::ContentBlock, usize)> {
    let ContentBlock::Text(text) = unified.first()? else { return None };
    let count = text.cited_by?;
    let sources = unified.get(1..=count)?.iter();
    let sources: Option<Vec<Citation>> = sources
        .map(|block| if let ContentBlock::Citation(c) = block { Some(origin::citation(c)) } else { None })
        .collect();
    let mut block = CitationsContentBlock::new();
    block.content = Some(vec![CitationGeneratedContent::Text(text.text.clone())]);
    block.citations = Some(sources?);
    Some((wire::ContentBlock::CitationsContent(block), count + 1))
}

/// Puts back those parts of a request of Converse's own that were not changed since it was read.
pub(crate) fn restore_unchanged_parts(
    body: &mut ConverseRequest,
    request: &ModelRequest,
    messages: &[UnifiedMessage],
    target: &Target<'_>,
    has_system_parameter: bool,
) {
    let Some(Original(original)) = request.extensions.get::<Original>() else { return };
    if target.adapts() {
        return;
    }
    let then = request_from_wire(request.model.as_str(), original.clone());
    if then.messages == messages && request.supports_system_prompts && !has_system_parameter {
        body.messages.clone_from(&original.messages);
        body.system.clone_from(&original.system);
    }
    let has_output_schema = target.options.output_schema(request.response_format.as_ref()).is_some();
    let same_tools = then.tools == request.tools && then.tool_choice == request.tool_choice;
    let same_options = Original::options(&then) == Original::options(request);
    if same_tools && same_options && !has_output_schema {
        body.tool_config.clone_from(&original.tool_config);
    }
    if then.sampling == request.sampling {
        body.inference_config.clone_from(&original.inference_config);
    }
    if then.additional_fields == request.additional_fields && then.sampling == request.sampling {
        body.additional_model_request_fields.clone_from(&original.additional_model_request_fields);
    }
    if then.metadata == request.metadata {
        body.request_metadata.clone_from(&original.request_metadata);
    }
    if then.service_tier == request.service_tier {
        body.service_tier.clone_from(&original.service_tier);
    }
    if same_options {
        body.prompt_variables.clone_from(&original.prompt_variables);
        let paths = &original.additional_model_response_field_paths;
        body.additional_model_response_field_paths.clone_from(paths);
    }
}

#[cfg(test)]
mod tests;
