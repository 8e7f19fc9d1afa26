//! ApplyGuardrail: a guardrail asked by itself, without a model.

use outcrop_core::{open_enum, open_struct, open_union};

use super::{GuardrailAssessment, GuardrailCoverage, GuardrailUsage};
use crate::wire::{GuardContentImageFormat, GuardContentQualifier, GuardrailConverseImageSource};

open_struct! {
    /// The body of an ApplyGuardrail request. The guardrail and its version stand in the path.
    pub struct ApplyGuardrailRequest {
        /// Whose words these are.
        required source: GuardrailContentSource = "source",
        /// The words and images.
        required content: Vec<GuardrailContentBlock> = "content",
        /// How much the reply tells.
        optional output_scope: GuardrailOutputScope = "outputScope",
    }
}

open_enum! {
    /// Whose words a guardrail shall judge.
    pub enum GuardrailContentSource {
        /// The user's.
        Input = "INPUT",
        /// The model's.
        Output = "OUTPUT",
    }
}

open_enum! {
    /// How much of its findings a guardrail tells.
    pub enum GuardrailOutputScope {
        /// Those about which something was done.
        Interventions = "INTERVENTIONS",
        /// All of them.
        Full = "FULL",
    }
}

open_union! {
    /// Something that a guardrail shall judge.
    pub enum GuardrailContentBlock {
        /// Words.
        Text(GuardrailTextBlock) = "text",
        /// An image.
        Image(GuardrailImageBlock) = "image",
    }
}

open_struct! {
    /// Words.
    pub struct GuardrailTextBlock {
        /// The words.
        required text: String = "text",
        /// What they are in contextual grounding.
        optional qualifiers: Vec<GuardContentQualifier> = "qualifiers",
    }
}

open_struct! {
    /// An image.
    pub struct GuardrailImageBlock {
        /// Its coding.
        required format: GuardContentImageFormat = "format",
        /// Its bytes.
        required source: GuardrailConverseImageSource = "source",
    }
}

open_struct! {
    /// The body of an ApplyGuardrail reply.
    pub struct ApplyGuardrailResponse {
        /// Units that are billed.
        optional usage: GuardrailUsage = "usage",
        /// What was done.
        required action: GuardrailAction = "action",
        /// Why.
        optional action_reason: String = "actionReason",
        /// The words as they may be shown; empty where nothing was done.
        optional outputs: Vec<GuardrailOutputContent> = "outputs",
        /// What was found.
        optional assessments: Vec<GuardrailAssessment> = "assessments",
        /// How much was looked at.
        optional guardrail_coverage: GuardrailCoverage = "guardrailCoverage",
    }
}

open_enum! {
    /// What a guardrail did.
    pub enum GuardrailAction {
        /// Nothing.
        None = "NONE",
        /// It blocked or masked something.
        GuardrailIntervened = "GUARDRAIL_INTERVENED",
    }
}

open_struct! {
    /// Words as they may be shown.
    pub struct GuardrailOutputContent {
        /// The words.
        optional text: String = "text",
    }
}
