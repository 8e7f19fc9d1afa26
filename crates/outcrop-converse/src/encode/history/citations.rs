//! Citations in replayed responses.

use outcrop_core::{CitationLocation, Note, NoteAction};

use super::RepairContext;
use crate::encode::turn::TurnBlock;
use crate::wire::ContentBlock;

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

#[cfg(test)]
mod tests;
