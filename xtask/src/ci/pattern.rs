//! Names of crates, whole or by family.

/// Whether a pattern, which may end in `*`, stands for the name of a crate.
pub(super) fn stands_for(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => name.starts_with(family),
        None => name == pattern,
    }
}
