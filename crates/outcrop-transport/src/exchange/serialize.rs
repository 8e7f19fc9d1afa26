//! The request that goes out.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::ser_de::SerializeRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;

/// Writes a request with our path and our body; the endpoint, the signature and the rest are added by the SDK.
#[derive(Debug)]
pub(super) struct OurBody {
    pub(super) path: Arc<str>,
    pub(super) body: Bytes,
}

impl SerializeRequest for OurBody {
    fn serialize_input(&self, _input: Input, _config: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(self.body.clone()));
        request.set_method("POST")?;
        request.set_uri(self.path.as_ref())?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        headers.insert("content-length", self.body.len().to_string());
        Ok(request)
    }
}

/// A segment of a path, everything but unreserved characters encoded: an ARN is one segment (lessons L110, L112).
pub(crate) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()),
            );
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn colons_and_slashes_are_encoded() {
        assert_eq!(segment("anthropic.claude-v2:1"), "anthropic.claude-v2%3A1");
        assert_eq!(
            segment("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x"),
            "arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x"
        );
        assert_eq!(segment("é"), "%C3%A9");
    }
}
