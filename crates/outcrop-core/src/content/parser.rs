//! Reading blocks from JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{ContentBlock, CustomBlock, CustomContent, GenericContent};
use crate::json::{JsonError, JsonObject, RawJson, from_str};

/// Reads content blocks from JSON, and knows the block types that were registered with it.
///
/// Reading never fails on an object: a block of an unknown type, or of a known one whose members do not fit, is a
/// [`GenericContent`] with all its members. [`ContentParser::try_parse`] tells when that happened and why.
///
/// A registered type goes before one of this crate with the same name.
#[derive(Clone, Default)]
pub struct ContentParser {
    registered: BTreeMap<&'static str, Reader>,
}

type Reader = Arc<dyn Fn(&JsonObject) -> Result<ContentBlock, JsonError> + Send + Sync>;

/// A block of a known type whose members do not fit that type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("a block of type `{}` was kept as it came: {reason}", block.block_type())]
#[non_exhaustive]
pub struct UnparsedBlock {
    /// The block, with all its members.
    pub block: GenericContent,
    /// What did not fit.
    pub reason: JsonError,
}

impl ContentParser {
    /// A parser that knows the types of this crate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same parser, knowing one more type.
    #[must_use]
    pub fn register<T: CustomContent>(mut self) -> Self {
        let reader = |members: &JsonObject| {
            let value = RawJson::from(members.clone());
            value.deserialize::<T>().map(|content| ContentBlock::Custom(CustomBlock::new(content)))
        };
        self.registered.insert(T::TYPE, Arc::new(reader));
        self
    }

    /// Reads a block.
    #[must_use]
    pub fn parse(&self, members: JsonObject) -> ContentBlock {
        self.try_parse(members).unwrap_or_else(|unparsed| ContentBlock::Generic(unparsed.block))
    }

    /// Reads a block from JSON text.
    ///
    /// # Errors
    /// [`JsonError`] when the text is not a JSON object.
    pub fn parse_str(&self, text: &str) -> Result<ContentBlock, JsonError> {
        from_str(text).map(|members| self.parse(members))
    }

    /// Parses a block; one of a known type that does not fit is an error.
    ///
    /// # Errors
    /// [`UnparsedBlock`], with the unchanged block and the reason.
    pub fn try_parse(&self, members: JsonObject) -> Result<ContentBlock, Box<UnparsedBlock>> {
        let given = members.get("type").and_then(|given| given.as_string().map(|name| name.into_owned()));
        let read = given.as_deref().and_then(|name| self.read_as(name, &members));
        match read {
            Some(Ok(block)) => Ok(block),
            Some(Err(reason)) => {
                Err(Box::new(UnparsedBlock { block: GenericContent::from_members(members), reason }))
            }
            None => Ok(ContentBlock::Generic(GenericContent::from_members(members))),
        }
    }

    /// Reads a block of a message, where AG2 lets the type be left out: the members then tell it.
    pub(crate) fn parse_in_message(&self, members: JsonObject) -> ContentBlock {
        if members.contains("type") {
            return self.parse(members);
        }
        match type_by_members(&members).and_then(|name| self.read_as(name, &members)) {
            Some(Ok(block)) => block,
            _ => ContentBlock::Generic(GenericContent::from_members(members)),
        }
    }

    fn read_as(&self, name: &str, members: &JsonObject) -> Option<Result<ContentBlock, JsonError>> {
        match self.registered.get(name) {
            Some(reader) => Some(reader(members)),
            None => ContentBlock::of_listed_type(name, members),
        }
    }
}

impl fmt::Debug for ContentParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentParser").field("registered", &self.registered.keys()).finish()
    }
}

/// The type that a block without one must have, by the members that only that type has.
fn type_by_members(members: &JsonObject) -> Option<&'static str> {
    const SIGNS: &[(&str, &str)] = &[
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
    SIGNS.iter().find(|(member, _)| members.contains(member)).map(|(_, name)| *name)
}
