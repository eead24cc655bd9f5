//! The result of a command that changes something, for `--output json`.

use serde_json::Value;

use crate::error::Error;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::render::json;

/// Prints the result if JSON was requested.
pub(super) fn print(result: &Value, global: &GlobalArgs) -> Result<(), Error> {
    match global.output() {
        OutputFormat::Json => terminal::print(&(json::text(result) + "\n")).map_err(Error::Output),
        OutputFormat::Text => Ok(()),
    }
}
