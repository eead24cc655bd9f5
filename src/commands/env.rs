//! `awsmfa env`: prints the session as variables, for `eval`.

use crate::commands::calling_shell;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::usable_or_picked;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::terminal;
use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::render::assignments;
use crate::render::shell::Syntax;

/// Print the session as commands that set variables
///
/// For `eval "$(awsmfa env)"`, and tools that read neither the config nor the credentials file. Variables that would
/// contradict the session are cleared: AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_SECURITY_TOKEN. Nothing is printed if
/// there is no valid session.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session to use, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// The syntax to print
    ///
    /// [default: that of the calling shell, else of SHELL]
    #[arg(long, value_name = "SYNTAX")]
    shell: Option<Syntax>,
    /// Print commands that clear everything that `env` sets
    #[arg(long)]
    unset: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the session, or with `--unset` the commands that clear its variables.
///
/// # Errors
///
/// Fails if there is no valid session, or if the syntax cannot express one of its values.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let syntax = args.shell.unwrap_or_else(|| calling_shell::syntax_of_result(global, context));
    let assignments = if args.unset {
        assignments::clearing()
    } else {
        let files = SharedFiles::read(global, context)?;
        let usable = usable_or_picked(args.name.as_ref().or(global.profile.as_ref()), &files, global, context)?;
        assignments::of_session(&usable.session_profile, &usable.session, usable.region.as_deref())
    };
    let rendered = syntax.render(&assignments).map_err(|error| Error::Usage(error.to_string()))?;
    terminal::print(&rendered).map_err(Error::Output)?;
    if terminal::shows_results() && args.shell.is_none() {
        let name = args.name.as_ref().or(global.profile.as_ref()).map(|name| format!(" {}", shell_word(name.as_str())));
        // Clearing reads no file.
        let rest = if args.unset { " --unset".to_owned() } else { name.unwrap_or_default() + &global.file_flags() };
        let how = syntax.evaluating(&format!("awsmfa env{rest}"));
        let messages = Messages::new(global, context);
        messages.note(&format!("awsmfa: nothing is set yet, because a shell must evaluate this: {how}"));
    }
    Ok(0)
}
