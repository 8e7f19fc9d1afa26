//! How requests are encoded.

use outcrop_core::{JsonSchemaFormat, ResponseFormat};

use crate::catalog::{Capabilities, Catalog};
use crate::repair::Rules;

/// How requests are encoded. The default is AG2's way wherever the service takes it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// Whose habits are kept where both are right.
    pub dialect: Dialect,
    /// How turns are made to alternate.
    pub alternation: Alternation,
    /// What inserted turns say.
    pub filler: String,
    /// The structure of every answer; goes before that of a request, as AG2's constructor goes before its parameters.
    pub response_format: Option<ResponseFormat>,
    /// Whether a change to the request is an error instead of a note.
    pub strict: bool,
    /// The rules by which requests are repaired; all of them by default.
    ///
    /// AG2's fillers between turns, and what it does with calls that have no result, are no such rules and stay.
    pub rules: Rules,
    /// What is known of models, by which a request is adapted to what its model takes.
    pub catalog: Catalog,
}

/// Whose habits are kept where both are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// AG2's: what a program that moves over from AG2 expects.
    #[default]
    Ag2,
    /// Converse's own: schemas as they were given.
    Converse,
}

/// How turns are made to alternate between user and assistant, as Converse wants them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alternation {
    /// A turn of the other side is inserted between two of the same one. AG2's way.
    #[default]
    Insert,
    /// Turns of the same side become one, and all else that Converse and the model want of a history is seen to: calls
    /// and results, reasoning, documents, cache points, the first and the last turn (see [`Rule`](crate::Rule)).
    Merge,
    /// Every message is a turn, as it stands: nothing is added, merged, paired or left out. For gateways that pass on
    /// requests which are in order, and for looking at what the service says to those that are not.
    Keep,
}

impl EncodeOptions {
    /// What AG2 lets the other side say.
    pub const FILLER: &'static str = "Please continue.";

    /// Turns merged rather than inserted, schemas and tools in Converse's own way.
    #[must_use]
    pub fn converse() -> Self {
        Self { dialect: Dialect::Converse, alternation: Alternation::Merge, ..Self::default() }
    }

    /// The conversation as it stands, schemas and tools in Converse's own way: for requests that were Converse's
    /// when they were read, and shall be so again.
    #[must_use]
    pub fn verbatim() -> Self {
        Self { dialect: Dialect::Converse, alternation: Alternation::Keep, ..Self::default() }
    }

    /// Sets the dialect.
    #[must_use]
    pub fn with_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Sets how turns are made to alternate.
    #[must_use]
    pub fn with_alternation(self, alternation: Alternation) -> Self {
        Self { alternation, ..self }
    }

    /// Sets the text of inserted turns.
    #[must_use]
    pub fn with_filler(self, filler: impl Into<String>) -> Self {
        Self { filler: filler.into(), ..self }
    }

    /// Sets the rules by which requests are repaired.
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// Sets the structure of every response.
    #[must_use]
    pub fn with_response_format(self, format: ResponseFormat) -> Self {
        Self { response_format: Some(format), ..self }
    }

    /// Sets the catalog of models.
    #[must_use]
    pub fn with_catalog(self, catalog: Catalog) -> Self {
        Self { catalog, ..self }
    }

    /// Makes every change to a request an error.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    /// What of a model's capabilities a request is adapted to. Where the conversation goes as it stands, so does the rest:
    /// there only the places matter that parameters have.
    pub(super) fn adapted_to(&self, known: &Capabilities) -> Capabilities {
        match self.alternation {
            Alternation::Insert | Alternation::Merge => *known,
            Alternation::Keep => Capabilities {
                reasoning: known.reasoning,
                top_k: known.top_k,
                parallel_tools_switch: known.parallel_tools_switch,
                structured_output: known.structured_output,
                ..Capabilities::UNKNOWN
            },
        }
    }

    /// The schema that the answer shall have: that of the options, else that of the request.
    pub(super) fn schema_for<'a>(&'a self, of_request: Option<&'a ResponseFormat>) -> Option<Wanted<'a>> {
        match self.response_format.as_ref().or(of_request)? {
            ResponseFormat::JsonObject => Some(Wanted::AnyObject),
            ResponseFormat::JsonSchema(format) => Some(Wanted::Schema(format)),
            _ => None,
        }
    }
}

/// The structure that an answer shall have.
pub(super) enum Wanted<'a> {
    AnyObject,
    Schema(&'a JsonSchemaFormat),
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            alternation: Alternation::default(),
            filler: Self::FILLER.to_owned(),
            response_format: None,
            strict: false,
            rules: Rules::all(),
            catalog: Catalog::builtin(),
        }
    }
}
