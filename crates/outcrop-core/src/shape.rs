//! What `Debug` may show of a conversation: its shape.

use std::fmt;

/// Shows the shape of a value without its content.
///
/// Logs must not hold what people and models said, so the `Debug` of every type that can hold a message goes
/// through this trait: strings appear as their length, numbers, flags and known enum members as they are.
pub trait Shape {
    /// Writes the shape.
    ///
    /// # Errors
    /// Those of the formatter.
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Makes the [`Shape`] of a value usable where `Debug` is wanted.
#[expect(clippy::exhaustive_structs, reason = "a wrapper around one value has nothing to grow")]
pub struct ShapeOf<'a, T: ?Sized>(pub &'a T);

impl<T: Shape + ?Sized> fmt::Debug for ShapeOf<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.shape(f)
    }
}

impl Shape for str {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.len())
    }
}

impl Shape for String {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().shape(f)
    }
}

impl<T: Shape> Shape for Option<T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.shape(f),
            None => f.write_str("None"),
        }
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(ShapeOf)).finish()
    }
}

impl<T: Shape + ?Sized> Shape for Box<T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().shape(f)
    }
}

macro_rules! shown_as_they_are {
    ($($ty:ty),*) => { $(
        impl Shape for $ty {
            fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )* };
}

shown_as_they_are!(bool, u16, u32, u64, i32, i64, f64, usize, serde_json::Number);
