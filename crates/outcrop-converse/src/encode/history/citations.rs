//! Citations: those in replayed responses, and those that a document enables.

use outcrop_core::{CitationLocation, Note, NoteAction};

use super::RepairContext;
use crate::block_path::BlockPath;
use crate::encode::turn::{Author, TurnBlock};
use crate::wire::{ContentBlock, DocumentBlock, DocumentFormat, DocumentSource, ToolResultContentBlock};

/// Drops the location of citations of search results, for models that reject it in a request.
pub(super) fn drop_search_locations(block: &mut TurnBlock, cx: &mut RepairContext<'_>) {
    let ContentBlock::CitationsContent(cited) = &mut block.block else { return };
    // Claude writes this location and rejects it in a request. See langchain-aws, `chat_models/bedrock_converse.py` (L128).
    if cx.model.search_citations {
        return;
    }
    for citation in cited.citations.iter_mut().flatten() {
        if matches!(citation.location, Some(CitationLocation::SearchResult(_))) {
            citation.location = None;
            let message = "dropped the location in a search result: the model rejects it in a request";
            cx.notes.push(Note::new("citations.location", NoteAction::Changed, block.path, message));
        }
    }
}

/// Drops the citations of documents in formats that cannot be cited.
pub(super) fn drop_unsupported_citations(block: &mut TurnBlock, cx: &mut RepairContext<'_>) {
    let path = block.path;
    // The model's own blocks go back as they came.
    if block.author != Author::Caller {
        return;
    }
    match &mut block.block {
        ContentBlock::Document(document) => drop_citations(document, path, cx),
        ContentBlock::ToolResult(result) => {
            for (index, part) in result.content.iter_mut().enumerate() {
                if let ToolResultContentBlock::Document(document) = part {
                    drop_citations(document, path.inner(index), cx);
                }
            }
        }
        _ => {}
    }
}

fn drop_citations(document: &mut DocumentBlock, path: BlockPath, cx: &mut RepairContext<'_>) {
    // "Only txt and pdf formats are supported when citations are enabled": https://github.com/boto/boto3/issues/4726. A
    // source of text has no format.
    let is_text = matches!(document.source, DocumentSource::Text(_) | DocumentSource::Content(_));
    let can_be_cited = matches!(document.format, None | Some(DocumentFormat::Txt | DocumentFormat::Pdf));
    let is_enabled = document.citations.as_ref().is_some_and(|citations| citations.enabled);
    if is_enabled && !is_text && !can_be_cited {
        document.citations = None;
        let message = "dropped the citations of the document: only PDF and plain text can be cited";
        cx.notes.push(Note::new("citations.format", NoteAction::Dropped, path, message));
    }
}

#[cfg(test)]
mod tests;
