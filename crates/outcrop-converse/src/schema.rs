//! JSON Schemas of tool inputs and structured outputs: adapted to what a model accepts, and applied to what it returns.
//!
//! A schema changes only where the model rejects it. Everything else keeps its order and spelling, because models write
//! members in the order of the schema, and a prompt cache matches bytes.

mod change;
mod coerce;
mod describe;
mod flatten;
mod inline;
mod keywords;
mod merge;
mod normalize;
mod patterns;
mod place;
mod properties;
mod recursion;
mod references;
mod repair;
mod strict;
mod tool_input;
mod unions;
mod uri;

pub(crate) use change::{ChangeKind, SchemaChange};
pub(crate) use coerce::coerce;
pub(crate) use flatten::without_alternatives;
pub(crate) use normalize::{Normalized, normalize_all};
pub(crate) use patterns::without_foreign_patterns;
pub(crate) use place::existing_path;
pub(crate) use properties::{property_names, rename_properties};
pub(crate) use strict::{MAX_UNIONS, strict_schema, without_arguments};
pub(crate) use tool_input::{KeywordScope, tool_input_schema};
pub(crate) use unions::{alternatives, union_count, without_null};

/// An error in a schema, or a mismatch between a value and a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaError {
    /// The path within the schema or the value, such as `$.items[2].name`. Empty for the whole.
    pub(crate) path: String,
    pub(crate) message: String,
}

impl SchemaError {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

#[cfg(test)]
mod tests;
