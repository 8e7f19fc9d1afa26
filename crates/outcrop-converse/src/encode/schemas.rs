//! Tool schemas, as far as a model refuses them.

use outcrop_core::NoteAction;

use super::Encoder;
use crate::catalog::{ModelFamily, Support};
use crate::schema::{MOST_UNIONS, strict_schema, union_count, without_alternatives, without_null};
use crate::tree::Tree;
use crate::wire::{Tool, ToolConfiguration, ToolInputSchema, ToolSpecification};

/// The most tools of a request that a model can be held to (lesson L41).
const MOST_STRICT: usize = 20;

impl Encoder<'_> {
    /// Adapts what of the tools' schemas is known to be fatal; all else stays as it was given.
    pub(super) fn fit_schemas(&mut self, config: &mut ToolConfiguration) {
        if !self.adapts() {
            return;
        }
        let is_claude = self.known.family == ModelFamily::Claude;
        let strips_null = is_claude && unions(config) > MOST_UNIONS;
        let mut strict = 0;
        let specs = config.tools.iter_mut().filter_map(|tool| match tool {
            Tool::ToolSpec(spec) => Some(spec),
            _ => None,
        });
        for (index, spec) in specs.enumerate() {
            if is_claude {
                self.flatten(spec, index);
            }
            if strips_null {
                self.strip_null(spec, index);
            }
            if spec.strict == Some(true) {
                strict += 1;
                self.hold(spec, index, strict > MOST_STRICT);
            }
        }
    }

    /// Alternatives at the top of a schema, which Claude refuses (lesson M22).
    fn flatten(&mut self, spec: &mut ToolSpecification, index: usize) {
        let Some((flat, gone)) = tree(spec).and_then(|schema| without_alternatives(&schema)) else { return };
        spec.input_schema = ToolInputSchema::Json(flat.to_json());
        for keyword in gone {
            let message = "put together into one object, since the model takes no alternatives at the top";
            let place = format!("tools[{index}].parameters.{keyword}");
            self.note("tools.schema", NoteAction::Changed, place, message);
        }
    }

    /// Members that may be null, where there are more of several types than Claude takes (lesson L40).
    fn strip_null(&mut self, spec: &mut ToolSpecification, index: usize) {
        let Some(schema) = tree(spec) else { return };
        let stripped = without_null(&schema);
        if stripped != schema {
            spec.input_schema = ToolInputSchema::Json(stripped.to_json());
            let message = "without null where it is one of several types, of which there are too many";
            self.note("tools.schema", NoteAction::Changed, format!("tools[{index}].parameters"), message);
        }
    }

    /// A tool that the model shall be held to (lessons L41, L42, M25 and M26).
    fn hold(&mut self, spec: &mut ToolSpecification, index: usize, is_too_many: bool) {
        let why = match self.takes.strict_tools {
            Support::No => "left out, since the model cannot be held to a schema",
            _ if is_too_many => "left out, since a request has twenty such tools at most",
            Support::Unknown => return,
            Support::Yes => match tree(spec).map(|schema| strict_schema(&schema)) {
                Some(Ok(held)) => {
                    for place in held.told {
                        let place = format!("tools[{index}].parameters.{place}");
                        let message = "told to the model in words, since it cannot be held to it";
                        self.note("tools.schema", NoteAction::Moved, place, message);
                    }
                    spec.input_schema = ToolInputSchema::Json(held.schema.to_json());
                    return;
                }
                Some(Err(_)) | None => "left out, since no model can be held to such a schema",
            },
        };
        spec.strict = None;
        self.note("tools.strict", NoteAction::Dropped, format!("tools[{index}].strict"), why);
    }
}

fn unions(config: &ToolConfiguration) -> usize {
    let specs = config
        .tools
        .iter()
        .filter_map(|tool| if let Tool::ToolSpec(spec) = tool { tree(spec) } else { None });
    specs.map(|schema| union_count(&schema)).sum()
}

fn tree(spec: &ToolSpecification) -> Option<Tree> {
    match &spec.input_schema {
        ToolInputSchema::Json(schema) => Tree::of(schema),
        _ => None,
    }
}
