//! Tests of the handling of schemas.

mod conform;
mod flat;
mod inline;
mod input;
mod strict;
mod unions;

use outcrop_core::RawJson;

use crate::tree::Tree;

fn raw(text: &str) -> RawJson {
    RawJson::parse(text).unwrap()
}

fn tree(text: &str) -> Tree {
    Tree::of(&raw(text)).unwrap()
}
