//! Tests of the classification of errors.

mod hints;
mod kinds;
mod rejected_parameter;

use outcrop_core::ModelError;

use super::{ServiceError, classify_error};

fn classified(status: u16, error_type: Option<&str>, body: &str) -> ModelError {
    let mut error = ServiceError::new(status, body.to_owned());
    error.error_type = error_type.map(str::to_owned);
    classify_error(&error)
}
