//! Sending back what the model said, exactly as it said it.
//!
//! Most wire blocks can be rebuilt from their unified ones. What cannot (members that nobody knows, an image with an
//! error beside it, words of several pieces) is kept verbatim in the `extra` of the unified block, under
//! [`KEPT`], and is sent back as long as the unified blocks still say the same: a block that was edited since is
//! encoded anew.

use std::borrow::Cow;

use outcrop_core::{
    CitationContent, ContentBlock, GenericContent, JsonObject, RawJson, ReasoningContent, from_str,
};

use crate::catalog::Catalog;
use crate::decode;
use crate::tree::Tree;
use crate::wire::{self, Citation, CitationGeneratedContent, CitationSourceContent, CitationsContentBlock};

/// Where a wire block is kept in the `extra` of a unified one: its JSON as a string, which no other program that
/// stores the answer writes anew.
const KEPT: &str = "converse";

/// Marks generic blocks that came from Converse, and so may go back there.
const ORIGIN: &str = "provider";

/// Where the owner of a bucket is kept in the `extra` of a unified medium in S3.
pub(crate) const BUCKET_OWNER: &str = "bucket_owner";

/// Where reasoning keeps, in its `extra`, which model signed or encrypted it: the id that the catalog has for it under
/// all its names.
const ORIGIN_MODEL: &str = "model";

/// Keeps with signed and encrypted reasoning which model it is bound to (lessons M32, M33).
pub(crate) fn mark_origin(block: &mut ContentBlock, model: &str, catalog: &Catalog) {
    if let ContentBlock::Reasoning(reasoning) = block {
        if is_bound(reasoning) && !model.is_empty() {
            reasoning.extra.insert(ORIGIN_MODEL, RawJson::from(catalog.identity(model)));
        }
    }
}

/// The model that signed or encrypted reasoning, as far as it is known.
pub(crate) fn origin(reasoning: &ReasoningContent) -> Option<Cow<'_, str>> {
    if !is_bound(reasoning) {
        return None;
    }
    reasoning.extra.get(ORIGIN_MODEL)?.as_string().filter(|model| !model.is_empty())
}

/// Whether reasoning counts for the model alone that made it.
fn is_bound(reasoning: &ReasoningContent) -> bool {
    reasoning.signature.is_some() || reasoning.redacted_content.is_some()
}

/// Keeps a wire block unless the unified one says it all.
pub(crate) fn keep_wire(
    extra: &mut JsonObject,
    says_it_all: bool,
    block: impl FnOnce() -> wire::ContentBlock,
) {
    if !says_it_all {
        if let Ok(json) = RawJson::from_serialize(&block()) {
            extra.insert(KEPT, RawJson::from(json.as_str()));
        }
    }
}

/// The wire block that the first of these unified blocks was kept with, and how many of them it stands for.
///
/// `None` when none was kept, or when the blocks no longer say what the kept one says.
pub(crate) fn kept_wire(blocks: &[ContentBlock]) -> Option<(wire::ContentBlock, usize)> {
    let first = blocks.first()?;
    let block: wire::ContentBlock = from_str(&first.extra()?.get(KEPT)?.as_string()?).ok()?;
    let mut unified = Vec::new();
    match first {
        // Those of requests; in answers they are generic.
        ContentBlock::Document(_) | ContentBlock::CachePoint(_) => {
            decode::content::request_block(block.clone(), &mut unified);
        }
        _ => decode::content::unified_block(block.clone(), &mut unified),
    }
    if let (ContentBlock::Reasoning(now), Some(ContentBlock::Reasoning(then))) = (first, unified.first_mut())
    {
        then.extra.extend(now.extra.get(ORIGIN_MODEL).map(|model| (ORIGIN_MODEL, model.clone())));
    }
    let same = !unified.is_empty() && say_the_same(blocks.get(..unified.len())?, &unified);
    same.then_some((block, unified.len()))
}

