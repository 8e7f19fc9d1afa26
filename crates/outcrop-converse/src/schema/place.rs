//! Paths of a schema that was adapted, as paths of the schema that was given.

use crate::json_tree::JsonTree;

/// Returns the longest start of a path that exists in a value: `properties.a` of `properties.a.minimum`, if `a` refers to a
/// definition that has the minimum.
pub(crate) fn existing_path<'p>(given: &JsonTree, path: &'p str) -> &'p str {
    let mut part = given;
    let mut rest = path;
    while !rest.is_empty() {
        let Some((next, after)) = step(part, rest) else { break };
        (part, rest) = (next, after);
    }
    let existing = path.len().checked_sub(rest.len()).and_then(|end| path.get(..end));
    existing.unwrap_or(path).trim_end_matches('.')
}

/// Follows the first step of a path. Returns the part that it leads to, and the rest of the path.
fn step<'t, 'p>(part: &'t JsonTree, path: &'p str) -> Option<(&'t JsonTree, &'p str)> {
    match part {
        JsonTree::Scalar(_) => None,
        JsonTree::List(items) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            Some((items.get(index.parse::<usize>().ok()?)?, rest.strip_prefix('.').unwrap_or(rest)))
        }
        // A name may have dots and brackets, so that the longest one that exists is it.
        JsonTree::Object(members) => {
            let inner = path.rmatch_indices(['.', '[']).map(|(end, _)| end);
            std::iter::once(path.len()).chain(inner).find_map(|end| {
                let (name, rest) = path.split_at_checked(end)?;
                Some((members.get(name)?, rest.strip_prefix('.').unwrap_or(rest)))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::RawJson;

    use super::existing_path;
    use crate::json_tree::JsonTree;

    #[test]
    fn path_ends_at_the_last_part_that_exists() {
        let schema = r##"{"properties":{"a":{"$ref":"#/$defs/A"},"b.c":{"anyOf":[{"minimum":1}]},"d[]":{"type":"x"}}}"##;
        let given = JsonTree::parse(&RawJson::parse(schema).unwrap()).unwrap();
        for (path, expected) in [
            ("", ""),
            ("properties", "properties"),
            ("properties.a.minimum", "properties.a"),
            ("properties.b.c.anyOf[0].minimum", "properties.b.c.anyOf[0].minimum"),
            ("properties.b.c.anyOf[1].minimum", "properties.b.c.anyOf"),
            ("properties.d[].type", "properties.d[].type"),
            ("properties.d[].type.x", "properties.d[].type"),
            ("$defs.A", ""),
        ] {
            assert_eq!(existing_path(&given, path), expected);
        }
    }
}
