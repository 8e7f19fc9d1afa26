//! Tests of citations in replayed responses.

use crate::encode::tests::{replay, response_body};

#[test]
fn search_result_locations_are_dropped_for_claude() {
    // Claude rejects them (L128).
    let cited = |location: &str| {
        format!(
            r#"{{"citationsContent":{{"content":[{{"text":"w"}}],"citations":[{{"title":"T"{location}}}]}}}}"#
        )
    };
    let search = r#","location":{"searchResultLocation":{"searchResultIndex":0,"start":1,"end":2}}"#;
    let page = r#","location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}"#;
    for (location, expected) in [(search, ""), (page, page)] {
        let [_, merged] = replay(&response_body(&cited(location), "end_turn"));
        assert_eq!(merged, format!("[{}]", cited(expected)));
    }
}
