//! When a message says the same as another, to the byte.

use outcrop_core::{ContentBlock, RawJson, UnifiedMessage};

/// How many messages at the start of two histories are the same.
pub(super) fn common_prefix(one: &[UnifiedMessage], other: &[UnifiedMessage]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| is_same(one, other)).count()
}

fn is_same(one: &UnifiedMessage, other: &UnifiedMessage) -> bool {
    one.role == other.role && one.name == other.name && are_same(&one.content, &other.content)
}

fn are_same(one: &[ContentBlock], other: &[ContentBlock]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same_block(one, other))
}

/// Blocks that are equal are encoded alike, save those whose members are sent in the order in which they stand, and
/// whose order does not count where they are compared.
fn is_same_block(one: &ContentBlock, other: &ContentBlock) -> bool {
    let written = |block: &ContentBlock| RawJson::from_serialize(block).ok();
    one == other
        && match (one, other) {
            (ContentBlock::ToolResult(one), ContentBlock::ToolResult(other)) => {
                let parts = [&one.content, &other.content].map(|parts| parts.as_deref().unwrap_or_default());
                let [one, other] = parts;
                are_same(one, other)
            }
            (ContentBlock::Generic(_) | ContentBlock::Citation(_), _) => {
                written(one).zip(written(other)).is_some_and(|(one, other)| one == other)
            }
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use outcrop_core::{ContentBlock, Role, UnifiedMessage};

    use super::common_prefix;

    fn message(block: &str) -> UnifiedMessage {
        let block: ContentBlock = serde_json::from_str(block).unwrap();
        UnifiedMessage::new(Role::User, vec![block])
    }

    #[test]
    fn the_order_of_members_counts_where_they_are_sent() {
        let same = |one: &str, other: &str| common_prefix(&[message(one)], &[message(other)]) == 1;
        for (one, other, expected) in [
            (r#"{"type":"text","text":"a"}"#, r#"{"type":"text","text":"a"}"#, true),
            (r#"{"type":"text","text":"a"}"#, r#"{"type":"text","text":"b"}"#, false),
            (r#"{"type":"new","a":1,"b":2}"#, r#"{"type":"new","a":1,"b":2}"#, true),
            (r#"{"type":"new","a":1,"b":2}"#, r#"{"type":"new","b":2,"a":1}"#, false),
        ] {
            assert_eq!(same(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_history_that_ends_early_is_a_prefix() {
        let [a, b] = [r#"{"type":"text","text":"a"}"#, r#"{"type":"text","text":"b"}"#].map(message);
        assert_eq!(common_prefix(&[a.clone(), b.clone()], std::slice::from_ref(&a)), 1);
        assert_eq!(common_prefix(&[a.clone(), b.clone()], &[b, a]), 0);
    }
}
