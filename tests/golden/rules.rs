//! The ids of all rules that notes have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::stored::{self, Record};

/// The crates whose mappings make notes.
const CRATES: &[&str] = &["outcrop-core", "outcrop-converse", "outcrop"];

/// Texts of the form `group.name` in their sources that are not ids of rules.
const OTHER: &[&str] = &[
    "aws.bedrock",
    "chat.completion",
    "error.type",
    "gen_ai.system_instructions",
    "otel.status_code",
    "outcrop.cost_usd",
    "output.message",
    "thinking.budget_tokens",
    "typing.any",
    "vnd.wave",
];

/// Rules that no stored record has, with the reason.
const UNSEEN: &[(&str, &str)] = &[
    ("params.refused", "the client adds it after the service rejected a parameter"),
    ("response.tool_call", "no case has a call that cannot run"),
    ("stream.fallback", "the client adds it when a model has no stream"),
    (
        "structured.prompt",
        "the stored histories with a response format for a model without tools are digests",
    ),
    ("structured.text", "no case has text around a structured output"),
    ("usage.cached_twice", "no case has a response that counts cached tokens twice"),
];

#[test]
fn stored_records_contain_every_rule() {
    // While the records are being rewritten they are incomplete.
    if stored::is_writing() {
        return;
    }
    let names = crate::families::FAMILIES.iter().map(|family| format!("histories/{}.txt", family.name));
    let cases = ["create", "sequence", "peers", "field"].map(|name| format!("cases/{name}.txt"));
    let mut seen = BTreeSet::new();
    for name in names.chain(cases) {
        let text = stored::read(&name);
        let notes = text.lines().filter_map(|line| line.strip_prefix("note "));
        seen.extend(notes.filter_map(|note| note.split(' ').next()).map(str::to_owned));
    }
    let listed = stored::read("note-rules.txt");
    let listed: BTreeSet<&str> = listed.lines().filter(|line| !line.starts_with("==")).collect();
    let expected: BTreeSet<&str> =
        listed.into_iter().filter(|id| !UNSEEN.iter().any(|(unseen, _)| unseen == id)).collect();
    let seen: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
    let differing: Vec<&&str> = seen.symmetric_difference(&expected).collect();
    assert_eq!(differing, Vec::<&&str>::new(), "rules that only the records or only the list have");
}

#[test]
fn rule_ids_of_the_sources_match_the_golden_list() {
    let mut found = BTreeSet::new();
    for name in CRATES {
        let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "crates", name, "src"].iter().collect();
        collect(&folder, &mut found);
    }
    found.retain(|id| !OTHER.contains(&id.as_str()));
    let record = Record { title: "rules".to_owned(), lines: found.into_iter().collect() };
    stored::compare("note-rules.txt", &[record]);
}

/// Collects the texts of the form `group.name` in the sources of a folder, tests and comments apart.
fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The catalog has no rules, but prefixes of model ids that look alike.
        if path.file_stem().is_some_and(|name| name == "tests" || name == "catalog") {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        found.extend(lines.flat_map(|line| line.split('"')).filter(|text| is_id(text)).map(str::to_owned));
    }
}

fn is_id(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text.split_once('.').is_some_and(|(group, name)| is_word(group) && is_word(name))
}
