//! Output formats, one file each. Values in, text out.

pub mod candidates;
pub mod diff;
pub mod findings;
pub mod json;
pub mod profile_table;
pub mod shell;
pub mod text;
