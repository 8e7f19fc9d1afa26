//! JSON Schemas: of tools' inputs, of structured answers.

mod coerce;
mod flatten;
mod inline;
mod merge;
mod strict;
mod tool_input;
mod unions;

pub(crate) use coerce::coerce;
pub(crate) use flatten::without_alternatives;
pub(crate) use inline::inline_references;
pub(crate) use strict::{MAX_UNIONS, strict_schema, without_arguments};
pub(crate) use tool_input::{KeywordScope, tool_input_schema};
pub(crate) use unions::{union_count, without_null};

/// What is wrong with a schema, or with a value that does not fit one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaError {
    /// The place within the schema or value, such as `$.items[2].name`; empty for the whole.
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
