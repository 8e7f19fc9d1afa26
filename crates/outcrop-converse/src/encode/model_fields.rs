//! Fields for the model itself, past the service's API: `additionalModelRequestFields`.

use outcrop_core::{JsonObject, NoteAction, RawJson};
use serde_json::Number;

use super::Encoder;
use super::thinking::{Thinking, Told};
use crate::catalog::{ModelFamily, SamplingParams, TopK};

/// The fields of ours that the caller's own ones of the same name are put together with; others they replace.
const JOINED: &[&str] = &["anthropic_beta", "inferenceConfig", "output_config"];

/// Parameters that become fields of the model.
pub(super) const FIELD_PARAMETERS: &[&str] = &["anthropic_beta", "k", "thinking"];

impl Encoder<'_> {
    /// What the model is told about reasoning, by parameters and by the caller's own fields.
    pub(super) fn told_to_reason(&mut self) -> Told {
        let mut own = std::mem::take(&mut self.bedrock.model_fields);
        own.extend(self.request.additional_fields.iter().map(|(name, value)| (name, value.clone())));
        let mut reasoning = JsonObject::new();
        self.thinking(&mut reasoning);
        self.effort(&mut reasoning, &own);
        let thinking = Thinking::of(&reasoning, &own, self.takes.reasoning);
        Told { thinking, reasoning, own }
    }

    /// Fields for the model itself, the caller's own having the last word.
    pub(super) fn model_fields(&mut self, told: Told) -> JsonObject {
        let Told { thinking, reasoning, own } = told;
        let mut fields = JsonObject::new();
        self.top_k(&mut fields, &own, thinking);
        self.k_as_given(&mut fields, &own);
        self.seed(&mut fields, &own);
        join(&mut fields, reasoning);
        self.betas(&mut fields);
        join(&mut fields, own);
        fields
    }

    /// The number of tokens to draw from, where the family wants it (lessons L91 and M48).
    fn top_k(&mut self, fields: &mut JsonObject, own: &JsonObject, thinking: Thinking) {
        let Some(top_k) = self.request.sampling.top_k.clone() else { return };
        let value = RawJson::from(serde_json::Value::Number(top_k));
        if own.contains("top_k") && self.keeps_to_ag2() {
            fields.insert("top_k", value);
            return;
        }
        if self.takes.sampling == SamplingParams::Unsupported {
            return self.drop_field("top_k", "left out, since the model draws its tokens in its own way");
        }
        if self.adapts() && thinking.is_of_claude() {
            return self.drop_field("top_k", "left out, since a model that thinks does not take it");
        }
        if self.adapts() && thinking == Thinking::Unbound {
            return self.drop_field("top_k", "left out, since the model refuses it at this effort");
        }
        match self.place_of_top_k() {
            TopK::TopK => drop(fields.insert("top_k", value)),
            TopK::K => drop(fields.insert("k", value)),
            TopK::InferenceConfig => drop(fields.insert("inferenceConfig", object([("topK", value)]))),
            TopK::Unsupported => self.drop_field("top_k", "left out, since the model has no such parameter"),
            TopK::Unknown => self.sent_as_it_is("top_k", value, fields, own),
        }
    }

    /// Where `top_k` goes. AG2 has one place for all models; elsewhere a family of which no place is known has none, since
    /// most models refuse fields that they do not know.
    fn place_of_top_k(&self) -> TopK {
        match self.takes.top_k {
            TopK::Unsupported => TopK::Unsupported,
            _ if self.keeps_to_ag2() => TopK::Unknown,
            TopK::Unknown if self.known.family != ModelFamily::Other => TopK::Unsupported,
            place => place,
        }
    }

    /// `k`, which is what Cohere calls `top_k`, and AG2 sends to all models.
    fn k_as_given(&mut self, fields: &mut JsonObject, own: &JsonObject) {
        let Some(k) = self.k() else { return };
        let value = RawJson::from(serde_json::Value::Number(k));
        if self.keeps_to_ag2() || self.known.family == ModelFamily::Other {
            self.sent_as_it_is("k", value, fields, own);
        } else if self.takes.top_k == TopK::K {
            fields.insert("k", value);
        } else {
            self.drop_field("k", "left out, since the model has no such parameter");
        }
    }

    /// AG2's `k`, if it is a whole number.
    pub(super) fn k(&self) -> Option<Number> {
        self.request
            .other
            .get("k")
            .and_then(|value| value.deserialize::<Number>().ok())
            .filter(|k| !k.is_f64())
    }

    /// The seed, which AG2 sends to the model, and which no model on Bedrock is known to take (lesson L92).
    fn seed(&mut self, fields: &mut JsonObject, own: &JsonObject) {
        let Some(seed) = self.request.sampling.seed.clone() else { return };
        if self.keeps_to_ag2() {
            let value = RawJson::from(serde_json::Value::Number(seed));
            self.sent_as_it_is("seed", value, fields, own);
        } else {
            self.drop_field("seed", "left out, since Converse has no such parameter");
        }
    }

    /// Anthropic's betas, which Bedrock takes as a field and not as a header (lesson L94).
    fn betas(&mut self, fields: &mut JsonObject) {
        let Some(given) = self.request.other.get("anthropic_beta").filter(|given| !given.is_null()) else {
            return;
        };
        let list = match given.as_string() {
            Some(names) => list_of(names.split(',').map(str::trim).filter(|name| !name.is_empty())),
            None => given.clone(),
        };
        let is_unknown = self.known.family == ModelFamily::Other && !self.keeps_to_ag2();
        if self.known.family == ModelFamily::Claude || is_unknown {
            join(fields, [("anthropic_beta", list)].into_iter().collect());
        } else {
            self.drop_field("anthropic_beta", "left out, since the model is not Anthropic's");
        }
    }

    fn sent_as_it_is(
        &mut self,
        name: &'static str,
        value: RawJson,
        fields: &mut JsonObject,
        own: &JsonObject,
    ) {
        fields.insert(name, value);
        if !own.contains(name) {
            let message =
                "sent to the model as one of its own fields, since Converse has no parameter for it";
            self.note("params.model_field", NoteAction::Moved, name, message);
        }
    }

    fn drop_field(&mut self, name: &'static str, why: &'static str) {
        self.note("params.model_field", NoteAction::Dropped, name, why);
    }
}

/// An object of a few members, in their order.
pub(super) fn object<const N: usize>(members: [(&str, RawJson); N]) -> RawJson {
    RawJson::from(members.into_iter().collect::<JsonObject>())
}

/// Adds fields: the later word counts, save where both are parts of one.
fn join(fields: &mut JsonObject, later: JsonObject) {
    for (name, value) in later {
        let joined = fields
            .get(&name)
            .filter(|_| JOINED.contains(&name.as_str()))
            .and_then(|former| both(former, &value));
        fields.insert(name, joined.unwrap_or(value));
    }
}

/// Two objects or two lists as one; members of the second replace those of the first.
fn both(former: &RawJson, later: &RawJson) -> Option<RawJson> {
    if let Some((mut members, later)) = former.as_object().zip(later.as_object()) {
        members.extend(later);
        return Some(RawJson::from(members));
    }
    let (mut items, later) = former.as_array().zip(later.as_array())?;
    for item in later {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    RawJson::from_serialize(&items).ok()
}

fn list_of<'a>(names: impl Iterator<Item = &'a str>) -> RawJson {
    RawJson::from_serialize(&names.collect::<Vec<_>>()).unwrap_or_else(|_| RawJson::null())
}
