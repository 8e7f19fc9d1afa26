//! Maps that keep the order of their members.

use proptest::prelude::*;

use crate::tests::json_text::{self, canonical};
use crate::{JsonObject, OrderedMap, RawJson, from_str};

fn map(members: &[(&str, u32)]) -> OrderedMap<u32> {
    members.iter().copied().collect()
}

#[test]
fn members_keep_their_order() {
    let text = r#"{"z":1,"a":2,"m":3,"":4}"#;
    let read: OrderedMap<u32> = from_str(text).unwrap();
    assert_eq!(read.keys().collect::<Vec<_>>(), ["z", "a", "m", ""]);
    assert_eq!(read.values().copied().collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    assert_eq!(read.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["z", "a", "m", ""]);
}

#[test]
fn insert_appends_new_members_and_replaces_known_ones() {
    let mut map = map(&[("a", 1), ("b", 2)]);
    assert_eq!(map.insert("c", 3), None);
    assert_eq!(map.insert("a", 10), Some(1));
    assert_eq!(map.iter().collect::<Vec<_>>(), [("a", &10), ("b", &2), ("c", &3)]);
    assert_eq!(map.remove("b"), Some(2));
    assert_eq!(map.remove("b"), None);
    assert_eq!(map.insert("b", 20), None);
    assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "c", "b"]);
    *map.get_mut("c").unwrap() += 1;
    assert_eq!(map.get("c"), Some(&4));
    assert_eq!(map.get_mut("d"), None);
    map.retain(|name, value| name != "a" && *value > 4);
    assert_eq!(map.iter().collect::<Vec<_>>(), [("b", &20)]);
    assert_eq!((map.len(), map.is_empty()), (1, false));
    assert!(OrderedMap::<u32>::default().is_empty());
}

#[test]
fn collecting_duplicates_keeps_first_position_and_last_value() {
    assert_eq!(map(&[("a", 1), ("b", 2), ("a", 3)]).iter().collect::<Vec<_>>(), [("a", &3), ("b", &2)]);
}

#[test]
fn duplicates_are_found_in_objects_of_any_size() {
    for count in [1, 15, 16, 17, 18, 40] {
        let name = |index: usize| format!("k{}", index * 7 % count);
        let text = |names: &[String]| {
            let members: Vec<_> =
                names.iter().zip(0..).map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
            format!("{{{}}}", members.join(","))
        };
        let mut names: Vec<String> = (0..count).map(|index| format!("k{index}")).collect();
        names.reverse();
        let read: OrderedMap<usize> = from_str(&text(&names)).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), names);
        for index in [0, count / 2, count] {
            let mut with_duplicate = names.clone();
            with_duplicate.insert(index, names[count / 3].clone());
            let error = from_str::<OrderedMap<usize>>(&text(&with_duplicate)).unwrap_err();
            assert!(
                error.message().starts_with(&format!("duplicate member `{}`", names[count / 3])),
                "{error}"
            );
        }
        // Collected at once or inserted one by one.
        let pairs: Vec<_> = (0..count * 2).map(|index| (name(index), index)).collect();
        let mut inserted = OrderedMap::new();
        for (name, value) in pairs.clone() {
            inserted.insert(name, value);
        }
        let collected: OrderedMap<usize> = pairs.into_iter().collect();
        assert_eq!(collected.iter().collect::<Vec<_>>(), inserted.iter().collect::<Vec<_>>());
    }
}

#[test]
fn object_with_200_000_members_parses_quickly() {
    let members: Vec<_> = (0..200_000).map(|index| format!(r#""k{index}":0"#)).collect();
    let text = format!("{{{}}}", members.join(","));
    let read: OrderedMap<u8> = from_str(&text).unwrap();
    assert_eq!(read.len(), 200_000);
    let collected: OrderedMap<u8> = read.into_iter().collect();
    assert_eq!((collected.len(), collected.keys().last()), (200_000, Some("k199999")));
}

#[test]
fn maps_with_different_order_are_equal() {
    for (a, b, equal) in [
        (&[("a", 1), ("b", 2)][..], &[("b", 2), ("a", 1)][..], true),
        (&[], &[], true),
        (&[("a", 1)], &[("a", 2)], false),
        (&[("a", 1)], &[("b", 1)], false),
        (&[("a", 1)], &[("a", 1), ("b", 2)], false),
        (&[("a", 1), ("b", 2)], &[("a", 1)], false),
    ] {
        assert_eq!(map(a) == map(b), equal, "{a:?} and {b:?}");
    }
}

#[test]
fn duplicate_member_is_an_error_with_path() {
    let error = from_str::<JsonObject>(r#"{"a":1,"b":2,"a":3}"#).unwrap_err();
    assert!(error.message().starts_with("duplicate member `a`"), "{error}");
    let error = from_str::<OrderedMap<OrderedMap<u32>>>(r#"{"x":{"a":1,"\u0061":3}}"#).unwrap_err();
    assert_eq!(error.path(), "x");
    assert!(error.message().starts_with("duplicate member `a`"), "{error}");
}

#[test]
fn value_that_is_not_an_object_is_rejected() {
    for text in ["[]", "null", "1", "\"a\"", "[[\"a\",1]]"] {
        let error = from_str::<JsonObject>(text).unwrap_err();
        assert!(error.message().contains("expected an object"), "{error}");
    }
}

#[test]
fn debug_shows_names_and_lengths() {
    let members: JsonObject = from_str(r#"{"city":"a secret text"}"#).unwrap();
    assert_eq!(format!("{members:?}"), r#"{"city": <15 bytes of JSON>}"#);
}

proptest! {
    #[test]
    fn any_object_round_trips_with_its_order(
        text in json_text::object(proptest::collection::vec((any::<String>(), json_text::value()), 0..6)),
    ) {
        let members: JsonObject = from_str(&text).unwrap();
        let written = serde_json::to_string(&members).unwrap();
        prop_assert_eq!(canonical(&written), canonical(&text));
        let again: JsonObject = from_str(&written).unwrap();
        prop_assert_eq!(again.keys().collect::<Vec<_>>(), members.keys().collect::<Vec<_>>());
        prop_assert_eq!(&again, &members);
        let raw = RawJson::from(members);
        prop_assert_eq!(raw.as_str(), written.as_str());
    }
}

proptest! {
    #[test]
    fn maps_of_any_size_behave_like_a_list_of_members(
        steps in proptest::collection::vec((0..90_u32, 0..8_u32), 0..400),
    ) {
        let mut map = OrderedMap::new();
        let mut list: Vec<(String, u32)> = Vec::new();
        for (value, (name, step)) in (0..).zip(steps) {
            let name = format!("k{name}");
            let position = list.iter().position(|(member, _)| *member == name);
            match step {
                0 => prop_assert_eq!(map.remove(&name), position.map(|position| list.remove(position).1)),
                1 if value % 40 == 0 => {
                    map.retain(|_, value| value % 3 > 0);
                    list.retain(|(_, value)| value % 3 > 0);
                }
                _ => {
                    let previous = position.map(|position| std::mem::replace(&mut list[position].1, value));
                    if previous.is_none() {
                        list.push((name.clone(), value));
                    }
                    prop_assert_eq!(map.insert(name.clone(), value), previous);
                }
            }
            let found = list.iter().find(|(member, _)| *member == name).map(|(_, value)| value);
            prop_assert_eq!(map.get(&name), found);
        }
        let members: Vec<_> = map.iter().map(|(name, value)| (name.to_owned(), *value)).collect();
        prop_assert_eq!(members, list);
    }
}
