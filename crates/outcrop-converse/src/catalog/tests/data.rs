//! The tables match the data that they are generated from.

use serde_json::Value;

use crate::catalog::{Catalog, TokenPrice, TokenRate};

/// Returns the models of the data.
pub(super) fn models() -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/catalog/models.json")).unwrap();
    let mut data: Value = serde_json::from_str(&text).unwrap();
    data["models"].as_object_mut().map(std::mem::take).unwrap()
}

#[test]
fn every_model_of_the_data_has_its_limits() {
    let models = models();
    assert_eq!(Catalog::ids().collect::<Vec<_>>(), models.keys().collect::<Vec<_>>());
    assert!(models.len() > 100);
    let catalog = Catalog::builtin();
    for (id, model) in &models {
        let info = catalog.model(id);
        let number = |name: &str| model.get(name).and_then(Value::as_u64);
        assert_eq!(info.limits.context_window.map(u64::from), number("context"), "{id}");
        assert_eq!(info.limits.max_output_tokens.map(u64::from), number("output"), "{id}");
        assert_eq!(info.end_of_life, model.get("ends").and_then(Value::as_str), "{id}");
    }
}

#[test]
fn every_price_of_the_data_is_found() {
    let catalog = Catalog::builtin();
    let mut count = 0;
    for (id, model) in &models() {
        for (route, listed) in model["usd_per_mtok"].as_object().unwrap() {
            // A profile is a prefix of the id, and a region the one of a call with the bare id.
            let is_region = route.ends_with(|char: char| char.is_ascii_digit());
            let price = match route.as_str() {
                "in_region" => catalog.price(id),
                region if is_region => catalog.price_in(id, Some(region)),
                profile => catalog.price(&format!("{profile}.{id}")),
            };
            let price = price.unwrap();
            assert_listed(&price.standard, listed, &format!("{id} {route}"));
            for (tier, listed_as) in
                [(price.batch, "batch"), (price.flex, "flex"), (price.priority, "priority")]
            {
                let names = [format!("{listed_as}_input"), format!("{listed_as}_output")];
                let listed = [&listed[&names[0]], &listed[&names[1]]];
                assert_eq!(
                    tier.map(|tier| dollars(tier.input)),
                    listed[0].as_f64(),
                    "{id} {route} {listed_as}"
                );
                assert_eq!(
                    tier.map(|tier| dollars(tier.output)),
                    listed[1].as_f64(),
                    "{id} {route} {listed_as}"
                );
            }
            match listed.get("above").and_then(Value::as_object).and_then(|above| above.iter().next()) {
                Some((above, listed)) => {
                    let long = price.long_prompt.unwrap();
                    assert_eq!(long.threshold.to_string(), *above, "{id} {route}");
                    assert_listed(&long.price, listed, &format!("{id} {route} long"));
                }
                None => assert_eq!(price.long_prompt, None, "{id} {route}"),
            }
            count += 1;
        }
    }
    assert!(count > 400, "{count}");
}

fn assert_listed(price: &TokenPrice, listed: &Value, path: &str) {
    for (rate, name) in [
        (Some(price.input), "input"),
        (Some(price.output), "output"),
        (price.cache_read, "cache_read"),
        (price.cache_write, "cache_write"),
        (price.cache_write_1h, "cache_write_1h"),
    ] {
        assert_eq!(rate.map(dollars), listed.get(name).and_then(Value::as_f64), "{path} {name}");
    }
}

fn dollars(rate: TokenRate) -> f64 {
    rate.dollars_per_million()
}
