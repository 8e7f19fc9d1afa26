//! Routes: from the method and path of a request to its operation.

use hyper::Method;

use super::operation::Operation;

/// The route of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An operation, on a model or guardrail unless its path names none.
    Operation {
        operation: Operation,
        /// The decoded id of the model or guardrail; empty if the path names none.
        resource: String,
        /// The version of the guardrail.
        version: Option<String>,
    },
    /// An operation that AWS has and the emulator does not, by its name.
    NotEmulated(&'static str),
    /// A known path with another method than `POST`.
    WrongMethod,
    /// A path without an operation.
    Unknown,
    /// A path whose id is not percent-encoded UTF-8.
    Undecodable,
}

impl Route {
    /// Finds the route for a path with its percent-encoding, without the query.
    pub(crate) fn new(method: &Method, path: &str) -> Self {
        // The path is split before it is decoded: an encoded slash is part of an id, and a literal one separates segments.
        // AWS does the same, so an ARN that is not encoded has no operation (L110).
        let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let mut guardrail_version = None;
        let (operation, resource) = match segments.as_slice() {
            ["model", id, "converse"] => (Operation::Converse, id),
            ["model", id, "converse-stream"] => (Operation::ConverseStream, id),
            ["model", id, "count-tokens"] => (Operation::CountTokens, id),
            ["model", id, "invoke"] => (Operation::InvokeModel, id),
            ["model", id, "invoke-with-response-stream"] => (Operation::InvokeModelWithResponseStream, id),
            ["guardrail", id, "version", version, "apply"] if !version.is_empty() => {
                guardrail_version = decode(version);
                (Operation::ApplyGuardrail, id)
            }
            ["guardrail-checks", "invoke"] if method == Method::POST => {
                let (operation, resource) = (Operation::InvokeGuardrailChecks, String::new());
                return Self::Operation { operation, resource, version: None };
            }
            ["guardrail-checks", "invoke"] => return Self::WrongMethod,
            _ => return not_emulated(method, &segments).map_or(Self::Unknown, Self::NotEmulated),
        };
        match decode(resource) {
            Some(resource) if resource.is_empty() => Self::Unknown,
            _ if method != Method::POST => Self::WrongMethod,
            Some(resource) => Self::Operation { operation, resource, version: guardrail_version },
            None => Self::Undecodable,
        }
    }
}

/// Returns the name of an operation of AWS that the emulator does not have.
// The response of AWS to an unknown path has status 200, which several clients return as an empty answer. See
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html for the paths, and
// https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html for those of OpenAI.
fn not_emulated(method: &Method, segments: &[&str]) -> Option<&'static str> {
    match (method.as_str(), segments) {
        (_, ["model", _, "invoke-with-bidirectional-stream"]) => Some("InvokeModelWithBidirectionalStream"),
        ("POST", ["async-invoke"]) => Some("StartAsyncInvoke"),
        ("GET", ["async-invoke"]) => Some("ListAsyncInvokes"),
        ("GET", ["async-invoke", _]) => Some("GetAsyncInvoke"),
        (_, ["openai", "v1", "chat", "completions"]) => Some("OpenAI's Chat Completions"),
        (_, ["openai", "v1", "responses", ..]) => Some("OpenAI's Responses"),
        _ => None,
    }
}

/// Decodes the percent-encoding of a segment, or returns `None` if it is broken or not UTF-8.
pub(crate) fn decode(segment: &str) -> Option<String> {
    if !segment.contains('%') {
        return Some(segment.to_owned());
    }
    let mut decoded = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            // Digits of both cases are valid: `%3A` and `%3a` are the same. See
            // https://www.rfc-editor.org/rfc/rfc3986#section-2.1.
            let [high, low] = [hex_value(bytes.next()?)?, hex_value(bytes.next()?)?];
            decoded.push(high << 4 | low);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use outcrop_converse::url_path;

    use super::*;

    fn of(path: &str) -> Route {
        Route::new(&Method::POST, path)
    }

    fn to(operation: Operation, resource: &str) -> Route {
        Route::Operation { operation, resource: resource.to_owned(), version: None }
    }

    fn to_guardrail(resource: &str, version: &str) -> Route {
        let version = Some(version.to_owned());
        Route::Operation { operation: Operation::ApplyGuardrail, resource: resource.to_owned(), version }
    }

    #[test]
    fn encoded_ids_are_one_segment() {
        let nova = "amazon.nova-lite-v1:0";
        assert_eq!(of("/model/amazon.nova-lite-v1%3A0/converse"), to(Operation::Converse, nova));
        assert_eq!(of("/model/amazon.nova-lite-v1%3a0/converse"), to(Operation::Converse, nova));
        assert_eq!(of("/model/amazon.nova-lite-v1:0/converse-stream"), to(Operation::ConverseStream, nova));
        assert_eq!(of("/model/amazon.nova-lite-v1:0/count-tokens"), to(Operation::CountTokens, nova));
        let arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
        let encoded = arn.replace(':', "%3A").replace('/', "%2F");
        assert_eq!(of(&format!("/model/{encoded}/converse")), to(Operation::Converse, arn));
        assert_eq!(of("/guardrail/gr1/version/DRAFT/apply"), to_guardrail("gr1", "DRAFT"));
        assert_eq!(of(url_path::INVOKE_GUARDRAIL_CHECKS), to(Operation::InvokeGuardrailChecks, ""));
    }

    #[test]
    fn paths_of_the_mapping_are_decoded_to_their_ids() {
        for id in [
            "amazon.nova-lite-v1:0",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
            "arn:aws:bedrock:eu-west-1:123456789012:guardrail/ab12",
            "é %2F+",
        ] {
            assert_eq!(of(&url_path::converse(id)), to(Operation::Converse, id), "{id}");
            assert_eq!(of(&url_path::converse_stream(id)), to(Operation::ConverseStream, id), "{id}");
            assert_eq!(of(&url_path::count_tokens(id)), to(Operation::CountTokens, id), "{id}");
            assert_eq!(of(&url_path::apply_guardrail(id, "1")), to_guardrail(id, "1"), "{id}");
        }
    }

    #[test]
    fn literal_slash_in_an_arn_is_unknown() {
        assert_eq!(of("/model/arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x/converse"), Route::Unknown);
    }

    #[test]
    fn other_paths_are_unknown() {
        for path in
            ["/", "", "/model", "/model//converse", "/model/x/converse/", "/model/x/invokes", "/v1/messages"]
        {
            assert_eq!(of(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn other_operations_of_aws_are_named() {
        assert_eq!(of("/async-invoke"), Route::NotEmulated("StartAsyncInvoke"));
        assert_eq!(Route::new(&Method::GET, "/async-invoke/arn%3Aaws"), Route::NotEmulated("GetAsyncInvoke"));
        let voice = "/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream";
        assert_eq!(of(voice), Route::NotEmulated("InvokeModelWithBidirectionalStream"));
    }

    #[test]
    fn broken_encoding_is_undecodable() {
        for segment in ["%", "%2", "%zz", "%ff", "%+1"] {
            assert_eq!(of(&format!("/model/{segment}/converse")), Route::Undecodable, "{segment}");
        }
    }

    #[test]
    fn methods_other_than_post_are_wrong() {
        assert_eq!(Route::new(&Method::GET, "/model/amazon.x/converse"), Route::WrongMethod);
        assert_eq!(Route::new(&Method::GET, "/guardrail-checks/invoke"), Route::WrongMethod);
        assert_eq!(Route::new(&Method::GET, "/model/amazon.x"), Route::Unknown);
    }
}
