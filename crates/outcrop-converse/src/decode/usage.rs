//! Usage: each token counted once.

use outcrop_core::{Note, NoteAction, Usage};

use crate::catalog::ModelFamily;
use crate::context::ResponseContext;
use crate::wire::TokenUsage;

/// What the service counts as input when a cache is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputCount {
    /// The tokens that were neither read from a cache nor written to one, as the API documents (L68).
    Uncached,
    /// All tokens, so that the cached ones are counted twice (L69).
    All,
}

impl InputCount {
    /// Returns what the streams of a model count.
    ///
    pub(crate) fn for_stream(context: &ResponseContext) -> Self {
        match context.catalog.model(&context.model).family {
            // Seen in streams only; whole responses to the same prompt count as documented:
            // https://github.com/maximhq/bifrost/issues/6942 (L69).
            ModelFamily::Gpt => Self::All,
            _ => Self::Uncached,
        }
    }

    /// Returns usage that counts each token once, and a note if it did not.
    pub(crate) fn normalize(self, usage: TokenUsage) -> (TokenUsage, Option<Note>) {
        let cached = cached(&usage);
        let input = usage.input_tokens.filter(|input| *input >= cached);
        let (Self::All, Some(input), 1..) = (self, input, cached) else { return (usage, None) };
        // A total of input and output alone has counted cached tokens once.
        let doubled = input.saturating_add(usage.output_tokens.unwrap_or(0)).saturating_add(cached);
        let mut counted = usage;
        counted.input_tokens = Some(input - cached);
        if counted.total_tokens == Some(doubled) {
            counted.total_tokens = Some(doubled.saturating_sub(cached));
        }
        let message = "removed cached tokens from the input: streams of this model count them twice";
        (counted, Some(Note::new("usage.cached_twice", NoteAction::Changed, "usage", message)))
    }
}

/// Converts usage to OpenAI's terms: the input includes cached tokens, which Converse counts separately.
///
/// A missing counter is unknown, not 0, except in AG2. A missing total is the sum if both counters are known.
pub(crate) fn unified_usage(usage: &TokenUsage, context: &ResponseContext) -> Usage {
    let default = context.fails_as_ag2().then_some(0);
    // Without the cached tokens, a client sees more cached tokens than prompt tokens:
    // https://github.com/tensorzero/tensorzero/issues/5688 (L68, M41).
    let prompt = usage.input_tokens.or(default).map(|input| input.saturating_add(cached(usage)));
    let mut unified = Usage::default();
    unified.prompt_tokens = prompt;
    unified.completion_tokens = usage.output_tokens.or(default);
    let sum = prompt.zip(unified.completion_tokens).map(|(prompt, output)| prompt.saturating_add(output));
    unified.total_tokens = usage.total_tokens.or(sum);
    unified.cache_read_input_tokens = usage.cache_read_input_tokens;
    unified.cache_creation_input_tokens = usage.cache_write_input_tokens;
    unified
}

fn cached(usage: &TokenUsage) -> u64 {
    let counters = [usage.cache_read_input_tokens, usage.cache_write_input_tokens];
    counters.into_iter().flatten().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests;
