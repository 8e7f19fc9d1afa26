//! The tables themselves.

use crate::catalog::rates::RATES;
use crate::catalog::table::{LINES, MODELS};
use crate::catalog::{Capabilities, Catalog};

#[test]
fn what_is_searched_by_halves_is_sorted() {
    assert!(MODELS.iter().zip(MODELS.iter().skip(1)).all(|(row, next)| row.key < next.key));
    assert!(LINES.iter().zip(LINES.iter().skip(1)).all(|(line, next)| line.prefix < next.prefix));
}

#[test]
fn a_stranger_goes_by_the_longest_line_that_it_belongs_to() {
    for line in LINES {
        for name in
            [line.prefix.to_owned(), format!("{}-zz", line.prefix), format!("us.{}.zz-9:0", line.prefix)]
        {
            let known = Catalog::builtin().id(&name).is_some();
            assert!(known || *Catalog::builtin().model(&name) == line.info, "{name}");
        }
    }
}

#[test]
fn every_route_has_a_rate_and_every_rate_a_route() {
    let used: std::collections::BTreeSet<u16> =
        MODELS.iter().flat_map(|row| row.routes).map(|route| route.rate).collect();
    assert_eq!(used.len(), RATES.len());
    assert_eq!(used.last().copied().map(usize::from), Some(RATES.len() - 1));
}

/// 65 KB, the texts included, for 127 models with 464 prices. A field too many shows here first.
#[test]
fn the_tables_are_small() {
    let texts = MODELS.iter().map(|row| row.key.len()).sum::<usize>();
    let routes = MODELS.iter().map(|row| size_of_val(row.routes)).sum::<usize>();
    let bytes = size_of_val(MODELS) + size_of_val(LINES) + size_of_val(RATES) + routes + texts;
    assert!(bytes < 70_000, "{bytes}");
    assert!(size_of::<Capabilities>() <= 48, "{}", size_of::<Capabilities>());
}
