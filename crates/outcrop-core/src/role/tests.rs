//! The roles of a conversation.

use proptest::prelude::*;

use crate::{Redacted, Role, from_str};

#[test]
fn standard_roles_are_in_lower_case() {
    for (name, standard, instruction) in [
        ("user", true, false),
        ("assistant", true, false),
        ("system", true, true),
        ("tool", true, false),
        ("developer", false, true),
        ("function", false, false),
        ("System", false, false),
        ("USER", false, false),
        (" user", false, false),
        ("", false, false),
    ] {
        let role = Role::from(name);
        assert_eq!(role.as_str(), name);
        assert_eq!((role.is_standard(), role.is_instruction()), (standard, instruction), "{name}");
        assert_eq!(matches!(role, Role::Other(_)), !standard, "{name}");
        assert_eq!((role.to_string(), format!("{role:?}")), (name.to_owned(), name.to_owned()));
        assert_eq!(format!("{:?}", Redacted(&role)), name);
    }
}

#[test]
fn roles_are_normalized_as_in_ag2() {
    for (given, expected) in [
        (None, "assistant"),
        (Some(""), "assistant"),
        (Some("user"), "user"),
        (Some("USER"), "user"),
        (Some("System"), "system"),
        (Some("tOOl"), "tool"),
        (Some("ASSISTANT"), "assistant"),
        (Some("developer"), "developer"),
        (Some("Critic"), "Critic"),
        (Some(" user"), " user"),
    ] {
        let role = Role::normalize(given);
        assert_eq!(role.as_str(), expected, "{given:?}");
        assert_eq!(role.is_standard(), ["user", "assistant", "system", "tool"].contains(&expected));
    }
}

#[test]
fn json_that_is_not_a_string_is_rejected() {
    for text in ["null", "7", "[]", "{}"] {
        assert!(from_str::<Role>(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_role_keeps_its_spelling(name in any::<String>()) {
        let text = serde_json::to_string(&name).unwrap();
        let role: Role = from_str(&text).unwrap();
        prop_assert_eq!(role.as_str(), name.as_str());
        prop_assert_eq!(serde_json::to_string(&role).unwrap(), text);
    }
}
