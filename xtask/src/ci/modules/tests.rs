//! Tests of the gate on small trees.

use std::collections::{BTreeMap, BTreeSet};

use super::crate_findings;
use super::table::{Ban, Banned, CHECKED, CrateTable, Folder, TABLES};
use super::tree::{ModuleTree, branches};

/// A crate with floors, a folder whose modules meet in their parent, and one ban of each kind.
const TABLE: CrateTable = CrateTable {
    name: "example",
    folders: &[
        Folder { module: "", floors: &[&["wire", "catalog"], &["decode"], &["encode"], &["transcript"]] },
        Folder { module: "encode", floors: &[&["tools", "history"]] },
    ],
    bans: &[
        Ban {
            from: "decode",
            except: &[],
            banned: Banned::Modules(&["catalog"]),
            reason: "decoding does not depend on the model",
        },
        Ban {
            from: "encode::history",
            except: &[],
            banned: Banned::ModulesExcept(&["wire"]),
            reason: "a history is prepared from messages",
        },
        Ban {
            from: "",
            except: &["encode::history", "transcript"],
            banned: Banned::Names(&["HistoryPrefix"]),
            reason: "only the transcript is incremental",
        },
    ],
};

/// The files of a tree that follows the table.
const CLEAN: &[(&str, &str)] = &[
    (
        "lib.rs",
        "mod catalog;\nmod decode;\nmod encode;\nmod transcript;\nmod wire;\npub use encode::encode;\n#[cfg(test)]\nmod tests;\n",
    ),
    ("wire.rs", "mod block;\npub(crate) mod message;\npub use block::Block;\npub use message::Message;\n"),
    ("wire/block.rs", "pub struct Block;\n"),
    ("wire/message.rs", "use super::Block;\npub struct Message(Block);\n"),
    ("catalog.rs", "pub struct Model;\n"),
    ("decode.rs", "use crate::wire::{Block, message::Message};\npub fn decode() {}\n"),
    (
        "encode.rs",
        "mod history;\nmod tools;\nuse crate::decode::decode;\npub struct Stage;\npub fn encode() { tools::plan(); }\n",
    ),
    (
        "encode/tools.rs",
        "use super::Stage;\nuse crate::catalog::{self, Model};\npub fn plan() { catalog::Model; }\n",
    ),
    ("encode/history.rs", "use crate::wire::Block;\npub struct HistoryPrefix;\n"),
    ("transcript.rs", "use crate::encode::{Stage, encode};\npub fn next() { let _: HistoryPrefix; }\n"),
    ("tests.rs", "use crate::transcript::next;\n"),
];

/// Returns the findings for the clean tree after some of its files changed.
fn findings(changes: &[(&str, &str)]) -> Vec<String> {
    crate_findings(&tree(changes), &TABLE)
}

fn tree(changes: &[(&str, &str)]) -> ModuleTree {
    let files = CLEAN.iter().chain(changes);
    let sources: BTreeMap<String, String> =
        files.map(|(file, text)| (format!("src/{file}"), (*text).to_owned())).collect();
    ModuleTree::build("src", &sources)
}

/// Returns the source of a file in the clean tree followed by more lines.
fn with(file: &str, more: &str) -> String {
    let (_, text) = CLEAN.iter().find(|(name, _)| *name == file).unwrap();
    format!("{text}{more}")
}

#[test]
fn clean_tree_passes() {
    assert_eq!(findings(&[]), [""; 0]);
}

#[test]
fn floors_of_architecture_document_are_those_of_the_table() {
    let document = include_str!("../../../../docs/architecture.md");
    let table = TABLES.iter().find(|table| table.name == "outcrop-converse").unwrap();
    let floors = table.folders.iter().find(|folder| folder.module.is_empty()).unwrap().floors;
    for (floor, number) in floors.iter().zip(1..) {
        let modules: Vec<String> = floor.iter().map(|module| format!("`{module}`")).collect();
        let row = format!("| {number} | {} |", modules.join(", "));
        assert!(document.contains(&row), "docs/architecture.md has no row `{row}`");
    }
}

