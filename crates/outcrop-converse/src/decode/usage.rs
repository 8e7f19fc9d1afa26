//! Tokens.

use outcrop_core::{Note, NoteAction, Usage};

use crate::catalog::ModelFamily;
use crate::decode::ResponseContext;
use crate::wire::TokenUsage;

/// What the service counts as input where a cache was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputCount {
    /// What was neither read from a cache nor written to one, as the API says (lesson L68).
    Uncached,
    /// All of it, so that its counters count what a cache held twice (lesson L69).
    All,
}

impl InputCount {
    /// The input as streams of a model count it: those of OpenAI's models were seen to count all of it where the whole
    /// reply to the same prompt does not.
    pub(crate) fn of_stream(context: &ResponseContext) -> Self {
        match context.catalog.model(&context.model).family {
            ModelFamily::Gpt => Self::All,
            _ => Self::Uncached,
        }
    }

    /// Usage in which each token counts once, and a note if it did not.
    pub(crate) fn settle(self, usage: TokenUsage) -> (TokenUsage, Option<Note>) {
        let cached = cached(&usage);
        let input = usage.input_tokens.filter(|input| *input >= cached);
        let (Self::All, Some(input), 1..) = (self, input, cached) else { return (usage, None) };
        // A total of input and output alone has counted it once.
        let all = input.saturating_add(usage.output_tokens.unwrap_or(0)).saturating_add(cached);
        let mut counted = usage;
        counted.input_tokens = Some(input - cached);
        if counted.total_tokens == Some(all) {
            counted.total_tokens = Some(all.saturating_sub(cached));
        }
        let message = "counted without what a cache held, which the streams of this model count twice";
        (counted, Some(Note::new("usage.cached_twice", NoteAction::Changed, "usage", message)))
    }
}

/// Usage in OpenAI's terms: the input counts what was read from and written to caches, too, which Converse counts
/// apart (lesson L68). Missing counters count as 0, a missing total as the sum.
pub(crate) fn unified(usage: &TokenUsage) -> Usage {
    let prompt = usage.input_tokens.unwrap_or(0).saturating_add(cached(usage));
    let mut unified = Usage::new(prompt, usage.output_tokens.unwrap_or(0));
    unified.total_tokens = usage.total_tokens.or(unified.total_tokens);
    unified.cache_read_input_tokens = usage.cache_read_input_tokens;
    unified.cache_creation_input_tokens = usage.cache_write_input_tokens;
    unified
}

fn cached(usage: &TokenUsage) -> u64 {
    let counters = [usage.cache_read_input_tokens, usage.cache_write_input_tokens];
    counters.into_iter().flatten().fold(0, u64::saturating_add)
}
