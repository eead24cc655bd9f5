//! The rendering of values as text, JSON and shell commands.

pub mod assignments;
pub mod candidates;
pub mod code_prompt;
pub mod device_table;
pub mod diff;
pub mod findings;
pub mod json;
pub mod picker;
pub mod profile_table;
pub mod qr_screen;
pub mod shell;
pub mod template;
pub mod text;
pub mod usage_tip;
pub mod wrap;
