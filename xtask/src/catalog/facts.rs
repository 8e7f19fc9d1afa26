//! The columns of the catalog, and the facts about a model: a value per column.

use std::collections::BTreeMap;

/// The facts about a model or a model prefix: for each column the name of a variant, or a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<&'static str, String>);

/// All columns. The field `a.b` is the field `b` of the struct in the field `a`.
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
    Column::new("tool_result_siblings", "ToolResultSiblings", "tool_result_siblings"),
    Column::new("tool_result_status", "Support", "tool_result_status"),
    Column::new("image", "MediaDelivery", "media.image"),
    Column::new("document", "MediaDelivery", "media.document"),
    Column::new("video", "MediaDelivery", "media.video"),
    Column::new("audio", "MediaDelivery", "media.audio"),
    Column::new("result_image", "Support", "tool_result_media.image"),
    Column::new("result_document", "ToolResultDocuments", "tool_result_media.document"),
    Column::new("result_video", "Support", "tool_result_media.video"),
    Column::new("caching", "Caching", "caching"),
    Column::new("cache_min", "u32", "caching.min_tokens"),
    Column::new("cache_max", "u32", "caching.max_tokens"),
    Column::new("cache_scope", "CachePointScope", "caching.scope"),
    Column::new("cache_ttl", "CacheTtls", "caching.ttl"),
    Column::new("reasoning", "Reasoning", "reasoning"),
    Column::new("reasoning_replay", "ReasoningReplay", "reasoning_replay"),
    Column::new("structured_output", "Support", "structured_output"),
    Column::new("sampling", "SamplingParams", "sampling"),
    Column::new("top_k", "TopK", "top_k"),
    Column::new("stop_sequences", "Support", "stop_sequences"),
];

/// A column of the catalog.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// The Rust type of its values.
    pub(super) kind: &'static str,
    /// The field of `Capabilities`; empty if the column is not a capability.
    pub(super) field: &'static str,
}

impl Column {
    const fn new(name: &'static str, kind: &'static str, field: &'static str) -> Self {
        Self { name, kind, field }
    }

    /// Finds a column by name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.name == name)
    }

    /// Returns the fields of a nested struct with their columns; for an empty name, the fields of `Capabilities` itself.
    pub(super) fn fields_of(name: &'static str) -> impl Iterator<Item = (&'static str, &'static Self)> {
        COLUMNS.iter().filter(|column| !column.field.is_empty()).filter_map(move |column| {
            let (parent, field) = column.field.split_once('.').unwrap_or(("", column.field));
            (parent == name).then_some((field, column))
        })
    }
}

impl Facts {
    /// Sets a column and replaces its earlier value.
    pub(super) fn set(&mut self, column: &'static str, value: impl Into<String>) {
        self.0.insert(column, value.into());
    }

    /// Returns the value of a column, unless it is `Unknown`.
    ///
    /// A rule sets `Unknown` to withdraw a flag of the data that is not reliable.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str).filter(|value| *value != "Unknown")
    }

    /// Sets all columns of other facts.
    pub(super) fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().map(|(column, value)| (*column, value.clone())));
    }
}
