//! CountTokens: counts the input tokens of a request before it is sent.

use bytes::Bytes;
use outcrop_core::{ModelError, WriteJson as _};

use crate::decode::parse_body;
use crate::encode::Encoded;
use crate::model_id::ModelId;
use crate::url_path;
use crate::wire::{ConverseTokensRequest, CountTokensInput, CountTokensRequest, CountTokensResponse};

/// A CountTokens request: its body and its model.
///
/// ```
/// use outcrop_converse::{CountTokens, EncodeOptions, encode_request};
/// use outcrop_converse::core::ModelRequest;
///
/// let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("hi").build();
/// let count = CountTokens::from_encoded(&encode_request(&request, &EncodeOptions::default())?);
/// assert_eq!(count.url_path(), "/model/amazon.nova-lite-v1%3A0/count-tokens");
/// assert_eq!(count.to_bytes(), r#"{"input":{"converse":{"messages":[{"role":"user","content":[{"text":"hi"}]}]}}}"#);
/// # Ok::<(), outcrop_converse::core::ModelError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CountTokens {
    /// The id of the model itself.
    ///
    /// CountTokens rejects inference profiles, so that their prefix is dropped, as pydantic-ai and strands do (L122).
    pub model_id: String,
    /// The body of the request.
    pub body: CountTokensRequest,
}

impl CountTokens {
    /// Builds the request that counts an encoded request: everything that the model reads, unchanged.
    #[must_use]
    pub fn from_encoded(encoded: &Encoded) -> Self {
        // Other members of a request, such as the inference configuration, do not count and are rejected here: see
        // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTokensRequest.html
        let mut counted = ConverseTokensRequest::new();
        counted.messages.clone_from(&encoded.body.messages);
        counted.system.clone_from(&encoded.body.system);
        counted.tool_config.clone_from(&encoded.body.tool_config);
        let fields = &encoded.body.additional_model_request_fields;
        counted.additional_model_request_fields.clone_from(fields);
        Self {
            model_id: ModelId::parse(&encoded.model_id).base().to_owned(),
            body: CountTokensRequest::new(CountTokensInput::Converse(counted)),
        }
    }

    /// Returns the URL path of the request, with the id percent-encoded.
    #[must_use]
    pub fn url_path(&self) -> String {
        url_path::count_tokens(&self.model_id)
    }

    /// Serializes the body.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        Bytes::from(self.body.to_json_bytes())
    }
}

/// Decodes the body of a CountTokens response. Returns the number of input tokens.
///
/// ```
/// let tokens = outcrop_converse::decode_token_count(&br#"{"inputTokens": 15}"#.as_slice().into())?;
/// assert_eq!(tokens, 15);
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidResponse`, with the path of the wrong member. [`ModelError::body`] has the body.
pub fn decode_token_count(body: &Bytes) -> Result<u64, ModelError> {
    parse_body::<CountTokensResponse>(body, "CountTokens").map(|response| response.input_tokens)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use outcrop_core::{ErrorKind, ModelRequest, RawJson};

    use super::{CountTokens, decode_token_count};
    use crate::{EncodeOptions, encode_request};

    #[test]
    fn count_request_has_only_what_the_model_reads() {
        let request = ModelRequest::builder(
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-6",
        )
        .system("rules")
        .user("hi")
        .max_tokens(9)
        .additional_field("thinking", RawJson::parse(r#"{"type":"adaptive"}"#).unwrap())
        .build();
        let count = CountTokens::from_encoded(&encode_request(&request, &EncodeOptions::default()).unwrap());
        assert_eq!(count.model_id, "anthropic.claude-sonnet-4-6");
        assert_eq!(
            count.to_bytes(),
            r#"{"input":{"converse":{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"rules"}],"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}}}"#
        );
    }

    #[test]
    fn malformed_count_is_an_error_with_its_path() {
        for (body, path) in
            [("", None), ("{}", None), (r#"{"inputTokens":-1}"#, Some("inputTokens")), ("[]", None)]
        {
            let error = decode_token_count(&Bytes::from(body)).unwrap_err();
            assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidResponse, path), "{body}");
            assert_eq!(error.body().unwrap(), body);
        }
    }
}
