//! An answer may be stored between two calls, by whatever writes JSON.

use outcrop_core::{UnifiedMessage, from_str};
use proptest::prelude::*;

use super::{listed, next_turn, reply, response};
use crate::json_tree::JsonTree;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::canonical;

/// JSON as another program writes it again: other white space, members in another order.
fn written_anew(text: &str) -> String {
    fn anew(tree: &JsonTree) -> String {
        match tree {
            JsonTree::Scalar(value) => value.as_str().to_owned(),
            JsonTree::List(items) => {
                format!("[ {} ]", items.iter().map(anew).collect::<Vec<_>>().join(" , "))
            }
            JsonTree::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(name, part)| format!("{} : {}", serde_json::to_string(name).unwrap(), anew(part)))
                    .collect();
                members.reverse();
                format!("{{ {} }}", members.join(" , "))
            }
        }
    }
    anew(&JsonTree::parse(&outcrop_core::RawJson::parse(text).unwrap()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_stored_answer_comes_back_as_it_was(bytes in choices::bytes()) {
        let blocks = reply(&mut Choices::of(&bytes));
        let text = serde_json::to_string(&response(&blocks).into_messages()).unwrap();
        for stored in [text.clone(), written_anew(&text)] {
            let messages: Vec<UnifiedMessage> = from_str(&stored).unwrap();
            let turn = next_turn(messages);
            prop_assert!(turn.is_ok(), "{:?}", turn);
            prop_assert_eq!(canonical(&turn.unwrap()), canonical(&listed(&blocks)), "{}", stored);
        }
    }
}
