//! Block types that a program adds.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::ser::{Error as _, SerializeMap as _};
use serde::{Serialize, Serializer};

use crate::json::{JsonObject, RawJson};
use crate::redacted::RedactedDebug;

/// A block type that a program adds.
///
/// After [`ContentParser::register`](crate::ContentParser::register), the parser parses blocks of the type as
/// [`ContentBlock::Custom`](crate::ContentBlock::Custom). Unknown members are lost unless the type keeps them, for
/// example with `#[serde(flatten)]`. The type must serialize as a JSON object.
///
/// ```
/// use std::borrow::Cow;
/// use outcrop_core::{ContentParser, CustomContent};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, PartialEq, Serialize, Deserialize)]
/// struct Mood { value: String }
///
/// impl CustomContent for Mood {
///     const TYPE: &'static str = "mood";
///     fn rendered_text(&self) -> Cow<'_, str> { Cow::Borrowed(&self.value) }
/// }
///
/// let parser = ContentParser::new().register::<Mood>();
/// let block = parser.parse_str(r#"{"type": "mood", "value": "calm"}"#)?;
/// assert_eq!(block.as_custom::<Mood>().map(|m| m.value.as_str()), Some("calm"));
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
pub trait CustomContent: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The `type` of the block in JSON.
    const TYPE: &'static str;

    /// Returns the text of the block in a rendered message. It is empty by default.
    fn rendered_text(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
}

/// A block of a registered type.
#[derive(Clone)]
pub struct CustomBlock(Arc<dyn ErasedContent>);

impl CustomBlock {
    /// Wraps a value.
    #[must_use]
    pub fn new<T: CustomContent>(content: T) -> Self {
        Self(Arc::new(content))
    }

    /// Returns the value if it has the given type.
    #[must_use]
    pub fn downcast_ref<T: CustomContent>(&self) -> Option<&T> {
        self.0.as_any().downcast_ref()
    }

    /// Returns the `type` of the block in JSON.
    #[must_use]
    pub fn block_type(&self) -> &str {
        self.0.block_type()
    }

    pub(super) fn rendered_text(&self) -> Cow<'_, str> {
        self.0.rendered_text()
    }
}

/// The object-safe part of [`CustomContent`].
///
/// A separate trait, because `Clone` and `PartialEq` in the bounds of [`CustomContent`] make it impossible to use that
/// one as `dyn`.
trait ErasedContent: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn block_type(&self) -> &'static str;
    fn rendered_text(&self) -> Cow<'_, str>;
    fn members(&self) -> Option<JsonObject>;
    fn equals(&self, other: &dyn ErasedContent) -> bool;
}

impl<T: CustomContent> ErasedContent for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn block_type(&self) -> &'static str {
        T::TYPE
    }

    fn rendered_text(&self) -> Cow<'_, str> {
        CustomContent::rendered_text(self)
    }

    fn members(&self) -> Option<JsonObject> {
        // Through raw JSON, so that numbers keep their spelling and members their order.
        RawJson::from_serialize(self).ok()?.as_object()
    }

    fn equals(&self, other: &dyn ErasedContent) -> bool {
        other.as_any().downcast_ref::<T>().is_some_and(|other| self == other)
    }
}

impl PartialEq for CustomBlock {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(other.0.as_ref())
    }
}

impl fmt::Debug for CustomBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value is left out, because nothing is known about what its `Debug` would reveal.
        f.debug_tuple("CustomBlock").field(&self.block_type()).finish()
    }
}

impl RedactedDebug for CustomBlock {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for CustomBlock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(members) = self.0.members() else {
            return Err(S::Error::custom(format_args!(
                "cannot serialize the block type `{}`: its JSON is not an object",
                self.block_type()
            )));
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.block_type())?;
        // A type may have a field for `type` itself. A second member of that name would make the object invalid.
        for (name, value) in members.iter().filter(|(name, _)| *name != "type") {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
