//! The roles of a conversation.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::redacted::RedactedDebug;

/// The role of the author of a message.
///
/// The four standard roles are those of AG2 and OpenAI, in lower case. Any other string is kept as [`Role::Other`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// The user: a person or a program.
    User,
    /// The model.
    Assistant,
    /// The author of the instructions for the model.
    System,
    /// A tool that returns its result.
    Tool,
    /// Another role, such as OpenAI's `developer`, with its spelling.
    Other(String),
}

impl Role {
    /// Returns the spelling of the role.
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

    /// Returns whether the role is one of the four standard ones, in lower case. AG2's `is_standard_role`.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Returns whether messages of this role are instructions for the model: `system` or `developer`.
    ///
    /// OpenAI replaced `system` with `developer` for its reasoning models, see
    /// <https://platform.openai.com/docs/api-reference/chat/create>.
    #[must_use]
    pub fn is_instruction(&self) -> bool {
        match self {
            Self::System => true,
            Self::Other(name) => name == "developer",
            _ => false,
        }
    }

    /// Parses a role as AG2's `normalize_role` does: the standard roles in any case, and no or an empty role as the
    /// assistant.
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
                // The original spelling, not the one in lower case: a custom role may be case-sensitive.
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
