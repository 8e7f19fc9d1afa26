//! The types of AG2's Bedrock clients.

/// The type of an AG2 client. [`BedrockClient`](crate::BedrockClient) replaces both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiType {
    /// AG2's first client, `BedrockClient`.
    Bedrock,
    /// AG2's `BedrockV2Client`.
    BedrockV2,
}

impl ApiType {
    /// Returns the name of the type in a configuration list: `bedrock` or `bedrock_v2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bedrock => "bedrock",
            Self::BedrockV2 => "bedrock_v2",
        }
    }

    /// Parses the name of a type. A prefix is enough, as in AG2: `bedrock_v2_beta` is [`BedrockV2`](Self::BedrockV2).
    ///
    /// ```
    /// use outcrop::config::ApiType;
    ///
    /// assert_eq!(ApiType::from_name("bedrock"), Some(ApiType::Bedrock));
    /// assert_eq!(ApiType::from_name("openai"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name.starts_with("bedrock_v2") {
            Some(Self::BedrockV2)
        } else if name.starts_with("bedrock") {
            Some(Self::Bedrock)
        } else {
            None
        }
    }
}
