//! Tests of the classification of errors.

mod hints;
mod kinds;
mod refused;

use outcrop_core::ModelError;

use super::{ServiceError, classify_error};

fn classified(status: u16, error_type: Option<&str>, body: &str) -> ModelError {
    let mut fault = ServiceError::new(status, body.to_owned());
    fault.error_type = error_type.map(str::to_owned);
    classify_error(&fault)
}
