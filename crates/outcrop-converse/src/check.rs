//! Checks requests: reports what Bedrock would reject, before anything is sent.
//!
//! A check runs the encoder and classifies its notes, so that it cannot disagree with what the encoder does.

use std::borrow::Cow;
use std::fmt;

use outcrop_core::{ModelError, ModelRequest, Note, NoteAction};
use serde::Serialize;

use crate::encode::encode_with_notes;
use crate::options::{Alternation, EncodeOptions};
use crate::rule::Rule;

/// The rules of notes about parts that Converse represents in another way or not at all. The service cannot reject them,
/// because they cannot be sent. With an action, only notes with that action are meant.
///
/// All other changes are made because the service or the model would reject the request.
const MAPPED: &[(&str, Option<NoteAction>)] = &[
    ("cache.auto", None),
    ("content.kind", None),
    ("content.part", None),
    ("documents.format", None),
    ("messages.audio", None),
    ("messages.bookkeeping", None),
    ("messages.content", None),
    ("messages.function_call", None),
    ("messages.item", None),
    ("messages.member", None),
    ("messages.name", None),
    ("messages.reasoning_content", None),
    ("messages.result", None),
    ("messages.role", None),
    ("model.prefix", None),
    ("params.cache_ttl", None),
    ("params.duplicate", None),
    ("params.effort", None),
    ("params.max_tokens", Some(NoteAction::Added)),
    ("params.model_field", None),
    ("params.reserved", None),
    ("params.service_tier", None),
    ("params.type", None),
    ("params.unknown", None),
    ("reasoning.encrypted", None),
    ("structured.native", None),
    ("structured.prompt", None),
    ("structured.tool", None),
    ("system.hoist", None),
    ("system.in_place", None),
    ("system.member", None),
    ("tool_result.kind", None),
    ("tools.allowed", None),
    ("tools.custom", None),
    ("tools.functions", None),
    ("tools.member", None),
    ("tools.none", None),
    ("tools.parallel", None),
    ("tools.schema", Some(NoteAction::Dropped)),
    ("tools.type", None),
];

/// A part of a request that the service or the model would reject, or that is not sent unchanged.
///
/// A finding never contains text of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The consequence for the request.
    pub severity: Severity,
    /// The id of a [`Rule`](crate::Rule), the rule of a [`Note`], or the code of an error.
    pub rule: Cow<'static, str>,
    /// The path in the request, such as `messages[3].content[1]`; empty for the request as a whole. In JSON: `place`.
    #[serde(rename = "place")]
    pub path: String,
    /// The problem, in a sentence.
    pub message: Cow<'static, str>,
    /// The remedy, or the change that is made when the request is sent.
    pub hint: Option<Cow<'static, str>>,
}

/// The consequence of a finding, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// The part is sent in another form, or dropped.
    Adapted,
    /// The service would reject the part unchanged. The encoder repairs it, if turns are merged. In JSON: `refused`.
    #[serde(rename = "refused")]
    Rejected,
    /// The request cannot be encoded in any form that the service would accept.
    Fatal,
}

/// Reports what Bedrock would reject in a request for its model. Nothing is changed or sent.
///
/// The rules are those of [`encode_request`](crate::encode_request), except those that the options switch off. The options
/// for turns are ignored: turns are checked as Converse requires them.
///
/// Without a finding that is [`Rejected`](Severity::Rejected) or [`Fatal`](Severity::Fatal), the request can be sent
/// unchanged. If it cannot be encoded, the last finding is fatal, and the parts that follow in the request were not
/// checked.
///
/// ```
/// use outcrop_converse::core::{ModelRequest, UnifiedMessage};
/// use outcrop_converse::{EncodeOptions, Severity, check};
///
/// let request = ModelRequest::builder("eu.anthropic.claude-opus-4-6-v1")
///     .user("Name a river.")
///     .messages([UnifiedMessage::assistant("The ")])
///     .build();
/// let findings = check(&request, &EncodeOptions::default());
/// assert_eq!(findings[0].rule, "turns.last");
/// assert_eq!(findings[0].severity, Severity::Rejected);
/// ```
#[must_use]
pub fn check(request: &ModelRequest, options: &EncodeOptions) -> Vec<Finding> {
    // Inserted turns are changes of AG2's dialect, not rejections of the service; a strict encoder stops at the first one.
    let options = EncodeOptions { alternation: Alternation::Merge, strict: false, ..options.clone() };
    let mut notes = Vec::new();
    let encoded = encode_with_notes(request, &options, &mut notes);
    let (fatal, completed) = match encoded {
        Ok(encoded) => (None, encoded.notes),
        Err(error) => (Some(Finding::from(&error)), Vec::new()),
    };
    notes.into_iter().chain(completed).map(Finding::from).chain(fatal).collect()
}

