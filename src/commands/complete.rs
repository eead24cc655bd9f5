//! `awsmfa complete`: prints the words that can be typed at the cursor, for the scripts of `awsmfa completions`.
//!
//! The words are read from standard input, one per line, because other users can see the arguments of a program. bash
//! passes two lines: the command line, and the part of it to replace. Errors are not printed: they would garble the
//! line being typed.

use clap::{Command, CommandFactory};

use crate::cli::Cli;
use crate::commands::list;
use crate::commands::shared_files::SharedFiles;
use crate::completion::cursor::{Cursor, Wanted};
use crate::completion::line::Line;
use crate::completion::{Answer, Candidate, Shell};
use crate::context::Context;
use crate::error::Error;
use crate::escape::escape;
use crate::global::GlobalArgs;
use crate::io::terminal;
use crate::profile::ProfileName;
use crate::render::candidates::render;

/// Print what can be typed at the cursor; for the scripts of `completions`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The calling shell
    shell: Shell,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the words that can be typed at the cursor.
///
/// # Errors
///
/// Fails if writing to standard output fails.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let input = terminal::standard_input().unwrap_or_default();
    let mut words: Vec<String> = input.lines().map(str::to_owned).collect();
    let line = if args.shell == Shell::Bash {
        let [line, replaced] = words.as_slice() else { return Ok(0) };
        let Some(line) = Line::parse(line, replaced) else { return Ok(0) };
        words.clone_from(&line.words);
        Some(line)
    } else {
        None
    };
    let mut program = Cli::command();
    program.build();
    let answer = answer(&program, &words, args.shell, global, context);
    terminal::print(&render(&answer, args.shell, line.as_ref())).map_err(Error::Output)?;
    Ok(0)
}

fn answer(program: &Command, words: &[String], shell: Shell, global: &GlobalArgs, context: &Context) -> Answer {
    let cursor = Cursor::find(program, words);
    let candidates = match &cursor.wanted {
        Wanted::Words(candidates) => candidates.clone(),
        Wanted::Profile { except } => {
            let path = |flag| cursor.value_of(flag).map(Into::into);
            let typed = GlobalArgs {
                config_file: path("config_file").or_else(|| global.config_file.clone()),
                credentials_file: path("credentials_file").or_else(|| global.credentials_file.clone()),
                ..global.clone()
            };
            let files = SharedFiles::read_what_is_readable(&typed, context).ok();
            files.map(|files| profiles(&files, except, context)).unwrap_or_default()
        }
        Wanted::Path => return Answer::Files,
        Wanted::Program(at) => return Answer::Program(*at),
        Wanted::Unknown => Vec::new(),
    };
    let prefixed = candidates
        .into_iter()
        .map(|candidate| Candidate { text: format!("{}{}", cursor.prefix, candidate.text), ..candidate });
    // The other shells filter the candidates themselves, as the user has configured them.
    let current = if shell == Shell::Powershell { words.last().map_or("", String::as_str) } else { "" };
    Answer::Candidates(prefixed.filter(|candidate| candidate.text.starts_with(current)).collect())
}

/// Returns the profiles with their kinds, except for names that cannot be an argument or would garble the terminal.
fn profiles(files: &SharedFiles, except: &[&str], context: &Context) -> Vec<Candidate> {
    let profiles = files.profiles();
    profiles.make_index();
    let is_safe = |name: &&str| name.parse::<ProfileName>().is_ok() && escape(name) == **name && !name.starts_with('-');
    let names = profiles.names().into_iter().filter(is_safe).filter(|name| !except.contains(name));
    names
        .map(|name| Candidate {
            text: name.to_owned(),
            description: list::row(name, profiles, context).kind.to_string(),
        })
        .collect()
}
