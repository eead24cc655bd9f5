//! The manual, as `man` and mandoc read it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::sandbox::{Ran, Sandbox};

/// The commands that the help lists, and those that the help of `key` and `device` lists, as in the names of their pages.
fn commands(sandbox: &Sandbox) -> Vec<String> {
    let below = |group: &str| {
        let commands = listed(&sandbox.run(&[group, "-h"]).stdout, "Commands:");
        commands.into_iter().map(|command| format!("{group}-{command}")).collect::<Vec<_>>()
    };
    let groups = ["key", "device"].into_iter().flat_map(below);
    listed(&sandbox.run(&["--help"]).stdout, "Every day:").into_iter().chain(groups).collect()
}

/// The words at the start of the lines from a heading to that of the options.
fn listed(help: &str, heading: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != heading).take_while(|line| !line.contains("ptions:"));
    let lines = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// All pages, by the names of their files.
fn pages(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let said = sandbox.run(&["man", "--dir", "share/man/man1"]).expect(0);
    let folder = sandbox.home().join("share/man/man1");
    let entries = fs::read_dir(&folder).expect("it was made").flatten();
    let text = |path| fs::read_to_string(path).expect("a page");
    let pages: BTreeMap<String, String> =
        entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), text(entry.path()))).collect();
    assert_eq!(said, format!("awsmfa: {} pages are in share/man/man1\n", pages.len()));
    pages
}

#[test]
fn there_is_a_page_for_the_program_and_one_for_each_command() {
    let sandbox = Sandbox::empty();
    let pages = pages(&sandbox);
    let names: Vec<&str> = pages.keys().map(String::as_str).collect();
    let mut expected: Vec<String> = commands(&sandbox).iter().map(|command| format!("awsmfa-{command}.1")).collect();
    expected.push("awsmfa.1".to_owned());
    expected.sort();
    assert_eq!(names, expected);
    assert!(expected.len() > 10, "{expected:?}");
    let printed = sandbox.run(&["man"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(Some(&printed.stdout) == pages.get("awsmfa.1"));
}

#[test]
fn pages_are_readable_by_all_users_and_are_replaced() {
    let sandbox = Sandbox::empty();
    let before = pages(&sandbox);
    let path = sandbox.home().join("share/man/man1/awsmfa.1");
    fs::write(&path, "old").expect("the home is writable");
    assert!(pages(&sandbox) == before, "and nothing else is left in the folder");
    let mode = |path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let plain = sandbox.home().join("plain");
    fs::write(&plain, "").expect("the home is writable");
    assert_eq!(mode(path), mode(plain), "what the umask leaves");
    sandbox.run(&["man", "--dir", "plain/man1"]).expect(255);
}

#[test]
#[ignore = "needs man: run tests/run"]
fn man_shows_every_section_and_warns_about_nothing() {
    let sandbox = Sandbox::empty();
    for (name, text) in pages(&sandbox) {
        let mut man = sandbox.program("man");
        man.args(["--warnings", "--local-file"]).arg(sandbox.home().join("share/man/man1").join(&name));
        let shown = Ran::from(man.env("MANWIDTH", "80").output().expect("tests/run installs man"));
        assert_eq!((shown.code, shown.stderr.as_str()), (0, ""), "{name}");
        let mut sections = vec!["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"];
        let without = ["awsmfa-man.1", "awsmfa-completions.1", "awsmfa-help.1", "awsmfa-version.1"];
        if !without.contains(&name.as_str()) {
            sections.extend(["FILES", "ENVIRONMENT", "EXIT STATUS"]);
        }
        for section in sections {
            assert!(shown.stdout.lines().any(|line| line == section), "{section} in {name}:\n{}", shown.stdout);
        }
        assert!(text.contains(concat!("awsmfa ", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
#[ignore = "needs mandoc: run tests/run"]
fn mandoc_warns_about_nothing() {
    let sandbox = Sandbox::empty();
    for name in pages(&sandbox).into_keys() {
        let mut mandoc = sandbox.program("mandoc");
        // Below warnings are matters of style, such as lines of more than 80 bytes.
        mandoc.args(["-T", "lint", "-W", "warning"]).arg(sandbox.home().join("share/man/man1").join(&name));
        let ran = Ran::from(mandoc.output().expect("tests/run installs mandoc"));
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{name}");
    }
}
