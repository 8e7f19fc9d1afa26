//! The text of a response, emitted as soon as the text before it is final.

use std::collections::BTreeMap;

use crate::content::{ContentBlock, TextContent};
use crate::message::joined_text;
use crate::response::UnifiedResponse;

/// The text of a response, which ends up equal to [`UnifiedResponse::text`].
#[derive(Default)]
pub(super) struct TextBuffer {
    /// All text that was emitted.
    emitted: String,
    /// Whether the text emitted last has sources: the text after it needs no space.
    after_cited: bool,
    /// The passages that are incomplete or wait for an earlier one, by block.
    open: BTreeMap<usize, Passage>,
    /// Whether nothing is emitted before the end.
    held_back: bool,
}

/// The text of one block.
#[derive(Default)]
struct Passage {
    text: String,
    /// How many bytes were emitted; `None` before the space that precedes them is emitted.
    emitted: Option<usize>,
    /// Whether it has sources.
    cited: bool,
    /// How the block ends, once known.
    end: Option<End>,
}

#[derive(Clone, Copy)]
enum End {
    /// There was text, with sources or without them.
    Text { cited: bool },
    /// There was none.
    Nothing,
}

impl TextBuffer {
    /// Builds a buffer that emits nothing before the end.
    pub(super) fn held_back() -> Self {
        Self { held_back: true, ..Self::default() }
    }

    /// Adds text of a block and returns the text that can be emitted.
    pub(super) fn add(&mut self, index: usize, text: &str) -> Option<String> {
        if self.held_back {
            return None;
        }
        self.open.entry(index).or_default().text.push_str(text);
        self.ready()
    }

    /// Adds a source of a block's text and returns the text that can be emitted.
    pub(super) fn cite(&mut self, index: usize) -> Option<String> {
        if self.held_back {
            return None;
        }
        self.open.entry(index).or_default().cited = true;
        self.ready()
    }

    /// Adds a completed block and returns the text that can be emitted.
    pub(super) fn complete(&mut self, index: usize, blocks: &[ContentBlock]) -> Option<String> {
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
            if whole.starts_with(&passage.text) {
                passage.text = whole;
            }
        }
        self.ready()
    }

    /// Adds the whole response and returns the text not emitted yet. A structured response is returned whole if the
    /// emitted text does not begin it.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) -> Option<String> {
        let structured = response.structured_text();
        let text = structured.map_or_else(|| response.text(), str::to_owned);
        if let Some(rest) = text.strip_prefix(&self.emitted) {
            return Some(rest.to_owned());
        }
        if let Some(structured) = structured {
            return Some(structured.to_owned());
        }
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
                let follows = is_first || self.after_cited || passage.cited;
                if !follows && passage.end.is_none() {
                    break;
                }
                if !follows {
                    ready.push(' ');
                }
                passage.emitted = Some(0);
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
        }
        self.emitted.push_str(&ready);
        Some(ready).filter(|ready| !ready.is_empty())
    }

    /// Returns the block to emit next: the one that was begun, otherwise the first.
    fn current(&self) -> Option<usize> {
        let begun = self.open.iter().find(|(_, passage)| passage.emitted.is_some());
        begun.or_else(|| self.open.first_key_value()).map(|(index, _)| *index)
    }
}

fn as_text(block: &ContentBlock) -> Option<&TextContent> {
    if let ContentBlock::Text(text) = block { Some(text) } else { None }
}
