//! The check of a body against the service model of AWS, and the texts of its violations.
//!
//! The texts have the form of AWS, and no text repeats content of a prompt.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, Validator};
use outcrop_converse::wire::SERVICE_MODEL;
use serde_json::{Value, json};

use crate::protocol::error::ServiceError;
use crate::protocol::operation::Operation;

static MODEL: LazyLock<Value> = LazyLock::new(parse_model);

// Each schema is compiled once per process, when it is first needed. That takes longer than most tests.
static CONVERSE: LazyLock<Validator> = LazyLock::new(|| compile("ConverseRequest"));
static CONVERSE_STREAM: LazyLock<Validator> = LazyLock::new(|| compile("ConverseStreamRequest"));
static COUNT_TOKENS: LazyLock<Validator> = LazyLock::new(|| compile("CountTokensRequest"));
static APPLY_GUARDRAIL: LazyLock<Validator> = LazyLock::new(|| compile("ApplyGuardrailRequest"));

/// The members whose content can be a prompt. Their values are not repeated in errors.
// The service model marks some of them as sensitive, whose values must not be logged. See
// https://smithy.io/2.0/spec/documentation-traits.html#sensitive-trait.
const SENSITIVE: &[&str] = &[
    "messages",
    "system",
    "promptVariables",
    "requestMetadata",
    "additionalModelRequestFields",
    "outputConfig",
    "input",
    "content",
];

/// The maximum number of characters of a value that an error repeats. A base64 image would fill the terminal.
const MAX_VALUE: usize = 64;

/// The maximum number of violations that an error lists. It counts all of them.
const MAX_LISTED: usize = 10;

/// Compiles the schema of an operation, so that the first request does not have to wait for it.
pub(crate) fn prepare(operation: Operation) {
    LazyLock::force(validator(operation));
}

/// Checks that a body is JSON and matches the service model.
pub(super) fn check(operation: Operation, body: &[u8]) -> Result<(), ServiceError> {
    let body: Value = outcrop_core::from_slice(body).map_err(|error| {
        ServiceError::serialization(format!("The request body is not JSON: {}", error.message()))
    })?;
    let validator = validator(operation);
    // Most bodies are valid, and this is faster than collecting errors.
    if validator.is_valid(&body) {
        return Ok(());
    }
    let errors = validator.iter_errors(&body);
    let violations: Vec<_> = errors.flat_map(|error| Violation::from_error(&error, &MODEL)).collect();
    Err(ServiceError::validation(report(&violations)))
}

fn validator(operation: Operation) -> &'static LazyLock<Validator> {
    match operation {
        Operation::Converse => &CONVERSE,
        Operation::ConverseStream => &CONVERSE_STREAM,
        Operation::CountTokens => &COUNT_TOKENS,
        Operation::ApplyGuardrail => &APPLY_GUARDRAIL,
    }
}

#[expect(clippy::expect_used, reason = "the model is part of the crate, and a test compiles it")]
fn parse_model() -> Value {
    serde_json::from_str(SERVICE_MODEL).expect("the service model is JSON")
}

#[expect(clippy::expect_used, reason = "the model is part of the crate, and a test compiles it")]
fn compile(shape: &str) -> Validator {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/$defs/{shape}"),
        "$defs": MODEL.get("$defs"),
    });
    jsonschema::validator_for(&schema).expect("the service model is a JSON Schema")
}

/// A violation of the service model.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Violation {
    /// A member that breaks a constraint: `Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: …`.
    Constraint(String),
    /// A union with none or several of its members, as a whole sentence.
    Union(String),
}

/// Joins violations to the message of an error. AWS reports broken constraints together and first, then one union.
fn report(violations: &[Violation]) -> String {
    let constraints: Vec<&str> = violations
        .iter()
        .filter_map(|violation| match violation {
            Violation::Constraint(text) => Some(text.as_str()),
            Violation::Union(_) => None,
        })
        .collect();
    match (constraints.as_slice(), violations.first()) {
        ([], Some(Violation::Union(sentence))) => sentence.clone(),
        ([one], _) => format!("1 validation error detected: {one}"),
        (several, _) => {
            let listed: Vec<_> = several.iter().copied().take(MAX_LISTED).collect();
            format!("{} validation errors detected: {}", several.len(), listed.join("; "))
        }
    }
}

impl Violation {
    /// Describes an error of the validator, which can be about several members.
    fn from_error(error: &ValidationError<'_>, model: &Value) -> Vec<Self> {
        let path = ValuePath::from_error(error);
        let shape = ModelShape::from_error(error, model);
        let reason = match error.kind() {
            // In the schema, a union is an object with exactly one property.
            Kind::AdditionalProperties { .. } | Kind::MinProperties { .. } | Kind::MaxProperties { .. }
                if shape.is_union() =>
            {
                return vec![Self::Union(shape.union_sentence(&path, error.instance()))];
            }
            // AWS ignores unknown members. The emulator rejects them, because most are misspelt.
            Kind::AdditionalProperties { unexpected } => {
                let reason = "Member is not in the service model";
                let texts = unexpected.iter().map(|name| constraint("", &path.member(name), reason));
                return texts.map(Self::Constraint).collect();
            }
            Kind::Required { property } => {
                let member = path.member(property.as_str().unwrap_or_default());
                return vec![Self::Constraint(constraint("", &member, "Member must not be null"))];
            }
            Kind::PropertyNames { error } => {
                let inner = limit(error.kind()).unwrap_or_else(|| "Member is not valid".to_owned());
                format!("Map keys must satisfy constraint: [{inner}]")
            }
            Kind::Type { .. } => format!("Member must be {}", shape.type_name()),
            other => limit(other).unwrap_or_else(|| format!("Member does not fit ({})", other.keyword())),
        };
        let value = if path.is_sensitive() { String::new() } else { quote_value(error.instance(), &shape) };
        vec![Self::Constraint(constraint(&value, &path.counted_from_one(), &reason))]
    }
}

