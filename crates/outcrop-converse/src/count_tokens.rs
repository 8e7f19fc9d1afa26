//! Counting tokens before anything is asked.

use bytes::Bytes;
use outcrop_core::{ModelError, WriteJson as _};

use crate::decode::parse_body;
use crate::encode::Encoded;
use crate::model_id::ModelId;
use crate::wire::{ConverseTokensRequest, CountTokensInput, CountTokensRequest, CountTokensResponse};

/// A CountTokens request: what is asked, and of which model.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CountTokens {
    /// The model's own id, for the path: CountTokens takes no inference profile (lesson L122).
    pub model_id: String,
    /// The body of the request.
    pub body: CountTokensRequest,
}

impl CountTokens {
    /// Builds the request that counts an encoded request: everything that the model reads, exactly as it would be sent.
    #[must_use]
    pub fn from_encoded(encoded: &Encoded) -> Self {
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

    /// The bytes of the body.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        Bytes::from(self.body.to_json_bytes())
    }
}

/// Reads the body of a CountTokens reply: how many tokens the input has.
///
/// ```
/// let tokens = outcrop_converse::decode_token_count(&br#"{"inputTokens": 15}"#.as_slice().into())?;
/// assert_eq!(tokens, 15);
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidResponse`, with the path to what is wrong. The body is at [`ModelError::body`].
pub fn decode_token_count(body: &Bytes) -> Result<u64, ModelError> {
    parse_body::<CountTokensResponse>(body, "CountTokens").map(|reply| reply.input_tokens)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use outcrop_core::{ErrorKind, ModelRequest, RawJson};

    use super::{CountTokens, decode_token_count};
    use crate::{EncodeOptions, encode_request};

    #[test]
    fn all_that_the_model_reads_is_counted_and_nothing_else() {
        let request = ModelRequest::builder(
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        )
        .system("rules")
        .user("hi")
        .max_tokens(9)
        .additional_field("thinking", RawJson::parse(r#"{"type":"adaptive"}"#).unwrap())
        .build();
        let count = CountTokens::from_encoded(&encode_request(&request, &EncodeOptions::default()).unwrap());
        assert_eq!(count.model_id, "anthropic.claude-haiku-4-5-20251001-v1:0");
        assert_eq!(
            count.to_bytes(),
            r#"{"input":{"converse":{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"rules"}],"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}}}"#
        );
    }

    #[test]
    fn what_is_no_count_is_an_error_with_its_place() {
        for (body, place) in
            [("", None), ("{}", None), (r#"{"inputTokens":-1}"#, Some("inputTokens")), ("[]", None)]
        {
            let error = decode_token_count(&Bytes::from(body)).unwrap_err();
            assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidResponse, place), "{body}");
            assert_eq!(error.body().unwrap(), body);
        }
    }
}
