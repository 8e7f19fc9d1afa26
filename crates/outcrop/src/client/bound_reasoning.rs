//! Reasoning that the service has rejected because it belongs to another conversation.
//!
//! Newer Claude models bind the signature of their reasoning to the messages before it. After a compaction, or an edit of
//! the history or of the system prompt, every later request with that reasoning fails. See
//! <https://github.com/anomalyco/opencode/issues/48637>.

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outcrop_converse::{Alternation, Rule, mark_bound_elsewhere, rejects_bound_reasoning};
use outcrop_core::{ContentBlock, ModelError, ModelRequest, ReasoningContent};

use super::BedrockClient;

/// The number of blocks that a client remembers, at 8 bytes each. One conversation of an agent has a few hundred.
const MAX_BLOCKS: usize = 8192;

/// The reasoning that was rejected, by the hash of its signature or of its ciphertext.
///
/// A signature identifies the reasoning in every later request of the conversation, however its history is edited.
#[derive(Debug, Default)]
pub(super) struct BoundReasoning(Mutex<Hashes>);

#[derive(Debug, Default)]
struct Hashes {
    known: BTreeSet<u64>,
    /// The oldest first.
    order: VecDeque<u64>,
}

impl BoundReasoning {
    /// Marks the reasoning that was rejected before, so that it is dropped with a note.
    pub(super) fn apply<'r>(&self, request: Cow<'r, ModelRequest>) -> Cow<'r, ModelRequest> {
        let hashes = self.hashes();
        if hashes.known.is_empty() {
            return request;
        }
        let is_known = |block: &ContentBlock| {
            bound(block).and_then(identity).is_some_and(|hash| hashes.known.contains(&hash))
        };
        let is_affected = request.messages.iter().any(|message| message.content.iter().any(is_known));
        if !is_affected {
            return request;
        }
        let mut request = request.into_owned();
        for message in &mut request.messages {
            // Content is shared with the caller's messages as long as it is not changed.
            if message.content.iter().any(is_known) {
                for block in message.content.iter_mut().filter(|block| is_known(block)) {
                    if let ContentBlock::Reasoning(reasoning) = block {
                        mark_bound_elsewhere(reasoning);
                    }
                }
            }
        }
        Cow::Owned(request)
    }

    /// Adds all signed and encrypted reasoning of a request. Returns whether any is new.
    fn insert(&self, request: &ModelRequest) -> bool {
        let blocks = request.messages.iter().flat_map(|message| message.content.iter());
        let mut hashes = self.hashes();
        let mut has_new = false;
        for hash in blocks.filter_map(bound).filter_map(identity) {
            if hashes.known.insert(hash) {
                has_new = true;
                hashes.order.push_back(hash);
            }
        }
        while hashes.order.len() > MAX_BLOCKS {
            if let Some(oldest) = hashes.order.pop_front() {
                hashes.known.remove(&oldest);
            }
        }
        has_new
    }

    fn hashes(&self) -> MutexGuard<'_, Hashes> {
        // After a panic, the two collections may differ by one hash, which costs one more retry at most.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BedrockClient {
    /// Records the reasoning of a request that an error rejects. Returns whether the request can be sent without it.
    pub(super) fn record_bound_reasoning(&self, error: &ModelError, request: &ModelRequest) -> bool {
        if !rejects_bound_reasoning(error) {
            return false;
        }
        let options = self.shared.discovery.options();
        let can_drop = !options.strict
            && options.alternation != Alternation::Keep
            && options.rules.contains(Rule::ReasoningReplay);
        can_drop && self.shared.bound_reasoning.insert(request)
    }
}

/// Returns the reasoning of a block, if it is signed or encrypted.
fn bound(block: &ContentBlock) -> Option<&ReasoningContent> {
    let ContentBlock::Reasoning(reasoning) = block else { return None };
    (reasoning.signature.is_some() || reasoning.redacted_content.is_some()).then_some(reasoning)
}

/// Returns the hash of a signature or ciphertext.
fn identity(reasoning: &ReasoningContent) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    match (&reasoning.signature, &reasoning.redacted_content) {
        (Some(signature), _) => signature.hash(&mut hasher),
        (None, Some(content)) => content.base64().hash(&mut hasher),
        (None, None) => return None,
    }
    Some(hasher.finish())
}
