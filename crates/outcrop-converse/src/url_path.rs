//! URL paths of the operations of Bedrock Runtime.
//!
//! A model id is one segment of the path. An ARN contains `/` and must be percent-encoded: with a literal slash, the service
//! does not recognize the path and answers with status 200 and `UnknownOperationException` in the body. See
//! <https://github.com/vercel/ai/pull/17410> (L110, M75). Never build a path with
//! `format!("/model/{model_id}/converse")`.
//!
//! Send the path as it is. If you sign requests yourself, note that Signature Version 4 encodes each segment of the
//! canonical URI a second time: `%3A` becomes `%253A`
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>, L112).
//!
//! ```
//! use outcrop_converse::url_path;
//!
//! assert_eq!(url_path::converse("amazon.nova-lite-v1:0"), "/model/amazon.nova-lite-v1%3A0/converse");
//! assert_eq!(
//!     url_path::converse_stream("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"),
//!     "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.amazon.nova-lite-v1%3A0/converse-stream",
//! );
//! ```

/// Returns the path of [Converse] for a model: `/model/{model_id}/converse`.
///
/// For an encoded request, use [`Encoded::url_path`](crate::Encoded::url_path).
///
/// [Converse]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
#[must_use]
pub fn converse(model_id: &str) -> String {
    model_path(model_id, "converse")
}

/// Returns the path of [ConverseStream] for a model: `/model/{model_id}/converse-stream`.
///
/// For an encoded request, use [`Encoded::stream_url_path`](crate::Encoded::stream_url_path).
///
/// [ConverseStream]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
#[must_use]
pub fn converse_stream(model_id: &str) -> String {
    model_path(model_id, "converse-stream")
}

/// Returns the path of [CountTokens] for a model: `/model/{model_id}/count-tokens`.
///
/// CountTokens rejects the ids of inference profiles. [`CountTokens::url_path`](crate::CountTokens::url_path) has the id of
/// the model itself.
///
/// [CountTokens]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
#[must_use]
pub fn count_tokens(model_id: &str) -> String {
    model_path(model_id, "count-tokens")
}

/// Returns the path of [ApplyGuardrail] for the id or ARN of a guardrail and its version:
/// `/guardrail/{identifier}/version/{version}/apply`.
///
/// [ApplyGuardrail]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
#[must_use]
pub fn apply_guardrail(identifier: &str, version: &str) -> String {
    format!("/guardrail/{}/version/{}/apply", encode_segment(identifier), encode_segment(version))
}

/// The path of [InvokeGuardrailChecks], which names no resource: the checks are in the body.
///
/// [InvokeGuardrailChecks]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
pub const INVOKE_GUARDRAIL_CHECKS: &str = "/guardrail-checks/invoke";

/// The path of [ListFoundationModels] of the control plane.
///
/// [ListFoundationModels]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
pub const LIST_FOUNDATION_MODELS: &str = "/foundation-models";

/// The profiles that a page of ListInferenceProfiles has at most: the maximum of the service, for few requests.
const PROFILES_PER_PAGE: u32 = 1000;

/// Returns the path and the query of a page of [ListInferenceProfiles] of the control plane. `kind` is `SYSTEM_DEFINED` or
/// `APPLICATION`, and `next_token` that of the page before.
///
/// ```
/// use outcrop_converse::url_path;
///
/// assert_eq!(
///     url_path::list_inference_profiles("APPLICATION", Some("a/b")),
///     "/inference-profiles?maxResults=1000&type=APPLICATION&nextToken=a%2Fb",
/// );
/// ```
///
/// [ListInferenceProfiles]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
#[must_use]
pub fn list_inference_profiles(kind: &str, next_token: Option<&str>) -> String {
    let mut path =
        format!("/inference-profiles?maxResults={PROFILES_PER_PAGE}&type={}", encode_segment(kind));
    if let Some(token) = next_token {
        path.push_str("&nextToken=");
        path.push_str(&encode_segment(token));
    }
    path
}