/// Whether blocks say the same as JSON: whoever stored them may have written white space and order anew.
fn say_the_same(now: &[ContentBlock], then: &[ContentBlock]) -> bool {
    let tree = |blocks: &[ContentBlock]| RawJson::from_serialize(blocks).ok().as_ref().and_then(Tree::of);
    now == then || tree(now).zip(tree(then)).is_some_and(|(now, then)| now.same(&then))
}

/// The wire block that one unified block was kept with; the block is asked for only where one was kept.
pub(crate) fn kept_one<B: Into<ContentBlock>>(
    extra: &JsonObject,
    block: impl FnOnce() -> B,
) -> Option<wire::ContentBlock> {
    if !extra.contains(KEPT) {
        return None;
    }
    kept_wire(&[block().into()]).map(|(block, _)| block)
}

/// A text and the citations that follow it, as Converse has them; `None` when the text has none.
pub(crate) fn cited_text(blocks: &[ContentBlock]) -> Option<(wire::ContentBlock, usize)> {
    let ContentBlock::Text(text) = blocks.first()? else { return None };
    let count = text.cited_by?;
    let sources = blocks.get(1..=count)?.iter();
    let sources: Option<Vec<Citation>> = sources
        .map(|block| if let ContentBlock::Citation(c) = block { Some(citation(c)) } else { None })
        .collect();
    let mut block = CitationsContentBlock::new();
    block.content = Some(vec![CitationGeneratedContent::Text(text.text.clone())]);
    block.citations = Some(sources?);
    Some((wire::ContentBlock::CitationsContent(block), count + 1))
}

/// A source as Converse has it.
pub(crate) fn citation(source: &CitationContent) -> Citation {
    let mut citation = Citation::new();
    citation.title = Some(source.title.clone()).filter(|title| !title.is_empty());
    citation.source.clone_from(&source.source);
    citation.source_content = if source.snippet.is_empty() {
        None
    } else {
        Some(vec![CitationSourceContent::Text(source.snippet.clone())])
    };
    citation.location.clone_from(&source.location);
    citation
}

/// A block from Converse that the vocabulary has no type for.
pub(crate) fn mark_generic(mut members: JsonObject) -> GenericContent {
    let named = members.get("type").and_then(|name| name.as_string().map(|name| name.into_owned()));
    let block_type = named.unwrap_or_else(|| GenericContent::UNKNOWN.to_owned());
    let is_named = block_type != GenericContent::UNKNOWN;
    if is_named {
        members.remove("type");
    }
    let extra = members.remove("extra");
    let mut block = GenericContent::new(block_type, members);
    if let Some(extra) = extra {
        match extra.as_object() {
            Some(object) => block.extra = object,
            None => drop(block.extra.insert("extra", extra)),
        }
    }
    block.extra.insert(ORIGIN, RawJson::from(decode::PROVIDER));
    block
}

/// A generic block as Converse has it: one that came from there, or one whose only member is one of Converse's own.
pub(crate) fn generic(block: &GenericContent) -> Option<wire::ContentBlock> {
    let came_from_here =
        block.extra.get(ORIGIN).and_then(RawJson::as_string).as_deref() == Some(decode::PROVIDER);
    if !came_from_here {
        let named = block.block_type() == GenericContent::UNKNOWN && block.fields.len() == 1;
        let object = RawJson::from(block.fields.clone());
        let read = if named { object.deserialize::<wire::ContentBlock>().ok() } else { None };
        return read.filter(|read| !matches!(read, wire::ContentBlock::Unknown(_)));
    }
    let mut members = JsonObject::new();
    if block.block_type() != GenericContent::UNKNOWN {
        members.insert("type", RawJson::from(block.block_type()));
    }
    members.extend(block.fields.iter().map(|(name, value)| (name, value.clone())));
    let mut extra = block.extra.clone();
    extra.remove(ORIGIN);
    match extra.get("extra").filter(|inner| extra.len() == 1 && !inner.is_object()) {
        Some(inner) => drop(members.insert("extra", inner.clone())),
        None if !extra.is_empty() => drop(members.insert("extra", RawJson::from(extra))),
        None => {}
    }
    RawJson::from(members).deserialize().ok()
}

#[cfg(test)]
mod tests;
