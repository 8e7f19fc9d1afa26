//! Prompt caching.

/// How a model caches prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caching {
    /// Nobody has told.
    #[default]
    Unknown,
    /// It does not: a cache point is an error (lesson L65).
    Unsupported,
    /// By itself: a cache point is an error, and not needed.
    Implicit,
    /// At cache points.
    Points(CachePoints),
}

/// The cache points that a model takes. A request has [`MAX`](Self::MAX) at most, whatever the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePoints {
    /// The least tokens before a point: with fewer, the point comes to nothing, without a word.
    pub min_tokens: Option<u16>,
    /// The most tokens that are cached.
    pub max_tokens: Option<u32>,
    /// Where points may stand.
    pub scope: CachePointScope,
    /// How long entries may be told to live.
    pub ttl: CacheTtls,
}

impl CachePoints {
    /// The most cache points of a request, over tools, system and messages (lessons L61 and M39).
    pub const MAX: usize = 4;

    /// Cache points of which nothing more is known.
    pub const UNKNOWN: Self =
        Self { min_tokens: None, max_tokens: None, scope: CachePointScope::Unknown, ttl: CacheTtls::Unknown };
}

/// Where cache points may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CachePointScope {
    /// Nobody has told.
    #[default]
    Unknown,
    /// In system, messages and tools.
    Everywhere,
    /// Not among the tools, and not in a turn with calls or results (lessons L64 and M36).
    OutsideTools,
}

/// How long cached prompts may be told to live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CacheTtls {
    /// Nobody has told.
    #[default]
    Unknown,
    /// `ttl` is refused (lesson L64).
    Unsupported,
    /// Five minutes.
    FiveMinutes,
    /// Five minutes or an hour.
    UpToOneHour,
}
