//! Counts how often a large payload is copied.
//!
//! The payload is an image of 20 MB. A copy needs memory, so the bytes that a step allocates, divided by the size of the
//! payload, are its copies.

// Clippy allows panics in tests only below this attribute.
#![cfg(test)]

mod agent;
mod calls;
mod growth;
mod linear;

use std::alloc::System;

use bytes::Bytes;
use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, ResponseContext, ResponseMetadata, decode_response, encode_request};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The length of the image in Base64.
const PAYLOAD: usize = 20 * 1024 * 1024 / 3 * 4;

/// Runs a step. Returns its result and the number of copies in hundredths.
fn copies<T>(step: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(ALLOCATOR);
    let result = step();
    let change = region.change();
    // The total also counts reallocations, with their whole new size.
    (result, change.bytes_allocated * 100 / PAYLOAD)
}

/// Keeps the tests apart, because the counter is global.
static COUNTING: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn short_call_allocates_less_than_the_sdk() {
    let _counting = COUNTING.lock();
    calls::short_call_allocates_less_than_the_sdk();
}

#[test]
fn long_call_writes_its_body_to_a_buffer_of_an_earlier_one() {
    let _counting = COUNTING.lock();
    calls::long_call_writes_its_body_to_a_buffer_of_an_earlier_one();
}

#[test]
fn step_of_an_agent_allocates_little_above_its_call() {
    let _counting = COUNTING.lock();
    agent::step_allocates_little_above_its_call();
}

#[test]
fn late_turn_allocates_what_an_early_one_does() {
    let _counting = COUNTING.lock();
    growth::late_turn_allocates_what_an_early_one_does();
}

#[test]
fn cost_of_requests_and_responses_is_linear() {
    let _counting = COUNTING.lock();
    linear::cost_is_linear();
}

#[test]
fn large_payload_is_copied_once_in_each_direction() {
    let _counting = COUNTING.lock();
    let image = "iVBORw0KGgoA".repeat(PAYLOAD / 12);
    let params = format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":[{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{image}"}}}}]}}]}}"#
    );
    // Parsing copies it once, because the parameters remain the caller's.
    let (request, parsed) = copies(|| ModelRequest::from_json(&params).unwrap());
    // Encoding validates the Base64 in place.
    let (encoded, encoding) = copies(|| encode_request(&request, &EncodeOptions::default()).unwrap());
    // Serialization copies it once into the body.
    let (body, serialized) = copies(|| encoded.to_bytes());
    assert!(body.len() > PAYLOAD);
    println!(
        "copies of the image, in hundredths: parsed {parsed}, encoded {encoding}, serialized {serialized}"
    );
    assert!((100..=110).contains(&parsed), "parsed: {parsed}");
    assert!(encoding <= 5, "encoded: {encoding}");
    assert!((100..=110).contains(&serialized), "serialized: {serialized}");

    let response = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"image":{{"format":"png","source":{{"bytes":"{image}"}}}}}}]}}}},"stopReason":"end_turn"}}"#
    );
    let body = Bytes::from(response);
    let context = ResponseContext::default();
    let (response, decoded) =
        copies(|| decode_response(&body, &context, ResponseMetadata::default()).unwrap());
    println!("copies of the image, in hundredths: decoded {decoded}");
    assert!((100..=110).contains(&decoded), "decoded: {decoded}");

    // The response becomes history of the next request.
    let (history, cloned) = copies(|| response.clone());
    println!("copies of the image, in hundredths: cloned {cloned}");
    assert!(cloned <= 5, "cloned: {cloned}");
    assert_eq!(history.messages.len(), 1);
}
