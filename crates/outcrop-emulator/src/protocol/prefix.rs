//! Hashes of the beginning of a conversation: what a prompt cache finds again, and what a signature of reasoning covers.

use std::fmt;

use outcrop_converse::wire::{ContentBlock, ConverseRequest, Message, SystemContentBlock};
use outcrop_core::Blob;
use serde::Serialize;

/// An FNV-1a hash, which is the same in every version of the emulator: recordings contain signatures. See
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PrefixHash(u64);

impl PrefixHash {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds bytes.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        let hash = bytes
            .iter()
            .fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(hash)
    }

    /// Adds a value as JSON.
    pub(crate) fn value<T: Serialize>(self, value: &T) -> Self {
        // A value of the wire types can always be serialized.
        self.bytes(&serde_json::to_vec(value).unwrap_or_default())
    }

    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

/// The signature of reasoning: it binds the text to the conversation before it.
///
/// That of Claude is opaque and long. This one has the hashes of its parts, so that the emulator can tell what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReasoningSignature {
    system: PrefixHash,
    messages: PrefixHash,
    text: PrefixHash,
}

/// The part of a request that is not the one that a signature was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureMismatch {
    System,
    Messages,
    Text,
}

/// The beginning of each signature of the emulator. Any other signature is of a real model, which it cannot check.
const MARK: &str = "outcrop-emulator:";

impl ReasoningSignature {
    /// Builds the signature for reasoning after a number of messages.
    pub(crate) fn new(request: &ConverseRequest, message_count: usize, text: &str) -> Self {
        // Points of the cache move from request to request, and the reasoning of earlier turns may be left out, so neither
        // is covered. See https://docs.claude.com/en/docs/build-with-claude/extended-thinking#preserving-thinking-blocks.
        let is_covered = |block: &&SystemContentBlock| !matches!(block, SystemContentBlock::CachePoint(_));
        let system = request.system.iter().flatten().filter(is_covered);
        let messages = request.messages.as_deref().unwrap_or_default();
        Self {
            system: system.fold(PrefixHash::new(), PrefixHash::value),
            messages: messages.iter().take(message_count).fold(PrefixHash::new(), message_hash),
            text: PrefixHash::new().bytes(text.as_bytes()),
        }
    }

    /// Parses a signature, or returns `None` for one that the emulator did not make.
    pub(crate) fn parse(signature: &str) -> Option<Self> {
        let bytes = Blob::from_base64(signature).bytes().ok()?;
        let hashes = std::str::from_utf8(&bytes).ok()?.strip_prefix(MARK)?;
        let mut hashes = hashes.split('.').map(|hash| u64::from_str_radix(hash, 16).ok().map(PrefixHash));
        Some(Self { system: hashes.next()??, messages: hashes.next()??, text: hashes.next()?? })
    }

    /// Compares a signature with the one that the request calls for.
    pub(crate) fn check(self, expected: Self) -> Result<(), SignatureMismatch> {
        if self.text != expected.text {
            Err(SignatureMismatch::Text)
        } else if self.system != expected.system {
            Err(SignatureMismatch::System)
        } else if self.messages != expected.messages {
            Err(SignatureMismatch::Messages)
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for ReasoningSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [system, messages, text] = [self.system, self.messages, self.text].map(PrefixHash::get);
        let plain = format!("{MARK}{system:016x}.{messages:016x}.{text:016x}");
        f.write_str(&Blob::from_bytes(plain).base64())
    }
}

fn message_hash(hash: PrefixHash, message: &Message) -> PrefixHash {
    let is_covered = |block: &&ContentBlock| {
        !matches!(block, ContentBlock::CachePoint(_) | ContentBlock::ReasoningContent(_))
    };
    message.blocks().iter().filter(is_covered).fold(hash.value(&message.role), PrefixHash::value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> ConverseRequest {
        outcrop_core::from_str(json).expect(json)
    }

    const BASE: &str =
        r#"{"system": [{"text": "s"}], "messages": [{"role": "user", "content": [{"text": "a"}]}]}"#;

    #[test]
    fn signature_is_read_back() {
        let signature = ReasoningSignature::new(&request(BASE), 1, "hm");
        let text = signature.to_string();
        assert_eq!(ReasoningSignature::parse(&text), Some(signature));
        assert_eq!(ReasoningSignature::parse("EqQBCgIYAhIkMTIz"), None);
        assert_eq!(ReasoningSignature::parse("not base64!"), None);
    }

    #[test]
    fn changed_part_is_named() {
        let signature = ReasoningSignature::new(&request(BASE), 1, "hm");
        let check =
            |json: &str, text: &str| signature.check(ReasoningSignature::new(&request(json), 1, text));
        assert_eq!(check(BASE, "hm"), Ok(()));
        assert_eq!(check(BASE, "hm!"), Err(SignatureMismatch::Text));
        assert_eq!(check(&BASE.replace("\"s\"", "\"t\""), "hm"), Err(SignatureMismatch::System));
        assert_eq!(check(&BASE.replace("\"a\"", "\"b\""), "hm"), Err(SignatureMismatch::Messages));
        let longer = BASE.replace("}]}", r#"}, {"cachePoint": {"type": "default"}}]}"#);
        assert_eq!(check(&longer, "hm"), Ok(()), "cache points are not covered");
    }
}