#[test]
fn upward_import_fails() {
    let expected = "src/encode.rs:6: upward import: encode imports transcript (floor 3 imports floor 4); \
                    a module imports only from lower floors";
    for import in [
        "use crate::transcript::next;",
        "use crate::{transcript::{next as later}};",
        "use super::transcript;",
        "pub(crate) use crate::transcript::*;",
        "fn f() { crate::transcript::next(); }",
        "macro_rules! m { () => { $crate::transcript::next() } }",
    ] {
        let found = findings(&[("encode.rs", &with("encode.rs", import))]);
        assert!(found.contains(&expected.to_owned()), "{import}: {found:#?}");
    }
    let nested = findings(&[("encode/tools.rs", "use crate::transcript::next;\n")]);
    assert_eq!(
        nested.first().map(String::as_str),
        Some(expected.replace("src/encode.rs:6", "src/encode/tools.rs:1").as_str())
    );
}

#[test]
fn import_on_one_floor_fails() {
    assert_eq!(
        findings(&[("catalog.rs", "use crate::wire::Block;\npub struct Model;\n")]),
        ["src/catalog.rs:1: import on one floor: catalog imports wire (both on floor 1); \
          a module imports only from lower floors"]
    );
}

#[test]
fn import_from_the_crate_root_fails() {
    let root = with("lib.rs", "pub const LIMIT: usize = 4;\n");
    assert_eq!(
        findings(&[("lib.rs", &root), ("catalog.rs", "use crate::LIMIT;\npub struct Model;\n")]),
        ["src/catalog.rs:1: upward import: catalog imports `LIMIT` from the crate root; move it to a module"]
    );
}

#[test]
fn sibling_import_fails() {
    let expected = "sibling import: encode::tools imports encode::history; they meet in their parent encode";
    for import in
        ["use super::history::Turns;", "use crate::encode::history;", "fn f() { super::history::g() }"]
    {
        let found = findings(&[("encode/tools.rs", import)]);
        assert!(found.contains(&format!("src/encode/tools.rs:1: {expected}")), "{import}: {found:#?}");
    }
}

#[test]
fn sibling_import_through_the_parent_fails() {
    let parent = with("encode.rs", "pub use history::Turns;\n");
    let found = findings(&[
        ("encode.rs", &parent),
        ("encode/history.rs", "pub struct Turns;\n"),
        ("encode/tools.rs", "use super::Turns;\n"),
    ]);
    assert_eq!(
        found,
        ["src/encode/tools.rs:1: sibling import: encode::tools imports encode::history; \
          they meet in their parent encode"]
    );
}

#[test]
fn banned_module_fails() {
    assert_eq!(
        findings(&[("decode.rs", "use crate::catalog::Model;\npub fn decode() {}\n")]),
        ["src/decode.rs:1: banned import: decode imports catalog; decoding does not depend on the model"]
    );
}

#[test]
fn module_outside_of_the_permitted_ones_fails() {
    assert_eq!(
        findings(&[("encode/history.rs", "use crate::catalog::Model;\npub struct HistoryPrefix;\n")]),
        ["src/encode/history.rs:1: banned import: encode::history imports catalog; \
          a history is prepared from messages"]
    );
}

#[test]
fn banned_name_fails() {
    assert_eq!(
        findings(&[("decode.rs", &with("decode.rs", "fn f(_: HistoryPrefix) {}\n"))]),
        ["src/decode.rs:3: banned name: decode uses `HistoryPrefix`; only the transcript is incremental"]
    );
}

#[test]
fn re_export_of_a_visible_module_fails() {
    assert_eq!(
        findings(&[("decode.rs", "use crate::wire::{Block, Message};\npub fn decode() {}\n")]),
        ["src/decode.rs:1: re-export: `Message` is imported through wire; \
          import it from the defining module wire::message"]
    );
}

#[test]
fn cycle_is_reported_as_one_line() {
    let found = findings(&[
        ("wire/block.rs", "use super::message::Message;\npub struct Block;\n"),
        ("wire/message.rs", "use super::Block;\npub struct Message;\n"),
    ]);
    assert_eq!(
        found,
        ["src/wire/block.rs:1: cycle: wire::block → wire::message → wire::block \
          (src/wire/block.rs:1, src/wire/message.rs:1)"]
    );
}

