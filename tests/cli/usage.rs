//! The command line: what is refused as wrong usage, with 252.

use crate::support::sandbox::Sandbox;

#[test]
fn a_malformed_code_is_refused_without_repeating_it() {
    for code in ["12345", "1234567", "abcdef", "12 456", "", "１２３４５６"] {
        let said = Sandbox::new().run(&["login", "--token-code", code]).expect(252);
        assert!(said.contains("--token-code has no token code: a token code is six digits"), "{said}");
        assert!(code.is_empty() || !said.contains(code), "{said}");
    }
    let mut sandbox = Sandbox::new();
    sandbox.set("AWSMFA_TOKEN_CODE", "abc");
    assert!(sandbox.run(&["login"]).expect(252).contains("AWSMFA_TOKEN_CODE has no token code"));
}

#[test]
fn unknown_words_are_refused_and_a_stray_code_among_them_is_hidden() {
    let lines: [&[&str]; 6] = [
        &[],
        &["unknown"],
        &["123456"],
        &["login", "--unknown"],
        &["status", "work", "123456"],
        &["login", "--tokencode", "123456"],
    ];
    for line in lines {
        let said = Sandbox::new().run(line).expect(252);
        assert!(!said.contains("123456"), "{said}");
    }
}

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::empty();
    for line in
        [["--help"].as_slice(), &["login", "--help"], &["logout", "--help"], &["status", "--help"], &["--version"]]
    {
        let ran = sandbox.run(line);
        assert!(ran.stdout.contains("awsmfa") && ran.stderr.is_empty(), "{ran:?}");
        ran.expect(0);
    }
}

#[test]
fn options_without_effect_are_taken_after_the_dashes_and_dangerous_ones_refused_with_the_reason() {
    let sandbox = Sandbox::new();
    let login = |more: &[&str]| sandbox.run(&[&["login", "--dry-run", "--"], more].concat());
    login(&["--output", "json", "--query", "Credentials", "--no-paginate", "--color", "off"]).expect(0);
    login(&["--region", "eu-west-1", "--cli-connect-timeout", "3", "--cli-read-timeout", "0"]).expect(0);
    let said = login(&["--no-verify-ssl"]).expect(252);
    assert!(said.contains("--no-verify-ssl is refused") && said.contains("--ca-bundle"), "{said}");
    let said = login(&["--profile", "x"]).expect(252);
    assert!(said.contains("--profile after `--` is refused") && said.contains("--source-profile"), "{said}");
    let said = login(&["--unknown"]).expect(252);
    assert!(said.contains("--unknown is no option of"), "{said}");
    let said = login(&["--duration-seconds", "37h"]).expect(252);
    assert!(said.contains("--duration-seconds, after `--`, has no value that can be used"), "{said}");
    let said = login(&["123456"]).expect(252);
    assert!(!said.contains("123456"), "{said}");
}

#[test]
fn the_version_has_the_commit_and_the_target() {
    let sandbox = Sandbox::empty();
    let number = env!("CARGO_PKG_VERSION");
    let short = sandbox.run(&["-V"]);
    assert_eq!((short.code, short.stdout), (0, format!("awsmfa {number}\n")));
    let long = sandbox.run(&["--version"]).stdout;
    let origin =
        long.strip_prefix(&format!("awsmfa {number} (")).and_then(|rest| rest.strip_suffix(")\n")).expect(&long);
    // Without git and out of a package, the commit is not known.
    let (commit, target) = origin.split_once(", ").map_or((None, origin), |(commit, target)| (Some(commit), target));
    assert!(target.starts_with(std::env::consts::ARCH) && target.contains(std::env::consts::OS), "{long}");
    let mut log = sandbox.program("git");
    log.current_dir(env!("CARGO_MANIFEST_DIR")).args(["log", "-1", "--date=short", "--format=%H %cd"]);
    let log = log.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if let (Some(commit), Some((hash, date))) = (commit, log.trim().split_once(' ')) {
        assert_eq!(commit, format!("{} {date}", &hash[..7]));
    }
}

#[test]
fn a_profile_is_named_once_before_or_after_the_command() {
    let sandbox = Sandbox::new();
    sandbox.run(&["--profile", "default", "status"]).expect(1);
    sandbox.run(&["status", "--profile", "default"]).expect(1);
    sandbox.run(&["status", "default"]).expect(1);
    for command in ["status", "login", "logout", "env"] {
        sandbox.run(&[command, "default", "--profile", "default"]).expect(252);
        sandbox.run(&["--profile", "default", command, "default"]).expect(252);
    }
    sandbox.run(&["status", "a]b"]).expect(252);
}
