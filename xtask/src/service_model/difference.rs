//! The difference between two schemas, as paths.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns a line for each part that was added (`+`), removed (`-`) or changed (`~`), sorted by path.
pub(super) fn lines(before: &Value, after: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare(before, after, "", &mut lines);
    lines
}

fn compare(before: &Value, after: &Value, path: &str, lines: &mut Vec<String>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Value::Object(before), Value::Object(after)) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match (before.get(name), after.get(name)) {
                    (Some(before), Some(after)) => compare(before, after, &path, lines),
                    (None, Some(added)) => lines.push(format!("+ {path} {added}")),
                    (Some(_), None) => lines.push(format!("- {path}")),
                    (None, None) => {}
                }
            }
        }
        // The values of an enumeration and the names of required members.
        (Value::Array(before), Value::Array(after)) => {
            let added = after.iter().filter(|value| !before.contains(value));
            let removed = before.iter().filter(|value| !after.contains(value));
            let count = lines.len();
            lines.extend(removed.map(|value| format!("- {path} {value}")));
            lines.extend(added.map(|value| format!("+ {path} {value}")));
            if lines.len() == count {
                lines.push(format!("~ {path} has another order"));
            }
        }
        (before, after) => lines.push(format!("~ {path} {before} → {after}")),
    }
}
