//! Functions that are called around each step.

use std::error::Error;

use async_trait::async_trait;
use outcrop_core::ModelRequest;

use super::run::Step;

/// Functions that are called before and after each step of a run. Both do nothing by default.
///
/// An error ends the run, with the kind [`Hook`](super::AgentErrorKind::Hook).
///
/// ```
/// use std::error::Error;
///
/// use async_trait::async_trait;
/// use outcrop_agent::{Hooks, Step};
/// use outcrop_core::ModelRequest;
///
/// /// Uses a smaller model once the conversation is long.
/// struct Economy;
///
/// #[async_trait]
/// impl Hooks for Economy {
///     async fn before_step(&self, request: &mut ModelRequest) -> Result<(), Box<dyn Error + Send + Sync>> {
///         if request.messages.len() > 20 {
///             request.model = "some-smaller-model".to_owned();
///         }
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Hooks: Send + Sync {
    /// Reads or changes the request of a step before it is sent. Changes also apply to the following steps.
    ///
    /// # Errors
    /// An error that ends the run.
    async fn before_step(&self, request: &mut ModelRequest) -> Result<(), Box<dyn Error + Send + Sync>> {
        let _ = request;
        Ok(())
    }

    /// Handles a step once its tools have run: stores the progress of a run, for example.
    ///
    /// # Errors
    /// An error that ends the run.
    async fn after_step(&self, step: &Step) -> Result<(), Box<dyn Error + Send + Sync>> {
        let _ = step;
        Ok(())
    }
}