impl From<Note> for Finding {
    fn from(note: Note) -> Self {
        let rule = Rule::ALL.iter().find(|rule| rule.id() == note.rule);
        match rule.filter(|_| note.action != NoteAction::Warned) {
            Some(rule) => Self {
                severity: Severity::Rejected,
                rule: note.rule,
                path: note.path,
                message: Cow::Borrowed(rule.rejection()),
                hint: Some(Cow::Owned(format!("merging turns repairs it: {}", note.message))),
            },
            None => Self {
                severity: if is_mapped(&note) { Severity::Adapted } else { Severity::Rejected },
                rule: note.rule,
                path: note.path,
                message: note.message,
                hint: None,
            },
        }
    }
}

/// Returns whether the service would not have rejected the part that a note is about.
fn is_mapped(note: &Note) -> bool {
    let is_meant = |action: &Option<NoteAction>| action.as_ref().is_none_or(|action| *action == note.action);
    note.action == NoteAction::Warned
        || MAPPED.iter().any(|(rule, action)| *rule == note.rule && is_meant(action))
}

impl From<&ModelError> for Finding {
    fn from(error: &ModelError) -> Self {
        Self {
            severity: Severity::Fatal,
            rule: Cow::Owned(error.code().unwrap_or("InvalidRequest").to_owned()),
            path: error.path().unwrap_or_default().to_owned(),
            message: Cow::Owned(error.message().to_owned()),
            hint: error.hint().map(|hint| Cow::Owned(hint.to_owned())),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{} [{}]", self.message, self.rule)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use outcrop_core::ModelRequest;

    use super::{MAPPED, Severity, check};
    use crate::{EncodeOptions, Rule, Rules};

    fn findings(params: &str, options: &EncodeOptions) -> Vec<(Severity, String)> {
        let request = ModelRequest::from_json(params).unwrap();
        let before = request.clone();
        let found = check(&request, options);
        assert_eq!(request.messages, before.messages);
        found
            .iter()
            .map(|finding| (finding.severity, format!("{} [{}]", finding.path, finding.rule)))
            .collect()
    }

    #[test]
    fn rejected_parts_are_found_with_their_path() {
        let claude = r#""model":"us.anthropic.claude-haiku-4-5-20251001-v1:0""#;
        let call = r#"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}]}"#;
        for (params, expected) in [
            (format!(r#"{{{claude},"messages":[{{"role":"user","content":"a"}}]}}"#), vec![]),
            (
                format!(
                    r#"{{{claude},"messages":[{{"role":"user","content":"a"}},{{"role":"user","content":"b"}}]}}"#
                ),
                vec![(Severity::Rejected, "messages[1] [turns.alternate]")],
            ),
            (
                format!(r#"{{{claude},"messages":[{{"role":"user","content":"a"}},{call}]}}"#),
                vec![
                    (Severity::Rejected, "messages[1].content[0] [tool_use.unanswered]"),
                    (Severity::Rejected, "messages[1].content[0] [tools.history]"),
                ],
            ),
            (
                format!(r#"{{{claude},"messages":[{{"role":"user","content":"a"}}],"logit_bias":{{}}}}"#),
                vec![(Severity::Adapted, "logit_bias [params.unknown]")],
            ),
            (format!(r#"{{{claude},"messages":[]}}"#), vec![(Severity::Fatal, "messages [InvalidRequest]")]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(severity, at)| (severity, at.to_owned())).collect();
            for options in
                [EncodeOptions::ag2(), EncodeOptions::converse().strict(), EncodeOptions::verbatim()]
            {
                assert_eq!(findings(&params, &options), expected, "{params}");
            }
        }
    }

    #[test]
    fn parts_that_the_model_rejects_are_rejected_and_mapped_ones_adapted() {
        let user = r#""messages":[{"role":"user","content":"a"}]"#;
        let tool = r#""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","oneOf":[{"type":"object","properties":{}}]}}}]"#;
        let (rejected, adapted) = (Severity::Rejected, Severity::Adapted);
        for (model, members, expected) in [
            (
                "us.anthropic.claude-opus-4-7",
                r#""temperature":0.5"#.to_owned(),
                vec![(rejected, "temperature [params.sampling]")],
            ),
            (
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                format!(
                    r#"{tool},"tool_choice":"required","max_tokens":4000,"thinking":{{"type":"enabled","budget_tokens":500}}"#
                ),
                vec![
                    (rejected, "thinking.budget_tokens [params.thinking]"),
                    (rejected, "tool_choice [tools.choice]"),
                    (rejected, "tools[0].parameters.oneOf [tools.schema]"),
                ],
            ),
            (
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                r#""seed":1,"logit_bias":{},"reasoning_effort":"high""#.to_owned(),
                vec![
                    (adapted, "seed [params.model_field]"),
                    (adapted, "max_tokens [params.max_tokens]"),
                    (adapted, "logit_bias [params.unknown]"),
                ],
            ),
        ] {
            let params = format!(r#"{{"model":"{model}",{user},{members}}}"#);
            let mut found = findings(&params, &EncodeOptions::converse());
            found.retain(|(_, at)| !at.starts_with("reasoning_effort "));
            let mut expected: Vec<_> =
                expected.into_iter().map(|(severity, at)| (severity, at.to_owned())).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{params}");
        }
    }

    #[test]
    fn findings_before_a_fatal_one_are_reported() {
        let params = r#"{"model":"us.anthropic.claude-opus-4-7","tool_choice":"required","messages":[{"role":"user",
            "content":["a"," ",{"type":"image_url","image_url":{"url":"data:image/tiff;base64,aGk="}}]}]}"#;
        let found = findings(params, &EncodeOptions::converse());
        assert_eq!(
            found,
            [
                (Severity::Rejected, "tool_choice [tools.choice]".to_owned()),
                (Severity::Rejected, "messages[0].content[1] [content.blank]".to_owned()),
                (Severity::Fatal, "messages[0].content[2] [UnsupportedImageFormat]".to_owned()),
            ]
        );
    }

    #[test]
    fn disabled_rule_finds_nothing() {
        let params =
            r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"#;
        let options =
            EncodeOptions { rules: Rules::all().without(Rule::Alternation), ..EncodeOptions::ag2() };
        assert_eq!(findings(params, &options), []);
    }

    /// The rules of notes about rejected parts that have no `Rule`. A new rule of the encoder must be added here or to
    /// `MAPPED`.
    const REJECTED: &[&str] = &[
        "citations.format",
        "citations.location",
        "content.audio",
        "documents.source",
        "image.format",
        "media.format",
        "params.refused",
        "params.sampling",
        "params.stop",
        "params.temperature",
        "params.thinking",
        "schema.invalid",
        "schema.reference",
        "system.content",
        "system.unsupported",
        "tool_result.without_tools",
        "tool_use.input",
        "tool_use.without_tools",
        "tools.choice",
        "tools.strict",
    ];

    #[test]
    fn each_rule_of_the_encoder_is_classified() {
        let mut found = BTreeSet::new();
        let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/encode"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.file_stem().is_some_and(|name| name == "tests") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                found.extend(code.split('"').filter(|text| is_id(text)).map(str::to_owned));
            }
        }
        // Not a rule, but the path of a note.
        assert!(found.remove("thinking.budget_tokens"));
        assert!(found.contains("params.sampling") && found.contains("tools.choice"), "{found:?}");
        let is_classified = |id: &&String| {
            let mapped = MAPPED.iter().any(|(rule, _)| rule == id);
            mapped || REJECTED.contains(&id.as_str()) || Rule::ALL.iter().any(|rule| rule.id() == id.as_str())
        };
        let unclassified: Vec<_> = found.iter().filter(|id| !is_classified(id)).collect();
        assert_eq!(unclassified, Vec::<&String>::new());
        let in_both =
            REJECTED.iter().filter(|id| MAPPED.iter().any(|(rule, action)| rule == *id && action.is_none()));
        assert_eq!(in_both.count(), 0);
    }

    /// Returns whether a text has the form of a rule id, such as `params.stop`.
    fn is_id(text: &str) -> bool {
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        text.split_once('.').is_some_and(|(group, name)| is_word(group) && is_word(name))
    }
}
