//! Texts that were met, in the order in which they were.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Texts that were met, each once, in the order in which they were.
///
/// What was met last can be forgotten again, so that a history can be gone back in.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    texts: BTreeSet<Arc<str>>,
    order: Vec<Met>,
    /// The last number that was given to tell a text from the ones like it: that and all below it are taken.
    numbers: BTreeMap<Arc<str>, u32>,
}

#[derive(Clone)]
struct Met {
    text: Arc<str>,
    /// The text that was met again, if this one is made of it, and the number before this one's.
    made_of: Option<(Arc<str>, Option<u32>)>,
}

impl Seen {
    /// Takes a text down; whether it is new.
    pub(crate) fn insert(&mut self, text: &str) -> bool {
        self.take(text, None)
    }

    fn take(&mut self, text: &str, made_of: Option<(Arc<str>, Option<u32>)>) -> bool {
        if self.texts.contains(text) {
            return false;
        }
        let text: Arc<str> = Arc::from(text);
        self.order.push(Met { text: Arc::clone(&text), made_of });
        self.texts.insert(text)
    }

    /// The first text of its kind that is new, from number 2 on, for one that was met before.
    ///
    /// Numbers that were given to the same text before are not tried again.
    pub(crate) fn numbered(&mut self, text: &str, with: impl Fn(u32) -> String) -> Option<String> {
        let before = self.numbers.get_key_value(text).map(|(text, number)| (Arc::clone(text), *number));
        let (key, last) = before.map_or_else(|| (Arc::from(text), None), |(key, last)| (key, Some(last)));
        for number in last.unwrap_or(1).checked_add(1)?..=u32::MAX {
            let own = with(number);
            if self.take(&own, Some((Arc::clone(&key), last))) {
                self.numbers.insert(key, number);
                return Some(own);
            }
        }
        None
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Forgets all but the first of them.
    pub(crate) fn truncate(&mut self, len: usize) {
        for Met { text, made_of } in self.order.drain(len.min(self.order.len())..).rev() {
            self.texts.remove(&text);
            match made_of {
                Some((text, Some(number))) => drop(self.numbers.insert(text, number)),
                Some((text, None)) => drop(self.numbers.remove(&text)),
                None => {}
            }
        }
    }

    /// The texts in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.order.iter().map(|met| met.text.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::Seen;

    #[test]
    fn what_was_met_last_is_forgotten_first() {
        let mut seen = Seen::default();
        assert_eq!(["b", "a", "b", "c"].map(|text| seen.insert(text)), [true, true, false, true]);
        assert_eq!(seen.iter().collect::<Vec<_>>(), ["b", "a", "c"]);
        seen.truncate(1);
        assert_eq!((seen.len(), seen.insert("b"), seen.insert("c")), (1, false, true));
        seen.truncate(9);
        assert_eq!(seen.iter().collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn a_number_is_tried_once() {
        let (mut seen, tried) = (Seen::default(), Cell::new(0));
        let with = |number| {
            tried.set(tried.get() + 1);
            format!("a-{number}")
        };
        assert!(seen.insert("a") && seen.insert("a-3"));
        for _ in 0..20_000 {
            assert!(seen.numbered("a", with).is_some());
        }
        assert_eq!((tried.get(), seen.insert("a-20002"), seen.insert("a-20003")), (20_001, false, true));
    }

    #[test]
    fn numbers_are_given_again_once_they_are_forgotten() {
        let mut seen = Seen::default();
        let next = |seen: &mut Seen| seen.numbered("a", |number| format!("a-{number}")).unwrap();
        assert!(seen.insert("a") && seen.insert("a-3"));
        assert_eq!([next(&mut seen), next(&mut seen), next(&mut seen)], ["a-2", "a-4", "a-5"]);
        seen.truncate(4);
        assert_eq!([next(&mut seen), next(&mut seen)], ["a-5", "a-6"]);
        seen.truncate(1);
        assert_eq!([next(&mut seen), next(&mut seen)], ["a-2", "a-3"]);
    }
}
