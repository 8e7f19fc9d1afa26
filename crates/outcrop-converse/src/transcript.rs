//! Conversations that grow, encoded at the cost of what is new.

mod past;
mod same;
#[cfg(test)]
mod tests;
mod turns;

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use outcrop_core::{ModelError, ModelRequest, UnifiedMessage, WriteJson as _};

pub(crate) use past::{Checkpoint, NewTurn, Past};

use crate::encode::{EncodeOptions, Encoded, encode_after, size_hint};
use crate::wire::Message;

/// A conversation that grows from request to request, as an agent's does.
///
/// It encodes requests as [`encode_request`](crate::encode_request) does, to the same bytes and with the same notes,
/// but keeps what is settled of the history that they share with the one before: of that only the bytes are copied.
/// Whatever changes between two requests is noticed: a history that was edited, shortened or replaced is encoded anew
/// from the first message that differs, and one for another model or with other options as a whole.
///
/// What follows the assistant's newest answer is not settled yet: what comes next may join that turn or move parts of it.
/// It is encoded again, with the answer, in the next request, so that each block is encoded twice at most.
///
/// With [`Alternation::Keep`](crate::Alternation::Keep), and where a guardrail shall judge the last turn only, each
/// request is encoded on its own. One transcript is kept for each
/// conversation, and holds a copy of its messages (media are shared) and of their bytes.
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
    /// The messages of the request before, and what they were encoded for.
    messages: Vec<UnifiedMessage>,
    target: Option<Target>,
    past: Past,
}

/// What of a request, apart from its messages, decides how they are encoded.
#[derive(Clone, PartialEq)]
struct Target {
    model: String,
    options: EncodeOptions,
    supports_system_prompts: bool,
}

impl Transcript {
    /// A transcript of a conversation that is yet to start.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes a request to the bytes that [`encode_request`](crate::encode_request) gives, at the cost of what the
    /// conversation has gained since the previous request.
    ///
    /// # Errors
    /// As [`encode_request`](crate::encode_request). The transcript goes on with the next request all the same.
    pub fn encode(
        &mut self,
        request: &ModelRequest,
        options: &EncodeOptions,
    ) -> Result<Encoded<Bytes>, ModelError> {
        let common = self.in_common(request, options);
        self.past.rewind(common);
        self.past.is_kept = true;
        let mut encoded = encode_after(request, options, &mut self.past);
        if self.past.new.is_stale {
            // Names or ids are mapped otherwise than before, in what is written already as well.
            self.past.restart();
            encoded = encoded.and_then(|_| encode_after(request, options, &mut self.past));
        }
        let (written, ranges, turns) = self.write(encoded?);
        let bytes = ranges.iter().map(|range| written.body.get(range.clone()).unwrap_or_default());
        self.past.settle(turns.iter().zip(bytes));
        if self.past.is_kept {
            self.messages.extend(request.messages.iter().skip(common).cloned());
        } else {
            self.messages.clear();
            self.past.count(turns.iter().map(|turn| turn.blocks().len()).sum());
        }
        Ok(written)
    }

    /// How many blocks of messages were encoded so far, those again that were encoded again: what the conversation has
    /// cost, apart from copies of bytes.
    #[must_use]
    pub fn blocks_encoded(&self) -> u64 {
        self.past.blocks_encoded()
    }

    /// How many messages the request has in common with the one before; the others are forgotten.
    fn in_common(&mut self, request: &ModelRequest, options: &EncodeOptions) -> usize {
        let is_same = self.target.as_ref().is_some_and(|target| {
            target.model == request.model
                && target.supports_system_prompts == request.supports_system_prompts
                && target.options == *options
        });
        if !is_same {
            self.messages.clear();
            self.target = Some(Target {
                model: request.model.clone(),
                options: options.clone(),
                supports_system_prompts: request.supports_system_prompts,
            });
        }
        let common = same::common_prefix(&self.messages, &request.messages);
        self.messages.truncate(common);
        common
    }

    /// Writes a body of which the settled turns are missing; the turns that it has, and where they stand.
    fn write(&self, encoded: Encoded) -> (Encoded<Bytes>, Vec<Range<usize>>, Vec<Message>) {
        let Encoded { model_id, mut body, notes, context, has_tools } = encoded;
        let mut out = Vec::with_capacity(self.past.turns.size() + size_hint(&body));
        let mut ranges = Vec::new();
        let turns = body.messages.take();
        if let Some(turns) = &turns {
            out.extend_from_slice(br#"{"messages":["#);
            self.past.turns.write(&self.past.new.mended, &mut out);
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
        let rest = body.to_json_bytes();
        match (rest.strip_prefix(b"{"), &turns) {
            (Some(b"}"), Some(_)) => out.push(b'}'),
            (Some(members), Some(_)) => {
                out.push(b',');
                out.extend_from_slice(members);
            }
            _ => out = rest,
        }
        let written = Encoded { model_id, body: Bytes::from(out), notes, context, has_tools };
        (written, ranges, turns.unwrap_or_default())
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
