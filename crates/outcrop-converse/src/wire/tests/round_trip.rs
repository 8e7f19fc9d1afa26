//! Whatever is read is written back as an equal value (invariant 3 of the architecture).

use proptest::prelude::*;

use super::types::READERS;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::{any_object, canonical};
use crate::tests::model::Maker;

proptest! {
    #[test]
    fn values_made_after_the_model_survive(bytes in choices::bytes()) {
        for name in ["ConverseRequest", "ConverseResponse", "ConverseStreamRequest"] {
            let text = Maker { strange: false }.value(name, &mut Choices::of(&bytes), 9);
            let (_, read) = READERS.iter().find(|(known, _)| *known == name).unwrap();
            let read = read(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
            prop_assert_eq!(canonical(&read.written), canonical(&text));
            prop_assert!(!read.shown.contains("nknown"), "{}", read.shown);
        }
    }

    #[test]
    fn values_with_members_variants_and_names_of_strangers_survive(bytes in choices::bytes(), at in 0..READERS.len()) {
        let (name, read) = READERS[at];
        let text = Maker { strange: true }.value(name, &mut Choices::of(&bytes), 9);
        // A `null` in the place of what is required, and no other, is an error.
        if let Ok(read) = read(&text) {
            prop_assert_eq!(canonical(&read.written), canonical(&text));
        }
    }

    #[test]
    fn any_object_as_any_type_survives_or_is_refused(bytes in choices::bytes(), at in 0..READERS.len()) {
        let text = any_object(&mut Choices::of(&bytes), 4);
        if let Ok(read) = READERS[at].1(&text) {
            prop_assert_eq!(canonical(&read.written), canonical(&text));
        }
    }
}

#[test]
fn most_of_what_is_made_is_read() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut read_well, mut strange) = (0, 0);
    for (name, read) in READERS.iter().cycle().take(400) {
        use proptest::strategy::ValueTree as _;
        let bytes = choices::bytes().new_tree(&mut runner).unwrap().current();
        let text = Maker { strange: true }.value(name, &mut Choices::of(&bytes), 9);
        if let Ok(read) = read(&text) {
            read_well += 1;
            strange += usize::from(read.shown.contains("nknown"));
        }
    }
    assert!(read_well > 300 && strange > 40, "{read_well} read, {strange} of them strange, of 400");
}
