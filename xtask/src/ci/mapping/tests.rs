//! Tests of the findings on a small model, document and source.

use super::document::Document;
use super::model::Model;
use super::wire::WireTypes;

const MODEL: &str = r##"{
 "$defs": {
  "Block": {
   "properties": {
    "text": {
     "$ref": "#/$defs/String"
    },
    "type": {
     "$ref": "#/$defs/Kind"
    }
   },
   "required": [
    "type"
   ],
   "type": "object"
  },
  "Kind": {
   "enum": [
    "5m",
    "1h"
   ],
   "type": "string"
  },
  "Nothing": {
   "properties": {},
   "type": "object"
  },
  "String": {
   "type": "string"
  }
 }
}
"##;

const DOCUMENT: &str = "\
# Where

| what | where |
|---|---|

## Blocks

### `Block`

| member | wire type | unified side |
|---|---|---|
| `text` | `Block.text` | `Text` |
| `type` | `Block.kind` | none |

### `Kind`

| value | wire type | unified side |
|---|---|---|
| `5m` `1h` | `CacheTtl` | the same |

### `Nothing`

`wire::Nothing`, which has no members.
";

const SOURCE: &str = r#"
open_struct! {
    /// A block such as `{}`.
    pub struct Block {
        /// Text, "quoted", in braces: `{}`.
        optional text: OrderedMap<String, u64> = "text",
        required kind: CacheTtl = "type",
    }
}
open_enum! {
    pub enum CacheTtl { FiveMinutes = "5m", OneHour = "1h" }
}
open_union! {
    pub enum Choice {
        /// One.
        One(Vec<Block>) = "one",
    }
}
open_struct! {
    pub struct Nothing {}
}
"#;

fn found(model: &str, document: &str, source: &str) -> Vec<String> {
    let mut wire = WireTypes::default();
    wire.add(source);
    super::findings(&Model::parse(model).unwrap(), &Document::parse(document), &wire)
}

/// Returns the findings after a replacement in one of the three texts.
fn with(text: &str, from: &str, to: &str) -> Vec<String> {
    assert!(text.contains(from), "{from}");
    let changed = text.replacen(from, to, 1);
    let [model, document, source] =
        [MODEL, DOCUMENT, SOURCE].map(|own| if own == text { changed.as_str() } else { own });
    found(model, document, source)
}

#[test]
fn matching_tables_pass() {
    assert_eq!(found(MODEL, DOCUMENT, SOURCE), [""; 0]);
}

#[test]
fn names_missing_in_the_document_are_reported() {
    let schema = "crates/outcrop-converse/service-model/converse.schema.json";
    assert_eq!(
        with(MODEL, "    \"type\": {", "    \"audio\": {},\n    \"type\": {"),
        [format!("docs/mapping.md:8: `Block` has no row for `audio` ({schema}:8)")]
    );
    assert_eq!(
        with(MODEL, "    \"1h\"", "    \"1h\",\n    \"1d\""),
        [format!("docs/mapping.md:15: `Kind` has no row for `1d` ({schema}:21)")]
    );
    assert_eq!(
        with(MODEL, "  \"String\": {", "  \"Other\": {\n   \"enum\": []\n  },\n  \"String\": {"),
        [format!("{schema}:28: `Other` has no table in docs/mapping.md")]
    );
}

#[test]
fn names_missing_in_the_model_are_reported() {
    assert_eq!(
        with(MODEL, "    \"text\": {\n     \"$ref\": \"#/$defs/String\"\n    },\n", ""),
        ["docs/mapping.md:12: `Block` has no `text` in the model"]
    );
    assert_eq!(with(MODEL, "    \"5m\",\n", ""), ["docs/mapping.md:19: `Kind` has no `5m` in the model"]);
    assert_eq!(
        with(MODEL, "  \"Nothing\": {\n   \"properties\": {},\n   \"type\": \"object\"\n  },\n", ""),
        ["docs/mapping.md:21: the model has no shape `Nothing`"]
    );
}

#[test]
fn malformed_rows_are_reported() {
    for (from, to, reason) in [
        ("| `text` |", "| text |", "12: the row names no member in backticks"),
        ("`Block.text` |", "Block.text |", "12: the row does not name one wire type in backticks"),
        ("| none |", "| none | of them |", "13: the row has 4 cells, not 3"),
        ("| none |", "| |", "13: the cell of the unified side is empty"),
        ("| `type` |", "| `text` |", "13: `text` of `Block` already has a row"),
        ("### `Nothing`", "### `Kind`", "21: `Kind` already has a table"),
    ] {
        let found = with(DOCUMENT, from, to);
        assert!(found.contains(&format!("docs/mapping.md:{reason}")), "{found:?}");
    }
}

#[test]
fn missing_wire_types_are_reported() {
    for (from, to, reason) in [
        ("pub struct Block", "pub struct Blob", "12: there is no wire type `Block`"),
        ("= \"text\"", "= \"body\"", "12: the wire type `Block` has no `text`"),
        ("optional text", "optional body", "12: `text` is `body` of the wire type `Block`, not `text`"),
        ("= \"1h\"", "= \"60m\"", "19: the wire type `CacheTtl` has no `1h`"),
    ] {
        let found = with(SOURCE, from, to);
        assert_eq!(found.first(), Some(&format!("docs/mapping.md:{reason}")), "{found:?}");
    }
}

#[test]
fn union_members_are_matched_by_variant() {
    let mut wire = WireTypes::default();
    wire.add(SOURCE);
    assert_eq!(wire.mismatch("Choice::One", "one"), None);
    assert_eq!(
        wire.mismatch("Choice::Two", "one"),
        Some("`one` is `One` of the wire type `Choice`, not `Two`".to_owned())
    );
}

#[test]
fn untyped_members_are_matched_by_unknown() {
    let mut wire = WireTypes::default();
    wire.add(SOURCE);
    assert_eq!(wire.mismatch("Block.unknown", "audio"), None);
    assert_eq!(
        wire.mismatch("Block.unknown", "text"),
        Some("`text` is `text` of the wire type `Block`, not `unknown`".to_owned())
    );
}
