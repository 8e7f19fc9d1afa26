//! The catalog against its data, and against the lessons.

mod data;
mod families;
mod names;
mod own;
mod rules;
mod table;
