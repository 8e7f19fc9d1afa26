//! Tests of the catalog against its data and against the lessons.

mod data;
mod families;
mod names;
mod overrides;
mod rules;
mod table;
