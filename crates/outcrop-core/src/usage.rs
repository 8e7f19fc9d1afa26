//! The tokens and the cost of a call.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use crate::json::OrderedMap;
use crate::redacted::RedactedDebug;

/// The token counters of a call.
///
/// As in OpenAI's API, `prompt_tokens` counts the whole input, including the tokens that were read from or written to a
/// cache. Providers differ in this: Converse's `inputTokens` excludes both, and clients that copy it report fewer
/// prompt tokens than cached tokens. See <https://github.com/tensorzero/tensorzero/issues/5688> (L68, M41).
///
/// A counter that the provider did not report is absent. The JSON is AG2's dictionary of numbers.
///
/// ```
/// use outcrop_core::{Usage, from_str};
///
/// let usage: Usage = from_str(r#"{"prompt_tokens": 7502, "completion_tokens": 18, "cache_read_input_tokens": 7484}"#)?;
/// assert_eq!((usage.prompt_tokens, usage.cache_read_input_tokens, usage.total_tokens), (Some(7502), Some(7484), None));
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Usage {
    /// All tokens of the input.
    pub prompt_tokens: Option<u64>,
    /// All tokens of the output, reasoning included.
    pub completion_tokens: Option<u64>,
    /// All tokens.
    pub total_tokens: Option<u64>,
    /// The tokens of the input that were read from a prompt cache.
    pub cache_read_input_tokens: Option<u64>,
    /// The tokens of the input that were written to a prompt cache.
    pub cache_creation_input_tokens: Option<u64>,
    /// The other counters of the provider, and known ones whose value is not a non-negative integer.
    pub other: OrderedMap<Number>,
}

impl Usage {
    /// Creates the usage of a call without caching. The total is the sum.
    #[must_use]
    pub fn new(prompt_tokens: u64, completion_tokens: u64) -> Self {
        Self {
            prompt_tokens: Some(prompt_tokens),
            completion_tokens: Some(completion_tokens),
            // The counters may come from a service, whose mistakes must not cause a panic.
            total_tokens: Some(prompt_tokens.saturating_add(completion_tokens)),
            ..Self::default()
        }
    }

    /// Returns all tokens: the total if the provider reported it, otherwise the sum of input and output.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        let sum = self.prompt_tokens.unwrap_or(0).saturating_add(self.completion_tokens.unwrap_or(0));
        self.total_tokens.unwrap_or(sum)
    }

    /// Returns whether the provider reported no counter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns a counter by its name in JSON.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Number> {
        let known =
            self.counters().into_iter().find(|(known, _)| *known == name).and_then(|(_, count)| count);
        known.map(Number::from).or_else(|| self.other.get(name).cloned())
    }

    /// Iterates over the counters that are present. A known counter replaces a number in `other` with its name.
    fn members(&self) -> impl Iterator<Item = (&str, Number)> {
        let counters = self.counters();
        // `prompt_tokens: 1.5` is parsed into `other`. If a program sets the field later, writing both would make the
        // JSON invalid.
        let is_set =
            move |name: &str| counters.iter().any(|(known, count)| *known == name && count.is_some());
        let known = counters.into_iter().filter_map(|(name, count)| Some((name, Number::from(count?))));
        let other = self.other.iter().filter(move |(name, _)| !is_set(name));
        known.chain(other.map(|(name, count)| (name, count.clone())))
    }

    fn counters(&self) -> [(&'static str, Option<u64>); 5] {
        [
            ("prompt_tokens", self.prompt_tokens),
            ("completion_tokens", self.completion_tokens),
            ("total_tokens", self.total_tokens),
            ("cache_read_input_tokens", self.cache_read_input_tokens),
            ("cache_creation_input_tokens", self.cache_creation_input_tokens),
        ]
    }

    fn counter_mut(&mut self, name: &str) -> Option<&mut Option<u64>> {
        match name {
            "prompt_tokens" => Some(&mut self.prompt_tokens),
            "completion_tokens" => Some(&mut self.completion_tokens),
            "total_tokens" => Some(&mut self.total_tokens),
            "cache_read_input_tokens" => Some(&mut self.cache_read_input_tokens),
            "cache_creation_input_tokens" => Some(&mut self.cache_creation_input_tokens),
            _ => None,
        }
    }
}

