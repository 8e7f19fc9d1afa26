//! Tests of the generated tables.

use crate::catalog::data::models::{MODELS, PREFIXES};
use crate::catalog::data::prices::PRICES;
use crate::catalog::{Capabilities, Catalog};

#[test]
fn tables_are_sorted() {
    assert!(MODELS.iter().zip(MODELS.iter().skip(1)).all(|(row, next)| row.key < next.key));
    assert!(PREFIXES.iter().zip(PREFIXES.iter().skip(1)).all(|(row, next)| row.prefix < next.prefix));
}

#[test]
fn unknown_id_has_the_facts_of_its_longest_prefix() {
    for row in PREFIXES {
        for name in [row.prefix.to_owned(), format!("{}-zz", row.prefix), format!("us.{}.zz-9:0", row.prefix)]
        {
            let known = Catalog::builtin().id(&name).is_some();
            assert!(known || *Catalog::builtin().model(&name) == row.info, "{name}");
        }
    }
}

#[test]
fn every_price_has_a_route() {
    let used: std::collections::BTreeSet<u16> =
        MODELS.iter().flat_map(|row| row.routes).map(|route| route.price).collect();
    assert_eq!(used.len(), PRICES.len());
    assert_eq!(used.last().copied().map(usize::from), Some(PRICES.len() - 1));
}

/// 65 KB for 127 models with 464 prices, the texts included. A new field of a row shows here.
#[test]
fn tables_are_small() {
    let texts = MODELS.iter().map(|row| row.key.len()).sum::<usize>();
    let routes = MODELS.iter().map(|row| size_of_val(row.routes)).sum::<usize>();
    let bytes = size_of_val(MODELS) + size_of_val(PREFIXES) + size_of_val(PRICES) + routes + texts;
    assert!(bytes < 70_000, "{bytes}");
    assert!(size_of::<Capabilities>() <= 48, "{}", size_of::<Capabilities>());
}
