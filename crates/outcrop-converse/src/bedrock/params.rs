//! Converse's own names among OpenAI-shaped parameters.

use std::borrow::Cow;

use outcrop_core::{JsonObject, ModelError, ModelRequest, OrderedMap, RawJson};
use serde::de::DeserializeOwned;

use super::BedrockOptions;
use crate::wire::{
    InferenceConfiguration, PromptVariableValues, ServiceTier, SystemContentBlock, ToolConfiguration,
};

/// What a request says to Bedrock: its typed options, and its parameters under Converse's own names.
#[derive(Default)]
pub(crate) struct BedrockParams {
    /// The options; typed ones go before parameters.
    pub(crate) options: BedrockOptions,
    /// `serviceTier`, in Converse's form.
    pub(crate) service_tier: Option<ServiceTier>,
    /// `requestMetadata`.
    pub(crate) metadata: OrderedMap<String>,
    /// `inferenceConfig`.
    pub(crate) inference: Option<InferenceConfiguration>,
    /// `system`: text, or blocks.
    pub(crate) system: Vec<SystemContentBlock>,
    /// `toolConfig`.
    pub(crate) tools: Option<ToolConfiguration>,
    /// `additionalModelRequestFields`.
    pub(crate) model_fields: JsonObject,
}

/// Converse's own names for the members of a request, in its spelling.
const NAMES: &[&str] = &[
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "guardrailConfig",
    "inferenceConfig",
    "outputConfig",
    "performanceConfig",
    "promptVariables",
    "requestMetadata",
    "serviceTier",
    "system",
    "toolConfig",
];

/// Whether a parameter is one of Converse's own, in its spelling or in Python's.
pub(crate) fn is_converse_name(name: &str) -> bool {
    NAMES.contains(&camel_case(name).as_ref())
}

impl BedrockParams {
    /// Reads what a request says to Bedrock.
    ///
    /// # Errors
    /// A parameter under one of Converse's names whose value is not what Converse has there.
    pub(crate) fn from_request(request: &ModelRequest) -> Result<Self, ModelError> {
        let mut params = Self::default();
        for (name, value) in request.other.iter().filter(|(_, value)| !value.is_null()) {
            params.take(name, value).map_err(|error| error.with_path_prefix(name))?;
        }
        if let Some(typed) = request.extensions.get::<BedrockOptions>() {
            params.options = with_typed(std::mem::take(&mut params.options), typed);
        }
        Ok(params)
    }

    fn take(&mut self, name: &str, value: &RawJson) -> Result<(), ModelError> {
        let options = &mut self.options;
        match camel_case(name).as_ref() {
            "guardrailConfig" => {
                let mut guardrail: crate::wire::GuardrailConfiguration = read(&in_camel_case(value))?;
                let last_only = ["guard_last_turn_only", "guardLastTurnOnly"]
                    .into_iter()
                    .filter_map(|name| guardrail.unknown.remove(name))
                    .any(|flag| flag.as_str() == "true");
                options.guard_last_turn_only |= last_only;
                options.guardrail = Some(guardrail);
            }
            "performanceConfig" => options.performance = Some(read(&in_camel_case(value))?),
            "outputConfig" => options.output = Some(read(&in_camel_case(value))?),
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
            "inferenceConfig" => self.inference = Some(read(&in_camel_case(value))?),
            "system" => {
                self.system = match value.as_string() {
                    Some(text) => vec![SystemContentBlock::Text(text.into_owned())],
                    None => read(value)?,
                };
            }
            "toolConfig" => self.tools = Some(read(&in_camel_case(value))?),
            "additionalModelRequestFields" => self.model_fields = read(value)?,
            _ => {}
        }
        Ok(())
    }
}

/// Typed options before those of parameters.
fn with_typed(read: BedrockOptions, typed: &BedrockOptions) -> BedrockOptions {
    let typed = typed.clone();
    let mut merged = BedrockOptions {
        guardrail: typed.guardrail.or(read.guardrail),
        guard_last_turn_only: typed.guard_last_turn_only || read.guard_last_turn_only,
        performance: typed.performance.or(read.performance),
        output: typed.output.or(read.output),
        prompt_variables: read.prompt_variables,
        response_field_paths: typed.response_field_paths,
        system_tools: typed.system_tools,
        other: typed.other,
    };
    merged.prompt_variables.extend(typed.prompt_variables);
    if merged.response_field_paths.is_empty() {
        merged.response_field_paths = read.response_field_paths;
    }
    merged
}

fn read<T: DeserializeOwned>(value: &RawJson) -> Result<T, ModelError> {
    outcrop_core::from_str(value.as_str()).map_err(|error| {
        let problem = format!("not what Converse has here: {}", error.message());
        ModelError::invalid_request("InvalidParameter", error.path(), problem)
    })
}

/// The members of an object in Converse's spelling, where they came in Python's.
fn in_camel_case(value: &RawJson) -> Cow<'_, RawJson> {
    match value.as_object() {
        Some(members) if members.keys().any(|name| name.contains('_')) => {
            let renamed = members.into_iter().map(|(name, value)| (camel_case(&name).into_owned(), value));
            Cow::Owned(RawJson::from(renamed.collect::<JsonObject>()))
        }
        _ => Cow::Borrowed(value),
    }
}

/// `guardrail_config` as `guardrailConfig`.
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
