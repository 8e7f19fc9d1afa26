//! Joins characters that the service has split between two deltas.
//!
//! JSON escapes a character beyond U+FFFF as a surrogate pair, `\ud83d\ude00`
//! (<https://www.rfc-editor.org/rfc/rfc8259#section-7>). If a service cuts its text between the two escapes, neither delta
//! can be parsed as a string by itself. Without joining them, one emoji would make the whole stream fail.

use outcrop_core::{JsonObject, RawJson, replace_lone_surrogates};

use super::block::BlockContent;
use crate::wire::{ContentBlockDelta, ReasoningContentBlockDelta, ToolUseBlockDelta};

/// The length of an escape, `\uXXXX`.
const ESCAPE: usize = 6;

/// The first half of a surrogate pair, as an escape, whose second half is expected in the next delta.
#[derive(Clone, Debug, Default)]
pub(super) struct PendingSurrogate(String);

impl PendingSurrogate {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parses a JSON string that follows the pending half. If it ends with the first half of a pair, that half is pending
    /// next.
    ///
    /// A half without its counterpart is replaced by U+FFFD, as decoders of UTF-16 do.
    pub(super) fn join(&mut self, string: &RawJson) -> Option<String> {
        let inner = string.as_str().strip_prefix('"')?.strip_suffix('"')?;
        let mut text = std::mem::take(&mut self.0);
        text.push_str(inner);
        let (complete, half) = split_trailing_half(&text);
        let complete = format!("\"{complete}\"");
        let complete = replace_lone_surrogates(&complete).map_or(complete, |replaced| replaced.text);
        half.clone_into(&mut self.0);
        RawJson::parse(complete).ok()?.as_string().map(|text| text.into_owned())
    }
}

/// A delta whose text begins or ends within a surrogate pair. The text is not parsed yet.
pub(super) struct SplitDelta {
    pub(super) index: u32,
    /// The member of the delta that has the text, such as `toolUse`.
    member: String,
    text: RawJson,
}

impl SplitDelta {
    /// Parses the payload of a `contentBlockDelta` around its text. `None` if it has no text.
    pub(super) fn parse(payload: &[u8]) -> Option<Self> {
        let event: JsonObject = serde_json::from_slice(payload).ok()?;
        let index = event.get("contentBlockIndex")?.deserialize().ok()?;
        let delta = event.get("delta")?.as_object()?;
        let (member, value) = delta.iter().next().filter(|_| delta.len() == 1)?;
        let within = |name: &str| value.as_object()?.get(name).cloned();
        let text = match member {
            "text" => value.clone(),
            "toolUse" => within("input")?,
            "reasoningContent" => within("text")?,
            _ => return None,
        };
        Some(Self { index, member: member.to_owned(), text })
    }

    /// Returns whether the delta is of the kind of a block.
    pub(super) fn continues(&self, content: &BlockContent) -> bool {
        match self.member.as_str() {
            "text" => content.is_text(),
            "toolUse" => content.is_tool_use(),
            _ => content.is_reasoning(),
        }
    }

    /// Completes the delta with the half that is pending from the delta before it.
    pub(super) fn complete(self, pending: &mut PendingSurrogate) -> Option<ContentBlockDelta> {
        let text = pending.join(&self.text)?;
        Some(match self.member.as_str() {
            "text" => ContentBlockDelta::Text(text),
            "toolUse" => ContentBlockDelta::ToolUse(ToolUseBlockDelta::new(text)),
            _ => ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)),
        })
    }
}

/// Splits the first half of a pair off the end of a string's inner text.
fn split_trailing_half(text: &str) -> (&str, &str) {
    let Some(at) = text.len().checked_sub(ESCAPE).filter(|at| text.is_char_boundary(*at)) else {
        return (text, "");
    };
    let (before, tail) = text.split_at(at);
    // After an odd number of backslashes the tail is not an escape: in `\\ud83d`, the first backslash escapes the second.
    let backslashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
    match code_unit(tail) {
        Some(0xD800..=0xDBFF) if backslashes % 2 == 0 => (before, tail),
        _ => (text, ""),
    }
}

/// Returns the UTF-16 code unit of an escape `\uXXXX`.
fn code_unit(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u").filter(|digits| digits.len() == 4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use outcrop_core::RawJson;

    use super::PendingSurrogate;

    #[test]
    fn surrogate_pair_split_between_strings_is_joined() {
        for (strings, expected) in [
            (vec![r#""a\ud83d""#, r#""\ude00b""#], "a😀b"),
            (vec![r#""\uD83D""#, r#""\uDE00""#], "😀"),
            (vec![r#""a\ud83d""#, r#""b""#], "a\u{FFFD}b"),
            (vec![r#""\ude00""#], "\u{FFFD}"),
            (vec![r#""\ud83d\ude00""#], "😀"),
            (vec![r#""\\ud83d""#, r#""x""#], "\\ud83dx"),
            (vec![r#""\n\t\"é\\""#], "\n\t\"é\\"),
            (vec![r#""\ud83d\ud83d""#, r#""\ude00""#], "\u{FFFD}😀"),
            (vec![r#""""#], ""),
        ] {
            let mut pending = PendingSurrogate::default();
            let joined: String = strings
                .iter()
                .map(|string| pending.join(&RawJson::parse(*string).unwrap()).unwrap())
                .collect();
            assert_eq!(joined, expected, "{strings:?}");
        }
    }
}
