//! `console --open`: a page that is on the disk for a moment, and in no list of arguments.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::console::home_with_session;
use crate::support::child::{DEFAULT_SIGNALS, await_that, signal, wait};
use crate::support::sandbox::{Ran, Sandbox};
use crate::support::sts::StandIn;

/// Notes the arguments, the mode of the page, the page and the variables.
///
/// It reads a part of the page first, as programs do to find out the type of a file, and the page itself after it has
/// ended, as a browser does that is just starting.
const READER: &str = "printf '%s\\n' \"$@\" > \"$HOME/arguments\"\n/usr/bin/stat -c %a \"$1\" > \"$HOME/mode\"\n\
                      /usr/bin/env > \"$HOME/variables\"\n/usr/bin/head -c 9 \"$1\" > /dev/null\n\
                      (/bin/sleep 3; /bin/cat \"$1\" > \"$HOME/page\") &\n";

/// Puts a program into a folder that becomes the only one of `PATH`.
fn with_program(mut sandbox: Sandbox, name: &str, script: &str) -> Sandbox {
    let folder = sandbox.home().join("programs");
    fs::create_dir_all(&folder).expect("the home is writable");
    let program = folder.join(name);
    fs::write(&program, format!("#!/bin/sh\n{script}")).expect("the home is writable");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    sandbox.set("PATH", &folder.display().to_string());
    sandbox
}

/// Returns whether the file system keeps access times: without them, a page is deleted only when its time is up.
fn keeps_access_times(sandbox: &Sandbox) -> bool {
    let path = sandbox.home().join("probe");
    fs::write(&path, "x").expect("the home is writable");
    let file = fs::File::options().write(true).open(&path).expect("it is ours");
    let back = std::time::SystemTime::now() - Duration::from_secs(3600);
    file.set_times(fs::FileTimes::new().set_accessed(back)).expect("it is ours");
    let accessed = || fs::metadata(&path).and_then(|metadata| metadata.accessed()).expect("it is there");
    let before = accessed();
    fs::read(&path).expect("it is ours");
    accessed() != before
}

/// The pages in the home folder.
fn pages(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.home()).expect("it can be read").flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "html")).collect()
}

fn noted(sandbox: &Sandbox, name: &str) -> String {
    fs::read_to_string(sandbox.home().join(name)).unwrap_or_default()
}

/// The URL of a page, as a browser reads it.
fn url_in(page: &str) -> String {
    let (_, rest) = page.split_once("content=\"0; url=").expect("it redirects");
    let url = rest.split('"').next().unwrap_or_default();
    assert!(page.contains(&format!("<a href=\"{url}\">")), "{page}");
    url.replace("&amp;", "&")
}

