//! A value that is read and written again is equal (invariant 4 of docs/architecture.md).

use proptest::prelude::*;

use super::types::READERS;
use crate::tests::choices::{self, Choices};
use crate::tests::json_text::{any_object, canonical};
use crate::tests::model::Generator;

proptest! {
    #[test]
    fn values_of_the_service_model_are_preserved(bytes in choices::bytes()) {
        for name in ["ConverseRequest", "ConverseResponse", "ConverseStreamRequest"] {
            let text = Generator { with_unknown: false }.value(name, &mut Choices::new(&bytes), 9);
            let (_, read) = READERS.iter().find(|(known, _)| *known == name).unwrap();
            let read = read(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
            prop_assert_eq!(canonical(&read.written), canonical(&text));
            prop_assert!(!read.debug.contains("nknown"), "{}", read.debug);
        }
    }

    #[test]
    fn unknown_members_variants_and_names_are_preserved(bytes in choices::bytes(), at in 0..READERS.len()) {
        let (name, read) = READERS[at];
        let text = Generator { with_unknown: true }.value(name, &mut Choices::new(&bytes), 9);
        // The only error is a `null` as the value of a required member.
        if let Ok(read) = read(&text) {
            prop_assert_eq!(canonical(&read.written), canonical(&text));
        }
    }

    #[test]
    fn any_object_is_preserved_or_rejected(bytes in choices::bytes(), at in 0..READERS.len()) {
        let text = any_object(&mut Choices::new(&bytes), 4);
        if let Ok(read) = READERS[at].1(&text) {
            prop_assert_eq!(canonical(&read.written), canonical(&text));
        }
    }
}

#[test]
fn most_generated_values_are_read() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut parsed, mut unknown) = (0, 0);
    for (name, read) in READERS.iter().cycle().take(400) {
        use proptest::strategy::ValueTree as _;
        let bytes = choices::bytes().new_tree(&mut runner).unwrap().current();
        let text = Generator { with_unknown: true }.value(name, &mut Choices::new(&bytes), 9);
        if let Ok(read) = read(&text) {
            parsed += 1;
            unknown += usize::from(read.debug.contains("nknown"));
        }
    }
    assert!(
        parsed > 300 && unknown > 40,
        "of 400 values {parsed} were parsed, {unknown} with unknown members"
    );
}
