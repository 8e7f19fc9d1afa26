//! The rules that repair a history for its model, and the set of enabled rules.
//!
//! The ids are stable. The code of each rule, its limit and its sources are in the file that the comment above it names.

use std::collections::BTreeSet;
use std::fmt;

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $rejection:literal;)+) => {
        /// A rule that changes a request so that the service and the model accept it.
        ///
        /// Its [`id`](Self::id) is the [`rule`](outcrop_core::Note::rule) of the notes on its changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the name of the rule in notes, such as `turns.alternate`. It is stable, so that programs can compare it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }

            /// Returns what the service or the model rejects, as a sentence.
            #[must_use]
            pub fn rejection(self) -> &'static str {
                match self {
                    $(Self::$name => $rejection,)+
                }
            }
        }
    };
}

rules! {
    // encode/history/empty_content.rs
    /// Drops blank text (L8, M19).
    BlankText = "content.blank", "blank text is rejected";
    // encode/history/empty_content.rs
    /// Drops messages without content (L7, M21).
    EmptyMessages = "messages.empty", "a message without content is rejected";
    // encode/history/merge.rs
    /// Merges turns of the same role that follow each other (L1, L7, M10).
    Alternation = "turns.alternate", "turns of user and assistant must alternate";
    // encode/history/turn_ends.rs
    /// Inserts a user turn before an assistant turn that comes first, unless the model accepts that (L4, L11).
    FirstTurn = "turns.first", "a conversation must start with a user turn";
    // encode/history/turn_ends.rs
    /// Appends a user turn to an assistant turn that comes last, if the model does not continue it (L5).
    LastTurn = "turns.last", "the last turn must be the user's, because the model does not continue an assistant turn";
    // encode/history/turn_ends.rs
    /// Drops white space at the end of the text that the model continues (L6).
    PrefillSpace = "turns.trailing_space", "the last text of the assistant must not end with white space";
    // encode/history/calls_last.rs
    /// Moves text that follows the tool calls of a turn before them, if the model rejects it there (L140).
    CallsLast = "tool_use.last", "the model rejects text after the tool calls of a turn";
    // encode/history/merge.rs
    /// Adds an error result for a call without a result (L43, M12, M14).
    UnansweredCalls = "tool_use.unanswered", "every tool call must have a result in the next turn";
    // encode/history/pairing.rs
    /// Replaces the id of a call that an earlier call has, in its result as well (L30, M13).
    DuplicateIds = "tool_use.duplicate", "the ids of tool calls must be unique";
    // encode/history/merge.rs
    /// Renders a result without a call as text (L44, M12, M13).
    OrphanResults = "tool_result.orphan", "a tool result must belong to a call in the turn before it";
    // encode/history/merge.rs
    /// Moves other blocks of a turn with results to a turn of their own, if the model rejects them there (L2, L3, M11).
    ResultsAlone = "tool_result.alone", "the model rejects this block in a turn with tool results";
    // encode/history/tool_results.rs
    /// Fills an empty result with a text (L33).
    EmptyResults = "tool_result.empty", "a tool result must not be empty or blank";
    // encode/history/tool_results.rs
    /// Moves images, documents and videos from a result into the user turn, if the model rejects them in results (L34, L35).
    ResultMedia = "tool_result.media", "the model rejects this kind of media in tool results";
    // encode/history/unsupported_media.rs
    /// Replaces media that the model rejects, everywhere or from S3, by a text. In the last message they are an error, because
    /// the question is about them (L57, L58).
    MediaSupport = "media.support", "the model rejects this kind of media, or rejects it from S3";
    // encode/history/tool_results.rs
    /// Replaces the status of a result by a text, if the model rejects a status (L36).
    ResultStatus = "tool_result.status", "the model rejects a status in tool results";
    // encode/history/history_tools.rs
    /// Adds the tools that the history mentions to a request without tools (L14, L15, M7, M9).
    HistoryTools = "tools.history", "a history with tool calls needs tools in the request";
    // encode/history/identifiers.rs, encode/history/missing_ids.rs
    /// Replaces illegal tool names, and restores them in the response (L26 to L29, M15, M16, M18). A call without a name gets
    /// one (M14).
    ToolNames = "tools.names", "a tool name must have 1 to 64 of the characters A-Z, a-z, 0-9, `_` and `-`";
    // encode/history/identifiers.rs, encode/history/missing_ids.rs
    /// Replaces ids that the model rejects, in calls and results (L30, L31, M17). A call without an id gets one (L32).
    ToolIds = "tools.ids", "the model rejects this tool call id";
    // encode/tools/property_names.rs, encode/history/identifiers.rs
    /// Replaces names of properties that the model rejects at the top of a tool's schema, in the arguments of the history as
    /// well, and restores them in the response (L134).
    PropertyNames = "tools.properties", "the model accepts only the characters A-Z, a-z, 0-9, `_`, `.` and `-` in the names of a tool's properties, at most 64 of them";
    // encode/history/reasoning.rs
    /// Drops reasoning that the model rejects in a request: unsigned reasoning, and that of other models (L76 to L78, M31 to
    /// M34).
    ReasoningReplay = "reasoning.replay", "the model rejects this reasoning in a request";
    // encode/history/reasoning.rs
    /// Moves signed reasoning to the start of its turn (L74, M30).
    ReasoningFirst = "reasoning.first", "signed reasoning must come first in its turn";
    // encode/history/reasoning.rs
    /// Adds a text to a turn of reasoning alone, if the model rejects such a turn (L5).
    ReasoningAlone = "reasoning.alone", "the model rejects an assistant turn of reasoning alone";
    // encode/history/documents.rs
    /// Inserts a text before documents without text (L56, M69).
    DocumentText = "documents.text", "a document needs a text in its turn";
    // encode/history/documents.rs, naming/document.rs
    /// Makes the names of documents legal and unique (L54, L55, M70, M71).
    DocumentNames = "documents.names", "the names of documents must be legal, and unique in the request";
    // encode/history/cache_points.rs
    /// Drops cache points, or their `ttl`, that the model does not support (L64, L65, M36).
    CacheSupport = "cache.support", "the model rejects a cache point here";
    // encode/history/cache_points.rs
    /// Moves cache points to positions that the service accepts (L60, L62, M35).
    CachePosition = "cache.position", "a cache point must follow other content, but not a document, a video or reasoning";
    // encode/history/cache_points.rs
    /// Drops cache points beyond the limit: those of tools and system prompt stay, then the newest (L61, M39).
    CacheLimit = "cache.limit", "a request has at most four cache points";
    // encode/history/cache_points.rs
    /// Drops the `ttl` of a cache point that is longer than that of an earlier one (L63).
    CacheTtl = "cache.ttl", "a cache point must not have a longer `ttl` than an earlier one";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A set of enabled rules: all of them, unless some are disabled.
///
/// ```
/// use outcrop_converse::{Rule, Rules};
///
/// let rules = Rules::all().without(Rule::CacheTtl);
/// assert!(rules.contains(Rule::CacheLimit) && !rules.contains(Rule::CacheTtl));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    disabled: BTreeSet<Rule>,
}

impl Rules {
    /// Returns the set of all rules.
    #[must_use]
    pub const fn all() -> Self {
        Self { disabled: BTreeSet::new() }
    }

    /// Returns the empty set.
    #[must_use]
    pub fn none() -> Self {
        Self { disabled: Rule::ALL.iter().copied().collect() }
    }

    /// Enables a rule.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.disabled.remove(&rule);
        self
    }

    /// Disables a rule.
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.disabled.insert(rule);
        self
    }

    /// Returns whether a rule is enabled.
    #[must_use]
    pub fn contains(&self, rule: Rule) -> bool {
        !self.disabled.contains(&rule)
    }
}
