//! The wire types, parsed from the `open_*!` macro calls that declare them.

use std::collections::BTreeMap;

/// For each type, its names on the wire with their fields or variants.
#[derive(Debug, Default)]
pub(super) struct WireTypes(BTreeMap<String, BTreeMap<String, String>>);

impl WireTypes {
    /// Adds the types that a source declares.
    pub(super) fn add(&mut self, source: &str) {
        let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        for keyword in ["pub struct ", "pub enum "] {
            for declaration in code.split(keyword).skip(1) {
                // A declaration contains no nested braces, so the first closing brace ends it.
                let Some((name, rest)) = declaration.split_once('{') else { continue };
                let (body, _) = rest.split_once('}').unwrap_or((rest, ""));
                let entries = body.split("\",").filter_map(entry);
                self.0.entry(name.trim().to_owned()).or_default().extend(entries);
            }
        }
    }

    /// Returns the reason if a path, `Type`, `Type.field` or `Type::Variant`, does not hold a name on the wire.
    ///
    /// `Type.unknown` holds the names for which the type has no field or variant.
    pub(super) fn mismatch(&self, path: &str, name: &str) -> Option<String> {
        let (of, part) = match path.split_once("::").or_else(|| path.split_once('.')) {
            Some((of, part)) => (of, Some(part)),
            None => (path, None),
        };
        let Some(names) = self.0.get(of) else { return Some(format!("there is no wire type `{of}`")) };
        match (names.get(name), part) {
            (None, Some("unknown")) => None,
            (None, _) => Some(format!("the wire type `{of}` has no `{name}`")),
            (Some(found), Some(part)) if found != part => {
                Some(format!("`{name}` is `{found}` of the wire type `{of}`, not `{part}`"))
            }
            (Some(_), _) => None,
        }
    }
}

/// Parses an entry such as `optional ttl: CacheTtl = "ttl` or `Text(String) = "text`, without its closing quote.
fn entry(text: &str) -> Option<(String, String)> {
    let (declared, wire) = text.rsplit_once("= \"")?;
    let wire = wire.trim_end().trim_end_matches('"');
    let declared = declared.trim();
    let declared = declared.strip_prefix("required ").or_else(|| declared.strip_prefix("optional "));
    let name = declared.unwrap_or_else(|| text.trim_start());
    let name = name.split(|char: char| !(char.is_alphanumeric() || char == '_')).next()?;
    Some((wire.to_owned(), name.to_owned()))
}
