//! The identity that signed a request.

use outcrop_emulator::ReceivedRequest;

/// The identity that signed a request, and the region.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    /// An access key.
    Key { access_key: String, region: String, session_token: Option<String> },
    /// A Bedrock API key.
    Token(String),
}

impl Signer {
    /// Parses the header `Authorization`: `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …` or
    /// `Bearer TOKEN`.
    pub(crate) fn from_request(request: &ReceivedRequest) -> Self {
        let authorization = request.header("authorization").unwrap();
        if let Some(token) = authorization.strip_prefix("Bearer ") {
            return Self::Token(token.to_owned());
        }
        let scope = authorization.split(['=', ',']).nth(1).unwrap_or_default();
        let parts: Vec<&str> = scope.split('/').collect();
        let [access_key, _, region, "bedrock", "aws4_request"] = parts.as_slice() else {
            panic!("not a signature: {authorization}")
        };
        Self::Key {
            access_key: (*access_key).to_owned(),
            region: (*region).to_owned(),
            session_token: request.header("x-amz-security-token").map(str::to_owned),
        }
    }

    /// Returns the signer with an access key that has no session token.
    pub(crate) fn key(access_key: &str, region: &str) -> Self {
        Self::Key { access_key: access_key.to_owned(), region: region.to_owned(), session_token: None }
    }
}
