//! Options of a provider's own type.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Options of a provider's own type, carried along in a request: one value of each type.
///
/// A provider's crate defines the type, its users set it, and every other provider passes it by.
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

/// What can be carried along: any type that can be shared and shown.
pub trait Extension: fmt::Debug + Send + Sync + 'static {
    /// The value, its type forgotten.
    fn as_any(&self) -> &dyn Any;
}

impl<T: fmt::Debug + Send + Sync + 'static> Extension for T {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Extensions {
    /// Sets the value of a type, in place of a former one.
    pub fn insert<T: Extension>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The value of a type.
    #[must_use]
    pub fn get<T: Extension>(&self) -> Option<&T> {
        let value: &dyn Extension = self.0.get(&TypeId::of::<T>())?.as_ref();
        value.as_any().downcast_ref()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.values()).finish()
    }
}
