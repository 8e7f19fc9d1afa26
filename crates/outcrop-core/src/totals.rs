//! Usage and cost of several calls together.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use crate::response::UnifiedResponse;
use crate::usage::Usage;

/// The usage and the cost of several calls.
///
/// A cost that is not known stays unknown: [`cost`](Self::cost) is `None` as soon as one call has no cost, because a sum
/// without it would look like the price of all calls. [`known_cost`](Self::known_cost) is the sum of the others.
///
/// ```
/// use outcrop_core::{Totals, UnifiedResponse, Usage};
///
/// let mut first = UnifiedResponse::new("1", "some-model", "some-provider", vec![]);
/// first.usage = Usage::new(100, 20);
/// first.cost = Some(0.002);
/// let mut second = first.clone();
/// second.cost = None;
///
/// let totals: Totals = [&first, &second].into_iter().sum();
/// assert_eq!((totals.calls, totals.usage.total_tokens), (2, Some(240)));
/// assert_eq!((totals.cost(), totals.known_cost), (None, 0.002));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Totals {
    /// The number of calls.
    pub calls: u64,
    /// The sum of the usage.
    pub usage: Usage,
    /// The sum of the costs that are known, in US dollars.
    pub known_cost: f64,
    /// The number of calls whose cost is not known.
    pub calls_without_cost: u64,
}

impl Totals {
    /// Creates the totals of no call.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the cost of all calls in US dollars. `None` if that of at least one call is not known.
    #[must_use]
    pub fn cost(&self) -> Option<f64> {
        (self.calls_without_cost == 0).then_some(self.known_cost)
    }

    /// Returns the tokens of all calls. A call without a total counts with its input and output.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.usage.tokens()
    }
}

impl AddAssign<&UnifiedResponse> for Totals {
    fn add_assign(&mut self, response: &UnifiedResponse) {
        self.calls = self.calls.saturating_add(1);
        self.usage += &response.usage;
        match response.cost {
            Some(cost) => self.known_cost += cost,
            None => self.calls_without_cost = self.calls_without_cost.saturating_add(1),
        }
    }
}

impl AddAssign<&Self> for Totals {
    fn add_assign(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.usage += &other.usage;
        self.known_cost += other.known_cost;
        self.calls_without_cost = self.calls_without_cost.saturating_add(other.calls_without_cost);
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        *self += &other;
    }
}

impl Add for Totals {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += &other;
        self
    }
}

impl Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(totals: I) -> Self {
        totals.fold(Self::new(), Add::add)
    }
}

impl<'a> Sum<&'a UnifiedResponse> for Totals {
    fn sum<I: Iterator<Item = &'a UnifiedResponse>>(responses: I) -> Self {
        let mut totals = Self::new();
        responses.for_each(|response| totals += response);
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::Totals;
    use crate::{UnifiedResponse, Usage};

    fn response(usage: Usage, cost: Option<f64>) -> UnifiedResponse {
        let mut response = UnifiedResponse::new("1", "m", "p", vec![]);
        response.usage = usage;
        response.cost = cost;
        response
    }

    #[test]
    fn cost_of_no_call_is_zero() {
        assert_eq!((Totals::new().cost(), Totals::new().tokens()), (Some(0.0), 0));
    }

    #[test]
    fn cost_is_unknown_as_soon_as_one_is_unknown() {
        let known = response(Usage::new(1, 2), Some(0.25));
        let unknown = response(Usage::default(), None);
        let totals: Totals = [&known, &unknown, &known].into_iter().sum();
        assert_eq!((totals.calls, totals.calls_without_cost), (3, 1));
        assert_eq!((totals.cost(), totals.known_cost), (None, 0.5));
        assert_eq!(totals.tokens(), 6);
    }

    #[test]
    fn totals_of_parts_are_the_totals_of_the_whole() {
        let responses = [response(Usage::new(1, 2), Some(0.25)), response(Usage::new(3, 4), None)];
        let whole: Totals = responses.iter().sum();
        let parts: Totals = responses.iter().map(|response| std::iter::once(response).sum::<Totals>()).sum();
        assert_eq!(parts, whole);
    }
}
