//! List prices.

use outcrop_core::Price;

use crate::model::ModelId;

/// The models that AG2 knows the price of, in US dollars for 1,000 tokens of input and output.
const PRICES: &[(&str, Price)] = &[
    ("meta.llama3-8b-instruct-v1:0", Price::per_thousand(0.0003, 0.0006)),
    ("meta.llama3-70b-instruct-v1:0", Price::per_thousand(0.00265, 0.0035)),
    ("mistral.mistral-7b-instruct-v0:2", Price::per_thousand(0.00015, 0.0002)),
    ("mistral.mixtral-8x7b-instruct-v0:1", Price::per_thousand(0.00045, 0.0007)),
    ("mistral.mistral-large-2402-v1:0", Price::per_thousand(0.004, 0.012)),
    ("mistral.mistral-small-2402-v1:0", Price::per_thousand(0.001, 0.003)),
];

/// The list price of a model, whatever profile or ARN it is called by; `None` when it is not known.
pub(crate) fn list_price(model: &str) -> Option<Price> {
    let base = ModelId::parse(model).base();
    PRICES.iter().find(|(id, _)| *id == base).map(|(_, price)| *price)
}

#[cfg(test)]
mod tests;
