//! Rules of InvokeGuardrailChecks that the service model does not contain.

use outcrop_converse::wire::InvokeGuardrailChecksRequest;

use crate::protocol::error::ServiceError;

/// Rejects a request without a check.
// The guide of AWS requires one, the service model does not. See
// https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-guardrail-checks-using.html.
pub(super) fn require_check(request: &InvokeGuardrailChecksRequest) -> Result<(), ServiceError> {
    let checks = &request.checks;
    if checks.content_filter.is_some()
        || checks.prompt_attack.is_some()
        || checks.sensitive_information.is_some()
    {
        return Ok(());
    }
    Err(ServiceError::validation("At least one check must be specified in checks."))
}
