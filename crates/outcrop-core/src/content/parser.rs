//! Parsing blocks from JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::ContentBlock;
use super::custom::{CustomBlock, CustomContent};
use super::generic::GenericContent;
use crate::json::{JsonError, JsonObject, RawJson, from_str};

/// A parser of content blocks, with a registry of block types: AG2's `ContentParser`.
///
/// Parsing never fails on an object: a block of an unknown type, or of a known type with members that do not fit it,
/// becomes a [`GenericContent`] with all its members. [`ContentParser::try_parse`] returns the reason.
///
/// A registered type replaces a type of this crate with the same name. Unlike in AG2, the registry belongs to a value
/// and not to the class, so that two libraries in one program cannot affect each other.
#[derive(Clone, Default)]
pub struct ContentParser {
    registered: BTreeMap<&'static str, ParseFn>,
}

type ParseFn = Arc<dyn Fn(&JsonObject) -> Result<ContentBlock, JsonError> + Send + Sync>;

/// An error: the members of a block do not fit its known type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("kept a block of type `{}` as a generic one: {reason}", block.block_type())]
#[non_exhaustive]
pub struct UnparsedBlock {
    /// The block with all its members.
    pub block: GenericContent,
    /// The first member that does not fit, and why.
    pub reason: JsonError,
}

impl ContentParser {
    /// Creates a parser that knows the types of this crate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a type to the registry.
    #[must_use]
    pub fn register<T: CustomContent>(mut self) -> Self {
        let parse = |members: &JsonObject| {
            let value = RawJson::from(members.clone());
            value.deserialize::<T>().map(|content| ContentBlock::Custom(CustomBlock::new(content)))
        };
        self.registered.insert(T::TYPE, Arc::new(parse));
        self
    }

    /// Parses a block. Members that do not fit their type make it a generic one.
    #[must_use]
    pub fn parse(&self, members: JsonObject) -> ContentBlock {
        self.try_parse(members).unwrap_or_else(|unparsed| ContentBlock::Generic(unparsed.block))
    }

    /// Parses a block from JSON text.
    ///
    /// # Errors
    /// [`JsonError`] if the text is not a JSON object.
    pub fn parse_str(&self, text: &str) -> Result<ContentBlock, JsonError> {
        from_str(text).map(|members| self.parse(members))
    }

    /// Parses a block, and rejects members that do not fit their known type.
    ///
    /// # Errors
    /// [`UnparsedBlock`] with the unchanged block and the reason. A block of an unknown type is not an error.
    pub fn try_parse(&self, members: JsonObject) -> Result<ContentBlock, Box<UnparsedBlock>> {
        let given = members.get("type").and_then(|given| given.as_string().map(|name| name.into_owned()));
        let parsed = given.as_deref().and_then(|name| self.parse_as(name, &members));
        match parsed {
            Some(Ok(block)) => Ok(block),
            Some(Err(reason)) => {
                Err(Box::new(UnparsedBlock { block: GenericContent::from_members(members), reason }))
            }
            None => Ok(ContentBlock::Generic(GenericContent::from_members(members))),
        }
    }

    /// Parses a block of a message. As in AG2, the `type` may be absent there; the members then decide it.
    pub(crate) fn parse_in_message(&self, members: JsonObject) -> ContentBlock {
        if members.contains("type") {
            return self.parse(members);
        }
        match infer_type(&members).and_then(|name| self.parse_as(name, &members)) {
            Some(Ok(block)) => block,
            _ => ContentBlock::Generic(GenericContent::from_members(members)),
        }
    }

    fn parse_as(&self, name: &str, members: &JsonObject) -> Option<Result<ContentBlock, JsonError>> {
        match self.registered.get(name) {
            Some(parse) => Some(parse(members)),
            None => ContentBlock::parse_listed(name, members),
        }
    }
}

impl fmt::Debug for ContentParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentParser").field("registered", &self.registered.keys()).finish()
    }
}

/// Infers the type of a block without `type` from a member that only one type has.
fn infer_type(members: &JsonObject) -> Option<&'static str> {
    // `data_uri` is missing, because several types have it. AG2 parses such a block, and even an empty one, as an
    // image.
    const DISTINCTIVE: &[(&str, &str)] = &[
        ("text", "text"),
        ("reasoning", "reasoning"),
        ("arguments", "tool_call"),
        ("tool_call_id", "tool_result"),
        ("snippet", "citation"),
        ("image_url", "image"),
        ("audio_url", "audio"),
        ("video_url", "video"),
        ("document_url", "document"),
    ];
    DISTINCTIVE.iter().find(|(member, _)| members.contains(member)).map(|(_, name)| *name)
}
