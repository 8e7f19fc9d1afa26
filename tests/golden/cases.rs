//! The records of the cases of `tests/cases`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::mapping::{FILLER, MODES, Mode, Request};
use crate::stored::Record;

const AG2: &str = include_str!("../cases/ag2.jsonl");
const PEERS: &str = include_str!("../cases/peers.json");
const FIELD: &str = include_str!("../cases/field.jsonl");

/// The configuration that the peers' cases are written for.
const PEERS_CONFIG: &str = r#"{"alternation":"merge","filler":"."}"#;

/// The members of an object. Their values are texts, so that the mapping gets them as they are written.
type Members = BTreeMap<String, Box<RawValue>>;

/// Returns the records of the `create` cases.
pub(crate) fn create() -> Vec<Record> {
    let record = |case: &Members| {
        let [config, params] = ["config", "params"].map(|member| plain(case, member));
        let reply = case.get("converse_response").and_then(|body| Reply::parse(body.get()));
        record(text(case, "name"), &config, &params, None, reply.as_ref())
    };
    ag2("create").iter().map(record).collect()
}

/// Returns the records of the calls of the `sequence` cases.
pub(crate) fn sequence() -> Vec<Record> {
    let mut records = Vec::new();
    for case in ag2("sequence") {
        let calls: Vec<Members> = serde_json::from_str(case["calls"].get()).unwrap();
        let shared = case.get("shared_params").map(|params| params.get());
        for (call, number) in calls.iter().zip(1..) {
            let title = format!("{} call {number}", text(&case, "name"));
            let own = call["params"].get();
            let reply = Reply::parse(call["converse_response"].get());
            // Only this flag of a shared request comes from the call.
            let flag = shared.map(|_| own);
            records.push(record(title, &plain(&case, "config"), shared.unwrap_or(own), flag, reply.as_ref()));
        }
    }
    records
}

/// Returns the records of the requests that other clients test.
pub(crate) fn peers() -> Vec<Record> {
    let cases: Vec<Members> = serde_json::from_str(PEERS).unwrap();
    let requests = cases.iter().filter(|case| text(case, "kind") == "request");
    requests.map(|case| record(text(case, "name"), PEERS_CONFIG, case["input"].get(), None, None)).collect()
}

/// Returns the records of the requests from the field.
pub(crate) fn field() -> Vec<Record> {
    let cases = FIELD.lines().map(|line| serde_json::from_str::<Members>(line).unwrap());
    let requests = cases.filter(|case| text(case, "op") == "request");
    let record = |case: Members| {
        let input: Members = serde_json::from_str(case["input"].get()).unwrap();
        let config = input.get("config").map_or("{}", |config| config.get());
        record(text(&case, "id"), config, input["params"].get(), None, None)
    };
    requests.map(record).collect()
}

fn ag2(operation: &str) -> Vec<Members> {
    let cases = AG2.lines().map(|line| serde_json::from_str::<Members>(line).unwrap());
    cases.filter(|case| text(case, "op") == operation).collect()
}

/// Returns the record of a request in every mode, the one of its configuration first, and of its response.
fn record(title: String, config: &str, params: &str, flag: Option<&str>, reply: Option<&Reply>) -> Record {
    let config: Members = serde_json::from_str(config).unwrap();
    let configured = configured_mode(&config);
    let others = MODES.into_iter().filter(|mode| *mode != configured);
    let mut lines = Vec::new();
    let mut seen: Vec<(Mode, Vec<String>)> = Vec::new();
    for mode in std::iter::once(configured).chain(others) {
        let request = Request::of_config(&with_mode(&config, mode), params, flag);
        let mut produced = request.lines();
        if let Some(Reply { body, request_id }) = reply {
            produced.extend(request.decoded(body, request_id.as_deref()));
        }
        match seen.iter().find(|(_, earlier)| *earlier == produced) {
            Some((earlier, _)) => lines.push(format!("-- {}: same as {}", mode.label(), earlier.label())),
            None => {
                lines.push(format!("-- {}", mode.label()));
                lines.extend(produced.iter().cloned());
                seen.push((mode, produced));
            }
        }
    }
    Record { title, lines }
}

/// Returns the mode that a configuration chooses.
fn configured_mode(config: &Members) -> Mode {
    let named = |member: &str| config.get(member).map(|value| value.get().trim_matches('"'));
    let alternation = named("alternation").unwrap_or("insert");
    let dialect = named("dialect").unwrap_or(if alternation == "merge" { "converse" } else { "ag2" });
    let is_named = |mode: &Mode| mode.dialect == dialect && mode.alternation == alternation;
    MODES.into_iter().find(is_named).expect("the configuration names a mode")
}

/// Returns a configuration with its mode and filler spelled out.
fn with_mode(config: &Members, mode: Mode) -> String {
    let json = |text: &str| RawValue::from_string(crate::json::string(text)).unwrap();
    let mut config = config.clone();
    config.insert("dialect".to_owned(), json(mode.dialect));
    config.insert("alternation".to_owned(), json(mode.alternation));
    config.entry("filler".to_owned()).or_insert_with(|| json(FILLER));
    serde_json::to_string(&config).unwrap()
}

/// A response of the service.
struct Reply {
    body: String,
    request_id: Option<String>,
}

impl Reply {
    /// Reads a response as boto3 returns it, request id in `ResponseMetadata`. `None` for an error or for nothing.
    fn parse(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            #[serde(rename = "RequestId")]
            request_id: Option<String>,
        }

        let mut body: Members = serde_json::from_str::<Option<Members>>(text).unwrap()?;
        if body.contains_key("$raise") {
            return None;
        }
        let metadata = body.remove("ResponseMetadata");
        let metadata = metadata.map(|value| serde_json::from_str::<Metadata>(value.get()).unwrap());
        let request_id = metadata.and_then(|metadata| metadata.request_id);
        Some(Self { body: serde_json::to_string(&body).unwrap(), request_id })
    }
}

/// Returns a member of a case with the JSON that its Python values stand for, as `tests/cases/README.md` says.
fn plain(case: &Members, member: &str) -> String {
    let mut members: Members = serde_json::from_str(case[member].get()).unwrap();
    for value in members.values_mut() {
        if value.get().starts_with("{\"$") {
            let inner: Members = serde_json::from_str(value.get()).unwrap();
            *value = match inner.get("$tuple") {
                Some(list) => list.clone(),
                None => case["pydantic_schema"].clone(),
            };
        }
    }
    serde_json::to_string(&members).unwrap()
}

fn text(case: &Members, member: &str) -> String {
    serde_json::from_str(case[member].get()).unwrap()
}
