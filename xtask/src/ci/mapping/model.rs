//! Parsing of the service model: shapes with the names of their members or values.

use std::collections::BTreeMap;

use serde_json::Value;

/// The shapes that have members or values, by name.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) shapes: BTreeMap<String, Shape>,
}

/// A structure, a union or an enum.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) line: usize,
    /// The members or values, each with its line.
    pub(super) names: BTreeMap<String, usize>,
}

impl Model {
    /// Parses the JSON Schema.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let schema: Value =
            serde_json::from_str(text).map_err(|error| format!("the service model is not JSON: {error}"))?;
        let definitions = schema.get("$defs").and_then(Value::as_object);
        let definitions = definitions.ok_or("the service model has no `$defs`")?;
        let lines = Lines::new(text);
        let mut shapes = BTreeMap::new();
        for (name, definition) in definitions {
            if let Some(members) = names(definition) {
                let line = lines.of_definition(name);
                let names = members.into_iter().map(|member| (member.to_owned(), lines.within(name, member)));
                shapes.insert(name.clone(), Shape { line, names: names.collect() });
            }
        }
        Ok(Self { shapes })
    }
}

/// Returns the members or values of a definition, or `None` for strings, numbers, lists and maps.
fn names(definition: &Value) -> Option<Vec<&str>> {
    let members = definition.get("properties").and_then(Value::as_object);
    let values = definition.get("enum").and_then(Value::as_array);
    match (members, values) {
        (Some(members), _) => Some(members.keys().map(String::as_str).collect()),
        (None, Some(values)) => Some(values.iter().filter_map(Value::as_str).collect()),
        (None, None) => None,
    }
}

/// The line numbers of definitions.
///
/// `serde_json` does not report positions, so this relies on the formatting of the file: definitions are the keys with
/// two spaces of indentation, and deeper lines belong to them.
struct Lines<'t> {
    starts: Vec<(usize, &'t str)>,
    lines: Vec<&'t str>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let starts = lines.iter().zip(1..).filter_map(|(line, number)| {
            let (name, _) = line.strip_prefix("  \"")?.split_once("\":")?;
            Some((number, name))
        });
        Self { starts: starts.collect(), lines }
    }

    /// Returns the line of a definition, or 1 if the file has another formatting.
    fn of_definition(&self, shape: &str) -> usize {
        self.starts.iter().find(|(_, name)| *name == shape).map_or(1, |(line, _)| *line)
    }

    /// Returns the line of a member or value, or that of its definition if it is not found.
    fn within(&self, shape: &str, name: &str) -> usize {
        let start = self.of_definition(shape);
        let end = self.starts.iter().map(|(line, _)| *line).find(|line| *line > start);
        let [member, value] = [format!("\"{name}\":"), format!("\"{name}\"")];
        let matches = |line: &str| line.starts_with(&member) || line.trim_end_matches(',') == value;
        let definition =
            self.lines.iter().zip(1..).skip(start).take_while(|(_, at)| end.is_none_or(|end| *at < end));
        definition.into_iter().find(|(line, _)| matches(line.trim_start())).map_or(start, |(_, at)| at)
    }
}
