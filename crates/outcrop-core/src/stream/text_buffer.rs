//! The text of a streamed response, emitted as soon as the text before it is final.

use std::collections::BTreeMap;

use crate::content::{ContentBlock, TextContent};
use crate::message::joined_text;
use crate::response::UnifiedResponse;
#[cfg(feature = "client")]
use crate::stream::StreamEvent;

/// A buffer that emits the text of a response in parts. Joined, they equal [`UnifiedResponse::text`].
#[derive(Default)]
pub(crate) struct TextBuffer {
    /// All text that was emitted.
    emitted: String,
    /// Whether the text that was emitted last is cited. The text after it has no space before it.
    after_cited: bool,
    /// The passages that are incomplete or wait for an earlier one, by the index of their block.
    open: BTreeMap<usize, Passage>,
    /// The index of the block whose text is being emitted. Looking for it among all open blocks would make the cost of a stream
    /// quadratic (R-M8).
    started: Option<usize>,
    /// Whether nothing is emitted before the end.
    held_back: bool,
}

/// The text of one block.
#[derive(Default)]
struct Passage {
    text: String,
    /// The number of bytes that were emitted. `None` before it is decided whether a space precedes them.
    emitted: Option<usize>,
    /// Whether the text is cited.
    cited: bool,
    /// The end of the block, once it is known.
    end: Option<End>,
}

/// The end of a block.
#[derive(Clone, Copy)]
enum End {
    /// The block has text, which may be cited.
    Text { cited: bool },
    /// The block has no text.
    Nothing,
}

impl TextBuffer {
    /// Creates a buffer that emits nothing before the end.
    pub(crate) fn held_back() -> Self {
        Self { held_back: true, ..Self::default() }
    }

    /// Adds an event and returns the text that can be emitted.
    #[cfg(feature = "client")]
    pub(crate) fn push(&mut self, event: &StreamEvent) -> Option<String> {
        match event {
            StreamEvent::Text { index, text } => self.add(*index, text),
            StreamEvent::Citation { index, .. } => self.cite(*index),
            StreamEvent::BlockCompleted { index, blocks } => self.complete(*index, blocks),
            StreamEvent::Completed { response } => self.finish_text(&response.text()),
            _ => None,
        }
    }

    /// Adds text of a block and returns the text that can be emitted.
    pub(crate) fn add(&mut self, index: usize, text: &str) -> Option<String> {
        if self.held_back {
            return None;
        }
        self.open.entry(index).or_default().text.push_str(text);
        self.ready()
    }

    /// Marks the text of a block as cited and returns the text that can be emitted.
    pub(crate) fn cite(&mut self, index: usize) -> Option<String> {
        if self.held_back {
            return None;
        }
        self.open.entry(index).or_default().cited = true;
        self.ready()
    }

    /// Adds a completed block and returns the text that can be emitted.
    pub(crate) fn complete(&mut self, index: usize, blocks: &[ContentBlock]) -> Option<String> {
        let texts: Vec<_> = blocks.iter().filter_map(as_text).collect();
        if self.held_back || (texts.is_empty() && !self.open.contains_key(&index)) {
            return None;
        }
        let passage = self.open.entry(index).or_default();
        passage.end = Some(End::Nothing);
        if let (Some(first), Some(last)) = (texts.first(), texts.last()) {
            passage.cited = first.cited_by.is_some();
            passage.end = Some(End::Text { cited: last.cited_by.is_some() });
            let whole = joined_text(blocks);
            // A provider may correct the text at the end of a block. Emitted text cannot change, so the parts stay.
            if whole.starts_with(&passage.text) {
                passage.text = whole;
            }
        }
        self.ready()
    }

    /// Adds the complete response and returns the text that was not emitted yet. Structured output is returned whole if
    /// the emitted text is not its beginning.
    pub(crate) fn finish(&mut self, response: &UnifiedResponse) -> Option<String> {
        match response.structured_text() {
            Some(text) => Some(text.strip_prefix(&self.emitted).unwrap_or(text).to_owned()),
            None => self.finish_text(&response.text()),
        }
    }

    /// Returns the rest of the text of the complete response.
    fn finish_text(&mut self, text: &str) -> Option<String> {
        match text.strip_prefix(&self.emitted) {
            Some(rest) => Some(rest.to_owned()),
            None => self.finish_partial(),
        }
    }

    /// Returns the text that was not emitted yet: no event follows, so that passages without an end are final.
    pub(crate) fn finish_partial(&mut self) -> Option<String> {
        for passage in self.open.values_mut() {
            passage.end.get_or_insert(End::Text { cited: passage.cited });
        }
        self.ready()
    }

    /// Returns the text that can be emitted now.
    fn ready(&mut self) -> Option<String> {
        let mut ready = String::new();
        while let Some(index) = self.current() {
            let Some(passage) = self.open.get_mut(&index) else { break };
            if passage.emitted.is_none() && !passage.text.is_empty() {
                let is_first = self.emitted.is_empty() && ready.is_empty();
                let needs_no_space = is_first || self.after_cited || passage.cited;
                // A citation may still follow, which would remove the space.
                if !needs_no_space && passage.end.is_none() {
                    break;
                }
                if !needs_no_space {
                    ready.push(' ');
                }
                passage.emitted = Some(0);
                self.started = Some(index);
            }
            if let Some(emitted) = &mut passage.emitted {
                ready.push_str(passage.text.get(*emitted..).unwrap_or_default());
                *emitted = passage.text.len();
            }
            let Some(end) = passage.end else { break };
            if let End::Text { cited } = end {
                self.after_cited = cited;
            }
            self.open.remove(&index);
            self.started = None;
        }
        self.emitted.push_str(&ready);
        Some(ready).filter(|ready| !ready.is_empty())
    }

    /// Returns the index of the block to emit next: the one that was started, otherwise the first.
    fn current(&self) -> Option<usize> {
        self.started.or_else(|| self.open.first_key_value().map(|(index, _)| *index))
    }
}

fn as_text(block: &ContentBlock) -> Option<&TextContent> {
    if let ContentBlock::Text(text) = block { Some(text) } else { None }
}
