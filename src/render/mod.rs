//! Output: text, JSON and shell commands, made from values.

pub mod candidates;
pub mod diff;
pub mod findings;
pub mod json;
pub mod profile_table;
pub mod shell;
pub mod text;
