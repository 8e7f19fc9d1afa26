//! config_entry
