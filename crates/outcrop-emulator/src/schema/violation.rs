//! What is wrong with a body, in AWS's words.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::LocationSegment;
use serde_json::Value;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Violation {
    /// A member breaks a constraint: `Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: …`.
    Constraint(String),
    /// A union that has not exactly one of its members: a whole sentence.
    Union(String),
}

/// Members whose content may be somebody's prompt: what stands in them is never repeated, by AWS neither.
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

/// How much of a value is repeated.
const LONGEST_ECHO: usize = 64;

/// How many violations are told one by one.
const MOST_TOLD: usize = 10;

/// The message that tells all violations: broken constraints first, together, as AWS does.
pub(super) fn report(violations: &[Violation]) -> String {
    let constraints: Vec<&str> = violations
        .iter()
        .filter_map(|violation| match violation {
            Violation::Constraint(told) => Some(told.as_str()),
            Violation::Union(_) => None,
        })
        .collect();
    match (constraints.as_slice(), violations.first()) {
        ([], Some(Violation::Union(sentence))) => sentence.clone(),
        ([one], _) => format!("1 validation error detected: {one}"),
        (several, _) => {
            let told: Vec<_> = several.iter().copied().take(MOST_TOLD).collect();
            format!("{} validation errors detected: {}", several.len(), told.join("; "))
        }
    }
}

impl Violation {
    /// Words an error of the validator, which may be about several members; `model` is the schema it comes from.
    pub(super) fn of(error: &ValidationError<'_>, model: &Value) -> Vec<Self> {
        let place = Place::of(error);
        let shape = Shape::of(error, model);
        let reason = match error.kind() {
            Kind::AdditionalProperties { .. } | Kind::MinProperties { .. } | Kind::MaxProperties { .. }
                if shape.is_union() =>
            {
                return vec![Self::Union(shape.one_of(&place, error.instance()))];
            }
            Kind::AdditionalProperties { unexpected } => {
                let reason = "Member is not in the service model";
                let told = unexpected.iter().map(|name| constraint("", &place.member(name), reason));
                return told.map(Self::Constraint).collect();
            }
            Kind::Required { property } => {
                let at = place.member(property.as_str().unwrap_or_default());
                return vec![Self::Constraint(constraint("", &at, "Member must not be null"))];
            }
            Kind::PropertyNames { error } => {
                let inner = limit(error.kind()).unwrap_or_else(|| "Member is not valid".to_owned());
                format!("Map keys must satisfy constraint: [{inner}]")
            }
            Kind::Type { .. } => format!("Member must be {}", shape.kind()),
            other => limit(other).unwrap_or_else(|| format!("Member does not fit ({})", other.keyword())),
        };
        let value = if place.is_sensitive() { String::new() } else { echo(error.instance(), &shape) };
        vec![Self::Constraint(constraint(&value, &place.constrained(), &reason))]
    }
}

fn constraint(value: &str, at: &str, reason: &str) -> String {
    let space = if value.is_empty() { "" } else { " " };
    format!("Value{space}{value} at '{at}' failed to satisfy constraint: {reason}")
}

/// The limit that a value breaks; `None` for what is no limit of the service model.
fn limit(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Enum { options } => {
            let names = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            format!("Member must satisfy enum value set: [{}]", names.join(", "))
        }
        Kind::Pattern { pattern } => {
            let own = pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$"));
            format!("Member must satisfy regular expression pattern: {}", own.unwrap_or(pattern))
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

/// A short value as AWS repeats it: in quotes, floats with a point. Lists and objects are not repeated.
fn echo(value: &Value, shape: &Shape<'_>) -> String {
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
    let mut shown: String = text.chars().take(LONGEST_ECHO).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("'{shown}'")
}

/// Where in the body an error is.
struct Place<'a>(Vec<LocationSegment<'a>>);

impl<'a> Place<'a> {
    fn of(error: &'a ValidationError<'_>) -> Self {
        Self(error.instance_path().segments().collect())
    }

    fn is_sensitive(&self) -> bool {
        match self.0.first() {
            Some(LocationSegment::Property(name)) => SENSITIVE.contains(&name.as_ref()),
            _ => false,
        }
    }

    /// As constraints have it: `messages.1.member.role`, counted from one.
    fn constrained(&self) -> String {
        let segments = self.0.iter().map(|segment| match segment {
            LocationSegment::Property(name) => name.to_string(),
            LocationSegment::Index(index) => format!("{}.member", index + 1),
        });
        segments.collect::<Vec<_>>().join(".")
    }

    /// As sentences have it: `messages.0.content.0`, counted from nought.
    fn told(&self) -> String {
        let segments = self.0.iter().map(|segment| match segment {
            LocationSegment::Property(name) => name.to_string(),
            LocationSegment::Index(index) => index.to_string(),
        });
        segments.collect::<Vec<_>>().join(".")
    }

    /// A member of the object at this place, as constraints have it.
    fn member(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { format!("{}.{name}", self.constrained()) }
    }
}

/// The shape of the service model that an error is about.
struct Shape<'m> {
    name: String,
    definition: Option<&'m Value>,
}

impl<'m> Shape<'m> {
    /// Finds the shape by the path in the schema: `/$defs/ContentBlock/minProperties`.
    fn of(error: &ValidationError<'_>, model: &'m Value) -> Self {
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

    /// What kind of value the shape is, in words.
    fn kind(&self) -> &'static str {
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

    /// What AWS says of a union that has not exactly one of its members.
    fn one_of(&self, place: &Place<'_>, value: &Value) -> String {
        let members = self.get("properties").and_then(Value::as_object);
        let members: Vec<&str> =
            members.map(|members| members.keys().map(String::as_str).collect()).unwrap_or_default();
        let known = |value: &Value| {
            let given = value.as_object().map(|object| object.keys().map(String::as_str).collect::<Vec<_>>());
            given.unwrap_or_default().iter().filter(|name| members.contains(name)).count()
        };
        let only = if known(value) > 1 { "only " } else { "" };
        format!(
            "{} object at {} must set {only}one of the following keys: {}.",
            self.name,
            place.told(),
            members.join(", ")
        )
    }
}
