//! Bounds of the service model for members that come from the caller unchanged.
//!
//! The service answers a value beyond them with a `ValidationException` without a path; the error here has one.

use outcrop_core::ModelError;

use crate::model_id::ModelId;
use crate::wire::ConverseRequest;

/// The name of the default project of an account.
const DEFAULT_PROJECT: &str = "default";

/// The most letters of the name of a project.
const PROJECT_LETTERS: usize = 2048;

/// The most stop sequences of a request.
const STOP_SEQUENCES: usize = 2500;

/// The most labels of a request, and the most letters of a label and of its name.
const LABELS: usize = 16;
const LABEL_LETTERS: usize = 256;

/// The most pointers to fields of the model's own answer, and the most letters of one.
const RESPONSE_FIELDS: usize = 10;
const POINTER_LETTERS: usize = 256;

/// The most letters of `outputConfig.effort`.
const EFFORT_LETTERS: usize = 16;

/// Checks the members that come from the caller as they are against the bounds of the service model.
///
/// # Errors
/// `InvalidParameter` at the first member beyond its bounds.
pub(super) fn check(body: &ConverseRequest) -> Result<(), ModelError> {
    let stop = body.inference_config.as_ref().and_then(|config| config.stop_sequences.as_deref());
    if stop.is_some_and(|stop| stop.len() > STOP_SEQUENCES) {
        return Err(beyond("stop", format!("there are more than {STOP_SEQUENCES} stop sequences")));
    }
    if let Some(labels) = &body.request_metadata {
        if labels.len() > LABELS {
            return Err(beyond("metadata", format!("there are more than {LABELS} labels")));
        }
        for (name, label) in labels.iter() {
            if name.is_empty() || !is_label(name) || !is_label(label) {
                let rule = format!(
                    "labels and their names have at most {LABEL_LETTERS} of A-Z, a-z, 0-9, white space and `:_@$#=/+,-.`"
                );
                return Err(beyond(format!("metadata.{name}"), rule));
            }
        }
    }
    let paths = body.additional_model_response_field_paths.as_deref().unwrap_or_default();
    let place = "additionalModelResponseFieldPaths";
    if paths.len() > RESPONSE_FIELDS {
        return Err(beyond(place, format!("there are more than {RESPONSE_FIELDS} pointers")));
    }
    for (index, path) in paths.iter().enumerate() {
        if path.is_empty() || path.chars().count() > POINTER_LETTERS {
            let rule = format!("a pointer has from 1 to {POINTER_LETTERS} letters");
            return Err(beyond(format!("{place}[{index}]"), rule));
        }
    }
    if let Some(guardrail) = &body.guardrail_config {
        if guardrail.guardrail_identifier.as_deref().is_some_and(|id| !is_guardrail(id)) {
            let rule = "a guardrail is named by its id, lower-case letters and digits, or by its ARN";
            return Err(beyond("guardrailConfig.guardrailIdentifier", rule));
        }
        if guardrail.guardrail_version.as_deref().is_some_and(|version| !is_guardrail_version(version)) {
            let rule = "a guardrail's version is a number from 1 to 99999999, or `DRAFT`";
            return Err(beyond("guardrailConfig.guardrailVersion", rule));
        }
    }
    let effort = body.output_config.as_ref().and_then(|output| output.effort.as_deref());
    if effort.is_some_and(|effort| effort.chars().count() > EFFORT_LETTERS) {
        return Err(beyond("outputConfig.effort", format!("it has more than {EFFORT_LETTERS} letters")));
    }
    Ok(())
}

/// Checks the project of a call, and that its model may have one.
///
/// # Errors
/// `InvalidParameter` for a name that the service model does not allow, `ProjectNotSupported` for the project of an
/// application inference profile, which has costs of its own: without this error, they would be those of another project.
pub(super) fn check_project(body: &ConverseRequest, model: &str) -> Result<(), ModelError> {
    const PATH: &str = "projectIdentifier";
    let Some(project) = body.project_identifier.as_deref().filter(|project| *project != DEFAULT_PROJECT)
    else {
        return Ok(());
    };
    if !is_project(project) {
        let rule = "a project is named by its id, `A-Z`, `a-z`, `0-9`, `_` and `-`, or by its ARN";
        return Err(beyond(PATH, rule));
    }
    // See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
    if ModelId::parse(model).is_application_profile() {
        let message =
            "an application inference profile belongs to no other project: the service rejects both together";
        let hint = "name the model or its system-defined inference profile, or leave out `projectIdentifier`";
        return Err(ModelError::invalid_request("ProjectNotSupported", PATH, message).with_hint(hint));
    }
    Ok(())
}

fn is_project(name: &str) -> bool {
    let is_id = |id: &str| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if name.len() > PROJECT_LETTERS {
        return false;
    }
    match name.strip_prefix("arn:aws") {
        None => is_id(name),
        Some(rest) => {
            let parts: Vec<&str> = rest.splitn(5, ':').collect();
            matches!(parts.as_slice(), [_, "bedrock", region, account, resource]
                if !region.is_empty()
                    && account.len() == 12
                    && account.bytes().all(|byte| byte.is_ascii_digit())
                    && resource.strip_prefix("project/").is_some_and(is_id))
        }
    }
}

fn beyond(place: impl Into<String>, rule: impl Into<std::borrow::Cow<'static, str>>) -> ModelError {
    ModelError::invalid_request("InvalidParameter", place, rule)
}

fn is_label(text: &str) -> bool {
    let is_allowed =
        |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || ":_@$#=/+,-.".contains(c);
    text.chars().count() <= LABEL_LETTERS && text.chars().all(is_allowed)
}

fn is_guardrail(id: &str) -> bool {
    let is_id = |id: &str| id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    match id.strip_prefix("arn:aws") {
        None => is_id(id),
        Some(rest) => {
            let parts: Vec<&str> = rest.splitn(5, ':').collect();
            matches!(parts.as_slice(), [_, "bedrock", _, account, resource]
                if account.len() == 12
                    && account.bytes().all(|b| b.is_ascii_digit())
                    && resource.strip_prefix("guardrail/").is_some_and(|id| !id.is_empty() && is_id(id)))
        }
    }
}

fn is_guardrail_version(version: &str) -> bool {
    let is_number = |text: &str| {
        text.len() <= 8 && !text.starts_with('0') && text.bytes().all(|digit| digit.is_ascii_digit())
    };
    version == "DRAFT" || is_number(version)
}

#[cfg(test)]
mod tests;
