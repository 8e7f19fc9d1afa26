//! The blocks of a message, shared between the copies of a history.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::content::ContentBlock;
use crate::redacted::RedactedDebug;

/// The blocks of a message: a `Vec<ContentBlock>` whose copies share their blocks until one of them is changed.
///
/// An agent repeats its history in each request, so histories are copied often and their messages change rarely. A copy
/// costs as much as a pointer. The first change through [`DerefMut`] copies the blocks if another copy exists, as
/// [`Arc::make_mut`] does, so no copy sees the changes of another.
///
/// ```
/// use outcrop_core::{ContentBlock, UnifiedMessage};
///
/// let message = UnifiedMessage::user("Which rock is this?");
/// let mut copy = message.clone();
/// assert!(copy.content.is_shared_with(&message.content));
/// copy.content.push(ContentBlock::text("It is grey."));
/// assert_eq!((message.content.len(), copy.content.len()), (1, 2));
/// ```
#[derive(Clone, Default)]
pub struct MessageContent(Arc<Vec<ContentBlock>>);

impl MessageContent {
    /// Returns whether two contents are copies that were not changed since, and so are equal, at the cost of a comparison
    /// of pointers. Equal contents that are no copies of each other are not shared.
    #[must_use]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the blocks. They are copied if another copy of the content exists.
    #[must_use]
    pub fn into_vec(self) -> Vec<ContentBlock> {
        Arc::unwrap_or_clone(self.0)
    }
}

impl Deref for MessageContent {
    type Target = Vec<ContentBlock>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for MessageContent {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<ContentBlock>> for MessageContent {
    fn from(blocks: Vec<ContentBlock>) -> Self {
        Self(Arc::new(blocks))
    }
}

impl From<MessageContent> for Vec<ContentBlock> {
    fn from(content: MessageContent) -> Self {
        content.into_vec()
    }
}

impl FromIterator<ContentBlock> for MessageContent {
    fn from_iter<I: IntoIterator<Item = ContentBlock>>(blocks: I) -> Self {
        Self::from(Vec::from_iter(blocks))
    }
}

impl IntoIterator for MessageContent {
    type Item = ContentBlock;
    type IntoIter = std::vec::IntoIter<ContentBlock>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a> IntoIterator for &'a MessageContent {
    type Item = &'a ContentBlock;
    type IntoIter = std::slice::Iter<'a, ContentBlock>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut MessageContent {
    type Item = &'a mut ContentBlock;
    type IntoIter = std::slice::IterMut<'a, ContentBlock>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl PartialEq for MessageContent {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || self.0 == other.0
    }
}

impl PartialEq<Vec<ContentBlock>> for MessageContent {
    fn eq(&self, other: &Vec<ContentBlock>) -> bool {
        *self.0 == *other
    }
}

impl<const N: usize> PartialEq<[ContentBlock; N]> for MessageContent {
    fn eq(&self, other: &[ContentBlock; N]) -> bool {
        *self.0 == *other
    }
}

impl Serialize for MessageContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_redacted(f)
    }
}

impl RedactedDebug for MessageContent {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::MessageContent;
    use crate::content::ContentBlock;
    use crate::redacted::Redacted;

    #[test]
    fn changed_copy_leaves_the_others_unchanged() {
        let original = MessageContent::from(vec![ContentBlock::text("a")]);
        let mut copy = original.clone();
        assert!(copy.is_shared_with(&original));
        copy.push(ContentBlock::text("b"));
        assert!(!copy.is_shared_with(&original));
        assert_eq!(original, [ContentBlock::text("a")]);
        assert_eq!(copy, [ContentBlock::text("a"), ContentBlock::text("b")]);
    }

    #[test]
    fn content_is_shared_with_copies_only() {
        let blocks = || vec![ContentBlock::text("a")];
        let (one, other) = (MessageContent::from(blocks()), MessageContent::from(blocks()));
        assert!(one == other && !one.is_shared_with(&other));
        assert_eq!(one.clone().into_vec(), blocks());
    }

    #[test]
    fn content_is_debugged_and_serialized_as_its_blocks() {
        let blocks = vec![ContentBlock::text("secret")];
        let content = MessageContent::from(blocks.clone());
        assert_eq!(format!("{content:?}"), format!("{:?}", Redacted(&blocks)));
        assert!(!format!("{content:?}").contains("secret"));
        assert_eq!(serde_json::to_string(&content).unwrap(), serde_json::to_string(&blocks).unwrap());
    }
}
