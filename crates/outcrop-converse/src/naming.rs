//! Names that the service accepts, and the replacements for those that it does not.

pub(crate) mod document;
mod pattern;
mod rename;
mod unique_names;

pub(crate) use pattern::Pattern;
pub(crate) use rename::{RenameMap, ToolNameMap};
pub(crate) use unique_names::UniqueNames;
