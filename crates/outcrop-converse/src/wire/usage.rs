//! Tokens.

use outcrop_core::open_struct;

use super::CacheTtl;

open_struct! {
    /// How many tokens a call took. Replies have been seen without any of the members (lesson L72).
    pub struct TokenUsage {
        /// Input that was neither read from a cache nor written to one (lesson L68).
        optional input_tokens: u64 = "inputTokens",
        /// Output.
        optional output_tokens: u64 = "outputTokens",
        /// All of it, cache included.
        optional total_tokens: u64 = "totalTokens",
        /// Input that was read from a cache.
        optional cache_read_input_tokens: u64 = "cacheReadInputTokens",
        /// Input that was written to a cache.
        optional cache_write_input_tokens: u64 = "cacheWriteInputTokens",
        /// Writes to caches by how long they live.
        optional cache_details: Vec<CacheDetail> = "cacheDetails",
    }
}

open_struct! {
    /// Writes to caches of one duration.
    pub struct CacheDetail {
        /// How long the entries live.
        required ttl: CacheTtl = "ttl",
        /// How many tokens were written.
        required input_tokens: u64 = "inputTokens",
    }
}