fn constraint(value: &str, path: &str, reason: &str) -> String {
    let space = if value.is_empty() { "" } else { " " };
    format!("Value{space}{value} at '{path}' failed to satisfy constraint: {reason}")
}

/// Describes the limit that a value breaks, or returns `None` for a keyword that the service model does not use.
fn limit(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Enum { options } => {
            let names = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            format!("Member must satisfy enum value set: [{}]", names.join(", "))
        }
        Kind::Pattern { pattern } => {
            // A pattern of the service model must match the whole value, so the schema anchors it.
            let original = pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$"));
            format!("Member must satisfy regular expression pattern: {}", original.unwrap_or(pattern))
        }
        Kind::Minimum { limit } => format!("Member must have value greater than or equal to {limit}"),
        Kind::Maximum { limit } => format!("Member must have value less than or equal to {limit}"),
        Kind::MinLength { limit } | Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            format!("Member must have length greater than or equal to {limit}")
        }
        Kind::MaxLength { limit } | Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            format!("Member must have length less than or equal to {limit}")
        }
        _ => return None,
    })
}

/// Quotes a value as AWS does: floats with a decimal point, lists and objects not at all.
fn quote_value(value: &Value, shape: &ModelShape<'_>) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if shape.is_float() => match number.as_f64() {
            Some(float) => format!("{float:?}"),
            None => number.to_string(),
        },
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => return "null".to_owned(),
        Value::Array(_) | Value::Object(_) => return String::new(),
    };
    let mut quoted: String = text.chars().take(MAX_VALUE).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    format!("'{quoted}'")
}

/// The path of a value in the body.
struct ValuePath<'a>(Vec<LocationSegment<'a>>);

impl<'a> ValuePath<'a> {
    fn from_error(error: &'a ValidationError<'_>) -> Self {
        Self(error.instance_path().segments().collect())
    }

    fn is_sensitive(&self) -> bool {
        match self.0.first() {
            Some(LocationSegment::Property(name)) => SENSITIVE.contains(&name.as_ref()),
            _ => false,
        }
    }

    /// Formats the path as in constraints: `messages.1.member.role`, counted from one.
    fn counted_from_one(&self) -> String {
        let segments = self.0.iter().map(|segment| match segment {
            LocationSegment::Property(name) => name.to_string(),
            LocationSegment::Index(index) => format!("{}.member", index + 1),
        });
        segments.collect::<Vec<_>>().join(".")
    }

    /// Formats the path as in sentences about unions: `messages.0.content.0`, counted from zero.
    fn counted_from_zero(&self) -> String {
        let segments = self.0.iter().map(|segment| match segment {
            LocationSegment::Property(name) => name.to_string(),
            LocationSegment::Index(index) => index.to_string(),
        });
        segments.collect::<Vec<_>>().join(".")
    }

    /// Formats the path of a member of the object at this path, as in constraints.
    fn member(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { format!("{}.{name}", self.counted_from_one()) }
    }
}

/// The shape of the service model that a violation is about.
struct ModelShape<'m> {
    name: String,
    definition: Option<&'m Value>,
}

impl<'m> ModelShape<'m> {
    /// Finds the shape by the path in the schema, such as `/$defs/ContentBlock/minProperties`.
    fn from_error(error: &ValidationError<'_>, model: &'m Value) -> Self {
        let path = error.schema_path().as_str();
        let name = path.strip_prefix("/$defs/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let definition = model.get("$defs").and_then(|definitions| definitions.get(name));
        Self { name: name.to_owned(), definition }
    }

    fn get(&self, keyword: &str) -> Option<&'m Value> {
        self.definition.and_then(|definition| definition.get(keyword))
    }

    fn is_union(&self) -> bool {
        self.get("maxProperties").is_some() && self.get("properties").is_some()
    }

    fn is_float(&self) -> bool {
        self.get("type").and_then(Value::as_str) == Some("number")
    }

    /// Returns the type of the shape, with its article.
    fn type_name(&self) -> &'static str {
        match self.get("type").and_then(Value::as_str) {
            Some("object") => "an object",
            Some("array") => "a list",
            Some("string") => "a string",
            Some("integer") => "an integer",
            Some("number") => "a number",
            Some("boolean") => "true or false",
            _ => "of another type",
        }
    }

    /// Describes a union with none or several of its members.
    fn union_sentence(&self, path: &ValuePath<'_>, value: &Value) -> String {
        let members = self.get("properties").and_then(Value::as_object);
        let members: Vec<&str> =
            members.map(|members| members.keys().map(String::as_str).collect()).unwrap_or_default();
        let known_count = |value: &Value| {
            let names = value.as_object().map(|object| object.keys().map(String::as_str).collect::<Vec<_>>());
            names.unwrap_or_default().iter().filter(|name| members.contains(name)).count()
        };
        let only = if known_count(value) > 1 { "only " } else { "" };
        format!(
            "{} object at {} must set {only}one of the following keys: {}.",
            self.name,
            path.counted_from_zero(),
            members.join(", ")
        )
    }
}

#[cfg(test)]
mod tests;
