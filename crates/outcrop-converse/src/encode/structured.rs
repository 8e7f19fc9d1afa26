//! Structured answers, asked for by a tool as AG2 does it.

use outcrop_core::{ModelError, OrderedMap, RawJson};

use super::Encoder;
use super::options::Wanted;
use crate::decode::StructuredOutput;
use crate::encode::Dialect;
use crate::schema::{SchemaError, inline_references, tool_input_schema};
use crate::tree::Tree;
use crate::wire::{Tool, ToolInputSchema, ToolSpecification};

/// The name of the tool whose input is the structured answer.
pub(crate) const STRUCTURED_OUTPUT: &str = "__structured_output";

impl Encoder<'_> {
    /// Adds the tool whose input is the structured answer, if one is asked for.
    pub(super) fn structured_tool(
        &mut self,
        tools: &mut Vec<Tool>,
    ) -> Result<Option<StructuredOutput>, ModelError> {
        let Some(wanted) = self.options.schema_for(self.request.response_format.as_ref()) else {
            return Ok(None);
        };
        let (schema, wrapped) = answer_schema(&wanted).map_err(invalid_schema)?;
        let json = schema.to_json();
        let (input, _) = tool_input_schema(Some(&json), Dialect::Ag2).map_err(invalid_schema)?;
        let mut spec = ToolSpecification::new(STRUCTURED_OUTPUT, ToolInputSchema::Json(input));
        spec.description = Some("Generate structured output matching the specified schema".to_owned());
        tools.push(Tool::ToolSpec(spec));
        Ok(Some(StructuredOutput { tool: STRUCTURED_OUTPUT.to_owned(), schema, wrapped }))
    }
}

/// The schema of the tool's input, and whether the answer stands in its `data`: a tool's input is always an object.
fn answer_schema(wanted: &Wanted<'_>) -> Result<(Tree, bool), SchemaError> {
    let schema = match wanted {
        Wanted::AnyObject => Tree::Object(OrderedMap::new()),
        Wanted::Schema(format) => {
            let tree = Tree::of(&format.schema).filter(|tree| tree.as_object().is_some());
            tree.ok_or_else(|| {
                SchemaError::new("", "the schema is no JSON object, or it is nested too deep")
            })?
        }
    };
    let Tree::Object(mut members) = inline_references(&schema)? else {
        return Err(SchemaError::new("", "the schema is no JSON object"));
    };
    let is_object = members.get("type").is_none_or(|kind| kind.as_text().as_deref() == Some("object"));
    if is_object {
        members.insert("type", Tree::string("object"));
        if !members.contains("properties") {
            members.insert("properties", Tree::Object(OrderedMap::new()));
        }
        return Ok((Tree::Object(members), false));
    }
    let definitions = members.remove("$defs");
    let mut outer = OrderedMap::new();
    outer.insert("type", Tree::string("object"));
    outer.insert("properties", Tree::Object([("data", Tree::Object(members))].into_iter().collect()));
    outer.insert("required", Tree::List(vec![Tree::Scalar(RawJson::from("data"))]));
    if let Some(definitions) = definitions {
        outer.insert("$defs", definitions);
    }
    Ok((Tree::Object(outer), true))
}

fn invalid_schema(error: SchemaError) -> ModelError {
    let path = if error.path.is_empty() {
        "response_format".to_owned()
    } else {
        format!("response_format.{}", error.path)
    };
    ModelError::invalid_request("InvalidSchema", path, error.message)
}
