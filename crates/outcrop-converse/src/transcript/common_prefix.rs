//! Messages that two histories have in common.

use outcrop_core::{ContentBlock, RawJson, UnifiedMessage};

/// Returns how many messages at the start of two histories are equal to the byte.
///
/// A message whose content is shared costs a few comparisons, whatever its length.
pub(super) fn common_prefix(one: &[UnifiedMessage], other: &[UnifiedMessage]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| is_same(one, other)).count()
}

fn is_same(one: &UnifiedMessage, other: &UnifiedMessage) -> bool {
    one.role == other.role
        && one.name == other.name
        && (one.content.is_shared_with(&other.content) || are_same(&one.content, &other.content))
}

fn are_same(one: &[ContentBlock], other: &[ContentBlock]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same_block(one, other))
}

/// Returns whether two blocks are encoded alike.
///
/// Equality is enough, except for blocks whose members are sent in their order: equality ignores that order.
fn is_same_block(one: &ContentBlock, other: &ContentBlock) -> bool {
    let json = |block: &ContentBlock| RawJson::from_serialize(block).ok();
    one == other
        && match (one, other) {
            (ContentBlock::ToolResult(one), ContentBlock::ToolResult(other)) => {
                let parts = [&one.content, &other.content].map(|parts| parts.as_deref().unwrap_or_default());
                let [one, other] = parts;
                are_same(one, other)
            }
            (ContentBlock::Generic(_) | ContentBlock::Citation(_), _) => {
                json(one).zip(json(other)).is_some_and(|(one, other)| one == other)
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
    fn common_prefix_of_reordered_members_ends_where_order_is_sent() {
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
    fn common_prefix_of_a_shorter_history_is_its_length() {
        let [a, b] = [r#"{"type":"text","text":"a"}"#, r#"{"type":"text","text":"b"}"#].map(message);
        assert_eq!(common_prefix(&[a.clone(), b.clone()], std::slice::from_ref(&a)), 1);
        assert_eq!(common_prefix(&[a.clone(), b.clone()], &[b, a]), 0);
    }
}
