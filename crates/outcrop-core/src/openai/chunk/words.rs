//! The words of an answer, handed out as soon as it is sure what they add to.

use std::collections::BTreeMap;

use crate::content::{ContentBlock, TextContent};
use crate::message::joined_text;
use crate::response::UnifiedResponse;

/// The words of an answer, as [`UnifiedResponse::text`] has them in the end.
#[derive(Default)]
pub(super) struct Words {
    /// All that was handed out.
    told: String,
    /// Whether the text that was handed out last has sources: what follows it needs no space.
    after_cited: bool,
    /// The texts that are not over, or wait for one before them, by their blocks.
    open: BTreeMap<usize, Passage>,
    /// Whether nothing is handed out before the end.
    held: bool,
}

/// The text of one block.
#[derive(Default)]
struct Passage {
    text: String,
    /// How much of it was handed out; `None` while not even the space before it was.
    told: Option<usize>,
    /// Whether it has sources.
    cited: bool,
    /// How it ends, once that is known.
    end: Option<End>,
}

#[derive(Clone, Copy)]
enum End {
    /// There was text, with sources or without them.
    Text { cited: bool },
    /// There was none.
    Nothing,
}

impl Words {
    /// Words that are handed out at the end.
    pub(super) fn at_the_end() -> Self {
        Self { held: true, ..Self::default() }
    }

    /// Takes new words of a block.
    pub(super) fn add(&mut self, index: usize, text: &str) -> Option<String> {
        if self.held {
            return None;
        }
        self.open.entry(index).or_default().text.push_str(text);
        self.ready()
    }

    /// Takes a source of a block's words.
    pub(super) fn cite(&mut self, index: usize) -> Option<String> {
        if self.held {
            return None;
        }
        self.open.entry(index).or_default().cited = true;
        self.ready()
    }

    /// Takes a block that is complete.
    pub(super) fn complete(&mut self, index: usize, blocks: &[ContentBlock]) -> Option<String> {
        let texts: Vec<_> = blocks.iter().filter_map(as_text).collect();
        if self.held || (texts.is_empty() && !self.open.contains_key(&index)) {
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

    /// Takes the whole answer, and gives what was not told of it. A structured answer is told whatever was said before.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) -> Option<String> {
        let structured = response.structured_text();
        let words = structured.map_or_else(|| response.text(), str::to_owned);
        if let Some(rest) = words.strip_prefix(&self.told) {
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

    /// What can be handed out now.
    fn ready(&mut self) -> Option<String> {
        let mut ready = String::new();
        while let Some(index) = self.current() {
            let Some(passage) = self.open.get_mut(&index) else { break };
            if passage.told.is_none() && !passage.text.is_empty() {
                let is_first = self.told.is_empty() && ready.is_empty();
                let follows = is_first || self.after_cited || passage.cited;
                if !follows && passage.end.is_none() {
                    break;
                }
                if !follows {
                    ready.push(' ');
                }
                passage.told = Some(0);
            }
            if let Some(told) = &mut passage.told {
                ready.push_str(passage.text.get(*told..).unwrap_or_default());
                *told = passage.text.len();
            }
            let Some(end) = passage.end else { break };
            if let End::Text { cited } = end {
                self.after_cited = cited;
            }
            self.open.remove(&index);
        }
        self.told.push_str(&ready);
        Some(ready).filter(|ready| !ready.is_empty())
    }

    /// The block whose turn it is: the one that was begun, else the first.
    fn current(&self) -> Option<usize> {
        let begun = self.open.iter().find(|(_, passage)| passage.told.is_some());
        begun.or_else(|| self.open.first_key_value()).map(|(index, _)| *index)
    }
}

fn as_text(block: &ContentBlock) -> Option<&TextContent> {
    if let ContentBlock::Text(text) = block { Some(text) } else { None }
}
