//! Golden records: the bytes and notes of requests, so that any change of them is seen in review.
//!
//! `README.md` says where the records come from and how to accept a change.

// Clippy allows panics in the code of tests, which it recognizes by this attribute.
#![cfg(test)]

mod cases;
mod digest;
mod families;
mod generated;
mod history;
mod json;
mod mapping;
#[path = "../fuzz/random.rs"]
mod random;
mod rules;
mod stored;

#[test]
fn create_cases_encode_and_decode_to_golden_records() {
    stored::compare("cases/create.txt", &cases::create());
}

#[test]
fn sequence_cases_encode_and_decode_to_golden_records() {
    stored::compare("cases/sequence.txt", &cases::sequence());
}

#[test]
fn peer_cases_encode_to_golden_records() {
    stored::compare("cases/peers.txt", &cases::peers());
}

#[test]
fn field_cases_encode_to_golden_records() {
    stored::compare("cases/field.txt", &cases::field());
}

#[test]
fn generated_histories_encode_to_golden_records() {
    for family in families::FAMILIES {
        stored::compare(&format!("histories/{}.txt", family.name), &generated::records(family));
    }
}

#[test]
fn generated_histories_encode_to_golden_digests() {
    for family in families::FAMILIES {
        generated::compare_digests(family);
    }
}

/// Prints the history that `OUTCROP_GOLDEN_SHOW` names, such as `nova 17`.
#[test]
fn history_in_the_environment_is_printed() {
    let Ok(name) = std::env::var("OUTCROP_GOLDEN_SHOW") else { return };
    let (family, number) = name.split_once(' ').expect("a family and a number");
    let family = families::FAMILIES.iter().find(|found| found.name == family).expect("a family");
    generated::print(family, number.parse().expect("a number"));
}

#[test]
fn growing_histories_encode_to_golden_digests_in_a_transcript() {
    generated::compare_growing(families::FAMILIES);
}
