//! The calls of the public API: the only file here that a rename of the API touches.
//!
//! Every option is set explicitly, so that a changed default doesn't change a record. The texts of notes and errors
//! are left out of the records: they are prose and may be reworded. Rule ids, paths and codes may not.

use outcrop::config::ConfigEntry;
use outcrop::converse::{
    Encoded, Finding, ResponseContext, ResponseMetadata, Rule, Rules, Severity, check, decode_request,
    decode_response, encode_request,
};
use outcrop::{
    Alternation, ChatCompletion, Dialect, EncodeOptions, ModelError, ModelRequest, Note, Transcript,
    UnifiedResponse,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The text of inserted turns.
pub(crate) const FILLER: &str = "Please continue.";

/// A dialect and a way of making turns alternate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mode {
    /// The dialect as a configuration spells it.
    pub(crate) dialect: &'static str,
    /// The alternation as a configuration spells it.
    pub(crate) alternation: &'static str,
}

/// Every mode that a configuration can choose.
pub(crate) const MODES: [Mode; 4] = [
    Mode::new("ag2", "insert"),
    Mode::new("ag2", "merge"),
    Mode::new("converse", "insert"),
    Mode::new("converse", "merge"),
];

/// The mode of a gateway, which only the options can choose.
pub(crate) const KEEP: Mode = Mode::new("converse", "keep");

impl Mode {
    const fn new(dialect: &'static str, alternation: &'static str) -> Self {
        Self { dialect, alternation }
    }

    /// Returns the mode's name in records.
    pub(crate) fn label(self) -> String {
        format!("{} {}", self.dialect, self.alternation)
    }
}

/// The options of a generated request that no configuration has.
#[derive(Clone, Copy, Default)]
pub(crate) struct Switches {
    /// Whether a change is an error.
    pub(crate) strict: bool,
    /// The number of a rule that is switched off, modulo the number of rules.
    pub(crate) without_rule: Option<usize>,
}

impl Switches {
    /// Returns the switches as a record shows them; empty when nothing is switched.
    pub(crate) fn label(self) -> String {
        let strict = if self.strict { " strict" } else { "" };
        let without = self.rule_off().map(|rule| format!(" without {}", rule.id())).unwrap_or_default();
        format!("{strict}{without}")
    }

    fn rule_off(self) -> Option<Rule> {
        // By id, because the order of `Rule::ALL` may change while the ids may not.
        let mut rules = Rule::ALL.to_vec();
        rules.sort_by_key(|rule| rule.id());
        self.without_rule.map(|number| rules[number % rules.len()])
    }

    fn options(self, mode: Mode) -> EncodeOptions {
        let mut options = EncodeOptions::verbatim();
        options.dialect = if mode.dialect == "ag2" { Dialect::Ag2 } else { Dialect::Converse };
        options.alternation = match mode.alternation {
            "insert" => Alternation::Insert,
            "merge" => Alternation::Merge,
            _ => Alternation::Keep,
        };
        FILLER.clone_into(&mut options.filler);
        options.strict = self.strict;
        options.rules = self.rule_off().map_or_else(Rules::all, |rule| Rules::all().without(rule));
        options
    }
}

/// An encoded request, or the error in its place.
pub(crate) struct Request {
    outcome: Result<Encoded, ModelError>,
}

impl Request {
    /// Encodes a request as a client with this configuration does.
    ///
    /// `supports_system_prompts` is read from the second parameters, if there are any.
    pub(crate) fn of_config(config: &str, params: &str, flag: Option<&str>) -> Self {
        let outcome = ConfigEntry::settings_from_json(config).and_then(|entry| {
            let mut request = ModelRequest::from_json(params)?;
            if let Some(flag) = flag {
                request.supports_system_prompts = ModelRequest::from_json(flag)?.supports_system_prompts;
            }
            entry.encode(&request)
        });
        Self { outcome }
    }

    /// Encodes a generated request.
    pub(crate) fn generated(params: &str, mode: Mode, switches: Switches) -> Self {
        let request = generated(params);
        Self { outcome: request.and_then(|request| encode_request(&request, &switches.options(mode))) }
    }

    /// Returns the lines of the record: the bytes and the notes, or the error.
    pub(crate) fn lines(&self) -> Vec<String> {
        match &self.outcome {
            Ok(encoded) => written(&encoded.to_bytes(), &encoded.notes),
            Err(error) => vec![error_line(error)],
        }
    }

    /// Returns the lines of what a response to the request is decoded to.
    pub(crate) fn decoded(&self, body: &str, request_id: Option<&str>) -> Vec<String> {
        let Ok(encoded) = &self.outcome else { return Vec::new() };
        let metadata =
            request_id.map_or_else(ResponseMetadata::new, |id| ResponseMetadata::new().with_request_id(id));
        match decode_response(&body.to_owned().into(), &encoded.context, metadata) {
            Ok(response) => response_lines(response),
            Err(error) => vec![error_line(&error)],
        }
    }

