//! Tools: choices, streams, ids, and the turns that results stand in.

/// The choices of tools that a model takes. None of them has a "none": Converse knows no such choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoices {
    /// Nobody has told.
    #[default]
    Unknown,
    /// `auto`, `any` and `tool`.
    All,
    /// The same, but only `auto` while the model thinks: Claude 3.7 to 4 (lesson L17).
    AllUnlessThinking,
    /// `auto` and `any`, but no tool by its name.
    AutoAndAny,
    /// `auto` alone.
    AutoOnly,
    /// No `toolChoice` at all (lesson L18).
    Unsupported,
}

impl ToolChoices {
    /// Whether `any` is known to be refused, given whether the model is told to think.
    #[must_use]
    pub const fn rejects_any(self, thinking: bool) -> bool {
        match self {
            Self::AutoOnly | Self::Unsupported => true,
            Self::AllUnlessThinking => thinking,
            Self::Unknown | Self::All | Self::AutoAndAny => false,
        }
    }

    /// Whether a tool by its name is known to be refused, given whether the model is told to think.
    #[must_use]
    pub const fn rejects_tool(self, thinking: bool) -> bool {
        matches!(self, Self::AutoAndAny) || self.rejects_any(thinking)
    }

    /// Whether `auto`, and with it any `toolChoice`, is known to be refused.
    #[must_use]
    pub const fn rejects_auto(self) -> bool {
        matches!(self, Self::Unsupported)
    }
}

/// Whether a model answers as a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Streaming {
    /// Nobody has told.
    #[default]
    Unknown,
    /// With and without tools.
    Full,
    /// Only without tools (lesson L48).
    WithoutTools,
    /// Not at all.
    Unsupported,
}

/// The ids of calls that a model takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolIds {
    /// Nobody has told: those of Converse, `[a-zA-Z0-9_.:-]{1,64}`.
    #[default]
    Unknown,
    /// `[a-zA-Z0-9_-]{1,64}` (lesson L30).
    LettersAndDashes,
    /// Nine letters and digits (lesson L31).
    NineAlphanumerics,
}

/// What may stand beside the result of a tool, in the same turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolResultSiblings {
    /// Nobody has told.
    #[default]
    Unknown,
    /// Text and images, but no document and no video (lesson L3).
    TextAndImages,
    /// Nothing but other results (lesson L2).
    Nothing,
}
