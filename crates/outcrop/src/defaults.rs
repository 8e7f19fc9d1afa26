//! The defaults of a client for the fields that a request leaves empty.
//!
//! A request's own values always take precedence.

use std::borrow::Cow;

use outcrop_core::{JsonObject, ModelRequest, PromptCache};

/// The parameters that decide together how much a model reasons. A default for one of them would contradict the other.
const REASONING: [&str; 2] = ["reasoning_effort", "thinking"];

/// A request with values for the fields that other requests leave empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestDefaults(Option<Box<ModelRequest>>);

impl RequestDefaults {
    /// Creates defaults from a request that has them as its own values.
    pub(crate) fn new(request: ModelRequest) -> Self {
        Self(Some(Box::new(request)))
    }

    /// Sets how prompts are cached.
    pub(crate) fn set_cache(&mut self, cache: PromptCache) {
        // Not `ModelRequest::default`, which has no support for system prompts.
        let defaults = self.0.get_or_insert_with(|| Box::new(ModelRequest::builder("").build()));
        defaults.cache = Some(cache);
    }

    /// Completes a request; borrows it if there are no defaults.
    pub(crate) fn apply<'r>(&self, request: &'r ModelRequest) -> Cow<'r, ModelRequest> {
        // The request is cloned only if it changes, because its history may hold megabytes.
        match &self.0 {
            Some(defaults) => Cow::Owned(complete(request.clone(), defaults)),
            None => Cow::Borrowed(request),
        }
    }
}

fn complete(mut request: ModelRequest, defaults: &ModelRequest) -> ModelRequest {
    if request.model.is_empty() {
        request.model.clone_from(&defaults.model);
    }
    if request.messages.is_empty() {
        request.messages.clone_from(&defaults.messages);
    }
    if request.tools.is_empty() {
        request.tools.clone_from(&defaults.tools);
    }
    let sets_reasoning = request.reasoning_effort.is_some()
        || REASONING
            .iter()
            .any(|name| contains(&request.other, name) || contains(&request.additional_fields, name));
    fill(&mut request.tool_choice, &defaults.tool_choice);
    fill(&mut request.parallel_tool_calls, &defaults.parallel_tool_calls);
    fill(&mut request.service_tier, &defaults.service_tier);
    fill(&mut request.cache, &defaults.cache);
    fill(&mut request.price, &defaults.price);
    fill(&mut request.response_format, &defaults.response_format);
    if !sets_reasoning {
        fill(&mut request.reasoning_effort, &defaults.reasoning_effort);
    }
    let (own, default) = (&mut request.sampling, &defaults.sampling);
    fill(&mut own.max_tokens, &default.max_tokens);
    fill(&mut own.temperature, &default.temperature);
    fill(&mut own.top_p, &default.top_p);
    fill(&mut own.top_k, &default.top_k);
    fill(&mut own.seed, &default.seed);
    if own.stop.is_empty() {
        own.stop.clone_from(&default.stop);
    }
    request.supports_system_prompts &= defaults.supports_system_prompts;
    for (name, value) in defaults.metadata.iter() {
        if !request.metadata.contains(name) {
            request.metadata.insert(name, value.clone());
        }
    }
    // Merged by top-level name, as AG2 does with `additional_model_request_fields`: objects are not merged further.
    for (name, value) in defaults.additional_fields.iter() {
        let is_set = request.additional_fields.contains(name) || sets_reasoning && REASONING.contains(&name);
        if !is_set {
            request.additional_fields.insert(name, value.clone());
        }
    }
    for (name, value) in defaults.other.iter() {
        let is_set = contains(&request.other, name) || sets_reasoning && REASONING.contains(&name);
        if !is_set {
            request.other.insert(name, value.clone());
        }
    }
    request.notes.splice(0..0, defaults.notes.iter().cloned());
    request
}

fn fill<T: Clone>(own: &mut Option<T>, default: &Option<T>) {
    if own.is_none() {
        own.clone_from(default);
    }
}

