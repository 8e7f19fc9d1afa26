//! The tables of the gate `modules`: the floors of each crate, and the bans on top of them.
//!
//! A name is a module path from the crate root, such as `encode::history`, and covers everything below it. A `*` at the
//! end matches any rest of the last name. To change a floor plan, move a name from one line to another.

/// The rules of a crate.
pub(super) struct CrateTable {
    /// The name of the package.
    pub(super) name: &'static str,
    pub(super) folders: &'static [Folder],
    pub(super) bans: &'static [Ban],
}

/// The floors of the modules in a folder, lowest first. A module may import from lower floors only.
///
/// A folder with a single floor is one whose modules meet in their parent. Without an entry, the modules of a folder may
/// import each other, except in a cycle.
pub(super) struct Folder {
    /// The module whose children have floors. The empty path is the crate root.
    pub(super) module: &'static str,
    pub(super) floors: &'static [&'static [&'static str]],
}

/// Modules and names that some modules must not use.
pub(super) struct Ban {
    /// The modules that are restricted. The empty path is the whole crate.
    pub(super) from: &'static str,
    /// The modules within `from` that are not restricted.
    pub(super) except: &'static [&'static str],
    pub(super) banned: Banned,
    /// The reason, printed with each finding.
    pub(super) reason: &'static str,
}

/// The object of a ban.
pub(super) enum Banned {
    /// These modules.
    Modules(&'static [&'static str]),
    /// Every module of the crate except these.
    ModulesExcept(&'static [&'static str]),
    /// These identifiers, wherever they are defined.
    Names(&'static [&'static str]),
}

use Banned::{Modules, ModulesExcept, Names};

/// The crates that the gate checks. Add a crate as soon as its tree passes `cargo xtask modules CRATE`.
pub(super) const CHECKED: &[&str] = &[
    "outcrop-core",
    "outcrop-converse",
    "outcrop-emulator",
    "outcrop-transport",
    "outcrop",
    "outcrop-agent",
    "outcrop-cli",
    "xtask",
];

