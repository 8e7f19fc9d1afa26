//! Cache points.

use outcrop_core::{CachePointContent, open_enum, open_struct};

open_enum! {
    /// The kind of a cache point.
    pub enum CachePointType {
        /// The only one so far.
        Default = "default",
    }
}

open_enum! {
    /// How long a cache entry lives after its last use.
    pub enum CacheTtl {
        /// Five minutes, the default.
        FiveMinutes = "5m",
        /// An hour.
        OneHour = "1h",
    }
}

open_struct! {
    /// A mark up to which the prompt may be cached.
    pub struct CachePointBlock {
        /// Its kind.
        required kind: CachePointType = "type",
        /// How long the entry lives; five minutes when absent.
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