    /// Returns the lines of a response that calls every tool of the request by the name that was sent.
    ///
    /// The bytes don't show which tool names were replaced and how structured output was requested. This does.
    pub(crate) fn echoed(&self) -> Vec<String> {
        let Ok(encoded) = &self.outcome else { return Vec::new() };
        let body: Value = serde_json::from_slice(&encoded.to_bytes()).unwrap();
        let tools = body["toolConfig"]["tools"].as_array().cloned().unwrap_or_default();
        let names = tools.iter().filter_map(|tool| tool["toolSpec"]["name"].as_str());
        let calls = names.zip(1..).map(|(name, number)| {
            json!({"toolUse": {"toolUseId": format!("t{number}"), "name": name, "input": {"city": "Oslo"}}})
        });
        let content: Vec<Value> = [json!({"text": r#"{"city":"Oslo"}"#})].into_iter().chain(calls).collect();
        let reason = if content.len() > 1 { "tool_use" } else { "end_turn" };
        let output = json!({"message": {"role": "assistant", "content": content}});
        let usage = json!({"inputTokens": 1000, "outputTokens": 10, "totalTokens": 1010});
        let body = json!({"output": output, "stopReason": reason, "usage": usage});
        self.decoded(&body.to_string(), Some("r1"))
    }

    /// Returns the lines of the request after it was read back and encoded again without any adaptation.
    pub(crate) fn reread(&self) -> Vec<String> {
        let Ok(encoded) = &self.outcome else { return Vec::new() };
        let again = decode_request(&encoded.model_id, &encoded.to_bytes());
        let again = again.and_then(|request| encode_request(&request, &Switches::default().options(KEEP)));
        Self { outcome: again }.lines()
    }
}

/// Returns the findings of the check of a generated request.
pub(crate) fn findings(params: &str, switches: Switches) -> Vec<String> {
    match generated(params) {
        Ok(request) => {
            let findings = check(&request, &switches.options(MODES[3]));
            let line =
                |found: &Finding| format!("found {} {} {}", severity(found.severity), found.rule, found.path);
            let mut lines: Vec<String> = findings.iter().map(line).collect();
            lines.sort();
            lines
        }
        Err(error) => vec![error_line(&error)],
    }
}

/// Returns the name of a severity in records, whatever the variant is called.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Adapted => "Adapted",
        Severity::Rejected => "Refused",
        _ => "Fatal",
    }
}

/// Encodes growing requests in one transcript and returns the lines of each.
///
/// # Panics
/// If a request differs from the same request in a transcript of its own.
pub(crate) fn grown(requests: &[String], mode: Mode, switches: Switches) -> Vec<Vec<String>> {
    let options = switches.options(mode);
    let mut transcript = Transcript::new();
    let mut lines = Vec::new();
    for params in requests {
        let encoded = generated(params).and_then(|request| transcript.encode(&request, &options));
        let grown = match encoded {
            Ok(encoded) => written(&encoded.body, &encoded.notes),
            Err(error) => vec![error_line(&error)],
        };
        let fresh = Request::generated(params, mode, switches).lines();
        assert!(
            grown == fresh,
            "the transcript differs:\n{params}\n{}\n{}",
            grown.join("\n"),
            fresh.join("\n")
        );
        lines.push(grown);
    }
    lines
}

/// Reads generated parameters. A message with a `response` becomes the message that the response is decoded to.
fn generated(params: &str) -> Result<ModelRequest, ModelError> {
    #[derive(Deserialize)]
    struct Params<'a> {
        #[serde(borrow)]
        messages: Vec<Message<'a>>,
    }

    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        response: Option<&'a RawValue>,
        response_model: Option<String>,
    }

    let mut request = ModelRequest::from_json(params)?;
    let read: Params<'_> = serde_json::from_str(params).unwrap();
    for (message, read) in request.messages.iter_mut().zip(read.messages) {
        let Some(response) = read.response else { continue };
        let mut context = ResponseContext::default();
        context.model = read.response_model.unwrap_or_else(|| request.model.clone());
        context.dialect = Dialect::Converse;
        let body = response.get().to_owned().into();
        let response = decode_response(&body, &context, ResponseMetadata::new().with_request_id("r0"))?;
        *message = response.messages.into_iter().next().unwrap();
    }
    Ok(request)
}

fn written(bytes: &[u8], notes: &[Note]) -> Vec<String> {
    let body = std::str::from_utf8(bytes).unwrap().to_owned();
    std::iter::once(body).chain(note_lines(notes)).collect()
}

/// Returns the lines of notes, sorted: their order is that of the encoder's passes, which may change.
fn note_lines(notes: &[Note]) -> Vec<String> {
    let mut lines: Vec<String> = notes.iter().map(note_line).collect();
    lines.sort();
    lines
}

fn note_line(note: &Note) -> String {
    format!("note {} {} {}", note.rule, note.action.as_str(), note.path).trim_end().to_owned()
}

fn error_line(error: &ModelError) -> String {
    let [code, path] = [error.code(), error.path()].map(Option::unwrap_or_default);
    format!("error {code} {path}").trim_end().to_owned()
}

fn response_lines(mut response: UnifiedResponse) -> Vec<String> {
    // The notes have prose in them.
    let notes = std::mem::take(&mut response.notes);
    let completion = ChatCompletion::from(&response);
    let mut lines = vec![
        format!("response {}", serde_json::to_string(&response).unwrap()),
        format!("completion {}", serde_json::to_string(&completion).unwrap()),
    ];
    lines.extend(note_lines(&notes));
    lines
}
