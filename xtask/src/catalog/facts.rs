//! Facts of a model: words by column.

use std::collections::BTreeMap;

/// What is known of a model or of a line of models: for each column the name of a variant, or a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<&'static str, String>);

/// The columns, each with its type in the catalog and the field that it is in.
///
/// A field `a.b` is in the struct that is the field `a`.
const COLUMNS: &[Column] = &[
    Column::new("family", "ModelFamily", ""),
    Column::new("min_max_tokens", "u32", ""),
    Column::new("system_prompt", "Support", "system_prompt"),
    Column::new("leading_assistant", "Support", "leading_assistant"),
    Column::new("prefill", "Support", "prefill"),
    Column::new("streaming", "Streaming", "streaming"),
    Column::new("tools", "Support", "tools"),
    Column::new("tool_choice", "ToolChoices", "tool_choice"),
    Column::new("strict_tools", "Support", "strict_tools"),
    Column::new("parallel_tools_switch", "Support", "parallel_tools_switch"),
    Column::new("tool_ids", "ToolIds", "tool_ids"),
    Column::new("beside_tool_result", "BesideToolResult", "beside_tool_result"),
    Column::new("tool_result_status", "Support", "tool_result_status"),
    Column::new("image", "MediaSource", "media.image"),
    Column::new("document", "MediaSource", "media.document"),
    Column::new("video", "MediaSource", "media.video"),
    Column::new("audio", "MediaSource", "media.audio"),
    Column::new("result_image", "Support", "tool_result_media.image"),
    Column::new("result_document", "ToolResultDocuments", "tool_result_media.document"),
    Column::new("result_video", "Support", "tool_result_media.video"),
    Column::new("caching", "Caching", "caching"),
    Column::new("cache_min", "u32", "caching.min_tokens"),
    Column::new("cache_max", "u32", "caching.max_tokens"),
    Column::new("cache_places", "CachePlaces", "caching.places"),
    Column::new("cache_ttl", "CacheTtls", "caching.ttl"),
    Column::new("reasoning", "Reasoning", "reasoning"),
    Column::new("reasoning_replay", "ReasoningReplay", "reasoning_replay"),
    Column::new("structured_output", "Support", "structured_output"),
    Column::new("sampling", "SamplingParams", "sampling"),
    Column::new("top_k", "TopK", "top_k"),
    Column::new("stop_sequences", "Support", "stop_sequences"),
];

/// A column.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// The type of what is in it.
    pub(super) kind: &'static str,
    /// The field that it is in; empty for what is no capability.
    pub(super) field: &'static str,
}

impl Column {
    const fn new(name: &'static str, kind: &'static str, field: &'static str) -> Self {
        Self { name, kind, field }
    }

    /// The column of a name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.name == name)
    }

    /// The fields of a struct that is itself a field; with an empty name, those that are in none.
    pub(super) fn of_struct(name: &'static str) -> impl Iterator<Item = (&'static str, &'static Self)> {
        COLUMNS.iter().filter(|column| !column.field.is_empty()).filter_map(move |column| {
            let (parent, field) = column.field.split_once('.').unwrap_or(("", column.field));
            (parent == name).then_some((field, column))
        })
    }
}

impl Facts {
    /// Sets a column; what was there gives way.
    pub(super) fn set(&mut self, column: &'static str, word: impl Into<String>) {
        self.0.insert(column, word.into());
    }

    /// The word in a column, unless it says that nothing is known.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str).filter(|word| *word != "Unknown")
    }

    /// Sets all columns of others.
    pub(super) fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().map(|(column, word)| (*column, word.clone())));
    }
}
