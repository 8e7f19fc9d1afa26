//! The defaults that a configuration sets for every request.

use std::borrow::Cow;

use outcrop_core::{JsonObject, ModelRequest, Price, Sampling};

use crate::config::ConfigEntry;

/// The defaults that a configuration sets for every request. A request's own values take precedence.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestDefaults {
    model: Option<String>,
    sampling: Sampling,
    price: Option<Price>,
    no_system_prompts: bool,
    additional_fields: JsonObject,
}

impl RequestDefaults {
    pub(crate) fn from_config(entry: &ConfigEntry) -> Self {
        let mut sampling = Sampling::default();
        sampling.max_tokens.clone_from(&entry.max_tokens);
        sampling.temperature.clone_from(&entry.temperature);
        sampling.top_p.clone_from(&entry.top_p);
        sampling.top_k.clone_from(&entry.top_k);
        sampling.seed.clone_from(&entry.seed);
        Self {
            model: entry.model.clone(),
            sampling,
            price: entry.price,
            no_system_prompts: !entry.supports_system_prompts,
            additional_fields: entry.additional_model_request_fields.clone().unwrap_or_default(),
        }
    }

    /// Fills the gaps of a request; borrows it if there is nothing to fill.
    pub(crate) fn apply<'r>(&self, request: &'r ModelRequest) -> Cow<'r, ModelRequest> {
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
