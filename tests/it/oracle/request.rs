//! Parses a Converse request into the types of the SDK.

use aws_sdk_bedrockruntime::operation::converse::builders::ConverseInputBuilder;
use aws_sdk_bedrockruntime::types as sdk;
use serde_json::Value;

use super::content::{cache_point, message, system};
use super::members::{Members, Outcome, document, flag, float, integer, list, named, text, union_member};

/// Parses the body of a request. Returns an error if it has a member that the SDK does not support.
pub(super) fn input(body: &Value) -> Outcome<ConverseInputBuilder> {
    let mut members = Members::new(body)?;
    let input = ConverseInputBuilder::default()
        .set_messages(members.take("messages", list(message))?)
        .set_system(members.take("system", list(system))?)
        .set_inference_config(members.take("inferenceConfig", inference_config)?)
        .set_tool_config(members.take("toolConfig", tool_config)?)
        .set_guardrail_config(members.take("guardrailConfig", guardrail_config)?)
        .set_additional_model_request_fields(members.take("additionalModelRequestFields", document)?)
        .set_additional_model_response_field_paths(
            members.take("additionalModelResponseFieldPaths", list(text))?,
        )
        .set_prompt_variables(members.take("promptVariables", map(prompt_variable))?)
        .set_request_metadata(members.take("requestMetadata", map(text))?)
        .set_performance_config(members.take("performanceConfig", performance_config)?)
        .set_service_tier(members.take("serviceTier", service_tier)?)
        .set_output_config(members.take("outputConfig", output_config)?);
    members.end()?;
    Ok(input)
}

/// Parses a map.
fn map<T, M: FromIterator<(String, T)>>(
    read: impl Fn(&Value) -> Outcome<T>,
) -> impl Fn(&Value) -> Outcome<M> {
    move |value| {
        let members = value.as_object().ok_or("no object")?;
        members.iter().map(|(name, value)| Ok((name.clone(), read(value)?))).collect()
    }
}

fn built<T, E: std::fmt::Display>(outcome: Result<T, E>) -> Outcome<T> {
    outcome.map_err(|error| error.to_string())
}

fn inference_config(value: &Value) -> Outcome<sdk::InferenceConfiguration> {
    let mut members = Members::new(value)?;
    let config = sdk::InferenceConfiguration::builder()
        .set_max_tokens(members.take("maxTokens", integer)?)
        .set_temperature(members.take("temperature", float)?)
        .set_top_p(members.take("topP", float)?)
        .set_stop_sequences(members.take("stopSequences", list(text))?);
    members.end()?;
    Ok(config.build())
}

fn tool_config(value: &Value) -> Outcome<sdk::ToolConfiguration> {
    let mut members = Members::new(value)?;
    let config = sdk::ToolConfiguration::builder()
        .set_tools(Some(members.require("tools", list(tool))?))
        .set_tool_choice(members.take("toolChoice", tool_choice)?);
    members.end()?;
    built(config.build())
}

fn tool(value: &Value) -> Outcome<sdk::Tool> {
    let (name, value) = union_member(value)?;
    match name {
        "cachePoint" => Ok(sdk::Tool::CachePoint(cache_point(value)?)),
        "systemTool" => {
            let mut members = Members::new(value)?;
            let tool = sdk::SystemTool::builder().name(members.require("name", text)?);
            members.end()?;
            Ok(sdk::Tool::SystemTool(built(tool.build())?))
        }
        "toolSpec" => {
            let mut members = Members::new(value)?;
            let schema = |value: &Value| match union_member(value)? {
                ("json", value) => Ok(sdk::ToolInputSchema::Json(document(value)?)),
                (other, _) => Err(format!("the SDK has no variant {other}")),
            };
            let spec = sdk::ToolSpecification::builder()
                .name(members.require("name", text)?)
                .set_description(members.take("description", text)?)
                .input_schema(members.require("inputSchema", schema)?)
                .set_strict(members.take("strict", flag)?);
            members.end()?;
            Ok(sdk::Tool::ToolSpec(built(spec.build())?))
        }
        other => Err(format!("the SDK has no variant {other}")),
    }
}

fn tool_choice(value: &Value) -> Outcome<sdk::ToolChoice> {
    let (name, value) = union_member(value)?;
    let mut members = Members::new(value)?;
    let choice = match name {
        "auto" => sdk::ToolChoice::Auto(sdk::AutoToolChoice::builder().build()),
        "any" => sdk::ToolChoice::Any(sdk::AnyToolChoice::builder().build()),
        "tool" => {
            let tool = sdk::SpecificToolChoice::builder().name(members.require("name", text)?);
            sdk::ToolChoice::Tool(built(tool.build())?)
        }
        other => return Err(format!("the SDK has no variant {other}")),
    };
    members.end()?;
    Ok(choice)
}

fn guardrail_config(value: &Value) -> Outcome<sdk::GuardrailConfiguration> {
    let mut members = Members::new(value)?;
    let config = sdk::GuardrailConfiguration::builder()
        .set_guardrail_identifier(members.take("guardrailIdentifier", text)?)
        .set_guardrail_version(members.take("guardrailVersion", text)?)
        .set_trace(members.take("trace", named)?);
    members.end()?;
    Ok(config.build())
}

fn prompt_variable(value: &Value) -> Outcome<sdk::PromptVariableValues> {
    match union_member(value)? {
        ("text", value) => Ok(sdk::PromptVariableValues::Text(text(value)?)),
        (other, _) => Err(format!("the SDK has no variant {other}")),
    }
}

fn performance_config(value: &Value) -> Outcome<sdk::PerformanceConfiguration> {
    let mut members = Members::new(value)?;
    let config = sdk::PerformanceConfiguration::builder().set_latency(members.take("latency", named)?);
    members.end()?;
    Ok(config.build())
}

fn service_tier(value: &Value) -> Outcome<sdk::ServiceTier> {
    let mut members = Members::new(value)?;
    let tier = sdk::ServiceTier::builder().r#type(members.require("type", named)?);
    members.end()?;
    built(tier.build())
}

fn output_config(value: &Value) -> Outcome<sdk::OutputConfig> {
    let mut members = Members::new(value)?;
    let config = sdk::OutputConfig::builder()
        .set_text_format(members.take("textFormat", output_format)?)
        .set_effort(members.take("effort", text)?);
    members.end()?;
    Ok(config.build())
}

fn output_format(value: &Value) -> Outcome<sdk::OutputFormat> {
    let mut members = Members::new(value)?;
    let structure = |value: &Value| {
        let (name, value) = union_member(value)?;
        if name != "jsonSchema" {
            return Err(format!("the SDK has no variant {name}"));
        }
        let mut members = Members::new(value)?;
        let schema = sdk::JsonSchemaDefinition::builder()
            .schema(members.require("schema", text)?)
            .set_name(members.take("name", text)?)
            .set_description(members.take("description", text)?);
        members.end()?;
        Ok(sdk::OutputFormatStructure::JsonSchema(built(schema.build())?))
    };
    let format = sdk::OutputFormat::builder()
        .r#type(members.require("type", named)?)
        .set_structure(members.take("structure", structure)?);
    members.end()?;
    built(format.build())
}
