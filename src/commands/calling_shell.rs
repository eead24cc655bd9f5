//! The shell that awsmfa is called from.

use crate::context::Context;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::process;
use crate::platform::HAS_POWERSHELL;
use crate::render::shell::Syntax;

/// Returns the syntax of the shell that awsmfa is called from: by the name of the parent process, else by `SHELL`, else
/// the usual one of the system.
pub(crate) fn syntax(context: &Context) -> Syntax {
    let parent = process::parent_name();
    let parent = parent.as_deref().and_then(Syntax::of_shell);
    let by_variable = || Syntax::of_shell(context.environment.get("SHELL")?);
    parent.or_else(by_variable).unwrap_or(if HAS_POWERSHELL { Syntax::Powershell } else { Syntax::Posix })
}

/// Returns the syntax of a result that the calling shell evaluates: JSON with `--output json`.
pub(crate) fn syntax_of_result(global: &GlobalArgs, context: &Context) -> Syntax {
    if global.output() == OutputFormat::Json { Syntax::Json } else { syntax(context) }
}
