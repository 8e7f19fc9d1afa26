//! How the prompt of a request is cached.

/// How the prompt of a request is cached: at the cache points of the caller only, or also at those that the mapping places.
///
/// With [`auto`](Self::auto), the mapping of the provider places cache points so that each request of a growing conversation
/// reads what the previous one wrote, as far as the model supports it. The request is not changed otherwise.
///
/// In JSON it is the parameter `cache`: `"auto"`, `"off"`, or `{"type": "auto", "ttl": "1h"}`. AG2's proposed parameters
/// `prompt_caching` (`true`, `false` or `"auto"`) and `prompt_cache_ttl` are read as the same, see
/// <https://github.com/ag2ai/ag2/pull/2605>.
///
/// ```
/// use outcrop_core::{ModelRequest, PromptCache};
///
/// let request = ModelRequest::builder("some-model").user("hi").cache(PromptCache::auto().with_ttl("1h")).build();
/// let parsed = ModelRequest::from_json(r#"{"prompt_caching": true, "prompt_cache_ttl": "1h"}"#)?;
/// assert_eq!(parsed.cache, request.cache);
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PromptCache {
    /// At the cache points of the caller only.
    #[default]
    Off,
    /// Also at cache points that the mapping places.
    Auto(AutoCache),
}

/// The settings of cache points that a mapping places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutoCache {
    /// The lifetime of the entries, such as `5m` or `1h`. `None` for the default of the provider.
    pub ttl: Option<String>,
}

impl PromptCache {
    /// Creates the setting that the mapping places cache points.
    #[must_use]
    pub const fn auto() -> Self {
        Self::Auto(AutoCache { ttl: None })
    }

    /// Sets the lifetime of the entries, if cache points are placed.
    #[must_use]
    pub fn with_ttl(self, ttl: impl Into<String>) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::Auto(_) => Self::Auto(AutoCache { ttl: Some(ttl.into()) }),
        }
    }
}
