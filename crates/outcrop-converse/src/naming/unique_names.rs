//! A set of names that preserves their order and numbers repeated names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names in the order in which they were added, each once.
///
/// The newest names can be removed again, so that a caller can go back to an earlier point of a history.
#[derive(Clone, Default)]
pub(crate) struct UniqueNames {
    names: BTreeSet<Arc<str>>,
    order: Vec<Entry>,
    /// The highest number that was given to each repeated name. All numbers up to it are in use.
    numbers: BTreeMap<Arc<str>, u32>,
}

#[derive(Clone)]
struct Entry {
    name: Arc<str>,
    /// The repeated name that this one was made from, and the number that the repeated name had reached before.
    made_from: Option<(Arc<str>, Option<u32>)>,
}

impl UniqueNames {
    /// Adds a name, and returns whether it is new.
    pub(crate) fn insert(&mut self, name: &str) -> bool {
        self.insert_entry(name, None)
    }

    fn insert_entry(&mut self, name: &str, made_from: Option<(Arc<str>, Option<u32>)>) -> bool {
        if self.names.contains(name) {
            return false;
        }
        let name: Arc<str> = Arc::from(name);
        self.order.push(Entry { name: Arc::clone(&name), made_from });
        self.names.insert(name)
    }

    /// Adds the first numbered form of a repeated name that is new, counting from 2, and returns it.
    ///
    /// Numbers that the same name was given before are not tried again, so that a name repeated n times costs n steps
    /// and not n².
    pub(crate) fn disambiguate(&mut self, name: &str, numbered: impl Fn(u32) -> String) -> Option<String> {
        let before = self.numbers.get_key_value(name).map(|(name, number)| (Arc::clone(name), *number));
        let (key, last) = before.map_or_else(|| (Arc::from(name), None), |(key, last)| (key, Some(last)));
        for number in last.unwrap_or(1).checked_add(1)?..=u32::MAX {
            let candidate = numbered(number);
            if self.insert_entry(&candidate, Some((Arc::clone(&key), last))) {
                self.numbers.insert(key, number);
                return Some(candidate);
            }
        }
        None
    }

    /// Returns how many names there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Removes all but the first `len` names.
    pub(crate) fn truncate(&mut self, len: usize) {
        for Entry { name, made_from } in self.order.drain(len.min(self.order.len())..).rev() {
            self.names.remove(&name);
            match made_from {
                Some((name, Some(number))) => drop(self.numbers.insert(name, number)),
                Some((name, None)) => drop(self.numbers.remove(&name)),
                None => {}
            }
        }
    }

    /// Iterates over the names in the order in which they were added.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.order.iter().map(|entry| entry.name.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::UniqueNames;

    #[test]
    fn truncate_removes_the_newest_names() {
        let mut names = UniqueNames::default();
        assert_eq!(["b", "a", "b", "c"].map(|name| names.insert(name)), [true, true, false, true]);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["b", "a", "c"]);
        names.truncate(1);
        assert_eq!((names.len(), names.insert("b"), names.insert("c")), (1, false, true));
        names.truncate(9);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn disambiguate_tries_each_number_once() {
        let (mut names, tried) = (UniqueNames::default(), Cell::new(0));
        let numbered = |number| {
            tried.set(tried.get() + 1);
            format!("a-{number}")
        };
        assert!(names.insert("a") && names.insert("a-3"));
        for _ in 0..20_000 {
            assert!(names.disambiguate("a", numbered).is_some());
        }
        assert_eq!((tried.get(), names.insert("a-20002"), names.insert("a-20003")), (20_001, false, true));
    }

    #[test]
    fn disambiguate_after_truncate_gives_the_removed_numbers_again() {
        let mut names = UniqueNames::default();
        let next = |names: &mut UniqueNames| names.disambiguate("a", |number| format!("a-{number}")).unwrap();
        assert!(names.insert("a") && names.insert("a-3"));
        assert_eq!([next(&mut names), next(&mut names), next(&mut names)], ["a-2", "a-4", "a-5"]);
        names.truncate(4);
        assert_eq!([next(&mut names), next(&mut names)], ["a-5", "a-6"]);
        names.truncate(1);
        assert_eq!([next(&mut names), next(&mut names)], ["a-2", "a-3"]);
    }
}
