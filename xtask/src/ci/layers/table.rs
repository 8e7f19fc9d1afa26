//! Which crate may name which: the table of `docs/architecture.md`, as data.

/// A crate of the workspace and what it may name.
pub(super) struct Layer {
    pub(super) name: &'static str,
    /// The crates of the workspace it may name.
    pub(super) ours: &'static [&'static str],
    /// The crates from outside it may name.
    pub(super) outside: Outside,
}

/// The crates from outside that a crate may name.
pub(super) enum Outside {
    /// These, and behind a feature those; no others.
    Only { always: &'static [&'static str], optional: &'static [&'static str] },
    /// Any, but of the reserved ones only these.
    Any { reserved: &'static [&'static str] },
}

use Outside::{Any, Only};

/// The crates from outside that are reserved for the crates that name them in the table.
pub(super) const RESERVED: &[&str] = &["aws-*", "tokio*", "hyper*", "axum*", "reqwest", "clap*"];

/// The layers, lowest first.
pub(super) const LAYERS: &[Layer] = &[
    Layer {
        name: "outcrop-core",
        ours: &[],
        outside: Only {
            always: &["base64", "bytes", "serde", "serde_json", "serde_path_to_error", "thiserror"],
            optional: &["async-trait", "futures-core", "mockall", "schemars"],
        },
    },
    Layer {
        name: "outcrop-converse",
        ours: &["outcrop-core"],
        outside: Only {
            always: &["base64", "bytes", "crc32fast", "serde", "serde_json", "thiserror"],
            optional: &[],
        },
    },
    Layer {
        name: "outcrop-transport",
        ours: &["outcrop-core", "outcrop-converse"],
        outside: Any { reserved: &["aws-*", "tokio*", "hyper*"] },
    },
    Layer {
        name: "outcrop",
        ours: &["outcrop-core", "outcrop-converse", "outcrop-transport"],
        outside: Any { reserved: &["tokio*", "reqwest"] },
    },
    Layer {
        name: "outcrop-emulator",
        ours: &["outcrop-core", "outcrop-converse"],
        outside: Any { reserved: &["tokio*", "hyper*", "axum*"] },
    },
    Layer {
        name: "outcrop-cli",
        ours: &["outcrop", "outcrop-emulator"],
        outside: Any { reserved: &["tokio*", "clap*"] },
    },
    Layer {
        name: "outcrop-tests",
        ours: &[
            "outcrop-core",
            "outcrop-converse",
            "outcrop-transport",
            "outcrop",
            "outcrop-emulator",
            "outcrop-cli",
        ],
        outside: Any { reserved: RESERVED },
    },
    Layer { name: "xtask", ours: &[], outside: Only { always: &["serde_json"], optional: &[] } },
];
