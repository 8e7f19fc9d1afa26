//! What Bedrock would refuse, said before anything is sent.

use std::borrow::Cow;
use std::fmt;

use outcrop_core::{ModelError, ModelRequest, Note, NoteAction};
use serde::Serialize;

use crate::encode::{Alternation, EncodeOptions, encode_request};
use crate::repair::Rule;

/// Something about a request that the service or the model refuses, or that is not sent as it was said.
///
/// A finding never holds what the conversation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// Which rule is broken: the id of a [`Rule`](crate::Rule), the rule of a note, or the code of an error.
    pub rule: Cow<'static, str>,
    /// Where, such as `messages[3].content[1]`; empty when the request as a whole is meant.
    pub place: String,
    /// What is wrong, in a sentence for people.
    pub message: Cow<'static, str>,
    /// What helps, or what is done about it when the request is sent.
    pub hint: Option<Cow<'static, str>>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// It is sent in another way than it was said, or left out.
    Adapted,
    /// It would be refused as it stands; sent with its turns merged, it is mended.
    Refused,
    /// Nothing can be made of it that would be taken.
    Fatal,
}

/// Says what Bedrock would refuse of a request for its model, without changing or sending anything.
///
/// The rules are those by which requests are repaired, as far as the options have not switched them off, whatever the
/// options say of turns. An empty list means that the request can go out as it stands. A request of which nothing can be
/// made has one finding, which is fatal.
///
/// ```
/// use outcrop_converse::{EncodeOptions, Severity, check};
/// use outcrop_core::{ModelRequest, UnifiedMessage};
///
/// let request = ModelRequest::builder("eu.anthropic.claude-opus-4-6-v1")
///     .user("Name a river.")
///     .messages([UnifiedMessage::assistant("The ")])
///     .build();
/// let findings = check(&request, &EncodeOptions::default());
/// assert_eq!(findings[0].rule, "turns.last");
/// assert_eq!(findings[0].severity, Severity::Refused);
/// ```
#[must_use]
pub fn check(request: &ModelRequest, options: &EncodeOptions) -> Vec<Finding> {
    let options = EncodeOptions { alternation: Alternation::Merge, strict: false, ..options.clone() };
    match encode_request(request, &options) {
        Ok(encoded) => encoded.notes.into_iter().map(Finding::from).collect(),
        Err(error) => vec![Finding::from(&error)],
    }
}

impl From<Note> for Finding {
    fn from(note: Note) -> Self {
        let rule = Rule::ALL.iter().find(|rule| rule.id() == note.rule);
        match rule.filter(|_| note.action != NoteAction::Warned) {
            Some(rule) => Self {
                severity: Severity::Refused,
                rule: note.rule,
                place: note.place,
                message: Cow::Borrowed(rule.refused()),
                hint: Some(Cow::Owned(format!("merging turns mends it: {}", note.message))),
            },
            None => Self {
                severity: Severity::Adapted,
                rule: note.rule,
                place: note.place,
                message: note.message,
                hint: None,
            },
        }
    }
}

impl From<&ModelError> for Finding {
    fn from(error: &ModelError) -> Self {
        Self {
            severity: Severity::Fatal,
            rule: Cow::Owned(error.code().unwrap_or("InvalidRequest").to_owned()),
            place: error.path().unwrap_or_default().to_owned(),
            message: Cow::Owned(error.message().to_owned()),
            hint: error.hint().map(|hint| Cow::Owned(hint.to_owned())),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{} [{}]", self.message, self.rule)
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::ModelRequest;

    use super::{Severity, check};
    use crate::{EncodeOptions, Rule, Rules};

    fn findings(params: &str, options: &EncodeOptions) -> Vec<(Severity, String)> {
        let request = ModelRequest::from_json(params).unwrap();
        let before = request.clone();
        let found = check(&request, options);
        assert_eq!(request.messages, before.messages);
        found
            .iter()
            .map(|finding| (finding.severity, format!("{} [{}]", finding.place, finding.rule)))
            .collect()
    }

    #[test]
    fn what_would_be_refused_is_found_with_its_place() {
        let claude = r#""model":"us.anthropic.claude-haiku-4-5-20251001-v1:0""#;
        let call = r#"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}]}"#;
        for (params, expected) in [
            (format!(r#"{{{claude},"messages":[{{"role":"user","content":"a"}}]}}"#), vec![]),
            (
                format!(
                    r#"{{{claude},"messages":[{{"role":"user","content":"a"}},{{"role":"user","content":"b"}}]}}"#
                ),
                vec![(Severity::Refused, "messages[1] [turns.alternate]")],
            ),
            (
                format!(r#"{{{claude},"messages":[{{"role":"user","content":"a"}},{call}]}}"#),
                vec![
                    (Severity::Refused, "messages[1].content[0] [tool_use.unanswered]"),
                    (Severity::Refused, "messages[1].content[0] [tools.history]"),
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
                [EncodeOptions::default(), EncodeOptions::converse().strict(), EncodeOptions::verbatim()]
            {
                assert_eq!(findings(&params, &options), expected, "{params}");
            }
        }
    }

    #[test]
    fn a_rule_that_is_switched_off_finds_nothing() {
        let params =
            r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"#;
        let options =
            EncodeOptions { rules: Rules::all().without(Rule::Alternation), ..EncodeOptions::default() };
        assert_eq!(findings(params, &options), []);
    }
}
