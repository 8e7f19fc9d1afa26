//! The model that a request is encoded for, and how far the request is adapted to it.

use crate::catalog::{Capabilities, ModelFamily, ModelInfo};
use crate::model_id::ModelId;
use crate::options::{Alternation, Dialect, EncodeOptions};
use crate::rule::Rule;

/// The model that a request is encoded for, with the options that decide how far it is adapted.
pub(super) struct Target<'a> {
    pub(super) id: ModelId<'a>,
    pub(super) options: &'a EncodeOptions,
    /// What the catalog knows of the model.
    pub(super) info: ModelInfo,
    /// What the model supports, as far as this request is adapted to it.
    pub(super) capabilities: Capabilities,
}

impl<'a> Target<'a> {
    pub(super) fn new(model: &'a str, options: &'a EncodeOptions) -> Self {
        // Rules follow the model under every name of it: base id, profile, ARN (M38).
        let info = *options.catalog.model(model);
        let capabilities = match options.alternation {
            Alternation::Insert | Alternation::Merge => info.capabilities,
            // A verbatim request is not adapted; only the places of its parameters depend on the model.
            Alternation::Keep => Capabilities {
                reasoning: info.capabilities.reasoning,
                top_k: info.capabilities.top_k,
                parallel_tools_switch: info.capabilities.parallel_tools_switch,
                structured_output: info.capabilities.structured_output,
                ..Capabilities::UNKNOWN
            },
        };
        Self { id: ModelId::parse(model), options, info, capabilities }
    }

    /// Returns whether the request is adapted to what the model is known to reject.
    pub(super) fn adapts(&self) -> bool {
        self.options.alternation != Alternation::Keep
    }

    /// Returns whether AG2's habits are kept where they are legal.
    pub(super) fn is_ag2(&self) -> bool {
        self.options.dialect == Dialect::Ag2
    }

    pub(super) fn family(&self) -> ModelFamily {
        self.info.family
    }

    pub(super) fn has(&self, rule: Rule) -> bool {
        self.options.rules.contains(rule)
    }

    /// Returns whether a rule applies to a text: it is blank, and blank text is dropped.
    pub(super) fn drops_blank(&self, text: &str) -> bool {
        self.adapts() && self.has(Rule::BlankText) && text.trim().is_empty()
    }
}
