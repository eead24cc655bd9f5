//! The rendering of values as text, JSON and shell commands.

pub mod assignments;
pub mod candidates;
pub mod diff;
pub mod findings;
pub mod json;
pub mod picker;
pub mod profile_table;
pub mod shell;
pub mod template;
pub mod text;
