//! Paths: which operation is meant, and of what.

use hyper::Method;

use crate::operation::Operation;

/// What a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An operation of a model or guardrail.
    Operation {
        operation: Operation,
        /// The decoded id of the model or guardrail.
        resource: String,
    },
    /// A known path, but not with this method.
    WrongMethod,
    /// A path of which AWS knows no operation.
    Unknown,
    /// The id in the path is not percent-encoded UTF-8.
    Undecodable,
}

impl Route {
    /// Finds the route of a request. `path` is the path as it was sent, without the query.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let (operation, resource) = match segments.as_slice() {
            ["model", id, "converse"] => (Operation::Converse, id),
            ["model", id, "converse-stream"] => (Operation::ConverseStream, id),
            ["model", id, "count-tokens"] => (Operation::CountTokens, id),
            ["guardrail", id, "version", version, "apply"] if !version.is_empty() => {
                (Operation::ApplyGuardrail, id)
            }
            _ => return Self::Unknown,
        };
        match decode(resource) {
            Some(resource) if resource.is_empty() => Self::Unknown,
            _ if method != Method::POST => Self::WrongMethod,
            Some(resource) => Self::Operation { operation, resource },
            None => Self::Undecodable,
        }
    }
}

/// Takes the percent-encoding off a segment; `None` when it is broken or hides no UTF-8.
fn decode(segment: &str) -> Option<String> {
    if !segment.contains('%') {
        return Some(segment.to_owned());
    }
    let mut decoded = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let [high, low] = [hex(bytes.next()?)?, hex(bytes.next()?)?];
            decoded.push(high << 4 | low);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Route {
        Route::of(&Method::POST, path)
    }

    fn to(operation: Operation, resource: &str) -> Route {
        Route::Operation { operation, resource: resource.to_owned() }
    }

    #[test]
    fn a_model_id_is_one_segment_however_it_is_encoded() {
        let nova = "amazon.nova-lite-v1:0";
        assert_eq!(of("/model/amazon.nova-lite-v1%3A0/converse"), to(Operation::Converse, nova));
        assert_eq!(of("/model/amazon.nova-lite-v1%3a0/converse"), to(Operation::Converse, nova));
        assert_eq!(of("/model/amazon.nova-lite-v1:0/converse-stream"), to(Operation::ConverseStream, nova));
        assert_eq!(of("/model/amazon.nova-lite-v1:0/count-tokens"), to(Operation::CountTokens, nova));
        let arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
        let encoded = arn.replace(':', "%3A").replace('/', "%2F");
        assert_eq!(of(&format!("/model/{encoded}/converse")), to(Operation::Converse, arn));
        assert_eq!(of("/guardrail/gr1/version/DRAFT/apply"), to(Operation::ApplyGuardrail, "gr1"));
    }

    #[test]
    fn a_literal_slash_in_an_arn_leaves_no_known_operation() {
        assert_eq!(of("/model/arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x/converse"), Route::Unknown);
    }

    #[test]
    fn other_paths_are_unknown() {
        for path in
            ["/", "", "/model", "/model//converse", "/model/x/converse/", "/model/x/invoke", "/v1/messages"]
        {
            assert_eq!(of(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn broken_encoding_is_told_apart() {
        for segment in ["%", "%2", "%zz", "%ff", "%+1"] {
            assert_eq!(of(&format!("/model/{segment}/converse")), Route::Undecodable, "{segment}");
        }
    }

    #[test]
    fn operations_are_posted() {
        assert_eq!(Route::of(&Method::GET, "/model/amazon.x/converse"), Route::WrongMethod);
        assert_eq!(Route::of(&Method::GET, "/model/amazon.x"), Route::Unknown);
    }
}
