//! Tests of the conversion and of the difference.

use serde_json::{Value, json};

use super::{convert, difference, to_text};

/// Returns a model with the operations, of which one has the given input and shapes.
fn model(shapes: &Value) -> Value {
    let operation = json!({"input": {"shape": "In"}, "output": {"shape": "Out"}});
    let mut all = json!({
        "In": {"type": "structure", "members": {}},
        "Out": {"type": "structure", "members": {}},
        "ConverseStreamOutput": {"type": "structure", "members": {"e": {"shape": "Out"}}},
    });
    for (name, shape) in shapes.as_object().unwrap() {
        all[name] = shape.clone();
    }
    json!({
        "operations": {
            "Converse": operation, "ConverseStream": operation, "CountTokens": operation,
            "ApplyGuardrail": operation, "InvokeGuardrailChecks": operation,
        },
        "shapes": all,
    })
}

#[test]
fn shapes_become_definitions() {
    let schema = convert::schema(&model(&json!({
        "In": {"type": "structure", "required": ["id", "s"], "members": {
            "id": {"shape": "S", "location": "uri"}, "s": {"shape": "S"}, "u": {"shape": "U"}, "b": {"shape": "B"},
        }},
        "S": {"type": "string", "min": 1, "max": 2, "pattern": "[a-z]", "enum": ["a"]},
        "U": {"type": "structure", "union": true, "members": {"self": {"shape": "L"}, "any": {"shape": "D"}}},
        "L": {"type": "list", "member": {"shape": "U"}, "max": 3},
        "B": {"type": "blob", "min": 1},
        "D": {"type": "structure", "members": {}, "document": true},
    })))
    .unwrap();
    let definitions = &schema["$defs"];
    assert_eq!(
        definitions["In"],
        json!({"type": "object", "additionalProperties": false, "required": ["s"], "properties": {
            "s": {"$ref": "#/$defs/S"}, "u": {"$ref": "#/$defs/U"}, "b": {"$ref": "#/$defs/B"},
        }})
    );
    assert_eq!(
        definitions["S"],
        json!({"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^(?:[a-z])$", "enum": ["a"]})
    );
    assert_eq!((&definitions["U"]["minProperties"], &definitions["D"]), (&json!(1), &json!({})));
    assert_eq!(definitions["L"], json!({"type": "array", "items": {"$ref": "#/$defs/U"}, "maxItems": 3}));
    assert_eq!(definitions["B"]["minLength"], json!(4));
}

#[test]
fn incomplete_model_is_an_error() {
    let unknown_type = model(
        &json!({"Out": {"type": "structure", "members": {"x": {"shape": "X"}}}, "X": {"type": "date"}}),
    );
    for (model, expected) in [
        (json!({}), "`operations` has no members"),
        (json!({"shapes": {}, "operations": {}}), "the model has no operation `Converse`"),
        (unknown_type, "the shape `X` has the type Some(\"date\"), which is not known"),
    ] {
        assert_eq!(convert::schema(&model).unwrap_err(), expected);
    }
}

#[test]
fn difference_has_a_line_for_each_part() {
    let before = json!({"a": {"enum": ["x", "y"]}, "b": 1, "c": 2, "d": ["p", "q"]});
    let after = json!({"a": {"enum": ["x", "z"], "max": 3}, "b": 2, "d": ["q", "p"]});
    assert_eq!(
        difference::lines(&before, &after),
        ["- a.enum \"y\"", "+ a.enum \"z\"", "+ a.max 3", "~ b 1 → 2", "- c", "~ d has another order"]
    );
    assert!(difference::lines(&after, &after).is_empty());
}

#[test]
fn current_schema_is_written_unchanged() {
    let text = include_str!("../../../crates/outcrop-converse/service-model/converse.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    assert_eq!(to_text(&schema).unwrap(), text);
}
