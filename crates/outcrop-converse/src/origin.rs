//! What a unified block keeps of the wire block that it was made from, under keys of its `extra`.
//!
//! Most wire blocks can be rebuilt from their unified ones. The others (unknown members, an image with an error, cited
//! text in several parts) are kept as JSON under [`ORIGINAL_KEY`]. The encoder sends the original as long as the
//! unified block is unchanged. `decode` writes these keys and `encode` reads them.

use std::borrow::Cow;

use outcrop_core::{CitationContent, ContentBlock, GenericContent, JsonObject, RawJson, ReasoningContent};

use crate::catalog::Catalog;
use crate::wire::{self, Citation, CitationSourceContent, ReasoningContentBlock};

/// The provider's name in responses.
pub const PROVIDER: &str = "bedrock";

/// The key of the original wire block: its JSON as a string, which a program that stores the response as JSON does not
/// rewrite.
pub(crate) const ORIGINAL_KEY: &str = "converse";

/// The key that marks generic blocks which came from Converse, and so may go back there.
const PROVIDER_KEY: &str = "provider";

/// The key of the owner of a bucket, in media from S3.
pub(crate) const BUCKET_OWNER_KEY: &str = "bucket_owner";

/// The key of the model that signed or encrypted reasoning: the id that the catalog has for it under all its names.
pub(crate) const SIGNING_MODEL_KEY: &str = "model";

/// Records in signed and encrypted reasoning which model it is bound to.
///
/// After a switch of models, reasoning must not go to another one.
pub(crate) fn record_signing_model(block: &mut ContentBlock, model: &str, catalog: &Catalog) {
    if let ContentBlock::Reasoning(reasoning) = block {
        // Signatures and ciphertext are valid for one model: https://github.com/block/goose/pull/10007 (M32, M33). The
        // identity is that of the model under all its names, so that another profile of it counts as the same.
        if is_bound(reasoning) && !model.is_empty() {
            reasoning.extra.insert(SIGNING_MODEL_KEY, RawJson::from(catalog.identity(model)));
        }
    }
}

/// The key that marks reasoning which is bound to another conversation.
const BOUND_ELSEWHERE_KEY: &str = "bound_elsewhere";

/// Marks signed or encrypted reasoning as that of another conversation. It is dropped from requests, with a note.
///
/// [`rejects_bound_reasoning`](crate::rejects_bound_reasoning) recognizes the error of the service for such reasoning.
///
/// ```
/// use outcrop_converse::{EncodeOptions, encode_request, mark_bound_elsewhere};
/// use outcrop_core::{ContentBlock, ModelRequest, ReasoningContent, Role, UnifiedMessage};
///
/// let mut reasoning = ReasoningContent::new("The user means the Tagus.");
/// reasoning.signature = Some("EqQBCgIYAh".to_owned());
/// mark_bound_elsewhere(&mut reasoning);
/// let answer = UnifiedMessage::new(Role::Assistant, vec![reasoning.into(), ContentBlock::text("The Tagus.")]);
/// let request = ModelRequest::builder("us.anthropic.claude-opus-5-5")
///     .user("Name a river.")
///     .messages([answer])
///     .user("How long is it?")
///     .build();
/// let encoded = encode_request(&request, &EncodeOptions::converse())?;
/// assert_eq!(encoded.notes[0].rule, "reasoning.replay");
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
pub fn mark_bound_elsewhere(reasoning: &mut ReasoningContent) {
    reasoning.extra.insert(BOUND_ELSEWHERE_KEY, RawJson::from(serde_json::Value::Bool(true)));
}

/// Returns whether reasoning is marked as that of another conversation.
pub(crate) fn is_bound_elsewhere(reasoning: &ReasoningContent) -> bool {
    reasoning.extra.get(BOUND_ELSEWHERE_KEY).is_some_and(|value| value.as_str() == "true")
}

/// Returns the model that signed or encrypted reasoning, if it was recorded.
pub(crate) fn signing_model(reasoning: &ReasoningContent) -> Option<Cow<'_, str>> {
    if !is_bound(reasoning) {
        return None;
    }
    reasoning.extra.get(SIGNING_MODEL_KEY)?.as_string().filter(|model| !model.is_empty())
}

fn is_bound(reasoning: &ReasoningContent) -> bool {
    reasoning.signature.is_some() || reasoning.redacted_content.is_some()
}

/// Keeps a wire block, unless the unified one is complete.
pub(crate) fn keep_original(
    extra: &mut JsonObject,
    is_complete: bool,
    block: impl FnOnce() -> wire::ContentBlock,
) {
    if !is_complete {
        if let Ok(json) = RawJson::from_serialize(&block()) {
            extra.insert(ORIGINAL_KEY, RawJson::from(json.as_str()));
        }
    }
}

/// Converts a source into a citation of Converse's.
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

/// Converts the members of a block that the vocabulary has no type for into a generic block, marked as Converse's.
pub(crate) fn tag_generic(mut members: JsonObject) -> GenericContent {
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
    block.extra.insert(PROVIDER_KEY, RawJson::from(PROVIDER));
    block
}

/// Returns whether a generic block came from Converse.
pub(crate) fn is_marked(block: &GenericContent) -> bool {
    block.extra.get(PROVIDER_KEY).and_then(RawJson::as_string).as_deref() == Some(PROVIDER)
}

/// Returns why a generic block with the only member of a known wire block is not such a block. `None` if it has no such
/// member.
pub(crate) fn form_error(block: &GenericContent) -> Option<String> {
    const MEMBERS: &[&str] = &[
        "audio",
        "cachePoint",
        "citationsContent",
        "document",
        "guardContent",
        "image",
        "reasoningContent",
        "searchResult",
        "toolResult",
        "toolUse",
        "video",
    ];
    let is_unnamed = block.block_type() == GenericContent::UNKNOWN && block.fields.len() == 1;
    let (name, value) = block.fields.iter().next().filter(|_| is_unnamed && !is_marked(block))?;
    if !MEMBERS.contains(&name) || !value.is_object() {
        return None;
    }
    let object = RawJson::from(block.fields.clone());
    object.deserialize::<wire::ContentBlock>().err().map(|error| error.to_string())
}

/// Converts a generic block back into one of Converse's: one that is marked, or one whose only member is a known member of
/// a wire block.
pub(crate) fn generic_block(block: &GenericContent) -> Option<wire::ContentBlock> {
    if !is_marked(block) {
        let has_one_member = block.block_type() == GenericContent::UNKNOWN && block.fields.len() == 1;
        let object = RawJson::from(block.fields.clone());
        let mut parsed = if has_one_member { object.deserialize::<wire::ContentBlock>().ok() } else { None };
        if let Some(wire::ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(text))) =
            &mut parsed
        {
            // "Member must not be null": https://github.com/danny-avila/LibreChat/issues/12722.
            text.text.get_or_insert_default();
        }
        return parsed.filter(|parsed| !matches!(parsed, wire::ContentBlock::Unknown(_)));
    }
    let mut members = JsonObject::new();
    if block.block_type() != GenericContent::UNKNOWN {
        members.insert("type", RawJson::from(block.block_type()));
    }
    members.extend(block.fields.iter().map(|(name, value)| (name, value.clone())));
    let mut extra = block.extra.clone();
    extra.remove(PROVIDER_KEY);
    match extra.get("extra").filter(|inner| extra.len() == 1 && !inner.is_object()) {
        Some(inner) => drop(members.insert("extra", inner.clone())),
        None if !extra.is_empty() => drop(members.insert("extra", RawJson::from(extra))),
        None => {}
    }
    RawJson::from(members).deserialize().ok()
}
