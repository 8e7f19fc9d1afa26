//! Converse's own names among OpenAI-shaped parameters, in camel case or in Python's snake case.

use std::borrow::Cow;

use outcrop_core::{JsonObject, ModelError, ModelRequest, Note, OrderedMap, RawJson};

use super::value::read;
use super::{BedrockOptions, system};
use crate::wire::{
    InferenceConfiguration, PromptVariableValues, ServiceTier, SystemContentBlock, ToolConfiguration,
};

/// The settings of a request that only Bedrock has: its typed options, and its parameters under Converse's own names.
#[derive(Default)]
pub(crate) struct BedrockParams {
    /// The options. Typed options override parameters.
    pub(crate) options: BedrockOptions,
    /// The parameter `serviceTier`, as Converse has it.
    pub(crate) service_tier: Option<ServiceTier>,
    /// The parameter `requestMetadata`.
    pub(crate) metadata: OrderedMap<String>,
    /// The parameter `inferenceConfig`.
    pub(crate) inference: Option<InferenceConfiguration>,
    /// The parameter `system`, a text or blocks.
    pub(crate) system: Vec<SystemContentBlock>,
    /// The parameter `toolConfig`.
    pub(crate) tools: Option<ToolConfiguration>,
    /// The parameter `additionalModelRequestFields`.
    pub(crate) model_fields: JsonObject,
}

/// The names of the members of a Converse request that may be parameters.
const NAMES: &[&str] = &[
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "guardrailConfig",
    "inferenceConfig",
    "outputConfig",
    "performanceConfig",
    "projectIdentifier",
    "promptVariables",
    "requestMetadata",
    "serviceTier",
    "system",
    "toolConfig",
];

/// Returns whether a parameter has one of Converse's own names, in camel case or in snake case.
pub(crate) fn is_converse_name(name: &str) -> bool {
    NAMES.contains(&camel_case(name).as_ref())
}

impl BedrockParams {
    /// Reads the settings of a request.
    ///
    /// # Errors
    /// The value of a parameter does not match the member of that name.
    pub(crate) fn from_request(request: &ModelRequest, notes: &mut Vec<Note>) -> Result<Self, ModelError> {
        let mut params = Self::default();
        for (name, value) in request.other.iter().filter(|(_, value)| !value.is_null()) {
            params.set(name, value, notes).map_err(|error| error.with_path_prefix(name))?;
        }
        if let Some(typed) = request.extensions.get::<BedrockOptions>() {
            params.options = merge_options(std::mem::take(&mut params.options), typed);
        }
        Ok(params)
    }

    fn set(&mut self, name: &str, value: &RawJson, notes: &mut Vec<Note>) -> Result<(), ModelError> {
        let options = &mut self.options;
        match camel_case(name).as_ref() {
            "guardrailConfig" => {
                let mut guardrail: crate::wire::GuardrailConfiguration = read(&with_camel_case_names(value))?;
                // langchain-aws has this setting in the same object. It is not a member of Converse, so it must not reach the
                // service.
                let last_only = ["guard_last_turn_only", "guardLastTurnOnly"]
                    .into_iter()
                    .filter_map(|name| guardrail.unknown.remove(name))
                    .any(|flag| flag.as_str() == "true");
                options.guard_last_turn_only |= last_only;
                options.guardrail = Some(guardrail);
            }
            "performanceConfig" => options.performance = Some(read(&with_camel_case_names(value))?),
            "outputConfig" => options.output = Some(read(&with_camel_case_names(value))?),
            "projectIdentifier" => options.project = Some(read(value)?),
            "promptVariables" => {
                for (name, value) in read::<OrderedMap<RawJson>>(value)? {
                    let variable = match value.as_string() {
                        Some(text) => PromptVariableValues::Text(text.into_owned()),
                        None => read(&value).map_err(|error| error.with_path_prefix(&name))?,
                    };
                    options.prompt_variables.insert(name, variable);
                }
            }
            "additionalModelResponseFieldPaths" => options.response_field_paths = read(value)?,
            "requestMetadata" => self.metadata = read(value)?,
            "serviceTier" => {
                self.service_tier = Some(match value.as_string() {
                    Some(tier) => ServiceTier::new(tier.as_ref()),
                    None => read(value)?,
                });
            }
            "inferenceConfig" => self.inference = Some(read(&with_camel_case_names(value))?),
            "system" => self.system = system::parse_system(value, notes)?,
            "toolConfig" => self.tools = Some(read(&with_camel_case_names(value))?),
            "additionalModelRequestFields" => self.model_fields = read(value)?,
            _ => {}
        }
        Ok(())
    }
}

/// Merges typed options and those of parameters. Typed options override parameters.
fn merge_options(params: BedrockOptions, typed: &BedrockOptions) -> BedrockOptions {
    let typed = typed.clone();
    let mut merged = BedrockOptions {
        guardrail: typed.guardrail.or(params.guardrail),
        guard_last_turn_only: typed.guard_last_turn_only || params.guard_last_turn_only,
        performance: typed.performance.or(params.performance),
        output: typed.output.or(params.output),
        project: typed.project.or(params.project),
        prompt_variables: params.prompt_variables,
        response_field_paths: typed.response_field_paths,
        system_tools: typed.system_tools,
        other: typed.other,
    };
    merged.prompt_variables.extend(typed.prompt_variables);
    if merged.response_field_paths.is_empty() {
        merged.response_field_paths = params.response_field_paths;
    }
    merged
}

/// Returns an object with its member names in camel case.
///
/// Only the outer names are converted: below them are the caller's own, such as those of a schema.
fn with_camel_case_names(value: &RawJson) -> Cow<'_, RawJson> {
    match value.as_object() {
        Some(members) if members.keys().any(|name| name.contains('_')) => {
            let renamed = members.into_iter().map(|(name, value)| (camel_case(&name).into_owned(), value));
            Cow::Owned(RawJson::from(renamed.collect::<JsonObject>()))
        }
        _ => Cow::Borrowed(value),
    }
}

/// Converts a name such as `guardrail_config` to `guardrailConfig`.
fn camel_case(name: &str) -> Cow<'_, str> {
    if !name.contains('_') {
        return Cow::Borrowed(name);
    }
    let mut camel = String::with_capacity(name.len());
    for (index, part) in name.split('_').enumerate() {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if index > 0 => camel.extend(first.to_uppercase().chain(letters)),
            Some(first) => camel.extend(std::iter::once(first).chain(letters)),
            None => camel.push('_'),
        }
    }
    Cow::Owned(camel)
}

#[cfg(test)]
mod tests;
