//! List prices.

use std::fmt;
use std::num::NonZeroU32;

use crate::wire::{CacheTtl, ServiceTierType, TokenUsage};

/// What a model costs: the list price on demand, with the prices of other tiers and of long prompts where they differ.
///
/// Prices are whole numbers, so that nothing is lost before a cost is reckoned. They are list prices as collected on the
/// day that the catalog's data names: what is billed, AWS's bill says.
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
    /// The price that replaces the standard one if the prompt is long, cached tokens included.
    pub long_prompt: Option<LongPrompt>,
    /// The price of batches.
    pub batch: Option<TokenPrice>,
    /// The price in the tier `flex`.
    pub flex: Option<TokenPrice>,
    /// The price in the tier `priority`.
    pub priority: Option<TokenPrice>,
}

/// What the tokens of a call cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPrice {
    /// A token of input, neither read from a cache nor written to one.
    pub input: TokenRate,
    /// A token of output.
    pub output: TokenRate,
    /// A token read from a cache.
    pub cache_read: Option<TokenRate>,
    /// A token written to a cache for five minutes.
    pub cache_write: Option<TokenRate>,
    /// A token written to a cache for an hour.
    pub cache_write_1h: Option<TokenRate>,
}

/// The price of long prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LongPrompt {
    /// The number of tokens above which a prompt is long.
    pub threshold: u32,
    /// What all tokens of such a call cost.
    pub price: TokenPrice,
}

/// What a token costs, in picodollars: a million of them is a dollar for a million tokens.
///
/// It is kept one higher than it is, so that a price that is not known takes no more room than one that is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenRate(NonZeroU32);

impl ModelPrice {
    /// A price without tiers.
    #[must_use]
    pub const fn new(standard: TokenPrice) -> Self {
        Self { standard, long_prompt: None, batch: None, flex: None, priority: None }
    }

    /// Sets the price of calls with long prompts.
    #[must_use]
    pub const fn with_long_prompt(self, price: LongPrompt) -> Self {
        Self { long_prompt: Some(price), ..self }
    }

    /// Sets the price of batches.
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

    /// What a call costs in US dollars, given the tier that it was served in.
    ///
    /// `None` where a part of it has no known price: a cost is right or not there, never too low.
    #[must_use]
    pub fn cost(&self, usage: &TokenUsage, tier: Option<&ServiceTierType>) -> Option<f64> {
        let tokens = Tokens::of(usage);
        let long = self.long_prompt.as_ref().filter(|long| tokens.prompt() > u64::from(long.threshold));
        let price = match (tier, long) {
            (None | Some(ServiceTierType::Default), None) => Some(&self.standard),
            (None | Some(ServiceTierType::Default), Some(long)) => Some(&long.price),
            (Some(ServiceTierType::Flex), None) => self.flex.as_ref(),
            (Some(ServiceTierType::Priority), None) => self.priority.as_ref(),
            // Long prompts in other tiers have no list price that is known, and reserved capacity is paid by the hour.
            _ => None,
        };
        tokens.at(price?)
    }
}

impl LongPrompt {
    /// Builds the price of calls whose prompt has more tokens than the threshold.
    #[must_use]
    pub const fn new(threshold: u32, price: TokenPrice) -> Self {
        Self { threshold, price }
    }
}

impl TokenPrice {
    /// The price of plain tokens; that of cached ones is not known.
    #[must_use]
    pub const fn new(input: TokenRate, output: TokenRate) -> Self {
        Self { input, output, cache_read: None, cache_write: None, cache_write_1h: None }
    }

    /// Sets the price of a token read from a cache.
    #[must_use]
    pub const fn with_cache_read(self, rate: TokenRate) -> Self {
        Self { cache_read: Some(rate), ..self }
    }

    /// Sets the price of a token written to a cache for five minutes.
    #[must_use]
    pub const fn with_cache_write(self, rate: TokenRate) -> Self {
        Self { cache_write: Some(rate), ..self }
    }

    /// Sets the price of a token written to a cache for an hour.
    #[must_use]
    pub const fn with_cache_write_1h(self, rate: TokenRate) -> Self {
        Self { cache_write_1h: Some(rate), ..self }
    }
}

impl TokenRate {
    /// A price in picodollars for a token; 4,294 dollars for a million tokens are the most.
    #[must_use]
    pub const fn from_picodollars(picodollars: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(picodollars))
    }

    /// The price in picodollars.
    #[must_use]
    pub const fn picodollars(self) -> u32 {
        self.0.get() - 1
    }

    /// The price as it is usually told: US dollars for a million tokens.
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

/// The tokens of a call, by what they cost.
struct Tokens {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    cache_write_1h: u64,
}

impl Tokens {
    fn of(usage: &TokenUsage) -> Self {
        let written = usage.cache_write_input_tokens.unwrap_or(0);
        let for_an_hour =
            usage.cache_details.iter().flatten().filter(|detail| detail.ttl == CacheTtl::OneHour);
        let for_an_hour = for_an_hour.fold(0_u64, |sum, detail| sum.saturating_add(detail.input_tokens));
        Self {
            input: usage.input_tokens.unwrap_or(0),
            output: usage.output_tokens.unwrap_or(0),
            cache_read: usage.cache_read_input_tokens.unwrap_or(0),
            cache_write: written.saturating_sub(for_an_hour),
            cache_write_1h: for_an_hour,
        }
    }

    /// All tokens of the prompt.
    fn prompt(&self) -> u64 {
        [self.cache_read, self.cache_write, self.cache_write_1h]
            .iter()
            .fold(self.input, |sum, more| sum.saturating_add(*more))
    }

    /// What they cost; `None` where some have no price.
    fn at(&self, price: &TokenPrice) -> Option<f64> {
        let parts = [
            (self.input, Some(price.input)),
            (self.cache_read, price.cache_read),
            (self.cache_write, price.cache_write),
            (self.cache_write_1h, price.cache_write_1h),
            (self.output, Some(price.output)),
        ];
        let picodollars = parts.into_iter().try_fold(0_u128, |sum, (count, rate)| match (count, rate) {
            (0, _) => Some(sum),
            (_, None) => None,
            (count, Some(rate)) => Some(sum + u128::from(count) * u128::from(rate.picodollars())),
        })?;
        Some(dollars(picodollars))
    }
}

/// Picodollars as dollars. What is beyond 2^64 of them, 18 million dollars, is no cost of a call; it is taken as that.
fn dollars(picodollars: u128) -> f64 {
    const HALF: u64 = 1 << 32;
    let picodollars = u64::try_from(picodollars).unwrap_or(u64::MAX);
    let part = |part: u64| f64::from(u32::try_from(part).unwrap_or(u32::MAX));
    // Two exact halves make a number that is rounded once.
    (part(picodollars / HALF) * 4_294_967_296.0 + part(picodollars % HALF)) / 1e12
}

#[cfg(test)]
mod tests;
