//! Options of provider-specific types.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Options of provider-specific types, at most one value of each type.
///
/// The crate of a provider defines a type, and users of that provider set it. Other providers ignore it, so a request
/// works with several providers.
///
/// ```
/// use outcrop_core::Extensions;
///
/// #[derive(Debug, PartialEq)]
/// struct MyProviderOptions { fast_lane: bool }
///
/// let mut extensions = Extensions::default();
/// extensions.insert(MyProviderOptions { fast_lane: true });
/// assert_eq!(extensions.get::<MyProviderOptions>(), Some(&MyProviderOptions { fast_lane: true }));
/// ```
#[derive(Clone, Default)]
pub struct Extensions(BTreeMap<TypeId, Arc<dyn Extension>>);

/// A type that can be stored in [`Extensions`]. It is implemented for every type that meets the bounds.
pub trait Extension: fmt::Debug + Send + Sync + 'static {
    /// Returns the value as `Any`, for downcasting.
    fn as_any(&self) -> &dyn Any;
}

impl<T: fmt::Debug + Send + Sync + 'static> Extension for T {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Extensions {
    /// Sets the value of a type. It replaces an earlier one.
    pub fn insert<T: Extension>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// Returns whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether both have the same values in memory.
    pub(super) fn are_same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|((a, x), (b, y))| a == b && Arc::ptr_eq(x, y))
    }

    /// Returns the value of a type, if there is one.
    #[must_use]
    pub fn get<T: Extension>(&self) -> Option<&T> {
        // `Arc<dyn Extension>` implements `Extension` itself, so `as_any` must be called on the value within.
        let value: &dyn Extension = self.0.get(&TypeId::of::<T>())?.as_ref();
        value.as_any().downcast_ref()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.values()).finish()
    }
}
