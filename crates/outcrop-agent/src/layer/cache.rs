//! Responses of equal requests, from memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use outcrop_core::{ModelClient, ModelError, ModelRequest, RawJson, ResponseStream, UnifiedResponse, Usage};
use tokio::time::Instant;

use super::Layer;
use super::observe::{End, observe};

/// The key in `provider_metadata` of a response from the cache.
const METADATA_KEY: &str = "cache";

/// A cache of complete responses in memory. A request has the response of an earlier one that is equal to it.
///
/// A response from the cache costs nothing: its usage is empty, its cost is 0, and its `provider_metadata` has `cache` with the
/// value `hit`. Errors and broken streams are not kept. Requests with [extensions](outcrop_core::Extensions), whose types
/// cannot be compared, are not looked up. Clones share the responses.
///
/// ```
/// use outcrop_agent::{Cache, LayerExt as _};
/// # use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ModelClient as _, ModelRequest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = ScriptedClient::new("scripted").respond_with_text("The Tagus.").cost(0.02);
/// let client = client.layer(Cache::new(1_000));
/// let request = ModelRequest::builder("some-model").user("Name a river.").build();
/// let first = client.create(&request).await?;
/// let second = client.create(&request).await?;
/// assert_eq!((first.text(), first.cost), (second.text(), Some(0.02)));
/// assert_eq!(second.cost, Some(0.0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cache {
    capacity: usize,
    lifetime: Option<Duration>,
    entries: Arc<Mutex<Entries>>,
}

#[derive(Default)]
struct Entries {
    // The whole JSON and not a hash of it, because two requests must never share a response.
    /// The responses by the JSON of their requests.
    responses: BTreeMap<String, Entry>,
    /// The number of the last use.
    uses: u64,
}

struct Entry {
    response: UnifiedResponse,
    created: Instant,
    used: u64,
}

impl Cache {
    /// Creates a cache for a number of responses. The one that was not used for longest makes room for a new one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, lifetime: None, entries: Arc::default() }
    }

    /// Sets the time for which a response is kept. By default it is not limited.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Returns the number of responses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with_entries(|entries| entries.responses.len())
    }

    /// Returns whether there is no response.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with_entries<R>(&self, function: impl FnOnce(&mut Entries) -> R) -> R {
        // A cache is complete after each change, so that a panic elsewhere does not matter.
        function(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the key of a request. `None` if it cannot be compared with others.
    fn key(&self, request: &ModelRequest) -> Option<String> {
        if self.capacity == 0 || !request.extensions.is_empty() {
            return None;
        }
        request.to_openai_json().ok()
    }

    fn get(&self, key: &str) -> Option<UnifiedResponse> {
        let mut response = self.with_entries(|entries| {
            entries.uses += 1;
            let entry = entries.responses.get_mut(key)?;
            if self.lifetime.is_some_and(|lifetime| entry.created.elapsed() > lifetime) {
                entries.responses.remove(key);
                return None;
            }
            entry.used = entries.uses;
            Some(entry.response.clone())
        })?;
        response.cost = Some(0.0);
        response.usage = Usage::default();
        response.provider_metadata.insert(METADATA_KEY, RawJson::from("hit"));
        Some(response)
    }

    fn insert(&self, key: String, response: &UnifiedResponse) {
        let entry = |used| Entry { response: response.clone(), created: Instant::now(), used };
        self.with_entries(|entries| {
            entries.uses += 1;
            entries.responses.insert(key, entry(entries.uses));
            if entries.responses.len() > self.capacity {
                // A search through all, because evictions are rare next to calls of a model, and the map stays simple.
                let oldest = entries.responses.iter().min_by_key(|(_, entry)| entry.used);
                if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                    entries.responses.remove(&key);
                }
            }
        });
    }
}

#[async_trait]
impl Layer for Cache {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        let Some(key) = self.key(request) else { return inner.create(request).await };
        if let Some(response) = self.get(&key) {
            return Ok(response);
        }
        let response = inner.create(request).await?;
        self.insert(key, &response);
        Ok(response)
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let Some(key) = self.key(request) else { return inner.create_stream(request).await };
        if let Some(response) = self.get(&key) {
            return Ok(ResponseStream::replay(response));
        }
        let stream = inner.create_stream(request).await?;
        let cache = self.clone();
        Ok(observe(stream, move |end| {
            if let End::Completed(response) = end {
                cache.insert(key, response);
            }
        }))
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the entries, which contain conversations.
        f.debug_struct("Cache")
            .field("capacity", &self.capacity)
            .field("lifetime", &self.lifetime)
            .field("len", &self.len())
            .finish()
    }
}
