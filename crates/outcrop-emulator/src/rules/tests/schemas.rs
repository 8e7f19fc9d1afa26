//! Properties of encoded schemas: whatever schema a tool or a structured output has, the one that is sent is valid JSON
//! Schema 2020-12, and keeps the rules of its model.

use outcrop_converse::catalog::Catalog;
use outcrop_converse::wire::{OutputFormatStructure, Tool, ToolInputSchema};
use outcrop_converse::{EncodeOptions, Encoded, ModelId, encode_request};
use outcrop_core::{ModelRequest, RawJson, ResponseFormat, ToolSpec};
use proptest::prelude::*;
use serde_json::Value;

use super::super::check_conversation;

/// One model of each family, and the generations of Claude with different rules.
const MODELS: &[&str] = &[
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-opus-4-8",
    "us.anthropic.claude-opus-5",
    "us.amazon.nova-pro-v1:0",
    "jp.amazon.nova-2-lite-v1:0",
    "us.meta.llama4-maverick-17b-instruct-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "us.writer.palmyra-x5-v1:0",
    "openai.gpt-oss-120b-1:0",
    "openai.gpt-5.6-terra",
    "qwen.qwen3-32b-v1:0",
    "zai.glm-4.7",
    "minimax.minimax-m2",
    "moonshot.kimi-k2-thinking",
    "deepseek.v3-v1:0",
    "xai.grok-4.6",
    "nvidia.nemotron-nano-12b-v2",
];

/// Tools of public MCP servers, as their `tools/list` returned them, and of reports about schemas. Without descriptions.
const CORPUS: &str = include_str!("servers.jsonl");

