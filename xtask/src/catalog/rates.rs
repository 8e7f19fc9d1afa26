//! The table of rates: every price once, however many routes have it.

use super::price::Price;

/// The prices so far, in the order of their first use.
#[derive(Debug, Default)]
pub(super) struct Rates(Vec<Price>);

impl Rates {
    /// The place of a price in the table.
    pub(super) fn place(&mut self, price: &Price) -> usize {
        self.0.iter().position(|known| known == price).unwrap_or_else(|| {
            self.0.push(price.clone());
            self.0.len() - 1
        })
    }

    /// The source of the table.
    pub(super) fn text(&self) -> String {
        let prices: String = self.0.iter().map(|price| format!("    {},\n", price.0)).collect();
        format!("{HEAD}\npub(super) static RATES: &[ModelPrice] = &[\n{prices}];\n")
    }
}

const HEAD: &str = "\
//! List prices, in picodollars a token. Made by `cargo xtask catalog` from `catalog/models.json`: do not edit.

use super::{LongPrompt, ModelPrice, TokenPrice, TokenRate};

const fn t(input: u32, output: u32) -> TokenPrice {
    TokenPrice::new(TokenRate::from_picodollars(input), TokenRate::from_picodollars(output))
}

const fn c(rate: u32) -> Option<TokenRate> {
    Some(TokenRate::from_picodollars(rate))
}

const fn long(above: u32, price: TokenPrice) -> Option<LongPrompt> {
    Some(LongPrompt { above, price })
}
";
