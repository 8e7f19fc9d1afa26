//! Enums of strings that keep unknown values.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::tests::sample::Status;
use crate::{Redacted, WriteJson, from_str};

#[test]
fn known_names_are_their_variants() {
    assert_eq!(Status::KNOWN, ["success", "error", "odd \"name\"\n"]);
    for (status, name) in
        [(Status::Success, "success"), (Status::Error, "error"), (Status::Odd, "odd \"name\"\n")]
    {
        assert_eq!(Status::from(name), status);
        assert_eq!(Status::from(name.to_owned()), status);
        assert_eq!(status.as_str(), name);
        assert!(status.is_known());
        assert_eq!(status.to_string(), name);
        assert_eq!(from_str::<Status>(&serde_json::to_string(name).unwrap()).unwrap(), status);
    }
}

#[test]
fn escaped_known_name_is_known() {
    assert_eq!(from_str::<Status>(r#""\u0065rror""#).unwrap(), Status::Error);
}

#[test]
fn value_that_is_not_a_string_is_an_error() {
    for text in ["1", "null", "true", "[]", r#"{"error":null}"#] {
        assert!(from_str::<Status>(text).unwrap_err().message().contains("expected a name"), "{text}");
    }
}

#[test]
fn redacted_unknown_name_is_its_length() {
    assert_eq!(format!("{:?}", Redacted(&Status::from("secret"))), "<6 bytes>");
    assert_eq!(format!("{:?}", Redacted(&Status::Error)), "error");
}

#[test]
fn names_work_in_sorted_sets() {
    let names = BTreeSet::from([Status::from("zeta"), Status::Error, Status::from("alpha"), Status::Error]);
    assert_eq!(names.len(), 3);
    assert!(names.contains(&Status::from("alpha")));
}

proptest! {
    #[test]
    fn any_name_keeps_its_spelling(name in any::<String>()) {
        let quoted = serde_json::to_string(&name).unwrap();
        let read: Status = from_str(&quoted).unwrap();
        prop_assert_eq!(read.as_str(), name.as_str());
        prop_assert_eq!(&read, &Status::from(name.as_str()));
        prop_assert_eq!(read.is_known(), Status::KNOWN.contains(&name.as_str()));
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), quoted.as_str());
        prop_assert_eq!(read.to_json_bytes(), quoted.as_bytes());
    }
}
