//! Errors of the service, with the names, statuses and texts that AWS sends.

use std::borrow::Cow;

use hyper::StatusCode;

/// An error of the service: an exception with its status and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    exception: Cow<'static, str>,
    status: StatusCode,
    message: Cow<'static, str>,
}

/// The errors that the front of AWS answers for every service, before Bedrock sees the request.
// Recorded traffic shows these names and statuses (L116); the public list is
// https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html.
const COMMON_ERRORS: &[(&str, StatusCode)] = &[
    ("ExpiredTokenException", StatusCode::FORBIDDEN),
    ("IncompleteSignatureException", StatusCode::FORBIDDEN),
    ("InvalidSignatureException", StatusCode::FORBIDDEN),
    ("MissingAuthenticationTokenException", StatusCode::FORBIDDEN),
    ("SerializationException", StatusCode::BAD_REQUEST),
    ("UnknownOperationException", StatusCode::NOT_FOUND),
    ("UnrecognizedClientException", StatusCode::FORBIDDEN),
];

/// The errors of Bedrock Runtime, with the statuses of the service model.
// Two statuses differ from the obvious ones: ServiceQuotaExceededException is a 400, ModelNotReadyException a 429. See
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors.
const BEDROCK_ERRORS: &[(&str, StatusCode)] = &[
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

/// Returns the status that AWS sends with an exception, or `None` for an unknown exception.
pub(crate) fn status_of(exception: &str) -> Option<StatusCode> {
    let known = COMMON_ERRORS.iter().chain(BEDROCK_ERRORS);
    known.copied().find(|(name, _)| *name == exception).map(|(_, status)| status)
}

/// The beginning of a message that AWS passes on from the model to a caller of Converse.
const MODEL_ERRORS: &str = "The model returned the following errors: ";

impl ServiceError {
    /// Builds an error with any status.
    pub(crate) fn new(
        exception: impl Into<Cow<'static, str>>,
        status: StatusCode,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { exception: exception.into(), status, message: message.into() }
    }

    /// Builds the error for a request that breaks a rule of the service or of the model.
    pub(crate) fn validation(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ValidationException", StatusCode::BAD_REQUEST, message)
    }

    /// Builds the error for a request that the model rejects. AWS passes on the text of the model after a fixed beginning.
    pub(crate) fn from_model(message: &str) -> Self {
        Self::validation(format!("{MODEL_ERRORS}{message}"))
    }

    /// Builds the error for a body of InvokeModel that the format of its model does not allow, with a detail or without.
    pub(crate) fn malformed_input(detail: &str) -> Self {
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        Self::validation(format!(
            "Malformed input request{detail}, please reformat your input and try again."
        ))
    }

    /// Builds the error for something that AWS has and the emulator does not.
    ///
    /// The status is 501, which AWS does not use, and SDKs do not retry it. The exception is one that every operation has.
    pub(crate) fn not_emulated(subject: &str) -> Self {
        let message = format!("Not emulated: the emulator does not answer {subject}.");
        Self::new("ValidationException", StatusCode::NOT_IMPLEMENTED, message)
    }

    /// Returns the text of the model, if this is an error that AWS passes on from the model.
    pub(crate) fn model_text(&self) -> Option<&str> {
        self.message.strip_prefix(MODEL_ERRORS)
    }

    /// Builds the error for a body that cannot be parsed as a request.
    pub(crate) fn serialization(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("SerializationException", StatusCode::BAD_REQUEST, message)
    }

    /// Builds the error for a model that does not exist.
    pub(crate) fn model_not_found() -> Self {
        let message = "Could not resolve the foundation model from the provided model identifier.";
        Self::new("ResourceNotFoundException", StatusCode::NOT_FOUND, message)
    }

    /// Builds the error for another thing that does not exist.
    pub(crate) fn not_found(message: String) -> Self {
        Self::new("ResourceNotFoundException", StatusCode::NOT_FOUND, message)
    }

    /// Builds the error for a model id that does not match the grammar of ids.
    pub(crate) fn invalid_model_id() -> Self {
        Self::validation("The provided model identifier is invalid.")
    }

    /// Builds the error for a known path with another method than `POST`.
    pub(crate) fn unknown_operation() -> Self {
        let message = "The requested operation is not recognized by the service.";
        Self::new("UnknownOperationException", StatusCode::NOT_FOUND, message)
    }

    /// Builds the error for a request without credentials.
    pub(crate) fn missing_authentication_token() -> Self {
        let message = "Missing Authentication Token";
        Self::new("MissingAuthenticationTokenException", StatusCode::FORBIDDEN, message)
    }

    /// Builds the error for an `authorization` header of a scheme that AWS does not support.
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

    /// Returns the value of the header `x-amzn-errortype`.
    pub(crate) fn error_type(&self) -> String {
        // AWS appends the part of AWS that the error comes from. Clients must cut the name at the colon, and some did not
        // (L115), so the tail is sent.
        let is_common = COMMON_ERRORS.iter().any(|(name, _)| *name == self.exception);
        let origin = if is_common { "com.amazon.coral.service" } else { "com.amazon.bedrock" };
        format!("{}:http://internal.amazon.com/coral/{origin}/", self.exception)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_match_the_service_model() {
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
    fn error_type_names_its_origin() {
        assert_eq!(
            ServiceError::validation("no").error_type(),
            "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        );
        assert_eq!(
            ServiceError::missing_authentication_token().error_type(),
            "MissingAuthenticationTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/"
        );
    }
}
