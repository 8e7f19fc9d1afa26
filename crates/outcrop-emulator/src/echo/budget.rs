//! Limits: `maxTokens` and `stopSequences`.

use outcrop_converse::wire::{ContentBlock, ConverseRequest, StopReason};

use super::{Draft, tokens};

/// How much the model may say, and what makes it stop.
pub(super) struct Budget<'a> {
    max_tokens: Option<u64>,
    stop_sequences: &'a [String],
}

impl<'a> Budget<'a> {
    pub(super) fn of(request: &'a ConverseRequest) -> Self {
        let config = request.inference_config.as_ref();
        Self {
            max_tokens: config
                .and_then(|config| config.max_tokens.as_ref())
                .and_then(serde_json::Number::as_u64),
            stop_sequences: config.and_then(|config| config.stop_sequences.as_deref()).unwrap_or_default(),
        }
    }

    /// What is said of a draft, and why the model stops there.
    pub(super) fn spend(&self, draft: Draft) -> (Vec<ContentBlock>, StopReason) {
        let mut content = Vec::with_capacity(2);
        let mut left = self.max_tokens;
        if let Some(text) = draft.text {
            let (said, cut) = self.cut(&text);
            left = left.map(|left| left.saturating_sub(tokens::of_text(said)));
            if !said.is_empty() {
                content.push(ContentBlock::Text(said.to_owned()));
            }
            if let Some(reason) = cut {
                return (content, reason);
            }
        }
        match draft.call {
            // Half a call would be no JSON, so a call that is too long is not begun.
            Some(call) if left.is_some_and(|left| left < tokens::of_call(&call)) => {
                (content, StopReason::MaxTokens)
            }
            Some(call) => {
                content.push(ContentBlock::ToolUse(call));
                (content, StopReason::ToolUse)
            }
            None => (content, StopReason::EndTurn),
        }
    }

    /// The part of a text that is said, and why it ends early if it does: at the first stop sequence, which is not
    /// said itself, or where the tokens are used up, whichever comes first.
    fn cut<'t>(&self, text: &'t str) -> (&'t str, Option<StopReason>) {
        let stops = self.stop_sequences.iter().filter(|stop| !stop.is_empty());
        let stop = stops.filter_map(|stop| text.find(stop.as_str())).min();
        let end = self.max_tokens.and_then(|tokens| {
            let characters = usize::try_from(tokens.saturating_mul(tokens::CHARACTERS)).ok()?;
            text.char_indices().nth(characters).map(|(at, _)| at)
        });
        let (at, reason) = match (stop, end) {
            (Some(stop), Some(end)) if end < stop => (end, StopReason::MaxTokens),
            (Some(stop), _) => (stop, StopReason::StopSequence),
            (None, Some(end)) => (end, StopReason::MaxTokens),
            (None, None) => return (text, None),
        };
        (text.get(..at).unwrap_or(text), Some(reason))
    }
}
