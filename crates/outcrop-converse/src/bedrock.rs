//! Settings and metadata that only Bedrock has: typed options, Converse's own parameter names, typed metadata.

mod metadata;
mod params;
mod system;
mod value;

use outcrop_core::{JsonObject, OrderedMap};

pub use metadata::BedrockMetadata;
pub(crate) use params::{BedrockParams, is_converse_name};

use crate::wire::{
    GuardrailConfiguration, GuardrailTrace, OutputConfig, PerformanceConfigLatency, PerformanceConfiguration,
    PromptVariableValues, SystemTool,
};

/// The settings of a request that only Bedrock has. They are an extension of the request.
///
/// A setting that is not set is not sent. OpenAI-shaped parameters can contain the same settings under Converse's own names
/// (`guardrailConfig` or `guardrail_config`, `performanceConfig`, `outputConfig`, `projectIdentifier`, `promptVariables`,
/// `requestMetadata`, `additionalModelResponseFieldPaths`); these options override them.
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
    /// The guardrail that evaluates input and output (`guardrailConfig`).
    pub guardrail: Option<GuardrailConfiguration>,
    // A guardrail bills each text it evaluates, and without `guardContent` it evaluates the whole history in every turn. See
    // https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html.
    /// Whether the guardrail evaluates only the last message of the user, which is then sent as `guardContent`.
    pub guard_last_turn_only: bool,
    /// The latency of the call (`performanceConfig`).
    pub performance: Option<PerformanceConfiguration>,
    /// The format of the response, and the effort for it (`outputConfig`).
    pub output: Option<OutputConfig>,
    /// The project that the call belongs to, by its id or ARN (`projectIdentifier`). `default` is the default project of the
    /// account.
    pub project: Option<String>,
    /// The variables of a stored prompt, if the model is the ARN of one (`promptVariables`).
    pub prompt_variables: OrderedMap<PromptVariableValues>,
    /// The fields of the model's own response that the response includes in `additionalModelResponseFields`: JSON pointers, at
    /// most 10.
    pub response_field_paths: Vec<String>,
    /// The tools that the service runs, such as `nova_grounding` (`toolConfig.tools[].systemTool`).
    pub system_tools: Vec<SystemTool>,
    // The API gets new members every few weeks, and waiting for a release must not be the only way to use one.
    /// Members of the request body that this version does not know. They are sent unchanged.
    pub other: JsonObject,
}

impl BedrockOptions {
    /// Creates options without any setting.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the guardrail by its id or ARN, and its version: a number, or `DRAFT`.
    #[must_use]
    pub fn guardrail(self, identifier: impl Into<String>, version: impl Into<String>) -> Self {
        let mut guardrail = self.guardrail.unwrap_or_default();
        guardrail.guardrail_identifier = Some(identifier.into());
        guardrail.guardrail_version = Some(version.into());
        Self { guardrail: Some(guardrail), ..self }
    }

    /// Sets the trace of the guardrail in the response.
    #[must_use]
    pub fn guardrail_trace(self, trace: GuardrailTrace) -> Self {
        let mut guardrail = self.guardrail.unwrap_or_default();
        guardrail.trace = Some(trace);
        Self { guardrail: Some(guardrail), ..self }
    }

    /// Makes the guardrail evaluate only the last message of the user.
    #[must_use]
    pub fn guard_last_turn_only(self) -> Self {
        Self { guard_last_turn_only: true, ..self }
    }

    /// Sets the latency of the call.
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

    // The newest member of Converse, since botocore 1.44.8 of 2026-11-20.
    /// Sets the project that the call belongs to, and that pays for it, by its id or ARN.
    ///
    /// With another project than `default`, the model must be a foundation model or a system-defined inference profile:
    /// encoding a request for an application inference profile is an error. See
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>.
    ///
    /// ```
    /// use outcrop_converse::{BedrockOptions, EncodeOptions, encode_request};
    /// use outcrop_core::ModelRequest;
    ///
    /// let request = ModelRequest::builder("amazon.nova-lite-v1:0")
    ///     .user("hi")
    ///     .extension(BedrockOptions::new().project("proj_7"))
    ///     .build();
    /// let body = encode_request(&request, &EncodeOptions::default())?.to_bytes();
    /// assert!(body.ends_with(br#""projectIdentifier":"proj_7"}"#));
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    #[must_use]
    pub fn project(self, project: impl Into<String>) -> Self {
        Self { project: Some(project.into()), ..self }
    }

    /// Sets a variable of a stored prompt.
    #[must_use]
    pub fn prompt_variable(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.prompt_variables.insert(name, PromptVariableValues::Text(text.into()));
        self
    }

    // This is the only way to learn which stop sequence matched: https://github.com/vercel/ai/commit/afe9730 (L127).
    /// Adds a field of the model's own response, as a JSON pointer such as `/stop_sequence`.
    #[must_use]
    pub fn response_field(mut self, pointer: impl Into<String>) -> Self {
        self.response_field_paths.push(pointer.into());
        self
    }

    /// Adds a tool that the service runs.
    #[must_use]
    pub fn system_tool(mut self, name: impl Into<String>) -> Self {
        self.system_tools.push(SystemTool::new(name.into()));
        self
    }
}
