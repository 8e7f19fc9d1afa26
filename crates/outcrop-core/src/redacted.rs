//! `Debug` output of a conversation that shows its structure and not its content.

use std::fmt;

/// `Debug` output that shows the structure of a value and not its content.
///
/// Logs must not contain the text of people or models, so the `Debug` of every type that can contain a message uses
/// this trait: strings appear as their length; numbers, flags and known enum members appear unchanged.
///
/// ```
/// use outcrop_core::Redacted;
///
/// assert_eq!(format!("{:?}", Redacted("my name is Ann")), "<14 bytes>");
/// ```
pub trait RedactedDebug {
    /// Formats the value without its content.
    ///
    /// # Errors
    /// The errors of the formatter.
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// An adapter that implements `Debug` with the [`RedactedDebug`] of a value.
#[expect(clippy::exhaustive_structs, reason = "a wrapper around one value has nothing to grow")]
pub struct Redacted<'a, T: ?Sized>(pub &'a T);

impl<T: RedactedDebug + ?Sized> fmt::Debug for Redacted<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_redacted(f)
    }
}

impl RedactedDebug for str {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.len())
    }
}

impl RedactedDebug for String {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt_redacted(f)
    }
}

impl<T: RedactedDebug> RedactedDebug for Option<T> {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.fmt_redacted(f),
            None => f.write_str("None"),
        }
    }
}

impl<T: RedactedDebug> RedactedDebug for Vec<T> {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Redacted)).finish()
    }
}

impl<T: RedactedDebug + ?Sized> RedactedDebug for Box<T> {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt_redacted(f)
    }
}

/// Implements the trait for types whose values reveal nothing about a person.
macro_rules! impl_unredacted {
    ($($ty:ty),*) => { $(
        impl RedactedDebug for $ty {
            fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )* };
}

// Token counts, indexes and scores: without them a log cannot answer why a call was long or expensive.
impl_unredacted!(bool, u16, u32, u64, i32, i64, f64, usize, serde_json::Number);
