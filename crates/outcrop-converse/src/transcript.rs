//! Conversations that grow, encoded at the cost of what is new.

mod common_prefix;

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use outcrop_core::{ModelError, ModelRequest, PromptCache, UnifiedMessage, WriteJson as _};

use crate::encode::{Encoded, HistoryPrefix, encode_after, size_hint};
use crate::options::EncodeOptions;
use crate::wire::Message;

/// A conversation that grows from request to request, as an agent's does.
///
/// It encodes requests as [`encode_request`](crate::encode_request) does, to the same bytes and with the same notes, but
/// keeps the part of the history that is final: only its bytes are copied. Every other difference between two requests is
/// detected: a history that was edited, shortened or replaced is encoded again from the first message that differs, and
/// one for another model or with other options as a whole.
///
/// What follows the newest assistant message that answers a user turn is not final: later messages may be merged with it.
/// It is encoded again in the next request, together with that message, so that each block is encoded at most twice.
///
/// With [`Alternation::Keep`](crate::Alternation::Keep), and with a guardrail for the last turn only, each request is
/// encoded on its own. Keep one transcript for each conversation; it holds its messages, whose content is shared with the
/// request, and a copy of their bytes.
///
/// An unchanged message is recognized by its shared content ([`MessageContent`](outcrop_core::MessageContent)), so append
/// to one history, or copy its messages. Messages that are built again for each request are compared with the old ones.
///
/// ```
/// use outcrop_converse::{EncodeOptions, Transcript, encode_request};
/// use outcrop_core::{
///     ContentBlock, ModelRequest, Role, ToolCallContent, ToolResultContent, ToolSpec, UnifiedMessage,
/// };
///
/// let options = EncodeOptions::converse();
/// let mut transcript = Transcript::new();
/// let mut messages = vec![UnifiedMessage::user("How deep is Lake Baikal?")];
/// for step in 0..3 {
///     let request = ModelRequest::builder("us.anthropic.claude-haiku-4-5-20251001-v1:0")
///         .messages(messages.clone())
///         .tool(ToolSpec::without_input("look_up"))
///         .build();
///     let written = transcript.encode(&request, &options)?;
///     assert_eq!(written.body, encode_request(&request, &options)?.to_bytes());
///
///     // Send the bytes; the model asks for a tool, which is run.
///     let id = format!("call_{step}");
///     let call = ToolCallContent::new(id.as_str(), "look_up", r#"{"page": 1}"#);
///     let result = ToolResultContent::new(id.as_str(), "1642 m");
///     messages.push(UnifiedMessage::new(Role::Assistant, vec![ContentBlock::from(call)]));
///     messages.push(UnifiedMessage::new(Role::Tool, vec![ContentBlock::from(result)]));
/// }
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
#[derive(Clone, Default)]
pub struct Transcript {
    /// The messages of the previous request.
    messages: Vec<UnifiedMessage>,
    scope: Option<Scope>,
    prefix: HistoryPrefix,
}

/// What decides how messages are encoded, apart from the messages.
#[derive(Clone, PartialEq)]
struct Scope {
    model: String,
    options: EncodeOptions,
    supports_system_prompts: bool,
    cache: Option<PromptCache>,
}

impl Transcript {
    /// Creates a transcript of a conversation that has not started.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes a request to the bytes that [`encode_request`](crate::encode_request) gives, at the cost of what the
    /// conversation has gained since the previous request.
    ///
    /// # Errors
    /// As [`encode_request`](crate::encode_request). The transcript can be used for the next request all the same.
    pub fn encode(
        &mut self,
        request: &ModelRequest,
        options: &EncodeOptions,
    ) -> Result<Encoded<Bytes>, ModelError> {
        let common = self.common_messages(request, options);
        self.prefix.rewind(common);
        let mut encoded = encode_after(request, options, &mut self.prefix);
        if self.prefix.is_stale() {
            // A new name collides with the replacement of an old one, which is in the bytes that were kept.
            self.prefix.restart();
            encoded = encoded.and_then(|_| encode_after(request, options, &mut self.prefix));
        }
        // The ranges avoid writing a turn twice: once for the body, and once for the prefix.
        let (encoded, ranges, turns) = self.write(encoded?);
        let bytes = ranges.iter().map(|range| encoded.body.get(range.clone()).unwrap_or_default());
        self.prefix.commit(turns.iter().zip(bytes));
        if self.prefix.is_incremental() {
            self.messages.extend(request.messages.iter().skip(common).cloned());
        } else {
            self.messages.clear();
            self.prefix.count_blocks(turns.iter().map(|turn| turn.blocks().len()).sum());
        }
        Ok(encoded)
    }

    /// Returns how many blocks of messages were encoded so far, counting blocks that were encoded again: the cost of the
    /// conversation, apart from copies of bytes.
    #[must_use]
    pub fn blocks_encoded(&self) -> u64 {
        self.prefix.block_count()
    }

    /// Returns how many messages the request has in common with the previous one, and removes the others.
    fn common_messages(&mut self, request: &ModelRequest, options: &EncodeOptions) -> usize {
        let is_same = self.scope.as_ref().is_some_and(|scope| {
            scope.model == request.model
                && scope.supports_system_prompts == request.supports_system_prompts
                && scope.cache == request.cache
                && scope.options == *options
        });
        if !is_same {
            self.messages.clear();
            self.scope = Some(Scope {
                model: request.model.clone(),
                options: options.clone(),
                supports_system_prompts: request.supports_system_prompts,
                cache: request.cache.clone(),
            });
        }
        let common = common_prefix::common_prefix(&self.messages, &request.messages);
        self.messages.truncate(common);
        common
    }

    /// Writes a body that lacks the turns of the prefix. Returns the turns that the body has, and their ranges as well.
    fn write(&self, mut encoded: Encoded) -> (Encoded<Bytes>, Vec<Range<usize>>, Vec<Message>) {
        let mut out = Vec::with_capacity(self.prefix.size() + size_hint(&encoded.body));
        let mut ranges = Vec::new();
        let turns = encoded.body.messages.take();
        if let Some(turns) = &turns {
            out.extend_from_slice(br#"{"messages":["#);
            self.prefix.write_turns(&mut out);
            for (index, turn) in turns.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                let start = out.len();
                turn.write_json(&mut out);
                ranges.push(start..out.len());
            }
            out.push(b']');
        }
        let rest = encoded.body.to_json_bytes();
        match (rest.strip_prefix(b"{"), &turns) {
            (Some(b"}"), Some(_)) => out.push(b'}'),
            (Some(members), Some(_)) => {
                out.push(b',');
                out.extend_from_slice(members);
            }
            _ => out = rest,
        }
        (encoded.with_bytes(Bytes::from(out)), ranges, turns.unwrap_or_default())
    }
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript")
            .field("messages", &self.messages.len())
            .field("blocks_encoded", &self.blocks_encoded())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
