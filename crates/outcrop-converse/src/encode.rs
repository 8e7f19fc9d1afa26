//! From a request to Converse.

mod body;
mod choice;
mod content;
mod drafts;
mod effort;
mod grown;
mod guard;
mod limits;
mod media;
mod model_fields;
mod names;
mod options;
mod params;
pub(crate) mod place;
mod sampling;
mod schemas;
mod structured;
mod system;
mod taken;
mod thinking;
mod tools;
mod turns;
mod unnamed;
mod verbatim;
mod without;

use std::fmt;

use bytes::Bytes;
use outcrop_core::{ModelError, ModelRequest, Note, NoteAction, RawJson, WriteJson};

pub(crate) use content::size_hint;
pub use options::{Alternation, Dialect, EncodeOptions};

use crate::bedrock::BedrockParams;
use crate::catalog::{Capabilities, ModelInfo};
use crate::decode::ResponseContext;
use crate::model::ModelId;
use crate::repair::Traits;
use crate::transcript::Past;
use crate::wire::ConverseRequest;

/// An encoded Converse request: its body, the notes on every change, and the context that its response is decoded with.
///
/// [`encode_request`] returns the typed body, which can still be changed. [`Transcript::encode`](crate::Transcript::encode)
/// and [`serialize`](Encoded::serialize) return `Encoded<Bytes>`, whose body is the JSON to send.
#[derive(Clone)]
#[non_exhaustive]
pub struct Encoded<B = ConverseRequest> {
    /// The model's id, for the path of the request.
    pub model_id: String,
    /// The body of the request: a [`ConverseRequest`], or its JSON as [`Bytes`].
    pub body: B,
    /// The additions, removals and changes, in the order of the rules.
    pub notes: Vec<Note>,
    /// The context that the response to this request is decoded with.
    pub context: ResponseContext,
    /// Kept for `Encoded<Bytes>`, whose body cannot be asked.
    pub(crate) has_tools: bool,
}

impl Encoded {
    /// Serializes the body. The same request always gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut text = Vec::with_capacity(size_hint(&self.body));
        self.body.write_json(&mut text);
        Bytes::from(text)
    }

    /// Replaces the typed body with its bytes, which take less room while a call is in flight.
    #[must_use]
    pub fn serialize(self) -> Encoded<Bytes> {
        let body = self.to_bytes();
        let has_tools = self.has_tools();
        Encoded { model_id: self.model_id, body, notes: self.notes, context: self.context, has_tools }
    }

    /// Returns whether the request offers tools to the model.
    #[must_use]
    pub fn has_tools(&self) -> bool {
        self.body.tool_config.is_some()
    }
}

impl Encoded<Bytes> {
    /// Returns whether the request offers tools to the model.
    #[must_use]
    pub fn has_tools(&self) -> bool {
        self.has_tools
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_with(&self.body, f)
    }
}

impl fmt::Debug for Encoded<Bytes> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes are the conversation: only their number may be shown.
        self.fmt_with(&format_args!("{} bytes", self.body.len()), f)
    }
}

