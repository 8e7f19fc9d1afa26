//! List prices, and the cost of a call.

use std::fmt;
use std::num::NonZeroU32;

use crate::wire::{CacheTtl, ServiceTierType, TokenUsage};

/// The price of a model: the list price on demand, and the prices of other tiers and of long prompts if they differ.
///
/// Prices are whole numbers, so that no digit is lost before a cost is computed. They are list prices of the day that the
/// catalog's data names; AWS may bill others.
///
/// ```
/// use outcrop_converse::{catalog::Catalog, wire::TokenUsage};
///
/// let catalog = Catalog::builtin();
/// let price = catalog.price("global.anthropic.claude-haiku-4-5-20251001-v1:0").ok_or("no price")?;
/// assert_eq!(price.standard.input.dollars_per_million(), 1.0);
///
/// let mut usage = TokenUsage::new();
/// usage.input_tokens = Some(1_000);
/// usage.cache_read_input_tokens = Some(100_000);
/// usage.output_tokens = Some(200);
/// assert_eq!(price.cost(&usage, None), Some(0.001 + 0.010 + 0.001));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelPrice {
    /// The price on demand.
    pub standard: TokenPrice,
    /// The price that replaces the standard one for long prompts, cached tokens included.
    pub long_prompt: Option<LongPrompt>,
    /// The price of batch inference.
    pub batch: Option<TokenPrice>,
    /// The price in the tier `flex`.
    pub flex: Option<TokenPrice>,
    /// The price in the tier `priority`.
    pub priority: Option<TokenPrice>,
}

/// The prices of the tokens of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPrice {
    /// An input token that is neither read from a cache nor written to one.
    pub input: TokenRate,
    /// An output token.
    pub output: TokenRate,
    /// An input token that is read from a cache.
    pub cache_read: Option<TokenRate>,
    /// An input token that is written to a cache for five minutes.
    pub cache_write: Option<TokenRate>,
    // For Claude, a write for an hour costs twice the input price, and one for five minutes 1.25 times. A single price
    // for both would be too low (L71).
    /// An input token that is written to a cache for an hour.
    pub cache_write_1h: Option<TokenRate>,
}

/// The price of long prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LongPrompt {
    /// The number of tokens above which a prompt is long.
    pub threshold: u32,
    /// The price of all tokens of such a call.
    pub price: TokenPrice,
}

/// The price of a token, in picodollars. A million picodollars per token are a dollar per million tokens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenRate(
    // One more than the price, so that an `Option` has the same size: the table has thousands of them.
    NonZeroU32,
);

impl ModelPrice {
    /// Creates a price without other tiers.
    #[must_use]
    pub const fn new(standard: TokenPrice) -> Self {
        Self { standard, long_prompt: None, batch: None, flex: None, priority: None }
    }

    /// Sets the price of calls with long prompts.
    #[must_use]
    pub const fn with_long_prompt(self, price: LongPrompt) -> Self {
        Self { long_prompt: Some(price), ..self }
    }

    /// Sets the price of batch inference.
    #[must_use]
    pub const fn with_batch(self, price: TokenPrice) -> Self {
        Self { batch: Some(price), ..self }
    }

    /// Sets the price in the tier `flex`.
    #[must_use]
    pub const fn with_flex(self, price: TokenPrice) -> Self {
        Self { flex: Some(price), ..self }
    }

    /// Sets the price in the tier `priority`.
    #[must_use]
    pub const fn with_priority(self, price: TokenPrice) -> Self {
        Self { priority: Some(price), ..self }
    }

    /// Returns the cost of a call in US dollars, depending on the service tier of the response.
    ///
    /// `None` if the price of a part of the call is not known. A cost is never too low.
    #[must_use]
    pub fn cost(&self, usage: &TokenUsage, tier: Option<&ServiceTierType>) -> Option<f64> {
        let tokens = Tokens::from_usage(usage);
        Some(dollars(tokens.cost(self.rates(&tokens, tier)?)?))
    }

    /// Returns what prompt caching saved in a call, in US dollars: the difference to the cost if no token had been cached.
    ///
    /// It is negative if writing the cache cost more than reading it saved, as in the first call of a conversation. `None` if
    /// the price of a cached token is not known.
    ///
    /// ```
    /// use outcrop_converse::{catalog::Catalog, wire::TokenUsage};
    ///
    /// let catalog = Catalog::builtin();
    /// let price = catalog.price("global.anthropic.claude-haiku-4-5-20251001-v1:0").ok_or("no price")?;
    /// let mut usage = TokenUsage::new();
    /// usage.cache_read_input_tokens = Some(100_000);
    /// assert_eq!(price.cache_savings(&usage, None), Some(0.09), "0.10 dollars as plain input, 0.01 from the cache");
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn cache_savings(&self, usage: &TokenUsage, tier: Option<&ServiceTierType>) -> Option<f64> {
        let tokens = Tokens::from_usage(usage);
        let rates = self.rates(&tokens, tier)?;
        let (cached, uncached) = (tokens.cost(rates)?, tokens.uncached().cost(rates)?);
        Some(if cached <= uncached { dollars(uncached - cached) } else { -dollars(cached - uncached) })
    }

