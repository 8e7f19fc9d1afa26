//! The shapes of the service model, parsed from its JSON Schema.
//!
//! The schema is generated from the Smithy model of AWS and uses few keywords, each in one form: sub-schemas are always
//! references, objects are closed or maps, and a union is an object with exactly one property.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use outcrop_converse::wire::SERVICE_MODEL;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// The shapes by name.
pub(super) struct ServiceModel(BTreeMap<&'static str, Shape>);

static MODEL: LazyLock<ServiceModel> = LazyLock::new(ServiceModel::parse);

#[derive(Deserialize)]
struct SchemaDocument {
    #[serde(rename = "$defs", borrow)]
    shapes: BTreeMap<&'static str, Shape>,
}

/// A shape: a type and its constraints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shape {
    /// The type, or `None` for a shape that is any JSON.
    #[serde(rename = "type")]
    pub(super) kind: Option<Kind>,
    #[serde(default, borrow)]
    properties: BTreeMap<&'static str, Reference>,
    #[serde(default)]
    pub(super) required: Vec<&'static str>,
    #[serde(default)]
    additional_properties: Additional,
    #[serde(default)]
    pub(super) property_names: Option<Reference>,
    #[serde(default)]
    pub(super) items: Option<Reference>,
    #[serde(default, rename = "enum")]
    pub(super) values: Vec<&'static str>,
    // Patterns have backslashes, which JSON escapes.
    #[serde(default, borrow)]
    pub(super) pattern: Option<Cow<'static, str>>,
    pub(super) minimum: Option<Number>,
    pub(super) maximum: Option<Number>,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) min_properties: Option<usize>,
    pub(super) max_properties: Option<usize>,
}

/// The type of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

/// A reference to another shape: `{"$ref": "#/$defs/Name"}`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Reference {
    #[serde(rename = "$ref")]
    target: &'static str,
}

/// The members of an object that are not among its properties: none, or those of a map.
#[derive(Clone, Copy, Debug)]
enum Additional {
    Allowed(bool),
    Values(Reference),
}

// An untagged enum cannot borrow from the text.
impl<'de: 'static> Deserialize<'de> for Additional {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AdditionalVisitor;

        impl<'de: 'static> Visitor<'de> for AdditionalVisitor {
            type Value = Additional;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean or a reference")
            }

            fn visit_bool<E>(self, allowed: bool) -> Result<Additional, E> {
                Ok(Additional::Allowed(allowed))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Additional, A::Error> {
                Reference::deserialize(MapAccessDeserializer::new(map)).map(Additional::Values)
            }
        }

        deserializer.deserialize_any(AdditionalVisitor)
    }
}

impl Default for Additional {
    fn default() -> Self {
        Self::Allowed(true)
    }
}

/// The shape of a member of an object.
pub(super) enum MemberShape {
    Known(Reference),
    /// The object has no such member.
    Unknown,
    /// The shape is any JSON, and so is its member.
    Any,
}

impl ServiceModel {
    /// Returns the model, which is parsed when it is first needed.
    pub(super) fn get() -> &'static Self {
        &MODEL
    }

    #[expect(clippy::expect_used, reason = "the model is part of the workspace, and a test parses it")]
    fn parse() -> Self {
        let document: SchemaDocument =
            serde_json::from_str(SERVICE_MODEL).expect("the service model has only the supported keywords");
        Self(document.shapes)
    }

    /// Returns the shape with a name.
    pub(super) fn shape(&self, name: &str) -> Option<&Shape> {
        self.0.get(name)
    }

    #[cfg(test)]
    pub(super) fn shapes(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.0.iter().map(|(name, shape)| (*name, shape))
    }
}

impl Reference {
    /// Returns the name of the shape.
    pub(super) fn name(self) -> &'static str {
        self.target.strip_prefix("#/$defs/").unwrap_or(self.target)
    }
}

impl Shape {
    pub(super) fn member(&self, name: &str) -> MemberShape {
        match (self.properties.get(name), self.additional_properties) {
            (Some(reference), _) => MemberShape::Known(*reference),
            (None, Additional::Values(reference)) => MemberShape::Known(reference),
            (None, Additional::Allowed(false)) => MemberShape::Unknown,
            (None, Additional::Allowed(true)) => MemberShape::Any,
        }
    }

    /// Returns the names of the members in alphabetical order.
    pub(super) fn member_names(&self) -> impl Iterator<Item = &'static str> {
        self.properties.keys().copied()
    }

    /// Returns the shapes of the members.
    #[cfg(test)]
    pub(super) fn references(&self) -> impl Iterator<Item = Reference> {
        let map = match self.additional_properties {
            Additional::Values(reference) => Some(reference),
            Additional::Allowed(_) => None,
        };
        self.properties.values().copied().chain(map)
    }

    /// Returns whether an object of this shape has exactly one of its members.
    pub(super) fn is_union(&self) -> bool {
        self.max_properties.is_some() && !self.properties.is_empty()
    }

    /// Returns the type of the shape, with its article.
    pub(super) fn type_name(&self) -> &'static str {
        match self.kind {
            Some(Kind::Object) => "an object",
            Some(Kind::Array) => "a list",
            Some(Kind::String) => "a string",
            Some(Kind::Integer) => "an integer",
            Some(Kind::Number) => "a number",
            Some(Kind::Boolean) => "true or false",
            None => "of another type",
        }
    }
}
