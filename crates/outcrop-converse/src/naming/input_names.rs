//! Names of the properties of tool inputs: those that the model sees, and those of the caller.

use std::collections::BTreeMap;
use std::sync::Arc;

use outcrop_core::RawJson;

use super::key_renamer::KeyRenamer;
use super::rename::RenameMap;

/// The names of properties that were replaced, by tool. Tools have the caller's names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InputNameMap(BTreeMap<String, InputNames>);

/// The names of properties of one tool that were replaced.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InputNames {
    sent: Arc<BTreeMap<String, String>>,
    original: Arc<BTreeMap<String, String>>,
}

impl InputNameMap {
    /// Returns whether no name was replaced.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the names of a tool, if any was replaced.
    pub(crate) fn get(&self, tool: &str) -> Option<&InputNames> {
        self.0.get(tool)
    }

    /// Adds replaced names of a tool.
    pub(crate) fn extend(&mut self, tool: &str, renames: &RenameMap) {
        let names = self.0.entry(tool.to_owned()).or_default();
        let (sent, original) = (Arc::make_mut(&mut names.sent), Arc::make_mut(&mut names.original));
        for (name, renamed) in renames.iter() {
            sent.insert(name.to_owned(), renamed.to_owned());
            original.insert(renamed.to_owned(), name.to_owned());
        }
    }
}

impl InputNames {
    /// Replaces the caller's names in the arguments of a call by those that the model sees.
    pub(crate) fn replace(&self, arguments: &RawJson) -> RawJson {
        rename(KeyRenamer::new(Arc::clone(&self.sent)), arguments)
    }

    /// Restores the caller's names in the arguments of a call.
    pub(crate) fn restore(&self, arguments: &RawJson) -> RawJson {
        rename(self.restorer(), arguments)
    }

    /// Returns a renamer that restores the caller's names in arguments that arrive in pieces.
    pub(crate) fn restorer(&self) -> KeyRenamer {
        KeyRenamer::new(Arc::clone(&self.original))
    }
}

fn rename(mut renamer: KeyRenamer, arguments: &RawJson) -> RawJson {
    let text = renamer.push(arguments.as_str());
    RawJson::parse(text).unwrap_or_else(|_| arguments.clone())
}

#[cfg(test)]
mod tests {
    use outcrop_core::RawJson;

    use super::InputNameMap;
    use crate::naming::{Pattern, RenameMap};

    #[test]
    fn names_are_replaced_and_restored() {
        let names = ["Account Number", "Account_Number", "rule_name[]", "ok"];
        let renames = RenameMap::new(names.into_iter(), std::iter::empty(), Pattern::Alnum64DashDot).unwrap();
        let mut map = InputNameMap::default();
        map.extend("f", &renames);
        let names = map.get("f").unwrap();
        let given =
            RawJson::parse(r#"{"ok":1,"rule_name[]":[{"rule_name[]":2}],"Account Number":"x"}"#).unwrap();
        let sent = names.replace(&given);
        assert!(
            sent.as_str().starts_with(r#"{"ok":1,"rule_name__":[{"rule_name[]":2}],"Account_Number_"#),
            "{}",
            sent.as_str()
        );
        assert_eq!(names.restore(&sent), given);
        assert!(map.get("g").is_none());
    }
}
