//! Model ids: base ids, inference profiles, ARNs.

use std::fmt;

/// A model's id taken apart: the same model has many names, and what is known of it follows the model.
///
/// `us.anthropic.claude-haiku-4-5-20251001-v1:0`, the same with `global.`, without a prefix, or at the end of an
/// ARN are one model. A prefix is told by what follows it, a vendor, so that prefixes AWS adds are known, too
/// (lesson L123). An ARN that hides its model (an application inference profile, a provisioned model) has only
/// itself as its base.
///
/// ```
/// use outcrop_converse::ModelId;
///
/// let id = ModelId::parse("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0");
/// assert_eq!(id.base(), "amazon.nova-lite-v1:0");
/// assert_eq!(id.profile(), Some("eu"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ModelId<'a> {
    full: &'a str,
    profile: Option<&'a str>,
    base: &'a str,
}

/// Vendors of models on Bedrock. A first segment that stands before one of them is a profile's prefix.
const VENDORS: &[&str] = &[
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "luma",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "writer",
    "xai",
    "zai",
];

impl<'a> ModelId<'a> {
    /// Takes an id apart; any text is an id.
    #[must_use]
    pub fn parse(id: &'a str) -> Self {
        let name = if id.starts_with("arn:") { id.rsplit('/').next().unwrap_or(id) } else { id };
        match name.split_once('.') {
            Some((prefix, rest)) if starts_with_vendor(rest) => {
                Self { full: id, profile: Some(prefix), base: rest }
            }
            _ => Self { full: id, profile: None, base: name },
        }
    }

    /// The id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.full
    }

    /// The id of the model itself, without profile and ARN.
    #[must_use]
    pub fn base(&self) -> &'a str {
        self.base
    }

    /// The prefix of the cross-region inference profile, such as `us`, `eu` or `global`.
    #[must_use]
    pub fn profile(&self) -> Option<&'a str> {
        self.profile
    }

    /// Whether it names a stored prompt, which has its own model and its own messages.
    #[must_use]
    pub fn is_prompt(&self) -> bool {
        self.full.starts_with("arn:") && self.full.contains(":prompt/")
    }
}

fn starts_with_vendor(name: &str) -> bool {
    name.split_once('.').is_some_and(|(vendor, _)| VENDORS.contains(&vendor))
}

impl fmt::Debug for ModelId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.full)
    }
}

impl fmt::Display for ModelId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.full)
    }
}

#[cfg(test)]
mod tests;
