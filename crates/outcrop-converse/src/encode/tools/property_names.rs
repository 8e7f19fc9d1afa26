//! Names of properties at the top of a tool's schema that Claude rejects, and others in their place.
//!
//! MCP servers name parameters as the API behind them does: `$filter`, `filter[id]`, `Account Number`. "Property keys should
//! match pattern '^[a-zA-Z0-9_.-]{1,64}$'" is the answer, to the whole request. The check is on the top only: measured in
//! <https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/709>; see
//! also <https://github.com/beautyfree/appstore-connect-mcp/issues/1> and
//! <https://github.com/ComposioHQ/composio/issues/3500> (L134). Nested objects keep their names.

use std::collections::BTreeSet;

use crate::json_tree::JsonTree;
use crate::naming::{Pattern, RenameMap};
use crate::schema::{property_names, rename_properties};

/// A schema in which names of properties were replaced.
pub(super) struct Renamed {
    pub(super) schema: JsonTree,
    pub(super) names: RenameMap,
    /// The paths of the properties within the given schema. The path of a property of an alternative is empty.
    pub(super) paths: BTreeSet<String>,
}

/// Replaces illegal names of properties. Returns `None` if all are legal.
pub(super) fn rename(schema: &JsonTree) -> Option<Renamed> {
    let known = property_names(schema);
    let names = RenameMap::new(known.iter().copied(), std::iter::empty(), Pattern::Alnum64DashDot)?;
    let renamed = rename_properties(schema, &|name| names.get(name));
    let properties = schema.get("properties").and_then(JsonTree::as_object);
    let path = |name: &str| match properties {
        Some(properties) if properties.contains(name) => format!("properties.{name}"),
        _ => String::new(),
    };
    let paths = names.iter().map(|(name, _)| path(name)).collect();
    Some(Renamed { schema: renamed, paths, names })
}

#[cfg(test)]
mod tests;
