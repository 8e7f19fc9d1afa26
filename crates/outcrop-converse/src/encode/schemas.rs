//! Tool schemas, as far as a model refuses them.

use outcrop_core::NoteAction;

use super::Encoder;
use crate::catalog::{ModelFamily, Support};
use crate::decode::StructuredOutput;
use crate::schema::{
    MOST_UNIONS, strict_schema, union_count, without_alternatives, without_arguments, without_null,
};
use crate::tree::Tree;
use crate::wire::{Tool, ToolConfiguration, ToolInputSchema, ToolSpecification};

/// The most tools of a request that a model can be held to (lesson L41).
const MOST_STRICT: usize = 20;

impl Encoder<'_> {
    /// Adapts what of the tools' schemas is known to be fatal; all else stays as it was given.
    pub(super) fn fit_schemas(&mut self, config: &mut ToolConfiguration, answer: Option<&StructuredOutput>) {
        if !self.adapts() {
            return;
        }
        if self.known.family == ModelFamily::Claude {
            for (index, spec) in specs(config).enumerate() {
                let place = place(spec, index, answer);
                self.flatten(spec, &place);
            }
            self.within_budget_of_unions(config, answer);
        }
        let mut strict = 0;
        for (index, spec) in specs(config).enumerate() {
            if spec.strict == Some(true) {
                strict += 1;
                self.hold(spec, index, strict > MOST_STRICT);
            }
        }
    }

    /// Members that may be null, where there are more of several types than Claude takes (lesson L40).
    fn within_budget_of_unions(&mut self, config: &mut ToolConfiguration, answer: Option<&StructuredOutput>) {
        let can_hold = self.takes.strict_tools.is_supported();
        if unions(config, can_hold) <= MOST_UNIONS {
            return;
        }
        for (index, spec) in specs(config).enumerate() {
            let place = place(spec, index, answer);
            self.strip_null(spec, place);
        }
        if unions(config, can_hold) > MOST_UNIONS {
            let message = "have more parts of several types than the model takes, even without null";
            self.note("tools.schema", NoteAction::Warned, "tools", message);
        }
    }

    /// Alternatives at the top of a schema, which Claude refuses (lesson M22).
    fn flatten(&mut self, spec: &mut ToolSpecification, place: &str) {
        let Some(flat) = tree(spec).and_then(|schema| without_alternatives(&schema)) else { return };
        spec.input_schema = ToolInputSchema::Json(flat.schema.to_json());
        let message = if flat.is_told {
            "put together into one object, since the model takes no alternatives at the top; what the object cannot say is told in its description"
        } else {
            "put together into one object, since the model takes no alternatives at the top"
        };
        for keyword in flat.gone {
            self.note("tools.schema", NoteAction::Changed, format!("{place}.{keyword}"), message);
        }
    }

    fn strip_null(&mut self, spec: &mut ToolSpecification, place: String) {
        let Some(schema) = tree(spec) else { return };
        let stripped = without_null(&schema);
        if stripped != schema {
            spec.input_schema = ToolInputSchema::Json(stripped.to_json());
            let message = "without null where it is one of several types, of which there are too many";
            self.note("tools.schema", NoteAction::Changed, place, message);
        }
    }

    /// A tool that the model shall be held to (lessons L41, L42, M25 and M26).
    fn hold(&mut self, spec: &mut ToolSpecification, index: usize, is_too_many: bool) {
        let why = match self.takes.strict_tools {
            Support::No => "left out, since the model cannot be held to a schema",
            _ if is_too_many => "left out, since a request has twenty such tools at most",
            Support::Unknown => return,
            Support::Yes => {
                match tree(spec).map(|schema| strict_schema(&self.closed_without_arguments(schema, index))) {
                    Some(Ok(held)) => {
                        for place in held.merged {
                            let place = format!("tools[{index}].parameters.{place}");
                            let message =
                                "put together into one object, since the model is held to the members of one";
                            self.note("tools.schema", NoteAction::Changed, place, message);
                        }
                        for place in held.told {
                            let place = format!("tools[{index}].parameters.{place}");
                            let message = "told to the model in words, since it cannot be held to it";
                            self.note("tools.schema", NoteAction::Moved, place, message);
                        }
                        spec.input_schema = ToolInputSchema::Json(held.schema.to_json());
                        return;
                    }
                    Some(Err(_)) | None => "left out, since no model can be held to such a schema",
                }
            }
        };
        spec.strict = None;
        self.note("tools.strict", NoteAction::Dropped, format!("tools[{index}].strict"), why);
    }

    /// The schema, which is closed to any arguments where the caller's own takes none. What AG2 leaves out of it counts.
    fn closed_without_arguments(&self, schema: Tree, index: usize) -> Tree {
        let own = match self.request.tools.get(index).map(|tool| tool.parameters.as_ref()) {
            Some(Some(own)) => Tree::of(own),
            Some(None) | None => Some(schema.clone()),
        };
        let takes_none = own.is_some_and(|own| without_arguments(&own).is_some());
        if takes_none { without_arguments(&schema).unwrap_or(schema) } else { schema }
    }
}

/// The tools that have a schema.
fn specs(config: &mut ToolConfiguration) -> impl Iterator<Item = &mut ToolSpecification> {
    config.tools.iter_mut().filter_map(|tool| if let Tool::ToolSpec(spec) = tool { Some(spec) } else { None })
}

/// The place of a tool's schema in the request: that of the answer's tool is the schema of the answer.
fn place(spec: &ToolSpecification, index: usize, answer: Option<&StructuredOutput>) -> String {
    if answer.is_some_and(|answer| answer.is_by(&spec.name)) {
        return "response_format".to_owned();
    }
    format!("tools[{index}].parameters")
}

/// How many parts of all schemas are of several types, as they will be sent.
fn unions(config: &mut ToolConfiguration, can_hold: bool) -> usize {
    let count = |spec: &mut ToolSpecification| {
        let schema = tree(spec)?;
        let held = if can_hold && spec.strict == Some(true) { strict_schema(&schema).ok() } else { None };
        Some(union_count(held.as_ref().map_or(&schema, |held| &held.schema)))
    };
    specs(config).filter_map(count).sum()
}

fn tree(spec: &ToolSpecification) -> Option<Tree> {
    match &spec.input_schema {
        ToolInputSchema::Json(schema) => Tree::of(schema),
        _ => None,
    }
}
