//! How hard a model shall think, and how soon it shall answer.

use crate::open_enum;

open_enum! {
    /// How much a model shall think before it answers: OpenAI's `reasoning_effort`.
    ///
    /// What becomes of it, the provider's mapping says: a budget of tokens, a level of its own, or nothing, with a
    /// note.
    pub enum ReasoningEffort {
        /// Not at all.
        None = "none",
        /// As little as the model can.
        Minimal = "minimal",
        /// Little.
        Low = "low",
        /// Middling.
        Medium = "medium",
        /// Much.
        High = "high",
        /// More than much.
        XHigh = "xhigh",
        /// As much as the model can.
        Max = "max",
    }
}

open_enum! {
    /// The tier in which a call is served, and paid: OpenAI's `service_tier`.
    pub enum ServiceTier {
        /// Whatever the account is set to.
        Auto = "auto",
        /// The ordinary one.
        Default = "default",
        /// Slower and cheaper.
        Flex = "flex",
        /// Faster and dearer.
        Priority = "priority",
    }
}
