//! Decisions about calls that must not run on the word of a model alone.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use outcrop_core::ToolCallContent;

/// A decision about a call of a tool that requires approval.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The call is run.
    Approve,
    /// The call is not run.
    Deny {
        /// The reason, which the model gets.
        reason: String,
    },
}

impl Decision {
    /// Creates a denial with a reason for the model.
    #[must_use]
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::Deny { reason: reason.into() }
    }
}

/// A function that decides.
#[derive(Clone)]
pub(super) struct Approver(Arc<dyn Fn(ToolCallContent) -> BoxFuture<'static, Decision> + Send + Sync>);

impl Approver {
    pub(super) fn new<F, R>(decide: F) -> Self
    where
        F: Fn(ToolCallContent) -> R + Send + Sync + 'static,
        R: Future<Output = Decision> + Send + 'static,
    {
        Self(Arc::new(move |call| Box::pin(decide(call))))
    }

    pub(super) async fn decide(&self, call: ToolCallContent) -> Decision {
        (self.0)(call).await
    }
}
