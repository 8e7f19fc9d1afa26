//! The guardrail of a call, the content that it evaluates, and ApplyGuardrail, which runs a guardrail without a model.

use outcrop_core::{Blob, open_enum, open_struct, open_union};

use super::{GuardrailAssessment, GuardrailCoverage, GuardrailUsage};

// Accounts may require a guardrail for every call by an IAM condition, in unary calls and streams alike:
// https://github.com/BoundaryML/baml/issues/2781 (M64). One type therefore serves both operations.
open_struct! {
    /// The guardrail of a call (`GuardrailConfiguration`, `GuardrailStreamConfiguration`).
    pub struct GuardrailConfiguration {
        /// The id or ARN of the guardrail.
        optional guardrail_identifier: String = "guardrailIdentifier",
        /// The version: a number or `DRAFT`.
        optional guardrail_version: String = "guardrailVersion",
        /// The trace in the response.
        optional trace: GuardrailTrace = "trace",
        /// Whether a stream waits for the guardrail. Only ConverseStream has this member.
        optional stream_processing_mode: GuardrailStreamProcessingMode = "streamProcessingMode",
    }
}

open_enum! {
    /// The trace of a guardrail in a response.
    pub enum GuardrailTrace {
        /// The findings.
        Enabled = "enabled",
        /// No trace.
        Disabled = "disabled",
        /// Everything that was evaluated.
        EnabledFull = "enabled_full",
    }
}

open_enum! {
    /// Whether a stream waits for the guardrail.
    pub enum GuardrailStreamProcessingMode {
        /// Each chunk is sent after its evaluation.
        Sync = "sync",
        /// Chunks are sent at once and evaluated afterwards.
        Async = "async",
    }
}

open_union! {
    /// Content of a message that the guardrail evaluates.
    pub enum GuardrailConverseContentBlock {
        /// Text.
        Text(GuardrailConverseTextBlock) = "text",
        /// An image.
        Image(GuardrailConverseImageBlock) = "image",
    }
}

open_struct! {
    /// Text of a message that the guardrail evaluates.
    pub struct GuardrailConverseTextBlock {
        /// The text.
        required text: String = "text",
        /// The roles of the text in contextual grounding.
        optional qualifiers: Vec<GuardContentQualifier> = "qualifiers",
    }
}

open_enum! {
    /// The role of a text in contextual grounding.
    pub enum GuardContentQualifier {
        /// The source that the response must be based on.
        GroundingSource = "grounding_source",
        /// The question.
        Query = "query",
        /// Other content that is evaluated.
        GuardContent = "guard_content",
    }
}

open_struct! {
    /// An image of a message that the guardrail evaluates.
    pub struct GuardrailConverseImageBlock {
        /// The format.
        required format: GuardContentImageFormat = "format",
        /// The bytes.
        required source: GuardrailConverseImageSource = "source",
    }
}

// The service model has fewer formats here than in `ImageFormat`, so a gif or webp cannot be in a guarded block.
open_enum! {
    /// The format of an image that a guardrail evaluates.
    pub enum GuardContentImageFormat { Png = "png", Jpeg = "jpeg" }
}

open_union! {
    /// The bytes of an image that a guardrail evaluates.
    pub enum GuardrailConverseImageSource {
        /// Bytes in the format of the block.
        Bytes(Blob) = "bytes",
    }
}

open_struct! {
    /// The body of an ApplyGuardrail request. Guardrail and version are part of the URL.
    pub struct ApplyGuardrailRequest {
        /// The origin of the content.
        required source: GuardrailContentSource = "source",
        /// The content.
        required content: Vec<GuardrailContentBlock> = "content",
        /// The findings that the response includes.
        optional output_scope: GuardrailOutputScope = "outputScope",
    }
}

open_enum! {
    /// The origin of content that a guardrail evaluates.
    pub enum GuardrailContentSource {
        /// The user.
        Input = "INPUT",
        /// The model.
        Output = "OUTPUT",
    }
}

open_enum! {
    /// The findings that a response includes.
    pub enum GuardrailOutputScope {
        /// Findings with an action.
        Interventions = "INTERVENTIONS",
        /// All findings.
        Full = "FULL",
    }
}

open_union! {
    /// Content that a guardrail evaluates.
    pub enum GuardrailContentBlock {
        /// Text.
        Text(GuardrailTextBlock) = "text",
        /// An image.
        Image(GuardrailImageBlock) = "image",
    }
}

open_struct! {
    /// Text that a guardrail evaluates.
    pub struct GuardrailTextBlock {
        /// The text.
        required text: String = "text",
        /// The roles of the text in contextual grounding.
        optional qualifiers: Vec<GuardContentQualifier> = "qualifiers",
    }
}

open_struct! {
    /// An image that a guardrail evaluates.
    pub struct GuardrailImageBlock {
        /// The format.
        required format: GuardContentImageFormat = "format",
        /// The bytes.
        required source: GuardrailConverseImageSource = "source",
    }
}

open_struct! {
    /// The body of an ApplyGuardrail response.
    pub struct ApplyGuardrailResponse {
        /// The billed units.
        optional usage: GuardrailUsage = "usage",
        // The one member without which there is no verdict. All others are optional: a gateway that drops one must not
        // hide a block.
        /// The action of the guardrail.
        required action: GuardrailAction = "action",
        /// The reason for the action.
        optional action_reason: String = "actionReason",
        /// The content after masking, or the message for blocked content. Empty without an action.
        optional outputs: Vec<GuardrailOutputContent> = "outputs",
        /// The assessments.
        optional assessments: Vec<GuardrailAssessment> = "assessments",
        /// The amount of content that was evaluated.
        optional guardrail_coverage: GuardrailCoverage = "guardrailCoverage",
    }
}

open_enum! {
    /// The action of a guardrail.
    pub enum GuardrailAction {
        /// None.
        None = "NONE",
        /// Something was blocked or masked.
        GuardrailIntervened = "GUARDRAIL_INTERVENED",
    }
}

open_struct! {
    /// Content after a guardrail.
    pub struct GuardrailOutputContent {
        /// The text.
        optional text: String = "text",
    }
}
