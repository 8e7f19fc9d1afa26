//! Tokens.

use outcrop_core::Usage;

use crate::wire::TokenUsage;

/// Usage in OpenAI's terms: the input counts what was read from and written to caches, too, which Converse counts
/// apart (lesson L68). Missing counters count as 0, a missing total as the sum.
pub(crate) fn unified(usage: Option<&TokenUsage>) -> Usage {
    let none = TokenUsage::new();
    let usage = usage.unwrap_or(&none);
    let cached = [usage.cache_read_input_tokens, usage.cache_write_input_tokens].into_iter().flatten();
    let prompt = cached.fold(usage.input_tokens.unwrap_or(0), u64::saturating_add);
    let mut unified = Usage::new(prompt, usage.output_tokens.unwrap_or(0));
    unified.total_tokens = usage.total_tokens.or(unified.total_tokens);
    unified.cache_read_input_tokens = usage.cache_read_input_tokens;
    unified.cache_creation_input_tokens = usage.cache_write_input_tokens;
    unified
}
