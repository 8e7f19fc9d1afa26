"""Prints a JSON Schema (2020-12) of the bodies of the Converse family, made from the service model in botocore."""

import gzip
import json
import pathlib
import sys

import botocore

OPERATIONS = ("Converse", "ConverseStream", "CountTokens", "ApplyGuardrail")
IN_THE_HEAD = ("uri", "header", "headers", "querystring")

path = pathlib.Path(botocore.__file__).parent / "data/bedrock-runtime/2023-09-30/service-2.json.gz"
model = json.load(gzip.open(path))
shapes = model["shapes"]
definitions = {}


def reference(name):
    if name not in definitions:
        definitions[name] = None  # Shapes may hold themselves.
        definitions[name] = schema_of(shapes[name])
    return {"$ref": "#/$defs/" + name}


def schema_of(shape):
    if shape.get("document"):
        return {}
    limits = {}
    match shape["type"]:
        case "structure":
            return structure(shape)
        case "boolean":
            return {"type": "boolean"}
        case "blob":
            schema = {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/]*={0,2}$"}
            return schema | ({"minLength": 4} if shape.get("min") else {})
        case "list":
            schema = {"type": "array", "items": reference(shape["member"]["shape"])}
            limits = {"min": "minItems", "max": "maxItems"}
        case "map":
            schema = {
                "type": "object",
                "propertyNames": reference(shape["key"]["shape"]),
                "additionalProperties": reference(shape["value"]["shape"]),
            }
            limits = {"min": "minProperties", "max": "maxProperties"}
        case "string":
            schema = {"type": "string"}
            limits = {"min": "minLength", "max": "maxLength"}
        case "integer" | "long":
            schema = {"type": "integer"}
            limits = {"min": "minimum", "max": "maximum"}
        case "float" | "double":
            schema = {"type": "number"}
            limits = {"min": "minimum", "max": "maximum"}
        case other:
            sys.exit(f"a shape of the unknown type {other}")
    schema |= {keyword: shape[limit] for limit, keyword in limits.items() if limit in shape}
    if "enum" in shape:
        schema["enum"] = shape["enum"]
    if "pattern" in shape:
        pattern = shape["pattern"]
        schema["pattern"] = pattern if pattern.startswith("^") else f"^(?:{pattern})$"
    return schema


def structure(shape):
    members = {
        name: member
        for name, member in shape.get("members", {}).items()
        if member.get("location") not in IN_THE_HEAD
    }
    schema = {
        "type": "object",
        "properties": {name: reference(member["shape"]) for name, member in members.items()},
        "additionalProperties": False,
    }
    required = [name for name in shape.get("required", []) if name in members]
    if required:
        schema["required"] = required
    if shape.get("union"):
        schema |= {"minProperties": 1, "maxProperties": 1}
    return schema


for name in OPERATIONS:
    operation = model["operations"][name]
    reference(operation["input"]["shape"])
    if name != "ConverseStream":
        reference(operation["output"]["shape"])
for event in shapes["ConverseStreamOutput"]["members"].values():
    reference(event["shape"])

dialect = "https://json-schema.org/draft/2020-12/schema"
json.dump({"$schema": dialect, "$defs": definitions}, sys.stdout, indent=1, sort_keys=True)
