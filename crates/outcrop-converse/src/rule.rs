//! The rules by which requests are repaired, each of which can be switched off.

use std::collections::BTreeSet;
use std::fmt;

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $refused:literal;)+) => {
        /// A rule by which a request is changed so that the service takes it.
        ///
        /// Its [`id`](Self::id) is the [`rule`](outcrop_core::Note::rule) of the notes that tell of its changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in notes, such as `turns.alternate`. Stable: programs may look at it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }

            /// What the service or the model refuses, in a sentence for people.
            #[must_use]
            pub fn rejection(self) -> &'static str {
                match self {
                    $(Self::$name => $refused,)+
                }
            }
        }
    };
}

rules! {
    /// Blank texts are left out (lessons L8, M19).
    BlankText = "content.blank", "text of nothing but white space is refused";
    /// Messages that say nothing are left out (lessons L7, M21).
    EmptyMessages = "messages.empty", "a message without content is refused";
    /// Turns of one side in a row are joined (lessons L1, L7, M10).
    Alternation = "turns.alternate", "turns of user and assistant must alternate";
    /// A user's turn is put before an assistant's that comes first, except for models that take it (lessons L4, L11).
    FirstTurn = "turns.first", "a conversation must start with a turn of the user";
    /// A user's turn is put after an assistant's that comes last, where the model does not go on with it (lesson L5).
    LastTurn = "turns.last", "the model does not go on with a turn of the assistant: the last turn must be the user's";
    /// White space at the end of the words that the model shall go on with is left out (lesson L6).
    PrefillSpace = "turns.trailing_space", "the last words of the assistant must not end with white space";
    /// A call without a result gets one that says so (lessons L43, M12, M14).
    UnansweredCalls = "tool_use.unanswered", "every call of a tool must be answered in the very next turn";
    /// An id that was used before is told from the first (lessons L30, M13).
    DuplicateIds = "tool_use.duplicate", "ids of calls must be unique";
    /// A result that no call asked for is told in words (lessons L44, M12, M13).
    OrphanResults = "tool_result.orphan", "a result must answer a call of the turn before it";
    /// What stands beside results goes to a turn of its own, where the model wants that (lessons L2, L3, M11).
    ResultsAlone = "tool_result.alone", "the model does not take this beside the result of a tool";
    /// A result with nothing in it says so (lesson L33).
    EmptyResults = "tool_result.empty", "the result of a tool must not be empty or blank";
    /// Images, documents and videos in results go to the user's turn, where the model wants that (lessons L34, L35).
    ResultMedia = "tool_result.media", "the model does not take this kind of media in the result of a tool";
    /// Media that the model takes nowhere, or not from S3, are told in words, unless the last message has them: what is
    /// asked about now is an error (lessons L57, L58).
    MediaSupport = "media.support", "the model does not take this kind of media, or not from S3";
    /// The status of results is told in words, where the model takes none (lesson L36).
    ResultStatus = "tool_result.status", "the model takes no status in the result of a tool";
    /// Tools that the history speaks of are offered, where there would be none (lessons L14, L15, M7, M9).
    HistoryTools = "tools.history", "a history with calls of tools needs tools in the request";
    /// Names of tools are mapped to legal ones, and back in the reply (lessons L26 to L29, M15, M16, M18). A call that
    /// names none gets a name that stands for it (lesson M14).
    ToolNames = "tools.names", "the name of a tool has 1 to 64 of A-Z, a-z, 0-9, `_` and `-`";
    /// Ids of calls and of their results are mapped to ones that the model takes (lessons L30, L31, M17); a call without one
    /// gets one (lesson L32).
    ToolIds = "tools.ids", "the id of a call is not one that the model takes";
    /// Reasoning that the model does not take back is left out: unsigned, or of another model (lessons L76 to L78,
    /// M31 to M34).
    ReasoningReplay = "reasoning.replay", "the model does not take this reasoning back";
    /// Signed reasoning comes first in its turn (lessons L74, M30).
    ReasoningFirst = "reasoning.first", "signed reasoning must come first in its turn";
    /// A turn with nothing but reasoning in it says so, where the model refuses it (lesson L5).
    ReasoningAlone = "reasoning.alone", "the model refuses a turn of the assistant with nothing but reasoning in it";
    /// Documents have words beside them (lessons L56, M69).
    DocumentText = "documents.text", "a document needs a text beside it";
    /// Documents have legal names, each its own (lessons L54, L55, M70, M71).
    DocumentNames = "documents.names", "names of documents must be plain, and unique over the whole request";
    /// Cache points, or their `ttl`, are left out where the model takes none (lessons L64, L65, M36).
    CacheSupport = "cache.support", "the model takes no cache point here";
    /// Cache points stand where the service takes them (lessons L60, L62, M35).
    CachePosition = "cache.position", "a cache point must follow something, but no document, no video and no reasoning";
    /// There are four cache points at most: those of tools and system, then the newest (lessons L61, M39).
    CacheLimit = "cache.limit", "a request takes four cache points";
    /// Cache points that live longer come first (lesson L63).
    CacheTtl = "cache.ttl", "a cache point must not live longer than one before it";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The rules that apply: all of them, unless some are switched off.
///
/// ```
/// use outcrop_converse::{Rule, Rules};
///
/// let rules = Rules::all().without(Rule::CacheTtl);
/// assert!(rules.contains(Rule::CacheLimit) && !rules.contains(Rule::CacheTtl));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    off: BTreeSet<Rule>,
}

impl Rules {
    /// All rules.
    #[must_use]
    pub const fn all() -> Self {
        Self { off: BTreeSet::new() }
    }

    /// No rule at all.
    #[must_use]
    pub fn none() -> Self {
        Self { off: Rule::ALL.iter().copied().collect() }
    }

    /// The same rules, with this one.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.off.remove(&rule);
        self
    }

    /// The same rules, without this one.
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.off.insert(rule);
        self
    }

    /// Whether a rule applies.
    #[must_use]
    pub fn contains(&self, rule: Rule) -> bool {
        !self.off.contains(&rule)
    }
}