#[test]
fn cycle_of_three_modules_is_followed_to_its_start() {
    let sources = [
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\n"),
        ("src/a.rs", "use crate::b::B;\npub struct A;\n"),
        ("src/b.rs", "use crate::c::C;\npub struct B;\n"),
        ("src/c.rs", "use crate::a::A;\nuse crate::d::D;\npub struct C;\n"),
        ("src/d.rs", "use crate::c::C;\npub struct D;\n"),
    ];
    let sources = sources.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
    let references = ModuleTree::build("src", &sources).references();
    assert_eq!(
        super::cycles::findings(&references),
        ["src/a.rs:1: cycle: a → b → c → a (src/a.rs:1, src/b.rs:1, src/c.rs:1); also in cycles: d"]
    );
}

#[test]
fn tests_are_exempt() {
    let test_module = "#[cfg(test)]\nmod tests {\n    use crate::transcript::next;\n}\n";
    let test_import = "#[cfg(test)]\nuse crate::{transcript, encode};\n";
    let test_function =
        "#[cfg(all(test, unix))]\n#[inline]\nfn f() -> [u8; 2] { crate::transcript::next() }\n";
    for test in [test_module, test_import, test_function] {
        assert_eq!(findings(&[("catalog.rs", &with("catalog.rs", test))]), [""; 0], "{test}");
    }
    let after = with("catalog.rs", &format!("{test_import}use crate::transcript;\n"));
    let found = findings(&[("catalog.rs", &after)]);
    assert!(found.iter().any(|finding| finding.starts_with("src/catalog.rs:4: upward import")), "{found:#?}");
}

#[test]
fn comments_and_literals_are_ignored() {
    let more = "// crate::transcript::next\n/// crate::transcript\nconst S: &str = \"crate::transcript\";\n";
    assert_eq!(findings(&[("catalog.rs", &with("catalog.rs", more))]), [""; 0]);
}

#[test]
fn inline_module_belongs_to_its_path() {
    let inline =
        with("catalog.rs", "mod inner {\n    use super::super::transcript;\n}\nuse crate::wire as w;\n");
    let found = findings(&[("catalog.rs", &inline)]);
    assert!(found.iter().any(|finding| finding.starts_with("src/catalog.rs:3: upward import")), "{found:#?}");
    assert!(
        found.iter().any(|finding| finding.starts_with("src/catalog.rs:5: import on one floor")),
        "{found:#?}"
    );
}

#[test]
fn exported_macro_belongs_to_its_module() {
    let transcript = with("transcript.rs", "#[macro_export]\nmacro_rules! turns { () => {} }\n");
    let found =
        findings(&[("transcript.rs", &transcript), ("catalog.rs", "use crate::turns;\npub struct Model;\n")]);
    assert!(found.iter().any(|finding| finding.starts_with("src/catalog.rs:1: upward import")), "{found:#?}");
}

#[test]
fn table_must_list_the_modules_of_the_crate() {
    let root = with("lib.rs", "mod extra;\n").replace("mod catalog;\n", "");
    let found = findings(&[("lib.rs", &root), ("extra.rs", ""), ("encode/tools.rs", "pub fn plan() {}\n")]);
    assert_eq!(
        found,
        [
            "extra has no floor: add it to xtask/src/ci/modules/table.rs",
            "catalog has a floor but does not exist: remove it from the table"
        ]
    );
}

#[test]
fn branches_are_children_of_the_common_ancestor() {
    for (from, to, expected) in [
        ("a", "b", Some(("a", "b"))),
        ("a::b::c", "d", Some(("a", "d"))),
        ("a::b::c", "a::d", Some(("a::b", "a::d"))),
        ("a::b", "a::b::c", None),
        ("a::b", "a", None),
        ("a", "", None),
        ("ab", "a", Some(("ab", "a"))),
    ] {
        assert_eq!(branches(from, to), expected, "{from} {to}");
    }
}

#[test]
fn each_module_has_one_floor() {
    for table in TABLES {
        for folder in table.folders {
            let names: Vec<&str> = folder.floors.iter().flat_map(|floor| floor.iter().copied()).collect();
            let distinct: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(distinct.len(), names.len(), "{} {}", table.name, folder.module);
        }
    }
}

#[test]
fn checked_crates_have_tables() {
    for name in CHECKED {
        assert!(TABLES.iter().any(|table| table.name == *name), "{name}");
    }
}
