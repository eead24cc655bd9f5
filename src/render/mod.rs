//! Output formats, one file each. Values in, text out.

pub mod completion;
pub mod diff;
pub mod doctor;
pub mod json;
pub mod list;
pub mod shell;
pub mod text;
