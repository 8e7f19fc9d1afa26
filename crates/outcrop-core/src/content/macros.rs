//! The macros that declare block types, each once with its JSON, its parser and its `Debug`.

/// Declares a block type: a struct with its JSON and a redacted `Debug`.
///
/// `required` members must be present. `nullable` members are `null` in JSON if they are absent, as in AG2's dumps.
/// `optional` members, which AG2 does not have, are left out of the JSON if they are absent.
macro_rules! content_block {
    (
        $(#[$meta:meta])*
        pub struct $name:ident = $type:literal {
            $( $(#[$fmeta:meta])* $kind:ident $field:ident : $ty:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$fmeta])* pub $field: content_member!(type $kind $ty), )*
            /// Data of the provider for which the type has no member; `extra` in JSON.
            pub extra: JsonObject,
            /// Members that this version does not know. They are written back after the known ones.
            pub unknown: JsonObject,
        }

        impl $name {
            /// The `type` of the block in JSON.
            pub const TYPE: &'static str = $type;

            const MEMBERS: &'static [&'static str] = &["type", "extra", $(stringify!($field)),*];

            /// Parses the block from the members of its JSON object. The `type` is not checked.
            pub(crate) fn from_members(members: &JsonObject) -> Result<Self, JsonError> {
                Ok(Self {
                    $( $field: content_member!(read $kind members, stringify!($field))?, )*
                    extra: $crate::content::macros::read_extra(members)?,
                    unknown: members
                        .iter()
                        .filter(|(member, _)| !Self::MEMBERS.contains(member))
                        .map(|(member, value)| (member, value.clone()))
                        .collect(),
                })
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut output = f.debug_struct(stringify!($name));
                $( content_member!(debug $kind output self.$field, stringify!($field)); )*
                for (name, members) in [("extra", &self.extra), ("unknown", &self.unknown)] {
                    if !members.is_empty() {
                        output.field(name, members);
                    }
                }
                output.finish()
            }
        }

        impl RedactedDebug for $name {
            fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", Self::TYPE)?;
                map.serialize_entry("extra", &self.extra)?;
                $( content_member!(write $kind map self.$field, stringify!($field)); )*
                for (member, value) in self.unknown.iter() {
                    map.serialize_entry(member, value)?;
                }
                map.end()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            /// Parses the block. Its `type` may be absent; a different one is an error.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let members = JsonObject::deserialize(deserializer)?;
                if members.get("type").is_some_and(|given| given.as_string().as_deref() != Some(Self::TYPE)) {
                    return Err(D::Error::custom(concat!("the `type` is not `", $type, "`")));
                }
                Self::from_members(&members).map_err(D::Error::custom)
            }
        }
    };
}

/// Expands to the code that differs between required, nullable and optional members.
macro_rules! content_member {
    (type required $ty:ty) => { $ty };
    (type nullable $ty:ty) => { Option<$ty> };
    (type optional $ty:ty) => { Option<$ty> };

    (read required $members:ident, $name:expr) => { $crate::content::macros::read_required($members, $name) };
    (read nullable $members:ident, $name:expr) => { $crate::content::macros::read_optional($members, $name) };
    (read optional $members:ident, $name:expr) => { $crate::content::macros::read_optional($members, $name) };

    (write required $map:ident $value:expr, $name:expr) => { $map.serialize_entry($name, &$value)?; };
    (write nullable $map:ident $value:expr, $name:expr) => { $map.serialize_entry($name, &$value)?; };
    (write optional $map:ident $value:expr, $name:expr) => {
        if let Some(value) = &$value { $map.serialize_entry($name, value)?; }
    };

    (debug required $output:ident $value:expr, $name:expr) => { $output.field($name, &Redacted(&$value)); };
    (debug nullable $output:ident $value:expr, $name:expr) => { content_member!(debug optional $output $value, $name); };
    (debug optional $output:ident $value:expr, $name:expr) => {
        if let Some(value) = &$value { $output.field($name, &Redacted(value)); }
    };
}

/// Declares the enum of all block types, and adds the variants for unknown and registered types.
macro_rules! content_blocks {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident($block:ident), )* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vmeta])* $variant($block), )*
            /// A block of a type that this version does not know, or of a known type with members that do not fit it.
            Generic(GenericContent),
            /// A block of a type that was registered with a [`ContentParser`].
            Custom(CustomBlock),
        }

        impl $name {
            /// Returns the `type` of the block in JSON.
            #[must_use]
            pub fn block_type(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $block::TYPE, )*
                    Self::Generic(block) => block.block_type(),
                    Self::Custom(block) => block.block_type(),
                }
            }

            /// Returns the data that the provider attached to the block. A block of a registered type has none.
            #[must_use]
            pub fn extra(&self) -> Option<&JsonObject> {
                match self {
                    $( Self::$variant(block) => Some(&block.extra), )*
                    Self::Generic(block) => Some(&block.extra),
                    Self::Custom(_) => None,
                }
            }

            /// Parses a block of a listed type. Returns `None` if the type is not listed.
            pub(crate) fn parse_listed(block_type: &str, members: &JsonObject) -> Option<Result<Self, JsonError>> {
                match block_type {
                    $( $block::TYPE => Some($block::from_members(members).map(Self::$variant)), )*
                    _ => None,
                }
            }
        }

        impl RedactedDebug for $name {
            fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$variant(block) => block.fmt_redacted(f), )*
                    Self::Generic(block) => block.fmt_redacted(f),
                    Self::Custom(block) => block.fmt_redacted(f),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(block) => block.serialize(serializer), )*
                    Self::Generic(block) => block.serialize(serializer),
                    Self::Custom(block) => block.serialize(serializer),
                }
            }
        }

        $(
            impl From<$block> for $name {
                fn from(block: $block) -> Self {
                    Self::$variant(block)
                }
            }
        )*

        impl From<GenericContent> for $name {
            fn from(block: GenericContent) -> Self {
                Self::Generic(block)
            }
        }
    };
}

use serde::de::DeserializeOwned;

use crate::json::{JsonError, JsonObject};

/// Parses a member that must be present.
pub(super) fn read_required<T: DeserializeOwned>(members: &JsonObject, name: &str) -> Result<T, JsonError> {
    let value = members.get(name).ok_or_else(|| JsonError::new(name, "missing"))?;
    value.deserialize().map_err(|e| e.with_path_prefix(name))
}

/// Parses a member that may be absent or `null`.
pub(super) fn read_optional<T: DeserializeOwned>(
    members: &JsonObject,
    name: &str,
) -> Result<Option<T>, JsonError> {
    members.get(name).map_or(Ok(None), |value| value.deserialize().map_err(|e| e.with_path_prefix(name)))
}

/// Parses the member `extra`, which defaults to an empty object.
pub(super) fn read_extra(members: &JsonObject) -> Result<JsonObject, JsonError> {
    members.get("extra").map_or_else(
        || Ok(JsonObject::new()),
        |value| value.deserialize().map_err(|e| e.with_path_prefix("extra")),
    )
}
