//! Names that the service accepts, and the replacements for those that it does not.

pub(crate) mod document;
mod rename;
mod unique_names;

pub(crate) use rename::{Pattern, RenameMap, ToolNameMap};
pub(crate) use unique_names::UniqueNames;
