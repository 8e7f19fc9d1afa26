//! How often a large payload is copied on its way: counted by what is allocated, not by a clock.
//!
//! The payload is 20 MB of an image. What is copied has to be put somewhere, so the bytes that a step allocates, as
//! multiples of the payload, are the copies that it makes.

// For clippy, which lets tests panic: it takes a function for a test's only where it stands under this.
#![cfg(test)]

use std::alloc::System;

use bytes::Bytes;
use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, ResponseContext, ResponseMetadata, decode_response, encode_request};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The length of the image as Base64.
const PAYLOAD: usize = 20 * 1024 * 1024 / 3 * 4;

/// Runs a step and gives how often it copied the payload, in hundredths.
fn copies<T>(step: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(ALLOCATOR);
    let outcome = step();
    let change = region.change();
    // What is allocated anew for more room was counted with the old room, too.
    (outcome, change.bytes_allocated * 100 / PAYLOAD)
}

/// One test, since the counter is that of the whole process.
#[test]
fn a_large_payload_is_copied_no_more_often_than_it_must_be() {
    let image = "iVBORw0KGgoA".repeat(PAYLOAD / 12);
    let params = format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":[{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{image}"}}}}]}}]}}"#
    );
    // Out of the parameters, which stay the caller's.
    let (request, read) = copies(|| ModelRequest::from_json(&params).unwrap());
    // Checked in place, not decoded and encoded again.
    let (encoded, mapped) = copies(|| encode_request(&request, &EncodeOptions::default()).unwrap());
    // Into the body that is sent.
    let (body, written) = copies(|| encoded.to_bytes());
    assert!(body.len() > PAYLOAD);
    println!("copies of the image, in hundredths: read {read}, mapped {mapped}, written {written}");
    assert!((100..=110).contains(&read), "read: {read}");
    assert!(mapped <= 5, "mapped: {mapped}");
    assert!((100..=110).contains(&written), "written: {written}");

    let reply = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{{"image":{{"format":"png","source":{{"bytes":"{image}"}}}}}}]}}}},"stopReason":"end_turn"}}"#
    );
    let reply = Bytes::from(reply);
    let context = ResponseContext::default();
    let (response, decoded) =
        copies(|| decode_response(&reply, &context, ResponseMetadata::default()).unwrap());
    println!("copies of the image, in hundredths: decoded {decoded}");
    assert!((100..=110).contains(&decoded), "decoded: {decoded}");

    // The answer goes back in the next request.
    let (history, cloned) = copies(|| response.clone());
    println!("copies of the image, in hundredths: cloned {cloned}");
    assert!(cloned <= 5, "cloned: {cloned}");
    assert_eq!(history.messages.len(), 1);
}
