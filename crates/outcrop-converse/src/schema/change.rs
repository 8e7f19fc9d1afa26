//! Changes of a schema, as callers hear of them.

use outcrop_core::NoteAction;

/// A change that made a schema valid, or that a dialect requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaChange {
    pub(crate) kind: ChangeKind,
    pub(crate) action: NoteAction,
    /// The path within the given schema, such as `properties.a.minimum`.
    pub(crate) path: String,
    pub(crate) message: &'static str,
}

/// The reason for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// The part was not valid in draft 2020-12.
    Invalid,
    /// A reference referred to nothing in the schema.
    Reference,
    /// The dialect does not send the part.
    Dialect,
    /// The input of a tool is an object.
    Narrowed,
}