/// The tables. A crate may have one before the gate checks it.
pub(super) const TABLES: &[CrateTable] = &[
    CrateTable {
        name: "outcrop-agent",
        folders: &[
            Folder {
                module: "",
                floors: &[
                    &["tool", "files", "telemetry"],
                    &["metrics"],
                    &["tools"],
                    &["history", "structured"],
                    &["agent", "generate", "layer", "mcp"],
                ],
            },
            Folder { module: "mcp", floors: &[&["error", "output", "session"], &["http"]] },
            Folder { module: "generate", floors: &[&["stream"]] },
            Folder {
                module: "layer",
                floors: &[
                    &["observe"],
                    &["budget", "cache", "fallback", "limit", "log", "metrics", "record", "replay"],
                ],
            },
            Folder {
                module: "agent",
                floors: &[
                    &["input"],
                    &["run"],
                    &["event", "hooks"],
                    &["progress"],
                    &["drive"],
                    &["error"],
                    &["stream"],
                    &["builder"],
                ],
            },
            Folder { module: "history", floors: &[&["units"], &["summary", "window"]] },
        ],
        bans: &[],
    },
    CrateTable {
        name: "outcrop-converse",
        folders: &[
            Folder {
                module: "",
                floors: &[
                    &[
                        "wire",
                        "event_stream",
                        "json_tree",
                        "model_id",
                        "block_path",
                        "rule",
                        "service_error",
                        "url_path",
                    ],
                    &["schema", "catalog", "naming", "media_format"],
                    &["bedrock", "options", "origin", "written_calls"],
                    &["context"],
                    &["decode"],
                    &["encode"],
                    &["stream", "transcript"],
                    &["batch", "check", "count_tokens", "guardrail", "guardrail_checks"],
                ],
            },
            Folder {
                module: "stream",
                floors: &[
                    &["block", "exceptions", "fast_path", "lenient"],
                    &["surrogates"],
                    &["open_blocks"],
                    &["decoder"],
                ],
            },
            Folder {
                module: "encode",
                floors: &[
                    &["size_hint", "target", "turn"],
                    &["encoded"],
                    &["parameters", "tools", "content", "system", "history", "remove_parameter"],
                ],
            },
            Folder {
                module: "encode::history",
                floors: &[
                    &["auto_cache", "model_traits"],
                    &[
                        "cache_points",
                        "calls_last",
                        "citations",
                        "documents",
                        "empty_content",
                        "identifiers",
                        "media_limits",
                        "missing_ids",
                        "pairing",
                        "reasoning",
                        "split",
                        "tool_results",
                        "turn_ends",
                        "unsupported_media",
                    ],
                    &["history_tools", "turn_builder"],
                    &["insert", "merge"],
                    &["prefix_bytes"],
                    &["prefix"],
                    &["auto_placement", "checkpoint"],
                ],
            },
        ],
        bans: &[
            Ban {
                from: "decode",
                except: &[],
                banned: Modules(&["encode"]),
                reason: "encode and decode meet in options, context and origin",
            },
            Ban {
                from: "encode::history",
                except: &[],
                banned: ModulesExcept(&["wire", "catalog", "rule", "block_path", "naming", "encode::turn"]),
                reason: "history is prepared from messages and rules alone",
            },
            Ban {
                from: "encode::history",
                except: &[],
                banned: Names(&["ModelRequest", "BedrockParams"]),
                reason: "history is prepared from messages and rules alone",
            },
            Ban {
                from: "encode::history",
                // Cache points move in the turns of the prefix, too.
                except: &[
                    "encode::history::auto_placement",
                    "encode::history::checkpoint",
                    "encode::history::prefix*",
                ],
                banned: Modules(&["encode::history::checkpoint", "encode::history::prefix*"]),
                reason: "only the transcript is incremental; the rules see a whole history",
            },
            Ban {
                // The pipeline passes the prefix through; its other stages cannot import history.
                from: "",
                except: &["encode", "transcript"],
                banned: Modules(&["encode::history::checkpoint", "encode::history::prefix*"]),
                reason: "only the transcript is incremental",
            },
        ],
    },
    CrateTable {
        name: "outcrop-core",
        folders: &[
            Folder {
                module: "",
                floors: &[
                    &["conversation", "redacted"],
                    &["json"],
                    &["media", "open", "role", "usage"],
                    &["content", "note"],
                    &["message"],
                    &["request", "response"],
                    &["error"],
                    &["gen_ai", "stream", "structured_output", "totals"],
                    &["openai"],
                    &["client"],
                    &["testing"],
                ],
            },
            Folder {
                module: "json",
                floors: &[&["locate"], &["ordered_map", "parse", "surrogates"], &["raw"], &["write"]],
            },
            Folder {
                module: "content",
                floors: &[
                    &["macros"],
                    &["citation", "custom", "generic", "media", "text", "tool"],
                    &["parser"],
                ],
            },
            Folder {
                module: "stream",
                floors: &[&["event", "partial_json"], &["accumulator", "text_buffer"], &["response_stream"]],
            },
            Folder {
                module: "openai",
                floors: &[
                    &["path", "completion", "message_json"],
                    &["raw"],
                    &["fields"],
                    &[
                        "cache_control",
                        "call_options",
                        "chunk",
                        "prompt_cache",
                        "response_format",
                        "sampling",
                        "tool_choice",
                        "reader",
                        "request_json",
                    ],
                    &["history", "tool"],
                    &["params"],
                ],
            },
            Folder { module: "openai::reader", floors: &[&["delta", "error"], &["stream"]] },
            Folder {
                module: "openai::history",
                floors: &[&["call", "media", "pairs"], &["shapes"], &["part"], &["result"], &["message"]],
            },
            Folder { module: "openai::chunk", floors: &[&["tool_calls"], &["mapper"], &["stream"]] },
        ],
        bans: &[],
    },
    CrateTable {
        name: "outcrop-emulator",
        folders: &[Folder {
            module: "",
            floors: &[
                &["protocol"],
                &["script"],
                &["rules", "default_model"],
                &["control_plane"],
                &["recording", "upstream"],
                &["replay"],
                &["server"],
                &["emulator"],
            ],
        }],
        bans: &[],
    },
    CrateTable {
        name: "outcrop-transport",
        folders: &[Folder {
            module: "",
            floors: &[
                &["cause", "environment", "progress", "timeouts"],
                &["body", "credentials", "endpoint", "region", "retry"],
                &["profile", "settings", "tls"],
                &["endpoints", "identity"],
                &["error"],
                &["exchange"],
                &["resend", "response"],
                &["connect", "probe"],
                &["transport"],
            ],
        }],
        bans: &[],
    },
    CrateTable {
        name: "outcrop",
        folders: &[
            Folder {
                module: "",
                floors: &[
                    &["defaults", "media", "models", "telemetry"],
                    &["config"],
                    &["client"],
                    &["prelude"],
                ],
            },
            Folder {
                module: "client",
                floors: &[
                    &["body_buffers"],
                    &["bound_reasoning", "call", "deadlines", "discovery", "rejected_parameters"],
                    &["builder", "event_stream"],
                    &["streaming"],
                ],
            },
            Folder {
                module: "config",
                floors: &[&["api_type"], &["reader"], &["credential_names"], &["entry"], &["debug", "list"]],
            },
        ],
        bans: &[],
    },
    CrateTable {
        name: "outcrop-cli",
        folders: &[
            Folder {
                module: "",
                floors: &[
                    &["args", "terminal"],
                    &["failure"],
                    &["connection", "files", "runtime"],
                    &["chat", "check", "completions", "doctor", "emulate", "map", "models"],
                ],
            },
            Folder { module: "chat", floors: &[&["inputs", "parameters"], &["output"], &["conversation"]] },
            Folder { module: "map", floors: &[&["recorded"], &["line"], &["exchange", "stream"]] },
        ],
        bans: &[],
    },
    CrateTable {
        name: "xtask",
        folders: &[
            Folder {
                module: "",
                floors: &[
                    &["error", "source"],
                    &["process"],
                    &["workspace"],
                    &["api", "catalog", "fuzz", "readme", "service_model", "soak", "voice"],
                    &["ci"],
                ],
            },
            Folder {
                module: "ci",
                floors: &[
                    &["outcome"],
                    &[
                        "api",
                        "cargo",
                        "cases",
                        "examples",
                        "features",
                        "layers",
                        "lessons",
                        "mapping",
                        "modules",
                        "msrv",
                        "package",
                        "published",
                        "pure",
                        "tidy",
                        "voice",
                    ],
                ],
            },
        ],
        bans: &[],
    },
];
