//! Cache points.

use outcrop_core::{open_enum, open_struct};

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