/// Returns whether an object has a member, in camel case or in snake case.
///
/// `guardrailConfig` and `guardrail_config` are one parameter, so a request that has one of them must not get the other.
fn contains(members: &JsonObject, name: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    members.contains(name) || {
        let wanted = letters(name);
        members.keys().any(|key| letters(key) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::ModelRequest;
    use serde_json::json;

    use super::RequestDefaults;

    #[test]
    fn each_field_of_a_request_has_a_default_and_its_own_value_wins() {
        let defaults = json!({
            "model": "default", "messages": [{"role": "user", "content": "default"}],
            "tools": [{"type": "function", "function": {"name": "default"}}], "tool_choice": "required",
            "parallel_tool_calls": false, "max_tokens": 1, "temperature": 0.1, "top_p": 0.1, "top_k": 1, "seed": 1,
            "stop": ["default"], "reasoning_effort": "low", "service_tier": "flex", "metadata": {"a": "default"},
            "price": [1, 1], "cache": "auto", "response_format": {"type": "json_object"}, "supports_system_prompts": false,
            "additional_model_request_fields": {"f": 1}, "guardrailConfig": {"guardrailIdentifier": "default"}
        });
        let own = json!({
            "model": "own", "messages": [{"role": "user", "content": "own"}],
            "tools": [{"type": "function", "function": {"name": "own"}}], "tool_choice": "auto",
            "parallel_tool_calls": true, "max_tokens": 2, "temperature": 0.2, "top_p": 0.2, "top_k": 2, "seed": 2,
            "stop": ["own"], "reasoning_effort": "high", "service_tier": "priority", "metadata": {"a": "own"},
            "price": [2, 2], "cache": "off", "response_format": {"type": "text"},
            "additional_model_request_fields": {"f": 2}, "guardrail_config": {"guardrailIdentifier": "own"}
        });
        let defaults = ModelRequest::from_value(&defaults).unwrap();
        let own = ModelRequest::from_value(&own).unwrap();
        // `Debug` hides the conversation and more, so the fields are compared one by one.
        let fields = |request: &ModelRequest| {
            [
                request.model.clone(),
                serde_json::to_string(&request.messages).unwrap(),
                format!("{:?}", request.tools),
                format!("{:?}", request.tool_choice),
                format!("{:?}", request.parallel_tool_calls),
                format!("{:?}", request.sampling),
                format!("{:?}", request.reasoning_effort),
                format!("{:?}", request.service_tier),
                serde_json::to_string(&request.metadata).unwrap(),
                format!("{:?}", request.price),
                format!("{:?}", request.cache),
                format!("{:?}", request.response_format),
                serde_json::to_string(&request.additional_fields).unwrap(),
                serde_json::to_string(&request.other).unwrap(),
            ]
        };
        let completed = RequestDefaults::new(defaults.clone()).apply(&own).into_owned();
        assert_eq!(fields(&completed), fields(&own), "its own values win");
        assert!(!completed.supports_system_prompts, "the model of the defaults has no system prompts");
        let empty = ModelRequest::from_json("{}").unwrap();
        let completed = RequestDefaults::new(defaults.clone()).apply(&empty).into_owned();
        assert_eq!(fields(&completed), fields(&defaults), "defaults fill everything");
        assert!(matches!(RequestDefaults::default().apply(&own), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn reasoning_of_a_request_excludes_each_default_for_reasoning() {
        let defaults =
            json!({"reasoning_effort": "low", "thinking": {"type": "enabled", "budget_tokens": 2000}});
        let defaults = RequestDefaults::new(ModelRequest::from_value(&defaults).unwrap());
        for own in [
            json!({"reasoning_effort": "high"}),
            json!({"thinking": {"type": "disabled"}}),
            json!({"additional_model_request_fields": {"thinking": {"type": "disabled"}}}),
        ] {
            let request = ModelRequest::from_value(&own).unwrap();
            let completed = defaults.apply(&request);
            assert_eq!(completed.reasoning_effort, request.reasoning_effort, "{own}");
            assert_eq!(completed.other.get("thinking"), request.other.get("thinking"), "{own}");
        }
    }
}