    /// Returns the rates of a call.
    fn rates(&self, tokens: &Tokens, tier: Option<&ServiceTierType>) -> Option<&TokenPrice> {
        let long = self.long_prompt.as_ref().filter(|long| tokens.prompt() > u64::from(long.threshold));
        match (tier, long) {
            (None | Some(ServiceTierType::Default), None) => Some(&self.standard),
            (None | Some(ServiceTierType::Default), Some(long)) => Some(&long.price),
            (Some(ServiceTierType::Flex), None) => self.flex.as_ref(),
            (Some(ServiceTierType::Priority), None) => self.priority.as_ref(),
            // The price of a long prompt in another tier is not known, and AWS bills reserved capacity by the hour.
            _ => None,
        }
    }
}

impl LongPrompt {
    /// Creates the price of calls whose prompt has more tokens than the threshold.
    #[must_use]
    pub const fn new(threshold: u32, price: TokenPrice) -> Self {
        Self { threshold, price }
    }
}

impl TokenPrice {
    /// Creates the price of uncached tokens. That of cached tokens is not known.
    #[must_use]
    pub const fn new(input: TokenRate, output: TokenRate) -> Self {
        Self { input, output, cache_read: None, cache_write: None, cache_write_1h: None }
    }

    /// Sets the price of an input token that is read from a cache.
    #[must_use]
    pub const fn with_cache_read(self, rate: TokenRate) -> Self {
        Self { cache_read: Some(rate), ..self }
    }

    /// Sets the price of an input token that is written to a cache for five minutes.
    #[must_use]
    pub const fn with_cache_write(self, rate: TokenRate) -> Self {
        Self { cache_write: Some(rate), ..self }
    }

    /// Sets the price of an input token that is written to a cache for an hour.
    #[must_use]
    pub const fn with_cache_write_1h(self, rate: TokenRate) -> Self {
        Self { cache_write_1h: Some(rate), ..self }
    }
}

impl TokenRate {
    /// Creates a price from picodollars per token. The maximum is 4,294 dollars per million tokens.
    #[must_use]
    pub const fn from_picodollars(picodollars: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(picodollars))
    }

    /// Returns the price in picodollars per token.
    #[must_use]
    pub const fn picodollars(self) -> u32 {
        self.0.get() - 1
    }

    /// Returns the price in US dollars per million tokens, the usual unit of price lists.
    #[must_use]
    pub fn dollars_per_million(self) -> f64 {
        f64::from(self.picodollars()) / 1e6
    }
}

impl fmt::Debug for TokenRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}/M", self.dollars_per_million())
    }
}

/// The tokens of a call, by price.
struct Tokens {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    cache_write_1h: u64,
}

impl Tokens {
    fn from_usage(usage: &TokenUsage) -> Self {
        let written = usage.cache_write_input_tokens.unwrap_or(0);
        let one_hour = usage.cache_details.iter().flatten().filter(|detail| detail.ttl == CacheTtl::OneHour);
        let one_hour = one_hour.fold(0_u64, |sum, detail| sum.saturating_add(detail.input_tokens));
        Self {
            input: usage.input_tokens.unwrap_or(0),
            output: usage.output_tokens.unwrap_or(0),
            cache_read: usage.cache_read_input_tokens.unwrap_or(0),
            // Gateways may leave `cacheDetails` out; then all writes count as those of the default lifetime.
            cache_write: written.saturating_sub(one_hour),
            cache_write_1h: one_hour,
        }
    }

    /// Returns the number of tokens of the prompt.
    fn prompt(&self) -> u64 {
        [self.cache_read, self.cache_write, self.cache_write_1h]
            .iter()
            .fold(self.input, |sum, more| sum.saturating_add(*more))
    }

    /// Returns the tokens as if none had been cached.
    fn uncached(&self) -> Self {
        Self { input: self.prompt(), output: self.output, cache_read: 0, cache_write: 0, cache_write_1h: 0 }
    }

    /// Returns the cost in picodollars. `None` if some of the tokens have no price.
    fn cost(&self, price: &TokenPrice) -> Option<u128> {
        let parts = [
            (self.input, Some(price.input)),
            (self.cache_read, price.cache_read),
            (self.cache_write, price.cache_write),
            (self.cache_write_1h, price.cache_write_1h),
            (self.output, Some(price.output)),
        ];
        parts.into_iter().try_fold(0_u128, |sum, (count, rate)| match (count, rate) {
            (0, _) => Some(sum),
            (_, None) => None,
            // A product has at most 96 bits, so five of them do not overflow.
            (count, Some(rate)) => Some(sum + u128::from(count) * u128::from(rate.picodollars())),
        })
    }
}

/// Converts picodollars to dollars, up to 2^64 of them, which are 18 million dollars.
fn dollars(picodollars: u128) -> f64 {
    const HALF: u64 = 1 << 32;
    let picodollars = u64::try_from(picodollars).unwrap_or(u64::MAX);
    let part = |part: u64| f64::from(u32::try_from(part).unwrap_or(u32::MAX));
    // There is no lossless conversion from u64 to f64 without a cast. Both halves are exact, so that only their sum is
    // rounded.
    (part(picodollars / HALF) * 4_294_967_296.0 + part(picodollars % HALF)) / 1e12
}

#[cfg(test)]
mod tests;