/// Returns the schemas of a request, as they are sent.
fn sent_schemas(encoded: &Encoded) -> Vec<Value> {
    let tools = encoded.body.tool_config.iter().flat_map(|config| &config.tools);
    let mut schemas: Vec<Value> = tools
        .filter_map(|tool| match tool {
            Tool::ToolSpec(tool) => match &tool.input_schema {
                ToolInputSchema::Json(schema) => Some(schema.to_value()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let format = encoded.body.output_config.as_ref().and_then(|output| output.text_format.as_ref());
    if let Some(OutputFormatStructure::JsonSchema(definition)) = format.map(|format| &format.structure) {
        schemas.push(serde_json::from_str(&definition.schema).expect("JSON"));
    }
    schemas
}

/// Asserts that the schemas of a request are valid, and that the rules accept it.
fn check_sent(model: &str, encoded: &Encoded, given: &str) -> Result<(), TestCaseError> {
    for schema in sent_schemas(encoded) {
        let errors: Vec<String> = jsonschema::draft202012::meta::validate(&schema)
            .err()
            .map(|error| format!("{}: {error}", error.instance_path()))
            .into_iter()
            .collect();
        prop_assert!(errors.is_empty(), "{model} {given}: {schema}: {errors:?}");
    }
    let checked = check_conversation(&ModelId::parse(model), &encoded.body);
    prop_assert!(checked.is_ok(), "{} {}: {}", model, given, checked.unwrap_err().message());
    Ok(())
}

/// Encodes a schema for a tool, plain and strict, and for a structured output, in both dialects.
fn check_schema(model: &str, schema: &str) -> Result<usize, TestCaseError> {
    let Ok(schema_json) = RawJson::parse(schema) else { return Ok(0) };
    let mut sent = 0;
    for options in [EncodeOptions::converse(), EncodeOptions::ag2()] {
        for strict in [false, true] {
            let mut tool = ToolSpec::function("f", schema_json.clone());
            tool.strict = strict.then_some(true);
            let request = ModelRequest::builder(model).user("hi").tool(tool).build();
            if let Ok(encoded) = encode_request(&request, &options) {
                sent += 1;
                check_sent(model, &encoded, schema)?;
            }
        }
        let format = ResponseFormat::schema(schema_json.clone());
        let request = ModelRequest::builder(model).user("hi").response_format(format).build();
        if let Ok(encoded) = encode_request(&request, &options) {
            sent += 1;
            check_sent(model, &encoded, schema)?;
        }
    }
    Ok(sent)
}

#[test]
fn schemas_of_public_servers_are_sent_as_valid_ones() {
    let supports_tools = |model: &&&str| !Catalog::builtin().capabilities(model).tools.is_unsupported();
    let (mut tools, mut sent) = (0, 0);
    for line in CORPUS.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        for tool in case["tools"].as_array().expect("a list") {
            tools += 1;
            for model in MODELS.iter().filter(supports_tools) {
                let count = check_schema(model, &tool["inputSchema"].to_string()).expect("valid");
                // A tool is never an error in Converse's dialect.
                assert!(count >= 2, "{model}: {tool}");
                sent += count;
            }
        }
    }
    assert!(tools >= 190, "{tools}");
    assert!(sent > tools * 40, "{sent}");
}

/// Draws random schemas. When the bytes are used up, it always chooses the first option.
struct Schemas<'a>(std::slice::Iter<'a, u8>);

impl Schemas<'_> {
    fn below(&mut self, limit: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte) % limit)
    }

    fn one<'t>(&mut self, options: &[&'t str]) -> &'t str {
        options[self.below(options.len())]
    }

    /// Draws a value that a keyword may have by mistake.
    fn value(&mut self) -> String {
        self.one(&[
            "null",
            "true",
            "false",
            "\"true\"",
            "1",
            "-1",
            "1.5",
            "\"3\"",
            "\"x\"",
            "\"\"",
            "[]",
            "{}",
            "[null]",
            "[1,1]",
            "[\"a\",\"a\"]",
            "{\"a\":1}",
            "{\"$ref\":\"#/nope\"}",
        ])
        .to_owned()
    }

    fn type_name(&mut self) -> String {
        self.one(&[
            "\"string\"",
            "\"object\"",
            "\"array\"",
            "\"integer\"",
            "\"number\"",
            "\"boolean\"",
            "\"null\"",
            "[\"string\",\"null\"]",
            "[\"string\",\"string\"]",
            "\"str\"",
            "\"any\"",
            "\"String\"",
            "\"int\"",
            "\"list[str]\"",
            "\"Optional[int]\"",
            "\"date\"",
            "\"file\"",
            "null",
            "[]",
            "[\"int\",null]",
            "\"Money\"",
            "{\"type\":\"string\"}",
        ])
        .to_owned()
    }

    fn reference(&mut self) -> String {
        let target = self.one(&[
            "#/$defs/A",
            "#",
            "#/definitions/B%3CT%3E",
            "#/properties/a",
            "#/$defs/a~1b",
            "#anchor",
            "#/nope",
            "https://a.example/x.json",
            "#/$defs/A/properties/x",
            "A",
            "",
            "#/items",
            "#/allOf/0",
        ]);
        format!("\"{target}\"")
    }

    fn names(&mut self) -> String {
        self.one(&["[\"a\"]", "[\"a\",\"a\"]", "[]", "null", "true", "\"a\"", "[1]", "[\"missing\"]", "{}"])
            .to_owned()
    }

    fn schemas(&mut self, depth: usize) -> String {
        let list: Vec<String> = (0..self.below(3)).map(|_| self.schema(depth)).collect();
        format!("[{}]", list.join(","))
    }

    fn named(&mut self, depth: usize) -> String {
        let names = ["a", "b c", "$filter", "rule[]", "required", "a/b", "B<T>", "A", "", "é"];
        let members: Vec<String> =
            (0..self.below(4)).map(|_| format!("\"{}\":{}", self.one(&names), self.schema(depth))).collect();
        format!("{{{}}}", members.join(","))
    }

    fn schema(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self
                .one(&["{}", "{\"type\":\"string\"}", "true", "false", "null", "\"string\"", "[]", "7"])
                .to_owned();
        }
        let keywords: Vec<String> = (0..self.below(6)).map(|_| self.keyword(depth - 1)).collect();
        match self.below(12) {
            11 => self.value(),
            _ => format!("{{{}}}", keywords.join(",")),
        }
    }

    fn keyword(&mut self, depth: usize) -> String {
        let keyword = self.one(&[
            "type",
            "properties",
            "required",
            "items",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "allOf",
            "not",
            "if",
            "then",
            "else",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "uniqueItems",
            "pattern",
            "format",
            "default",
            "examples",
            "example",
            "title",
            "description",
            "$ref",
            "$defs",
            "definitions",
            "$id",
            "id",
            "$anchor",
            "$schema",
            "$comment",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
            "contains",
            "minContains",
            "prefixItems",
            "additionalItems",
            "unevaluatedProperties",
            "nullable",
            "readOnly",
            "deprecated",
            "$dynamicRef",
            "$recursiveRef",
            "contentEncoding",
            "optional",
            "x-order",
            "extends",
            "disallow",
            "divisibleBy",
        ]);
        let is_mistake = self.below(6) == 5;
        let value = match keyword {
            _ if is_mistake => self.value(),
            "type" => self.type_name(),
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                self.named(depth)
            }
            "required" => self.names(),
            "items" if self.below(2) == 1 => self.schemas(depth),
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => self.schemas(depth),
            "items"
            | "not"
            | "if"
            | "then"
            | "else"
            | "additionalProperties"
            | "propertyNames"
            | "contains"
            | "additionalItems"
            | "unevaluatedProperties"
            | "extends"
            | "disallow" => self.schema(depth),
            "$ref" | "$dynamicRef" | "$recursiveRef" => self.reference(),
            "dependencies" => {
                let (names, schema) = (self.names(), self.schema(depth));
                format!("{{\"a\":{names},\"b\":{schema}}}")
            }
            "dependentRequired" => format!("{{\"a\":{}}}", self.names()),
            "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" | "nullable" => {
                self.one(&["true", "false", "3"]).to_owned()
            }
            "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems" | "maxItems" => {
                self.one(&["1", "0", "2.5", "\"4\""]).to_owned()
            }
            "pattern" => self.one(&["\"^a\"", "\"(?i)a\"", "\"[\""]).to_owned(),
            "$schema" => self
                .one(&[
                    "\"http://json-schema.org/draft-07/schema#\"",
                    "\"http://json-schema.org/draft-04/schema#\"",
                    "\"https://json-schema.org/draft/2019-09/schema\"",
                    "\"https://json-schema.org/draft/2020-12/schema\"",
                ])
                .to_owned(),
            "$id" | "id" => self.one(&["\"https://a.example/A\"", "\"#anchor\"", "\"A\"", "\"\""]).to_owned(),
            "$anchor" => self.one(&["\"anchor\"", "\"9\"", "\"\""]).to_owned(),
            _ => self.value(),
        };
        format!("\"{keyword}\":{value}")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_schema_is_sent_as_a_valid_one(bytes in prop::collection::vec(any::<u8>(), 0..160), model in 0..MODELS.len()) {
        let mut schemas = Schemas(bytes.iter());
        let top = schemas.schema(3);
        check_schema(MODELS[model], &top)?;
        let properties = schemas.named(3);
        let definitions = schemas.named(2);
        let tool = format!(r#"{{"type":"object","properties":{properties},"$defs":{definitions}}}"#);
        check_schema(MODELS[model], &tool)?;
    }
}
