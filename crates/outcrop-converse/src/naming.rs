//! Names that the service accepts, and the replacements for those that it does not.

pub(crate) mod document;
mod input_names;
mod key_renamer;
mod rename;
mod unique_names;

pub(crate) use input_names::InputNameMap;
pub(crate) use key_renamer::KeyRenamer;
pub(crate) use rename::{Pattern, RenameMap, ToolNameMap};
pub(crate) use unique_names::UniqueNames;
