//! Cache points, which mark the parts of a prompt that the service may cache.

use outcrop_core::{CachePointContent, open_enum, open_struct};

open_enum! {
    /// The kind of a cache point.
    pub enum CachePointType {
        /// The only kind of the service model.
        Default = "default",
    }
}

open_enum! {
    /// The lifetime of a cache entry, counted from its last use.
    pub enum CacheTtl {
        /// Five minutes, the default.
        FiveMinutes = "5m",
        /// One hour.
        OneHour = "1h",
    }
}

open_struct! {
    /// A cache point: the prompt before it may be cached.
    pub struct CachePointBlock {
        /// The kind of the cache point.
        required kind: CachePointType = "type",
        // Older SDKs have no such member, so that a caller's hour silently becomes five minutes:
        // https://github.com/BoundaryML/baml/issues/3251 (M40).
        /// The lifetime of the entry. Absent means five minutes.
        optional ttl: CacheTtl = "ttl",
    }
}

impl From<&CachePointContent> for CachePointBlock {
    fn from(point: &CachePointContent) -> Self {
        let mut block = Self::new(CachePointType::Default);
        block.ttl = point.ttl.as_deref().map(Into::into);
        block
    }
}

impl From<&CachePointBlock> for CachePointContent {
    fn from(block: &CachePointBlock) -> Self {
        let mut point = Self::new();
        point.ttl = block.ttl.as_ref().map(|ttl| ttl.as_str().to_owned());
        point
    }
}
