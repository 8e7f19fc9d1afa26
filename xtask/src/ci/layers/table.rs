//! The table of layers: the dependencies that each crate may have, as drawn in `docs/architecture.md`.

/// A crate of the workspace and its allowed dependencies.
pub(super) struct Layer {
    pub(super) name: &'static str,
    /// The allowed crates of the workspace.
    pub(super) internal: &'static [&'static str],
    /// The allowed crates from outside the workspace.
    pub(super) external: External,
}

/// The crates from outside the workspace that a crate may depend on.
pub(super) enum External {
    /// A closed list. Optional crates must be behind a feature.
    Only { always: &'static [&'static str], optional: &'static [&'static str] },
    /// Any crate, except that reserved families must be listed.
    Any { reserved: &'static [&'static str] },
}

use External::{Any, Only};

/// The families of crates that only the listed layers may use. They bring I/O, async or a CLI parser along.
pub(super) const RESERVED: &[&str] = &["aws-*", "tokio*", "hyper*", "axum*", "reqwest", "clap*"];

/// The layers, lowest first.
pub(super) const LAYERS: &[Layer] = &[
    Layer {
        name: "outcrop-core",
        internal: &[],
        external: Only {
            always: &["base64", "bytes", "memchr", "serde", "serde_json", "thiserror"],
            optional: &["async-trait", "futures-core", "mockall", "schemars"],
        },
    },
    Layer {
        name: "outcrop-converse",
        internal: &["outcrop-core"],
        external: Only {
            always: &["base64", "bytes", "crc32fast", "serde", "serde_json", "thiserror"],
            optional: &[],
        },
    },
    Layer {
        name: "outcrop-transport",
        internal: &["outcrop-core", "outcrop-converse"],
        external: Any { reserved: &["aws-*", "tokio*", "hyper*"] },
    },
    Layer { name: "outcrop-agent", internal: &["outcrop-core"], external: Any { reserved: &["tokio*"] } },
    Layer {
        name: "outcrop",
        internal: &["outcrop-core", "outcrop-agent", "outcrop-converse", "outcrop-transport"],
        external: Any { reserved: &["tokio*", "reqwest"] },
    },
    Layer {
        name: "outcrop-emulator",
        internal: &["outcrop-core", "outcrop-converse"],
        external: Any { reserved: &["tokio*", "hyper*", "axum*"] },
    },
    Layer {
        name: "outcrop-cli",
        internal: &["outcrop", "outcrop-emulator"],
        external: Any { reserved: &["tokio*", "clap*"] },
    },
    Layer {
        name: "outcrop-tests",
        internal: &[
            "outcrop-core",
            "outcrop-agent",
            "outcrop-converse",
            "outcrop-transport",
            "outcrop",
            "outcrop-emulator",
            "outcrop-cli",
        ],
        external: Any { reserved: RESERVED },
    },
    Layer { name: "xtask", internal: &[], external: Only { always: &["serde_json"], optional: &[] } },
];
