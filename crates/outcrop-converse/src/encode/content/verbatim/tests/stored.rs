//! A response may be stored between two requests, by any program that writes JSON.

use outcrop_core::{UnifiedMessage, from_str};
use proptest::prelude::*;

use super::{next_turn, read, response, response_blocks, without_surrogates};
use crate::json_tree::JsonTree;
use crate::tests::choices::{self, Choices};

/// Rewrites JSON as another program may: with other white space, and with members in another order.
fn rewrite(text: &str) -> String {
    fn rewrite_tree(tree: &JsonTree) -> String {
        match tree {
            JsonTree::Scalar(value) => value.as_str().to_owned(),
            JsonTree::List(items) => {
                format!("[ {} ]", items.iter().map(rewrite_tree).collect::<Vec<_>>().join(" , "))
            }
            JsonTree::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(name, part)| {
                        format!("{} : {}", serde_json::to_string(name).unwrap(), rewrite_tree(part))
                    })
                    .collect();
                members.reverse();
                format!("{{ {} }}", members.join(" , "))
            }
        }
    }
    rewrite_tree(&JsonTree::parse(&outcrop_core::RawJson::parse(text).unwrap()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn stored_response_is_replayed_unchanged(bytes in choices::bytes()) {
        let blocks = response_blocks(&mut Choices::new(&bytes));
        prop_assume!(read(&blocks) != "[]");
        let text = serde_json::to_string(&response(&blocks).into_messages()).unwrap();
        for stored in [text.clone(), rewrite(&text)] {
            let messages: Vec<UnifiedMessage> = from_str(&stored).unwrap();
            let turn = next_turn(messages);
            prop_assert!(turn.is_ok(), "{:?}", turn);
            prop_assert_eq!(without_surrogates(&turn.unwrap()), without_surrogates(&read(&blocks)), "{}", stored);
        }
    }
}
