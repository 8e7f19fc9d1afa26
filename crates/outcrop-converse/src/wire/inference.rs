//! Settings of a call: limits, guardrail, output, tier.

use outcrop_core::{open_enum, open_struct, open_union};
use serde_json::Number;

open_struct! {
    /// Limits and sampling. Numbers are kept as they were written: `0.7` is `0.7`, `1.0` is not `1`.
    pub struct InferenceConfiguration {
        /// The most tokens that the answer may take; at least 1.
        optional max_tokens: Number = "maxTokens",
        /// How freely tokens are drawn, 0 to 1.
        optional temperature: Number = "temperature",
        /// The probability mass that tokens are drawn from, 0 to 1.
        optional top_p: Number = "topP",
        /// Texts at which the model stops; none may be empty.
        optional stop_sequences: Vec<String> = "stopSequences",
    }
}

open_struct! {
    /// The guardrail of a call. Its last member exists for streams only.
    pub struct GuardrailConfiguration {
        /// The guardrail's id or ARN.
        optional guardrail_identifier: String = "guardrailIdentifier",
        /// Its version: a number or `DRAFT`.
        optional guardrail_version: String = "guardrailVersion",
        /// Whether the reply tells what the guardrail found.
        optional trace: GuardrailTrace = "trace",
        /// Whether the stream waits for the guardrail.
        optional stream_processing_mode: GuardrailStreamProcessingMode = "streamProcessingMode",
    }
}

open_enum! {
    /// Whether the reply tells what the guardrail found.
    pub enum GuardrailTrace {
        /// What it found.
        Enabled = "enabled",
        /// Nothing.
        Disabled = "disabled",
        /// All that it looked at.
        EnabledFull = "enabled_full",
    }
}

open_enum! {
    /// Whether a stream waits for the guardrail.
    pub enum GuardrailStreamProcessingMode {
        /// Chunks are held back until they are judged.
        Sync = "sync",
        /// Chunks are sent at once, and judged meanwhile.
        Async = "async",
    }
}

open_union! {
    /// The value of a variable of a stored prompt.
    pub enum PromptVariableValues {
        /// Words.
        Text(String) = "text",
    }
}

open_struct! {
    /// How fast the call shall be served.
    pub struct PerformanceConfiguration {
        /// The latency tier.
        optional latency: PerformanceConfigLatency = "latency",
    }
}

open_enum! {
    /// A latency tier.
    pub enum PerformanceConfigLatency { Standard = "standard", Optimized = "optimized" }
}

open_struct! {
    /// The tier that the call is served in; the reply may name another one than was asked for (lesson L126).
    pub struct ServiceTier {
        /// The tier.
        required kind: ServiceTierType = "type",
    }
}

open_enum! {
    /// A service tier.
    pub enum ServiceTierType { Priority = "priority", Default = "default", Flex = "flex", Reserved = "reserved" }
}

open_struct! {
    /// What the answer shall look like.
    pub struct OutputConfig {
        /// The format of the text.
        optional text_format: OutputFormat = "textFormat",
        /// How much effort the model shall spend: `low` to `max`.
        optional effort: String = "effort",
    }
}

open_struct! {
    /// The format of the answer's text.
    pub struct OutputFormat {
        /// The kind of format.
        required kind: OutputFormatType = "type",
        /// The format.
        required structure: OutputFormatStructure = "structure",
    }
}

open_enum! {
    /// A kind of format.
    pub enum OutputFormatType {
        /// JSON that a schema describes.
        JsonSchema = "json_schema",
    }
}

open_union! {
    /// A format.
    pub enum OutputFormatStructure {
        /// JSON that a schema describes.
        JsonSchema(JsonSchemaDefinition) = "jsonSchema",
    }
}

open_struct! {
    /// A JSON Schema.
    pub struct JsonSchemaDefinition {
        /// The schema as JSON text, in a string (lesson L95).
        required schema: String = "schema",
        /// Its name.
        optional name: String = "name",
        /// What it describes.
        optional description: String = "description",
    }
}
