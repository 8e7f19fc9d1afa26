//! Model ids: base ids, inference profiles, ARNs.

use std::fmt;

/// A model id, split into its parts.
///
/// `us.anthropic.claude-haiku-4-5-20251001-v1:0` is the same model with the prefix `global.`, without a prefix, and at the
/// end of an ARN. The base of an ARN that does not reveal its model (an application inference profile, a provisioned
/// model) is the end of the ARN.
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
    tool: Option<&'a str>,
    suffix: Option<&'a str>,
    full: &'a str,
    profile: Option<&'a str>,
    base: &'a str,
}

/// The vendors of models on Bedrock. A segment before one of them is the prefix of an inference profile.
///
/// This is a list of vendors because there is no complete list of prefixes: AWS has added `jp`, `au`, `sa` and others, and a
/// client with a fixed list takes such an id for another model (L123).
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

/// The prefixes with which other tools select Bedrock: LiteLLM, LangChain, pydantic-ai, models.dev and the tools that read it.
///
/// The id of a model has neither a slash nor such a vendor, so that the prefix cannot be a part of it:
/// <https://docs.litellm.ai/docs/providers/bedrock>, <https://ai.pydantic.dev/models/bedrock/>,
/// <https://python.langchain.com/api_reference/langchain/chat_models/langchain.chat_models.base.init_chat_model.html>.
const TOOL_PREFIXES: &[&str] = &[
    "amazon-bedrock/",
    "amazon_bedrock/",
    "aws-bedrock/",
    "aws/",
    "aws_bedrock/",
    "bedrock/",
    "bedrock:",
    "bedrock_converse/",
    "bedrock_converse:",
    "converse/",
    "converse_like/",
    "invoke/",
    "litellm/",
    "litellm_proxy/",
];

/// The mark with which Claude Code selects the context of a million tokens. It is not part of the id:
/// <https://code.claude.com/docs/en/model-config#extended-context>.
const LONG_CONTEXT: &str = "[1m]";

impl<'a> ModelId<'a> {
    /// Splits an id. Any text is an id.
    ///
    /// The prefix with which another tool selects Bedrock, such as LiteLLM's `bedrock/converse/`, and Claude Code's suffix
    /// `[1m]` are not part of the id.
    #[must_use]
    pub fn parse(id: &'a str) -> Self {
        let (tool, id) = split_tool_prefix(id);
        let (id, suffix) = split_suffix(id);
        // A name itself has no slash, so the last segment of an ARN is the name.
        let name = if id.starts_with("arn:") { id.rsplit('/').next().unwrap_or(id) } else { id };
        match name.split_once('.') {
            Some((prefix, rest)) if starts_with_vendor(rest) => {
                Self { tool, suffix, full: id, profile: Some(prefix), base: rest }
            }
            _ => Self { tool, suffix, full: id, profile: None, base: name },
        }
    }

    /// Returns the prefix of another tool, such as `bedrock/`, which is not part of the id.
    #[must_use]
    pub fn tool_prefix(&self) -> Option<&'a str> {
        self.tool
    }

    /// Returns the suffix of another tool, `[1m]`, which is not part of the id.
    pub(crate) fn tool_suffix(&self) -> Option<&'a str> {
        self.suffix
    }

    /// Returns the region in an ARN. A foundation model, a profile or a prompt can be called only there.
    ///
    /// ```
    /// use outcrop_converse::ModelId;
    ///
    /// let arn = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/ab12cd34ef56";
    /// assert_eq!(ModelId::parse(arn).region(), Some("us-west-2"));
    /// assert_eq!(ModelId::parse("us.amazon.nova-lite-v1:0").region(), None);
    /// ```
    #[must_use]
    pub fn region(&self) -> Option<&'a str> {
        let mut parts = self.full.strip_prefix("arn:")?.split(':');
        // The partition and the service precede the region.
        parts.nth(2).filter(|region| !region.is_empty())
    }

    /// Returns the whole id, without the prefix of another tool.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.full
    }

    /// Returns the id of the model, without profile and ARN.
    #[must_use]
    pub fn base(&self) -> &'a str {
        self.base
    }

    /// Returns the prefix of the cross-region inference profile, such as `us`, `eu` or `global`.
    #[must_use]
    pub fn profile(&self) -> Option<&'a str> {
        self.profile
    }

    /// Returns whether it is the ARN of an application inference profile, which an account makes for its own costs.
    ///
    /// Such an ARN does not reveal its model.
    #[must_use]
    pub fn is_application_profile(&self) -> bool {
        self.full.starts_with("arn:") && self.full.contains(":application-inference-profile/")
    }

    /// Returns whether it is the ARN of a stored prompt, which has its own model and messages.
    #[must_use]
    pub fn is_prompt(&self) -> bool {
        // With a stored prompt the service rejects `system`, `inferenceConfig` and `toolConfig`. See
        // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
        self.full.starts_with("arn:") && self.full.contains(":prompt/")
    }
}

/// Splits the prefixes of other tools from an id. An id that is nothing but prefixes has none.
fn split_tool_prefix(id: &str) -> (Option<&str>, &str) {
    let mut rest = id;
    while let Some(stripped) = TOOL_PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = stripped;
    }
    match id.strip_suffix(rest).filter(|prefix| !prefix.is_empty() && !rest.is_empty()) {
        Some(prefix) => (Some(prefix), rest),
        None => (None, id),
    }
}

/// Splits the suffix of another tool from an id.
fn split_suffix(id: &str) -> (&str, Option<&str>) {
    match id.strip_suffix(LONG_CONTEXT) {
        Some(rest) if !rest.is_empty() => (rest, Some(LONG_CONTEXT)),
        _ => (id, None),
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