/// Returns the path of [GetInferenceProfile] of the control plane for the id or ARN of a profile:
/// `/inference-profiles/{profile}`.
///
/// [GetInferenceProfile]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html
#[must_use]
pub fn get_inference_profile(profile: &str) -> String {
    format!("/inference-profiles/{}", encode_segment(profile))
}

/// Percent-encodes a segment of a path: every byte except the unreserved characters of [RFC 3986].
///
/// ```
/// assert_eq!(outcrop_converse::url_path::encode_segment("anthropic.claude-v2:1"), "anthropic.claude-v2%3A1");
/// ```
///
/// [RFC 3986]: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
#[must_use]
pub fn encode_segment(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len() + ENCODING);
    push_segment(&mut encoded, segment);
    encoded
}

/// The room for encoded characters: an ARN has about ten, which take two more bytes each.
const ENCODING: usize = 24;

fn model_path(model_id: &str, operation: &str) -> String {
    let mut path = String::with_capacity("/model//".len() + model_id.len() + ENCODING + operation.len());
    path.push_str("/model/");
    push_segment(&mut path, model_id);
    path.push('/');
    path.push_str(operation);
    path
}

fn push_segment(encoded: &mut String, segment: &str) {
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::ModelRequest;

    use super::{
        apply_guardrail, converse, converse_stream, count_tokens, encode_segment, get_inference_profile,
    };
    use crate::{CountTokens, EncodeOptions, encode_request};

    const PROFILE: &str = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
    const ENCODED_PROFILE: &str =
        "arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.amazon.nova-lite-v1%3A0";

    #[test]
    fn reserved_characters_of_a_segment_are_encoded() {
        for (segment, encoded) in [
            ("", ""),
            ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1%3A0"),
            ("anthropic.claude-v2:1", "anthropic.claude-v2%3A1"),
            (PROFILE, ENCODED_PROFILE),
            ("a-b.c_d~e", "a-b.c_d~e"),
            ("a b+c%3A?#&=", "a%20b%2Bc%253A%3F%23%26%3D"),
            ("../x\\", "..%2Fx%5C"),
            ("é", "%C3%A9"),
        ] {
            assert_eq!(encode_segment(segment), encoded, "{segment}");
        }
    }

    #[test]
    fn paths_have_ids_as_single_segments() {
        let nova = "amazon.nova-lite-v1:0";
        let guardrail = "arn:aws:bedrock:eu-west-1:123456789012:guardrail/ab12";
        let encoded_guardrail = "arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aguardrail%2Fab12";
        for (path, expected) in [
            (converse(nova), "/model/amazon.nova-lite-v1%3A0/converse".to_owned()),
            (converse(PROFILE), format!("/model/{ENCODED_PROFILE}/converse")),
            (converse_stream(nova), "/model/amazon.nova-lite-v1%3A0/converse-stream".to_owned()),
            (converse_stream(PROFILE), format!("/model/{ENCODED_PROFILE}/converse-stream")),
            (count_tokens(nova), "/model/amazon.nova-lite-v1%3A0/count-tokens".to_owned()),
            (apply_guardrail("ab12", "DRAFT"), "/guardrail/ab12/version/DRAFT/apply".to_owned()),
            (get_inference_profile(PROFILE), format!("/inference-profiles/{ENCODED_PROFILE}")),
            (apply_guardrail(guardrail, "1"), format!("/guardrail/{encoded_guardrail}/version/1/apply")),
        ] {
            assert_eq!(path, expected);
        }
    }

    #[test]
    fn encoded_request_has_the_paths_of_its_model() {
        let request = ModelRequest::builder(PROFILE).user("hi").build();
        let encoded = encode_request(&request, &EncodeOptions::default()).unwrap();
        let count = CountTokens::from_encoded(&encoded);
        // CountTokens rejects the profile, so its path has the model (L122).
        assert_eq!(count.url_path(), "/model/amazon.nova-lite-v1%3A0/count-tokens");
        assert_eq!(encoded.url_path(), format!("/model/{ENCODED_PROFILE}/converse"));
        assert_eq!(encoded.stream_url_path(), format!("/model/{ENCODED_PROFILE}/converse-stream"));
        assert_eq!(encoded.clone().serialize().url_path(), encoded.url_path());
    }
}
