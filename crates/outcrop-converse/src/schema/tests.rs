//! Tests of schemas: adapted to models, and applied to outputs.

mod coerce;
mod flatten;
mod inline;
mod properties;
mod repair;
mod strict;
mod tool_input;
mod unions;

use outcrop_core::RawJson;

use crate::json_tree::JsonTree;

fn raw(text: &str) -> RawJson {
    RawJson::parse(text).unwrap()
}

fn tree(text: &str) -> JsonTree {
    JsonTree::parse(&raw(text)).unwrap()
}
