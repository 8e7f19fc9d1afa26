//! Choices drawn from bytes: what is generated from fewer bytes is simpler, so that a failure shrinks by itself.

use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes that choices are drawn from; when they are used up, the first option is chosen.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

/// Bytes for choices.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}

impl<'a> Choices<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    /// A number below `limit`, small ones when nothing is left.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let drawn = self.0.next().copied().map_or(0, usize::from);
        drawn % limit.max(1)
    }

    /// True about so many times out of a hundred, and never when nothing is left.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(256) * 100 / 256 >= 100 - percent
    }

    /// One of several.
    pub(crate) fn one<'t, T: ?Sized>(&mut self, options: &'t [&'t T]) -> &'t T {
        options[self.below(options.len())]
    }

    /// A text, some of them with all that JSON has to escape.
    pub(crate) fn text(&mut self) -> String {
        const PIECES: &[&str] =
            &["a", "b c", "é", "\"", "\\", "\n", "\u{1}", "😀", " ", "{}", "\u{2028}", "Z9"];
        (0..self.below(4)).map(|_| self.one(PIECES)).collect()
    }

    /// A text that is not blank.
    pub(crate) fn words(&mut self) -> String {
        format!("w{}", self.text())
    }
}

#[test]
fn when_nothing_is_left_the_first_option_is_chosen() {
    let mut choices = Choices::of(&[255, 3]);
    assert!(choices.chance(1));
    assert_eq!(choices.below(3), 0);
    assert_eq!((choices.below(9), choices.chance(99), choices.one(&["a", "b"])), (0, false, "a"));
    assert_eq!(choices.text(), "");
}
