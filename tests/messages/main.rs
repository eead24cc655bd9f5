//! The whole text of every error, warning and finding, with its hint and its exit code, is in `fixtures/messages`.
//!
//! `AWSMFA_BLESS=1 cargo test --test messages` writes the fixtures again. Then read the difference: it is what users
//! will see.

#![expect(clippy::disallowed_methods, reason = "these tests run the program and read the fixtures")]

use std::fs;
use std::path::Path;

use awsmfa::error::Error;
use awsmfa::render::text::escape;

/// Lists samples of each variant of an enum, with the variant's name. A variant without a sample does not compile.
macro_rules! samples {
    ($type:ident { $($variant:ident: [$($sample:expr),+ $(,)?]),+ $(,)? }) => {{
        const _: fn(&$type) = |value| match value {
            $($type::$variant { .. } => (),)+
        };
        vec![$($((stringify!($variant), $sample)),+),+]
    }};
}

#[path = "../support/mod.rs"]
mod support;

mod refusals;
mod resolve_errors;

// The fixtures of these modules contain error texts of Unix, Unix paths, and commands for Unix shells.
#[cfg(unix)]
mod changes;
#[cfg(unix)]
mod console;
#[cfg(unix)]
mod device_errors;
#[cfg(unix)]
mod errors;
#[cfg(unix)]
mod findings;
#[cfg(unix)]
mod key_errors;
#[cfg(unix)]
mod mistakes;
#[cfg(unix)]
mod scene;
#[cfg(unix)]
mod sessions;
#[cfg(unix)]
mod usage;

/// Compares the blocks with a fixture, or writes it.
fn check(file: &str, blocks: &[String]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/messages").join(file);
    let text = blocks.join("\n");
    if std::env::var_os("AWSMFA_BLESS").is_some() {
        return fs::write(&path, text).expect("fixtures/messages can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differs = text.lines().zip(expected.lines().chain(std::iter::repeat(""))).find(|(text, line)| text != line);
    assert!(
        text == expected,
        "{file} is not what is printed, first here: {differs:#?}\nAWSMFA_BLESS=1 cargo test --test messages writes it"
    );
}

/// An error as a command prints it, below the name of its variant, and the exit code.
fn error_block(name: &str, error: &Error) -> String {
    let hint = error.hint().map(|hint| format!("hint: {}\n", escape(&hint))).unwrap_or_default();
    let message = escape(&error.to_string());
    format!("[{name}]\nawsmfa: error: {message}\n{hint}exit code {}\n", error.exit_code())
}

/// Checks samples that become errors of commands.
fn check_errors<T>(file: &str, samples: Vec<(&str, T)>, into_error: impl Fn(T) -> Error) {
    let blocks: Vec<String> =
        samples.into_iter().map(|(name, sample)| error_block(name, &into_error(sample))).collect();
    check(file, &blocks);
}
