//! Options of the encoder.

use outcrop_core::{JsonSchemaFormat, ResponseFormat};

use crate::catalog::Catalog;
use crate::rule::Rules;

/// Options for encoding requests.
///
/// The default is Converse's own dialect, [`EncodeOptions::converse`]: turns of the same role are merged, tools keep their
/// schemas, and the service enforces structured output if the model supports that. [`EncodeOptions::ag2`] is the dialect
/// of AG2 Classic, for programs that come from it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// The dialect, where AG2 and Converse differ and both are legal.
    pub dialect: Dialect,
    /// How turns are made to alternate.
    pub alternation: Alternation,
    /// The text of inserted turns.
    pub filler: String,
    /// The schema of every response. It overrides that of a request, as in AG2, where the constructor's response format
    /// comes first.
    pub response_format: Option<ResponseFormat>,
    /// Whether a change to the request is an error instead of a note.
    pub strict: bool,
    /// The rules by which requests are repaired; by default all of them.
    ///
    /// AG2's fillers between turns, and how it treats calls without a result, are not rules and always apply to
    /// [`Alternation::Insert`].
    pub rules: Rules,
    /// The catalog of models: a request is adapted to what its model supports.
    pub catalog: Catalog,
}

/// A way to map parameters, where AG2 and Converse differ and both are legal. The default is Converse's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// AG2 Classic's: what a program that comes from AG2 expects.
    Ag2,
    /// Converse's own: schemas as the caller gave them, structured output enforced by the service.
    #[default]
    Converse,
}

/// A way to make turns alternate between user and assistant, as Converse requires. By default, turns are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alternation {
    /// A turn of the other role is inserted between two turns of the same role, as AG2 does.
    Insert,
    /// Turns of the same role are merged.
    #[default]
    Merge,
    /// Every message is a turn, unchanged: nothing is added, merged, paired or dropped, and no [`Rule`](crate::Rule)
    /// applies. For gateways that pass on legal requests, and to see how the service answers illegal ones.
    Keep,
}

impl EncodeOptions {
    /// AG2's text of inserted turns.
    pub const FILLER: &'static str = "Please continue.";

    /// Creates options for Converse's own dialect, with turns merged. They are the default.
    #[must_use]
    pub fn converse() -> Self {
        Self::new(Dialect::Converse, Alternation::Merge)
    }

    /// Creates options for AG2 Classic's dialect, with turns inserted as AG2 does.
    ///
    /// ```
    /// use outcrop_converse::{EncodeOptions, encode_request};
    /// use outcrop_core::ModelRequest;
    ///
    /// let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("one").user("two").build();
    /// let turns = |options| encode_request(&request, &options).map(|encoded| encoded.body.messages.map_or(0, |turns| turns.len()));
    /// assert_eq!(turns(EncodeOptions::ag2())?, 3, "\"Please continue.\" of the assistant separates the turns");
    /// assert_eq!(turns(EncodeOptions::default())?, 1, "Converse's dialect merges them");
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    #[must_use]
    pub fn ag2() -> Self {
        Self::new(Dialect::Ag2, Alternation::Insert)
    }

    /// Creates options for Converse's own dialect, with the conversation unchanged: for requests that came from
    /// Converse and go back to it.
    #[must_use]
    pub fn verbatim() -> Self {
        Self::new(Dialect::Converse, Alternation::Keep)
    }

    fn new(dialect: Dialect, alternation: Alternation) -> Self {
        Self {
            dialect,
            alternation,
            filler: Self::FILLER.to_owned(),
            response_format: None,
            strict: false,
            rules: Rules::all(),
            catalog: Catalog::builtin(),
        }
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

    /// Sets the schema of every response.
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

    /// Returns the schema of the response: that of the options, else that of the request.
    pub(crate) fn output_schema<'a>(
        &'a self,
        of_request: Option<&'a ResponseFormat>,
    ) -> Option<OutputSchema<'a>> {
        match self.response_format.as_ref().or(of_request)? {
            ResponseFormat::JsonObject => Some(OutputSchema::AnyObject),
            ResponseFormat::JsonSchema(format) => Some(OutputSchema::Schema(format)),
            _ => None,
        }
    }
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self::converse()
    }
}

/// The structure of a response, as options and request set it.
pub(crate) enum OutputSchema<'a> {
    /// Any JSON object.
    AnyObject,
    /// JSON of a schema.
    Schema(&'a JsonSchemaFormat),
}

impl OutputSchema<'_> {
    /// Returns whether the schema was derived from a type.
    pub(crate) fn is_derived(&self) -> bool {
        matches!(self, Self::Schema(format) if format.is_derived())
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::{RawJson, ResponseFormat};

    use super::{Alternation, Dialect, EncodeOptions};
    use crate::catalog::{Catalog, ModelOverrides};
    use crate::rule::{Rule, Rules};

    #[test]
    fn each_option_has_a_setter() {
        let catalog =
            Catalog::builtin().with_model("m", ModelOverrides::from_base_model("amazon.nova-lite-v1:0"));
        let format = ResponseFormat::schema(RawJson::parse("{}").unwrap());
        let options = EncodeOptions::ag2()
            .with_dialect(Dialect::Converse)
            .with_alternation(Alternation::Merge)
            .with_filler(".")
            .with_response_format(format.clone())
            .with_rules(Rules::all().without(Rule::CacheTtl))
            .with_catalog(catalog.clone())
            .strict();
        let expected = EncodeOptions {
            dialect: Dialect::Converse,
            alternation: Alternation::Merge,
            filler: ".".to_owned(),
            response_format: Some(format),
            strict: true,
            rules: Rules::all().without(Rule::CacheTtl),
            catalog,
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn options_without_a_dialect_are_those_of_converse() {
        // U2: a caller who does not come from AG2 must not get its habits.
        assert_eq!(EncodeOptions::default(), EncodeOptions::converse());
        assert_eq!((Dialect::default(), Alternation::default()), (Dialect::Converse, Alternation::Merge));
        let ag2 = EncodeOptions::ag2();
        assert_eq!(
            (ag2.dialect, ag2.alternation, ag2.filler.as_str()),
            (Dialect::Ag2, Alternation::Insert, "Please continue.")
        );
    }
}
