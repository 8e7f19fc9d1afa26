//! Blocks of Bedrock's Converse API in the spellings of other clients: with a `type` next to the member of the union, or
//! with names in snake case. LangChain stores both.
//!
//! A block in Converse's own spelling needs no reader: it has one member and no type. See
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html> and
//! <https://python.langchain.com/api_reference/aws/chat_models/langchain_aws.chat_models.bedrock_converse.ChatBedrockConverse.html>.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{ForeignPart, PartReader, Place};
use crate::content::ContentParser;
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson};
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::to_raw_json;

/// The members of Converse's union of blocks, and their names in snake case.
const MEMBERS: &[(&str, &str)] = &[
    ("cachePoint", "cache_point"),
    ("citationsContent", "citations_content"),
    ("guardContent", "guard_content"),
    ("reasoningContent", "reasoning_content"),
    ("searchResult", "search_result"),
    ("toolResult", "tool_result"),
    ("toolUse", "tool_use"),
];

/// The members that other APIs have as well, whose value there is not an object with a `source`.
const MEDIA: &[&str] = &["audio", "document", "image", "video"];

/// The members whose values are data of the caller, so that the names in them stay.
const DATA: &[&str] = &["input", "json"];

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    let has_object = |name: &str| fields.has_object(name);
    let is_media = MEDIA.contains(&kind) && has_source(fields, kind);
    let is_block = place == Place::Message
        && MEMBERS.iter().any(|(camel, snake)| !kind.is_empty() && has_object(camel) || has_object(snake));
    let read: PartReader = read_block;
    (is_media || is_block).then_some(read)
}

fn has_source(fields: &Fields<'_>, name: &str) -> bool {
    let inner = fields.peek(name).map(|value| Fields::parse(value, &Path::parameter("")));
    matches!(inner, Some(Ok(Some(inner))) if inner.has_object("source"))
}

fn read_block<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let own = MEMBERS.iter().map(|(camel, snake)| (*camel, if fields.has(camel) { camel } else { snake }));
    let media = MEDIA.iter().map(|name| (*name, name));
    let found = own.chain(media).find(|(_, name)| fields.has_object(name));
    let Some((member, (name, Some(value)))) = found.map(|(member, name)| (member, (name, fields.take(name))))
    else {
        return Ok(ForeignPart::Dropped("it has no member of a block"));
    };
    let mut value = in_camel_case(value, &path.name(name))?;
    if member == "reasoningContent" && value.as_object().is_some_and(|members| members.contains("text")) {
        // langchain-aws keeps the text and its signature without Converse's member for both:
        // https://github.com/langchain-ai/langchain-aws/issues/844.
        let text: JsonObject = [("reasoningText", value)].into_iter().collect();
        value = RawJson::from(text);
    }
    let block: JsonObject = [(member, value)].into_iter().collect();
    Ok(ForeignPart::Block(ContentParser::new().parse(block)))
}

/// Returns a value with the names of all members in camel case, except in data of the caller.
fn in_camel_case(value: &RawValue, path: &Path<'_>) -> Result<RawJson, ModelError> {
    if value.get().starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
        let items: Vec<RawJson> =
            items.into_iter().map(|item| in_camel_case(item, path)).collect::<Result<_, _>>()?;
        return RawJson::from_serialize(&items)
            .map_err(|error| path.error("InvalidMessage", error.message().to_owned()));
    }
    let Some(fields) = Fields::parse(value, path)? else { return to_raw_json(value) };
    let mut object = JsonObject::new();
    for (name, value) in fields.iter().filter(|(_, value)| value.get() != "null") {
        let value = if DATA.contains(&name) { to_raw_json(value)? } else { in_camel_case(value, path)? };
        object.insert(camel_case(name), value);
    }
    Ok(RawJson::from(object))
}

fn camel_case(name: &str) -> Cow<'_, str> {
    if !name.contains('_') {
        return Cow::Borrowed(name);
    }
    let mut camel = String::with_capacity(name.len());
    let mut is_start = false;
    for letter in name.chars() {
        match letter {
            '_' => is_start = !camel.is_empty(),
            _ if is_start => {
                camel.extend(letter.to_uppercase());
                is_start = false;
            }
            _ => camel.push(letter),
        }
    }
    Cow::Owned(camel)
}
