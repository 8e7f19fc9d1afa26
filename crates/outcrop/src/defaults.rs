//! The defaults of a client for the fields that a request leaves empty.
//!
//! A request's own values always take precedence.

use std::borrow::Cow;

use outcrop_core::{JsonObject, ModelRequest, Price, Sampling};

/// Values for the fields that a request leaves empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestDefaults {
    pub(crate) model: Option<String>,
    pub(crate) sampling: Sampling,
    pub(crate) price: Option<Price>,
    /// Whether system prompts are dropped, because the model does not support them.
    pub(crate) no_system_prompts: bool,
    pub(crate) additional_fields: JsonObject,
}

impl RequestDefaults {
    /// Completes a request; borrows it if there is nothing to fill in.
    pub(crate) fn apply<'r>(&self, request: &'r ModelRequest) -> Cow<'r, ModelRequest> {
        // The request is cloned only if it changes, because its history may hold megabytes.
        if self.is_empty() {
            return Cow::Borrowed(request);
        }
        let mut request = request.clone();
        if let Some(model) = self.model.as_ref().filter(|_| request.model.is_empty()) {
            request.model.clone_from(model);
        }
        let sampling = &mut request.sampling;
        for (own, default) in [
            (&mut sampling.max_tokens, &self.sampling.max_tokens),
            (&mut sampling.temperature, &self.sampling.temperature),
            (&mut sampling.top_p, &self.sampling.top_p),
            (&mut sampling.top_k, &self.sampling.top_k),
            (&mut sampling.seed, &self.sampling.seed),
        ] {
            if own.is_none() {
                own.clone_from(default);
            }
        }
        request.price = request.price.or(self.price);
        request.supports_system_prompts &= !self.no_system_prompts;
        // Merged by top-level key, as AG2 does with `additional_model_request_fields`: objects are not merged further.
        for (name, value) in self.additional_fields.iter() {
            if !request.additional_fields.contains(name) {
                request.additional_fields.insert(name, value.clone());
            }
        }
        Cow::Owned(request)
    }

    fn is_empty(&self) -> bool {
        self.model.is_none()
            && self.sampling == Sampling::default()
            && self.price.is_none()
            && !self.no_system_prompts
            && self.additional_fields.is_empty()
    }
}
