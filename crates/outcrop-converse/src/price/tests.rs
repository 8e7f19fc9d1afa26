//! List prices, by whatever name a model is called (Q79).

use outcrop_core::Price;

use super::list_price;

#[test]
fn ag2s_six_prices_are_known_under_every_name() {
    for (id, input, output) in [
        ("meta.llama3-8b-instruct-v1:0", 0.0003, 0.0006),
        ("meta.llama3-70b-instruct-v1:0", 0.00265, 0.0035),
        ("mistral.mistral-7b-instruct-v0:2", 0.00015, 0.0002),
        ("mistral.mixtral-8x7b-instruct-v0:1", 0.00045, 0.0007),
        ("mistral.mistral-large-2402-v1:0", 0.004, 0.012),
        ("mistral.mistral-small-2402-v1:0", 0.001, 0.003),
    ] {
        for name in
            [id.to_owned(), format!("us.{id}"), format!("arn:aws:bedrock:us-east-1::foundation-model/{id}")]
        {
            assert_eq!(list_price(&name), Some(Price::per_thousand(input, output)), "{name}");
        }
    }
}

#[test]
fn another_model_has_no_price() {
    for id in
        ["", "meta.llama3-8b-instruct-v1", "meta.llama3-8b-instruct-v1:0:8k", "xmeta.llama3-8b-instruct-v1:0"]
    {
        assert_eq!(list_price(id), None, "{id}");
    }
}
