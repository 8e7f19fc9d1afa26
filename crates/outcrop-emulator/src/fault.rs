//! Errors as AWS words them.

use std::borrow::Cow;

use hyper::StatusCode;

/// An error of the service: the name of an exception, its status and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    exception: Cow<'static, str>,
    status: StatusCode,
    message: Cow<'static, str>,
}

/// What AWS's front answers for every service; the tail of `x-amzn-errortype` tells it from Bedrock's own errors.
const OF_THE_FRONT: &[(&str, StatusCode)] = &[
    ("ExpiredTokenException", StatusCode::FORBIDDEN),
    ("IncompleteSignatureException", StatusCode::FORBIDDEN),
    ("InvalidSignatureException", StatusCode::FORBIDDEN),
    ("MissingAuthenticationTokenException", StatusCode::FORBIDDEN),
    ("SerializationException", StatusCode::BAD_REQUEST),
    ("UnknownOperationException", StatusCode::NOT_FOUND),
    ("UnrecognizedClientException", StatusCode::FORBIDDEN),
];

/// The exceptions of Bedrock Runtime and their statuses, as the service model has them.
const OF_BEDROCK: &[(&str, StatusCode)] = &[
    ("AccessDeniedException", StatusCode::FORBIDDEN),
    ("ConflictException", StatusCode::BAD_REQUEST),
    ("InternalServerException", StatusCode::INTERNAL_SERVER_ERROR),
    ("ModelErrorException", StatusCode::FAILED_DEPENDENCY),
    ("ModelNotReadyException", StatusCode::TOO_MANY_REQUESTS),
    ("ModelStreamErrorException", StatusCode::FAILED_DEPENDENCY),
    ("ModelTimeoutException", StatusCode::REQUEST_TIMEOUT),
    ("ResourceNotFoundException", StatusCode::NOT_FOUND),
    ("ServiceQuotaExceededException", StatusCode::BAD_REQUEST),
    ("ServiceUnavailableException", StatusCode::SERVICE_UNAVAILABLE),
    ("ThrottlingException", StatusCode::TOO_MANY_REQUESTS),
    ("ValidationException", StatusCode::BAD_REQUEST),
];

/// The status that AWS gives an exception; `None` for one that is not known.
pub(crate) fn status_of(exception: &str) -> Option<StatusCode> {
    let known = OF_THE_FRONT.iter().chain(OF_BEDROCK);
    known.copied().find(|(name, _)| *name == exception).map(|(_, status)| status)
}

impl Fault {
    /// An exception with a status of the caller's choice.
    pub(crate) fn new(
        exception: impl Into<Cow<'static, str>>,
        status: StatusCode,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { exception: exception.into(), status, message: message.into() }
    }

    /// The request is not one that the service takes.
    pub(crate) fn validation(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ValidationException", StatusCode::BAD_REQUEST, message)
    }

    /// The body is not JSON, or JSON of which no request can be made.
    pub(crate) fn serialization(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("SerializationException", StatusCode::BAD_REQUEST, message)
    }

    /// There is no such model.
    pub(crate) fn no_such_model() -> Self {
        let message = "Could not resolve the foundation model from the provided model identifier.";
        Self::new("ResourceNotFoundException", StatusCode::NOT_FOUND, message)
    }

    /// The service has no such operation.
    pub(crate) fn unknown_operation() -> Self {
        let message = "The requested operation is not recognized by the service.";
        Self::new("UnknownOperationException", StatusCode::NOT_FOUND, message)
    }

    /// The request says nothing about who sends it.
    pub(crate) fn missing_token() -> Self {
        let message = "Missing Authentication Token";
        Self::new("MissingAuthenticationTokenException", StatusCode::FORBIDDEN, message)
    }

    /// The request has an `authorization` header of a scheme that is not AWS's.
    pub(crate) fn incomplete_signature() -> Self {
        let message = "Authorization header requires 'Credential' parameter. Authorization header requires \
                       'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.";
        Self::new("IncompleteSignatureException", StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The value of the header `x-amzn-errortype`: the exception and the part of AWS that it comes from.
    pub(crate) fn error_type(&self) -> String {
        let front = OF_THE_FRONT.iter().any(|(name, _)| *name == self.exception);
        let origin = if front { "com.amazon.coral.service" } else { "com.amazon.bedrock" };
        format!("{}:http://internal.amazon.com/coral/{origin}/", self.exception)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_those_of_the_service_model() {
        for (exception, status) in [
            ("ValidationException", 400),
            ("AccessDeniedException", 403),
            ("ResourceNotFoundException", 404),
            ("ModelTimeoutException", 408),
            ("ModelErrorException", 424),
            ("ModelNotReadyException", 429),
            ("ThrottlingException", 429),
            ("InternalServerException", 500),
            ("ServiceUnavailableException", 503),
        ] {
            assert_eq!(status_of(exception).map(|s| s.as_u16()), Some(status), "{exception}");
        }
        assert_eq!(status_of("ThrottledException"), None);
    }

    #[test]
    fn the_type_names_its_origin() {
        assert_eq!(
            Fault::validation("no").error_type(),
            "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        );
        assert_eq!(
            Fault::missing_token().error_type(),
            "MissingAuthenticationTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/"
        );
    }
}
