//! What only Bedrock knows, said in a request.

mod metadata;
mod params;

use outcrop_core::{JsonObject, OrderedMap};

pub use metadata::BedrockMetadata;
pub(crate) use params::{BedrockParams, is_converse_name};

use crate::wire::{
    GuardrailConfiguration, GuardrailTrace, OutputConfig, PerformanceConfigLatency, PerformanceConfiguration,
    PromptVariableValues, SystemTool,
};

/// What only Bedrock knows, said in a request: put it into the request's extensions.
///
/// Nothing is sent that is not set. Programs that write OpenAI-shaped parameters say the same with Converse's own
/// names beside the others (`guardrailConfig` or `guardrail_config`, `performanceConfig`, `outputConfig`,
/// `promptVariables`, `requestMetadata`, `additionalModelResponseFieldPaths`); what is said here goes before them.
///
/// ```
/// use outcrop_converse::{BedrockOptions, EncodeOptions, encode_request};
/// use outcrop_core::ModelRequest;
///
/// let request = ModelRequest::builder("amazon.nova-lite-v1:0")
///     .user("hi")
///     .extension(BedrockOptions::new().guardrail("gr1234567890", "3"))
///     .build();
/// let body = encode_request(&request, &EncodeOptions::default())?.to_bytes();
/// assert!(body.ends_with(br#""guardrailConfig":{"guardrailIdentifier":"gr1234567890","guardrailVersion":"3"}}"#));
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BedrockOptions {
    /// The guardrail that judges what goes in and comes out (`guardrailConfig`).
    pub guardrail: Option<GuardrailConfiguration>,
    /// Whether the guardrail judges only what the user said last: the rest of the history was judged when it was new,
    /// and is not billed again. The last words of the user then go as `guardContent`.
    pub guard_last_turn_only: bool,
    /// How fast the call is served (`performanceConfig`).
    pub performance: Option<PerformanceConfiguration>,
    /// What the answer shall look like and how much effort it may take (`outputConfig`).
    pub output: Option<OutputConfig>,
    /// Values of the variables of a stored prompt, where the model is a prompt's ARN (`promptVariables`).
    pub prompt_variables: OrderedMap<PromptVariableValues>,
    /// Which fields of the model's own answer come back in `additionalModelResponseFields`: JSON pointers, ten at most.
    pub response_field_paths: Vec<String>,
    /// Tools that the service runs, such as `nova_grounding` (`toolConfig.tools[].systemTool`).
    pub system_tools: Vec<SystemTool>,
    /// Members of the request's body that this version does not know, sent as they are.
    pub other: JsonObject,
}

impl BedrockOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A guardrail by its id or ARN, and its version: a number, or `DRAFT`.
    #[must_use]
    pub fn guardrail(self, identifier: impl Into<String>, version: impl Into<String>) -> Self {
        let mut guardrail = self.guardrail.unwrap_or_default();
        guardrail.guardrail_identifier = Some(identifier.into());
        guardrail.guardrail_version = Some(version.into());
        Self { guardrail: Some(guardrail), ..self }
    }

    /// Whether the reply tells what the guardrail found.
    #[must_use]
    pub fn guardrail_trace(self, trace: GuardrailTrace) -> Self {
        let mut guardrail = self.guardrail.unwrap_or_default();
        guardrail.trace = Some(trace);
        Self { guardrail: Some(guardrail), ..self }
    }

    /// The guardrail judges only what the user said last.
    #[must_use]
    pub fn guard_last_turn_only(self) -> Self {
        Self { guard_last_turn_only: true, ..self }
    }

    /// How fast the call is served.
    #[must_use]
    pub fn latency(self, latency: PerformanceConfigLatency) -> Self {
        let mut performance = PerformanceConfiguration::new();
        performance.latency = Some(latency);
        Self { performance: Some(performance), ..self }
    }

    /// Sets the structure and the effort of the response (`outputConfig`).
    #[must_use]
    pub fn output(self, output: OutputConfig) -> Self {
        Self { output: Some(output), ..self }
    }

    /// The value of a variable of a stored prompt.
    #[must_use]
    pub fn prompt_variable(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.prompt_variables.insert(name, PromptVariableValues::Text(text.into()));
        self
    }

    /// Asks for a field of the model's own answer, by a JSON pointer such as `/stop_sequence`.
    #[must_use]
    pub fn response_field(mut self, pointer: impl Into<String>) -> Self {
        self.response_field_paths.push(pointer.into());
        self
    }

    /// A tool that the service runs.
    #[must_use]
    pub fn system_tool(mut self, name: impl Into<String>) -> Self {
        self.system_tools.push(SystemTool::new(name.into()));
        self
    }
}
