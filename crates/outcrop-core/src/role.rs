//! Who speaks.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::redacted::RedactedDebug;

/// Who speaks in a message.
///
/// The four standard roles are spelled in lower case; any other text is kept as [`Role::Other`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// The person, or the program that stands for one.
    User,
    /// The model.
    Assistant,
    /// Whoever sets the rules of the conversation.
    System,
    /// A tool that gives its result.
    Tool,
    /// A role that is not one of the four, such as OpenAI's `developer`, as it was spelled.
    Other(String),
}

impl Role {
    /// The role as it is spelled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
            Self::Tool => "tool",
            Self::Other(name) => name,
        }
    }

    /// Whether it is one of the four standard roles, spelled in lower case.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Whether messages of this role set the rules: `system`, and `developer` as OpenAI calls it now.
    #[must_use]
    pub fn is_instruction(&self) -> bool {
        match self {
            Self::System => true,
            Self::Other(name) => name == "developer",
            _ => false,
        }
    }

    /// AG2's `normalize_role`: the standard roles in any case; none or an empty one means the assistant.
    ///
    /// ```
    /// use outcrop_core::Role;
    ///
    /// assert_eq!(Role::normalize(Some("SYSTEM")), Role::System);
    /// assert_eq!(Role::normalize(None), Role::Assistant);
    /// assert_eq!(Role::normalize(Some("developer")).as_str(), "developer");
    /// ```
    #[must_use]
    pub fn normalize(name: Option<&str>) -> Self {
        match name {
            None | Some("") => Self::Assistant,
            Some(name) => match Self::from(name.to_lowercase().as_str()) {
                Self::Other(_) => Self::Other(name.to_owned()),
                standard => standard,
            },
        }
    }
}

impl From<&str> for Role {
    fn from(name: &str) -> Self {
        match name {
            "user" => Self::User,
            "assistant" => Self::Assistant,
            "system" => Self::System,
            "tool" => Self::Tool,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl RedactedDebug for Role {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::from(name.as_str()))
    }
}

#[cfg(test)]
mod tests;
