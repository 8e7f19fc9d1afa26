//! Texts that were met, in the order in which they were.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Texts that were met, each once, in the order in which they were.
///
/// What was met last can be forgotten again, so that a history can be gone back in.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    texts: BTreeSet<Arc<str>>,
    order: Vec<Arc<str>>,
}

impl Seen {
    /// Takes a text down; whether it is new.
    pub(crate) fn insert(&mut self, text: &str) -> bool {
        if self.texts.contains(text) {
            return false;
        }
        let text: Arc<str> = Arc::from(text);
        self.order.push(Arc::clone(&text));
        self.texts.insert(text)
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Forgets all but the first of them.
    pub(crate) fn truncate(&mut self, len: usize) {
        for text in self.order.drain(len.min(self.order.len())..) {
            self.texts.remove(&text);
        }
    }

    /// The texts in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.order.iter().map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
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
}
