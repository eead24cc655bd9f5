//! The mistakes of a new user, each with the files, the command line and the whole answer.

use crate::scene::{session, terminal_block, text};
use crate::support::child::finish;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A mistake: the files that it is in, if they are not the usual ones, the variables, and the command line.
struct Mistake {
    title: &'static str,
    config: String,
    credentials: String,
    variable: Option<(&'static str, &'static str)>,
    arguments: &'static [&'static str],
}

/// A mistake on the command line.
fn typed(title: &'static str, arguments: &'static [&'static str]) -> Mistake {
    let [config, credentials] = [DEFAULT_CONFIG, DEFAULT_CREDENTIALS].map(str::to_owned);
    Mistake { title, config, credentials, variable: None, arguments }
}

const LOGIN: &[&str] = &["login", "--token-code", "123456"];

/// A mistake in the config file.
fn in_config(title: &'static str, from: &str, to: &str) -> Mistake {
    let config = DEFAULT_CONFIG.replace(from, to);
    assert_ne!(config, DEFAULT_CONFIG, "{title}");
    Mistake { config, ..typed(title, LOGIN) }
}

/// A mistake in the credentials file.
fn in_credentials(title: &'static str, changes: &[(&str, &str)]) -> Mistake {
    let changed = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    let credentials = changes.iter().fold(DEFAULT_CREDENTIALS.to_owned(), changed);
    assert_ne!(credentials, DEFAULT_CREDENTIALS, "{title}");
    Mistake { credentials, ..typed(title, LOGIN) }
}

fn on_the_command_line() -> Vec<Mistake> {
    vec![
        typed("the code without its flag", &["login", "123456"]),
        typed("the code after the profile", &["login", "default", "123456"]),
        typed("the code alone", &["123456"]),
        typed("the flag without the command", &["--token-code", "123456"]),
        typed("a shorter flag", &["login", "--token", "123456"]),
        typed("the flag of another tool", &["login", "--code", "123456"]),
        typed("a command of another tool", &["configure"]),
        typed("a role as in another tool", &["assume", "admin"]),
        typed("JSON by its name", &["list", "--json"]),
        typed("a device added", &["device", "add"]),
        typed("a code beside a flag that does not exist", &["status", "123456", "--minremaining", "1h"]),
        typed("a code of five digits", &["login", "--token-code", "12345"]),
        typed("a code with a space, which is accepted, but wrong", &["login", "--token-code", "123 456"]),
        typed("a program without --", &["exec", "terraform", "plan"]),
        typed("no program", &["exec"]),
        typed("two profiles", &["login", "--profile", "one", "--profile", "two"]),
        typed("a profile in two places", &["login", "one", "--profile", "two"]),
        typed("a profile that does not exist", &["status", "nowhere"]),
        typed("a duration in words", &["login", "--duration-seconds", "12 hours"]),
        typed("a duration that is too long", &["login", "--duration-seconds", "999999"]),
        typed("the name of a role for its ARN", &["login", "--role-arn", "admin"]),
        typed("a security key", &["login", "--serial-number", "arn:aws:iam::123456789012:u2f/user/ada/key"]),
        typed(
            "the device of another user",
            &["login", "--serial-number", "arn:aws:iam::123456789012:mfa/bob", "--token-code", "123456"],
        ),
        typed("logout without a session", &["logout"]),
        typed("env before login", &["env"]),
        typed("a command with a typing mistake", &["logni"]),
    ]
}

fn in_the_files() -> Vec<Mistake> {
    let nothing = Mistake { config: String::new(), credentials: String::new(), ..typed("no files", &["login"]) };
    let with =
        |variable, value, title, arguments| Mistake { variable: Some((variable, value)), ..typed(title, arguments) };
    let role = "\n[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\n";
    vec![
        nothing,
        in_config("no MFA device", &format!("mfa_serial = {SERIAL}\n"), ""),
        in_config("the ARN of the user for that of the device", "mfa/ada", "user/ada"),
        in_config("the device of an example", "123456789012:mfa/ada", "ACCOUNT_ID:mfa/USER_NAME"),
        in_config("a placeholder for the device", SERIAL, "<arn-of-the-mfa-device>"),
        in_config("the device of another account", "123456789012:mfa", "999999999999:mfa"),
        in_config("quotes around the device", SERIAL, &format!("\"{SERIAL}\"")),
        in_credentials("a key of an example", &[(ID, "YOUR_ACCESS_KEY"), (SECRET, "YOUR_SECRET_KEY")]),
        in_credentials("id and secret swapped", &[(ID, "x"), (SECRET, ID), ("= x", &format!("= {SECRET}"))]),
        in_credentials("a secret that was cut", &[("EXAMPLEKEY", "EXAMP")]),
        in_credentials("the secret of another key", &[("EXAMPLEKEY", "EXAMPLEKEZ")]),
        in_credentials("a deleted key", &[(ID, "AKIAI44QH8DHBEXAMPLE")]),
        in_credentials("the word profile in the credentials file", &[("[default]", "[profile default]")]),
        in_credentials("quotes around the key", &[(ID, &format!("\"{ID}\""))]),
        with("AWS_PROFILE", "defualt", "a typing mistake in AWS_PROFILE", LOGIN),
        with("AWS_PROFILE", "default-session", "the session profile before login", &["status"]),
        with("AWS_PROFILE", "default-session", "doctor before login", &["doctor"]),
        Mistake {
            config: format!("{DEFAULT_CONFIG}{role}"),
            ..typed("a role without source_profile", &["login", "admin", "--token-code", "123456"])
        },
    ]
}

/// Returns the files, where they are not the usual ones.
fn shown(mistake: &Mistake) -> String {
    let file = |name: &str, text: &str, usual: &str| {
        let lines: String = text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
        let lines = if lines.is_empty() { "  (no file)\n" } else { &lines };
        if text == usual { String::new() } else { format!("~/.aws/{name}:\n{lines}") }
    };
    let config = file("config", &mistake.config, DEFAULT_CONFIG);
    let credentials = file("credentials", &mistake.credentials, DEFAULT_CREDENTIALS);
    let variable = mistake.variable.map(|(name, value)| format!("{name}={value}\n")).unwrap_or_default();
    format!("{config}{credentials}{variable}")
}

fn answer(mistake: &Mistake) -> String {
    let sts = StandIn::start();
    sts.list_devices(&[SERIAL]);
    let has_files = !mistake.config.is_empty();
    let home = || Sandbox::with(&mistake.config, &mistake.credentials);
    let mut sandbox = if has_files { home() } else { Sandbox::empty() }.using(&sts);
    if let Some((name, value)) = mistake.variable {
        sandbox.set(name, value);
    }
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    let ran = finish(sandbox.command().args(mistake.arguments));
    let printed = without_seconds(&(ran.stdout + &ran.stderr));
    let quoted: Vec<_> = mistake.arguments.iter().map(|word| shell_words::quote(word)).collect();
    let quoted: Vec<&str> = quoted.iter().map(AsRef::as_ref).collect();
    let block = text(mistake.title, &sandbox, &quoted, &printed, ran.code);
    let (title, rest) = block.split_once('\n').expect("a title");
    format!("{title}\n{}{rest}", shown(mistake))
}

/// Hides the time until the device shows another code.
fn without_seconds(printed: &str) -> String {
    let lines = printed.lines().map(|line| match line.split_once("the next one comes in ") {
        Some((before, _)) => format!("{before}the next one comes in {{seconds}}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn each_mistake_of_a_new_user_has_its_answer() {
    let mut blocks: Vec<String> = on_the_command_line().iter().chain(&in_the_files()).map(answer).collect();
    let with_session =
        Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{}", session("default-session", 600)));
    for (title, command) in [("env without eval", "env"), ("use without init", "use")] {
        let arguments: &[&str] = if command == "use" { &["use", "default"] } else { &["env"] };
        blocks.push(terminal_block(title, &with_session, arguments, &[]));
    }
    // A block that says nothing helps nobody.
    let silent = blocks.iter().find(|block| block.lines().count() < 4);
    assert_eq!(silent, None);
    super::check("mistakes.txt", &blocks);
}
