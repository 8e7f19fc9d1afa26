//! Conversations: what connects the requests of one history.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A handle that the requests of one conversation share.
///
/// Each request of a conversation repeats the history, so a client can save most of the work if it knows that the previous
/// request had the same beginning. It keeps what it prepared in the handle, and not in itself, so that a client has no state
/// and the memory is freed with the conversation. The handle works through `dyn ModelClient` and through layers, because
/// it is part of the request; a client that has no use for it ignores it. Responses are the same with and without one.
///
/// Clones share the state. Use a handle for one conversation: two that alternate in it discard each other's state.
///
/// ```
/// use outcrop_core::{Conversation, ModelClient, ModelError, ModelRequest};
///
/// # async fn run(client: &dyn ModelClient) -> Result<(), ModelError> {
/// let conversation = Conversation::with_id("support-17");
/// let mut request =
///     ModelRequest::builder("some-model").conversation(&conversation).user("Which tools do you have?").build();
/// let response = client.create(&request).await?;
/// request.messages.extend(response.into_messages());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Conversation(Arc<Shared>);

#[derive(Default)]
struct Shared {
    id: Option<String>,
    /// The states of different clients, which have different types: a conversation may move from one to another.
    states: Mutex<BTreeMap<TypeId, Box<dyn Any + Send>>>,
}

impl Conversation {
    /// Creates a conversation without an id.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a conversation with an id, which appears in traces as `gen_ai.conversation.id`. Providers don't get it.
    #[must_use]
    pub fn with_id(id: impl Into<String>) -> Self {
        Self(Arc::new(Shared { id: Some(id.into()), states: Mutex::default() }))
    }

    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// Calls a function with the state of a client, which is created if there is none of its type. For implementations of
    /// [`ModelClient`](crate::ModelClient).
    ///
    /// The state must be one that any request can follow, because requests may come concurrently, and histories may be
    /// edited. Other requests of the conversation wait while the function runs, so it must not block.
    ///
    /// ```
    /// use outcrop_core::Conversation;
    ///
    /// #[derive(Default)]
    /// struct Prepared {
    ///     messages: usize,
    /// }
    ///
    /// let conversation = Conversation::new();
    /// conversation.with_state(|prepared: &mut Prepared| prepared.messages = 3);
    /// assert_eq!(conversation.clone().with_state(|prepared: &mut Prepared| prepared.messages), 3);
    /// ```
    pub fn with_state<S: Default + Send + 'static, R>(&self, function: impl FnOnce(&mut S) -> R) -> R {
        let mut states = self.0.states.lock().unwrap_or_else(|poisoned| {
            // A function that panicked may have left its state half changed. All of it can be prepared again.
            self.0.states.clear_poison();
            let mut states = PoisonError::into_inner(poisoned);
            states.clear();
            states
        });
        let state = states.entry(TypeId::of::<S>()).or_insert_with(|| Box::<S>::default());
        match state.downcast_mut() {
            Some(state) => function(state),
            // Unreachable, because the key is the type. A fresh state gives the same result.
            None => function(&mut S::default()),
        }
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the states, which contain the text of the conversation.
        f.debug_struct("Conversation").field("id", &self.0.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Conversation;

    #[test]
    fn states_of_different_types_are_separate() {
        let conversation = Conversation::new();
        conversation.with_state(|count: &mut u32| *count = 1);
        conversation.with_state(|text: &mut String| text.push('a'));
        assert_eq!(conversation.with_state(|count: &mut u32| *count), 1);
        assert_eq!(conversation.with_state(|text: &mut String| text.clone()), "a");
    }

    #[test]
    fn state_after_a_panic_is_a_fresh_one() {
        let conversation = Conversation::with_id("c-1");
        let panics = || {
            conversation.with_state(|count: &mut u32| {
                *count = 7;
                panic!("half changed")
            })
        };
        catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
        assert_eq!(conversation.with_state(|count: &mut u32| std::mem::replace(count, 3)), 0);
        assert_eq!(conversation.with_state(|count: &mut u32| *count), 3);
        assert_eq!(conversation.id(), Some("c-1"));
    }

    #[test]
    fn debug_shows_the_id_and_not_the_state() {
        let conversation = Conversation::with_id("c-1");
        conversation.with_state(|text: &mut String| text.push_str("secret"));
        let shown = format!("{conversation:?}");
        assert!(shown.contains("c-1") && !shown.contains("secret"), "{shown}");
    }
}