#[test]
fn the_browser_gets_a_page_and_no_url() {
    let sts = StandIn::start();
    let mut sandbox = with_program(home_with_session(&sts), "xdg-open", READER);
    sandbox.set("AWSMFA_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let began = Instant::now();
    let Ran { code, stdout, stderr } = sandbox.run(&["console", "admin", "--open", "--service", "s3", "--debug"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert!(stderr.contains("awsmfa: opening the AWS console in the browser, with 'admin-session'\n"), "{stderr}");
    assert!(!keeps_access_times(&sandbox) || began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());

    let page = noted(&sandbox, "page");
    let signed_in = sts.open(&url_in(&page)).expect("it signs in");
    assert_eq!(signed_in.destination, "https://console.aws.amazon.com/s3/home");
    assert_eq!(noted(&sandbox, "mode"), "600\n");
    let arguments = noted(&sandbox, "arguments");
    let start = sandbox.home().join("awsmfa-console-").display().to_string();
    assert!(
        arguments.starts_with(&start) && arguments.ends_with(".html\n") && arguments.lines().count() == 1,
        "{arguments}"
    );
    let (_, token) = page.split_once("SigninToken=").expect("a token");
    let token = token.split('"').next().unwrap_or_default();
    let variables = noted(&sandbox, "variables");
    assert!(!variables.contains(token) && !variables.contains("AWSMFA_SECRET_ACCESS_KEY"), "{variables}");
    assert!(!stderr.contains(token), "{stderr}");
    assert_eq!(pages(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn an_opener_that_fails_is_followed_by_the_next() {
    let sts = StandIn::start();
    let sandbox = with_program(home_with_session(&sts), "xdg-open", "exit 3\n");
    let ran = sandbox.run(&["console", "admin", "--open"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (255, ""));
    assert!(
        ran.stderr.contains(
            "'xdg-open' did not open the browser: exit status: 3\nhint: without --open, awsmfa prints the URL"
        ),
        "{}",
        ran.stderr
    );
    // It may have read the page by then, to find out its type.
    let sandbox = with_program(sandbox, "xdg-open", "/bin/cat \"$1\" > /dev/null\n/bin/sleep 0.2\nexit 4\n");
    let said = sandbox.run(&["console", "admin", "--open"]).expect(255);
    assert!(said.contains("'xdg-open' did not open the browser: exit status: 4"), "{said}");
    let reader = READER.replace("$1", "$2");
    let sandbox = with_program(sandbox, "gio", &reader);
    sandbox.run(&["console", "admin", "--open", "--quiet"]).expect(0);
    sts.open(&url_in(&noted(&sandbox, "page"))).expect("it signs in");
    assert_eq!(pages(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn without_an_opener_the_hint_is_to_print_the_url() {
    let sts = StandIn::start();
    let mut sandbox = home_with_session(&sts);
    sandbox.set("PATH", "/nonexistent");
    let ran = sandbox.run(&["console", "admin", "--open"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (255, ""));
    assert!(
        ran.stderr.contains("no program to open the browser was found\nhint: without --open, awsmfa prints the URL"),
        "{}",
        ran.stderr
    );
    assert_eq!(pages(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn a_page_that_is_not_read_is_deleted_after_15_seconds() {
    let sts = StandIn::start();
    let sandbox = with_program(home_with_session(&sts), "xdg-open", "exit 0\n");
    let began = Instant::now();
    sandbox.run(&["console", "admin", "--open"]).expect(0);
    assert!((15..20).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert_eq!(pages(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn a_signal_deletes_the_page_and_a_kill_leaves_it_to_the_next_run() {
    let sts = StandIn::start();
    let sandbox = with_program(home_with_session(&sts), "xdg-open", "exit 0\n");
    let start = || {
        let mut command: Command = sandbox.command_with(DEFAULT_SIGNALS);
        command.env("PATH", format!("{}:/usr/bin:/bin", sandbox.home().join("programs").display()));
        command.args(["console", "admin", "--open", "--quiet"]).spawn().expect("it runs")
    };
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut child = start();
        await_that("the page is there", || !pages(&sandbox).is_empty());
        signal(child.id(), name);
        assert_eq!(wait(&mut child).code(), Some(code));
        assert_eq!(pages(&sandbox), Vec::<PathBuf>::new(), "{name}");
    }
    let mut child = start();
    await_that("the page is there", || !pages(&sandbox).is_empty());
    signal(child.id(), "KILL");
    wait(&mut child);
    let left = pages(&sandbox);
    assert_eq!(left.len(), 1);

    let sandbox = with_program(sandbox, "xdg-open", READER);
    // Another run may still be showing a young page.
    sandbox.run(&["console", "admin", "--open", "--quiet"]).expect(0);
    assert_eq!(pages(&sandbox), left);
    let file = fs::File::options().write(true).open(&left[0]).expect("it is ours");
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(60)).expect("it is ours");
    let foreign = sandbox.home().join("awsmfa-console-.html");
    std::os::unix::fs::symlink(&left[0], &foreign).expect("a link");
    sandbox.run(&["console", "admin", "--open", "--quiet"]).expect(0);
    assert_eq!(pages(&sandbox), [foreign], "a link is not awsmfa's own");
}

#[test]
fn a_home_that_cannot_be_written_to_is_an_error() {
    let sts = StandIn::start();
    let mut sandbox = with_program(home_with_session(&sts), "xdg-open", READER);
    let config = sandbox.path("config").display().to_string();
    let credentials = sandbox.path("credentials").display().to_string();
    sandbox.set("HOME", "/nonexistent");
    let files = ["--config-file", config.as_str(), "--credentials-file", credentials.as_str()];
    let said = sandbox.run(&[&["console", "admin", "--open"], &files[..]].concat()).expect(255);
    assert!(said.contains("cannot be written to /nonexistent: "), "{said}");
}
