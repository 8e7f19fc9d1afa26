//! Choices drawn from bytes. Fewer bytes generate simpler values, so that proptest shrinks a failure by itself.

use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes that choices are drawn from. When they are used up, the first option is chosen.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

/// Returns a strategy for the bytes of choices.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}

impl<'a> Choices<'a> {
    /// Creates choices from bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    /// Draws a number below `limit`. 0, if no bytes are left.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let drawn = self.0.next().copied().map_or(0, usize::from);
        drawn % limit.max(1)
    }

    /// Draws `true` with a probability in percent. `false`, if no bytes are left.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(256) * 100 / 256 >= 100 - percent
    }

    /// Draws one of several options.
    pub(crate) fn pick<'t, T: ?Sized>(&mut self, options: &'t [&'t T]) -> &'t T {
        options[self.below(options.len())]
    }

    /// Draws a text, which may have characters that JSON escapes.
    pub(crate) fn text(&mut self) -> String {
        const PARTS: &[&str] =
            &["a", "b c", "é", "\"", "\\", "\n", "\u{1}", "😀", " ", "{}", "\u{2028}", "Z9"];
        (0..self.below(4)).map(|_| self.pick(PARTS)).collect()
    }

    /// Draws a text that is not blank.
    pub(crate) fn non_blank_text(&mut self) -> String {
        format!("w{}", self.text())
    }
}

#[test]
fn first_option_is_chosen_when_no_bytes_are_left() {
    let mut choices = Choices::new(&[255, 3]);
    assert!(choices.chance(1));
    assert_eq!(choices.below(3), 0);
    assert_eq!((choices.below(9), choices.chance(99), choices.pick(&["a", "b"])), (0, false, "a"));
    assert_eq!(choices.text(), "");
}