/// Adds each counter. One that only one of the two calls has keeps its value: providers leave out what does not apply, such
/// as the cached tokens of a call without a cache. Only integers are added among the counters of the provider.
impl AddAssign<&Self> for Usage {
    fn add_assign(&mut self, other: &Self) {
        // A call without a total must not disappear in the total of both.
        let total = match (self.total_tokens, other.total_tokens) {
            (None, None) => None,
            _ => Some(self.tokens().saturating_add(other.tokens())),
        };
        for (name, count) in other.counters() {
            if let (Some(count), Some(counter)) = (count, self.counter_mut(name)) {
                *counter = Some(counter.unwrap_or(0).saturating_add(count));
            }
        }
        self.total_tokens = total;
        for (name, count) in other.other.iter() {
            match (self.other.get(name).map(Number::as_u64), count.as_u64()) {
                (Some(Some(sum)), Some(count)) => {
                    self.other.insert(name, sum.saturating_add(count).into());
                }
                (None, _) => {
                    self.other.insert(name, count.clone());
                }
                // A fraction or a negative number, whose sum is not known to have a meaning.
                (Some(_), _) => {}
            }
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        *self += &other;
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += &other;
        self
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::default(), Add::add)
    }
}

impl<'a> Sum<&'a Self> for Usage {
    fn sum<I: Iterator<Item = &'a Self>>(usages: I) -> Self {
        let mut sum = Self::default();
        usages.for_each(|usage| sum += usage);
        sum
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Usage");
        for (name, count) in self.members() {
            shown.field(name, &format_args!("{count}"));
        }
        shown.finish()
    }
}

impl RedactedDebug for Usage {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Usage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        for (name, count) in self.members() {
            map.serialize_entry(name, &count)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Usage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut usage = Self::default();
        for (name, number) in OrderedMap::<Number>::deserialize(deserializer)? {
            // AG2 accepts any number in its dictionary, so a fraction is kept instead of rejecting the response.
            match (usage.counter_mut(&name), number.as_u64()) {
                (Some(counter), Some(count)) => *counter = Some(count),
                _ => {
                    usage.other.insert(name, number);
                }
            }
        }
        Ok(usage)
    }
}

/// A price in US dollars per 1,000 tokens: AG2's `price`.
///
/// Its JSON is the array `[input, output]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
#[non_exhaustive]
pub struct Price {
    /// The price of 1,000 tokens of input, in US dollars.
    pub input: f64,
    /// The price of 1,000 tokens of output, in US dollars.
    pub output: f64,
}

impl Price {
    /// Creates a price from the US dollars per 1,000 tokens of input and of output.
    #[must_use]
    pub const fn per_thousand(input: f64, output: f64) -> Self {
        Self { input, output }
    }

    /// Returns the cost of a call in US dollars. As in AG2, cached tokens have the price of other input.
    ///
    /// ```
    /// use outcrop_core::{Price, Usage};
    ///
    /// let cost = Price::per_thousand(0.003, 0.015).cost(&Usage::new(2_000, 1_000));
    /// assert!((cost - 0.021).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> f64 {
        thousands(usage.prompt_tokens) * self.input + thousands(usage.completion_tokens) * self.output
    }
}

impl From<(f64, f64)> for Price {
    fn from((input, output): (f64, f64)) -> Self {
        Self { input, output }
    }
}

impl From<Price> for (f64, f64) {
    fn from(price: Price) -> Self {
        (price.input, price.output)
    }
}

/// Returns the tokens in thousands. Counts from 2^32 on are treated as 2^32 - 1.
// No call has that many tokens. `f64::from` accepts a `u32` without a cast, which could lose digits.
fn thousands(tokens: Option<u64>) -> f64 {
    f64::from(u32::try_from(tokens.unwrap_or(0)).unwrap_or(u32::MAX)) / 1000.0
}

#[cfg(test)]
mod tests;