impl<B> Encoded<B> {
    fn fmt_with(&self, body: &dyn fmt::Debug, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded")
            .field("model_id", &self.model_id)
            .field("body", body)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// Writes a request as Converse takes it.
///
/// Pure and deterministic: the same request gives the same bytes. What must be changed so that the service takes it
/// is changed and noted; with [`EncodeOptions::strict`] a change is an error. Nothing is sent that was not asked for.
///
/// ```
/// use outcrop_converse::{EncodeOptions, encode_request};
/// use outcrop_core::ModelRequest;
///
/// let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("hi").max_tokens(50).build();
/// let encoded = encode_request(&request, &EncodeOptions::default())?;
/// assert_eq!(
///     encoded.to_bytes(),
///     r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":50}}"#,
/// );
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidRequest`, with the place and a code such as `InvalidImage` or `DuplicateTool`: nothing could be
/// made of the request that the service would take.
pub fn encode_request(request: &ModelRequest, options: &EncodeOptions) -> Result<Encoded, ModelError> {
    encode_after(request, options, &mut Past::default())
}

/// Writes a request of whose conversation some may be settled already; that is missing from the body.
///
/// Where what is settled cannot be told apart from the rest, it is forgotten, and the body is whole.
pub(crate) fn encode_after(
    request: &ModelRequest,
    options: &EncodeOptions,
    past: &mut Past,
) -> Result<Encoded, ModelError> {
    encode_noting(request, options, past, &mut Vec::new())
}

/// Writes a request; where nothing can be made of it, the notes up to there are handed out beside the error.
pub(crate) fn encode_noting(
    request: &ModelRequest,
    options: &EncodeOptions,
    past: &mut Past,
    noted: &mut Vec<Note>,
) -> Result<Encoded, ModelError> {
    if request.model.is_empty() {
        return Err(ModelError::invalid_request("MissingModel", "model", "no model is given")
            .with_hint("set `model` to a model id such as `us.anthropic.claude-haiku-4-5-20251001-v1:0`, or to an inference profile's ARN"));
    }
    let (with_ids, unnamed) = unnamed::with_ids_and_names(request, options);
    let request = with_ids.as_ref();
    let encoded = BedrockParams::of(request).and_then(|bedrock| {
        let model = ModelId::parse(&request.model);
        let known = *options.catalog.model(&request.model);
        let takes = options.adapted_to(&known.capabilities);
        let traits = Traits::from(&known);
        let notes = request.notes.iter().cloned().chain(unnamed).collect();
        let in_parts = options.alternation != Alternation::Keep && !bedrock.options.guard_last_turn_only;
        if past.is_kept && !in_parts {
            past.clear();
        }
        let mut encoder = Encoder { request, options, model, known, takes, traits, bedrock, notes, past };
        let encoded = encoder.encode();
        noted.append(&mut encoder.notes);
        encoded
    });
    encoded.map_err(|error| error.with_model(&request.model))
}

/// What the parts of the encoding share.
struct Encoder<'a> {
    request: &'a ModelRequest,
    options: &'a EncodeOptions,
    model: ModelId<'a>,
    /// What is known of the model.
    known: ModelInfo,
    /// What the model takes, as far as this encoding minds it.
    takes: Capabilities,
    /// What repairs ask of the model.
    traits: Traits,
    bedrock: BedrockParams,
    notes: Vec<Note>,
    past: &'a mut Past,
}

impl Encoder<'_> {
    fn encode(&mut self) -> Result<Encoded, ModelError> {
        self.note_system_as_words();
        self.check_messages()?;
        let mut body = ConverseRequest::new();
        let told = self.told_to_reason();
        let (mut tool_config, structured) = self.tool_config()?;
        if let Some(config) = &mut tool_config {
            if let Some(structured) = &structured {
                self.force_answer(config, structured);
            }
            self.check_tools(config, structured.is_some())?;
            self.fit_schemas(config, structured.as_ref());
        }
        // No model that thinks goes on with the assistant's words.
        self.traits.prefill &= !(self.adapts() && told.thinking.is_of_claude());
        if self.adapts() && !self.request.messages.is_empty() {
            self.repaired(&mut body, tool_config)?;
        } else {
            body.messages = self.messages()?;
            body.system = self.system()?;
            body.tool_config = tool_config;
        }
        // Whether the model thinks depends on the turns, and on that depends what else it takes.
        let told = self.settle_thinking(body.messages.as_deref().unwrap_or_default(), told);
        let thinking = told.thinking;
        let mut fields = self.model_fields(told);
        body.inference_config = self.inference_config(thinking, &mut fields)?;
        if let Some(config) = &mut body.tool_config {
            self.settle_choice(config, thinking);
            if let Some(structured) = &structured {
                self.ask_for_answer(config, structured);
            }
        }
        let names = self.legal_names(&mut body);
        self.one_call_at_a_time(body.tool_config.as_ref(), &mut fields);
        body.additional_model_request_fields = Some(fields).filter(|f| !f.is_empty()).map(RawJson::from);
        self.settings(&mut body);
        self.note_unused_parameters();
        self.as_it_was(&mut body);
        limits::check(&body)?;
        // What is only warned of is sent as it was said.
        let change = self.notes.iter().find(|note| note.action != NoteAction::Warned);
        if let Some(note) = change.filter(|_| self.options.strict) {
            return Err(ModelError::invalid_request("StrictMode", note.path.clone(), note.message.clone())
                .with_hint("the request was to be sent without any change; without `strict` the change is made and noted"));
        }
        Ok(Encoded {
            model_id: self.request.model.clone(),
            has_tools: body.tool_config.is_some(),
            body,
            notes: std::mem::take(&mut self.notes),
            context: ResponseContext {
                model: self.request.model.clone(),
                price: self.request.price,
                dialect: self.options.dialect,
                catalog: self.options.catalog.clone(),
                structured,
                names,
            },
        })
    }

    /// Whether the request is adapted to what the model is known to refuse.
    fn adapts(&self) -> bool {
        self.options.alternation != Alternation::Keep
    }

    /// Whether AG2's habits are kept where both are right.
    fn keeps_to_ag2(&self) -> bool {
        self.options.dialect == Dialect::Ag2
    }

    fn note(
        &mut self,
        rule: &'static str,
        action: NoteAction,
        place: impl Into<String>,
        message: &'static str,
    ) {
        self.notes.push(Note::new(rule, action, place, message));
    }
}

#[cfg(test)]
mod tests;
