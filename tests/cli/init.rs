//! `init`: the function `awsmfa` in real shells.

use std::fs;
use std::process::{Command, Stdio};

use rexpect::session::spawn_command;

use crate::support::child::finish;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// The shells that run a script without a terminal, with the line that evaluates what `init` prints.
const SHELLS: [(&[&str], &str); 4] = [
    (&["bash", "--norc"], r#"eval "$(awsmfa init bash)""#),
    (&["bash", "--posix"], r#"set -eu; eval "$(awsmfa init bash)""#),
    (&["zsh", "-f"], r#"set -eu; eval "$(awsmfa init zsh)""#),
    (&["fish", "--no-config"], "awsmfa init fish | source"),
];

/// Returns the shell, with the program in its path and the home as its folder.
fn shell(sandbox: &Sandbox, program: &[&str]) -> Command {
    let (program, arguments) = program.split_first().expect("a shell");
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_awsmfa")).parent().expect("it is in a folder").display();
    let mut command = sandbox.program(program);
    command.args(arguments).env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin")).env("TERM", "xterm");
    command.current_dir(sandbox.home());
    command
}

fn session(profile: &str, region: &str) -> String {
    format!(
        "[{profile}]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\
         aws_session_token = t\nexpiration = 2099-12-31T23:59:59Z\nregion = {region}\n"
    )
}

/// Text that a shell might run, expand, split or misread.
const PARTS: [&str; 24] = [
    "$(touch ran)",
    "`touch ran`",
    "'$(touch ran)'",
    "\"$(touch ran)\"",
    "';touch ran;'",
    "\";touch ran;\"",
    "a'b",
    "a\"b",
    "\\",
    "\\'",
    "$HOME",
    "${HOME}",
    "(touch ran)",
    "{a,b}",
    "*",
    "?",
    "~",
    "a | touch ran",
    "a & touch ran",
    "a > ran",
    "! !!",
    "%PATH%",
    "@x",
    "caf\u{E9} 日本 \u{2019}\u{202E}",
];

/// Ways to hide them in a name.
const WRAPS: [&str; 9] = ["N", "-N", "--N", "a N", "N b", "'N'", "\"N\"", "N\\", "(N)"];

/// More than 200 names.
fn hostile_names() -> Vec<String> {
    let names = PARTS.iter().flat_map(|part| WRAPS.map(|wrap| wrap.replace('N', part)));
    names.chain(["--help", "--version", "# awsmfa"].map(str::to_owned)).collect()
}

/// A home with a session for each name that a profile can have, with the name as its region, too. Their names, one per
/// line, are in the file `names`.
fn with_hostile_names() -> (Sandbox, Vec<String>) {
    let names = hostile_names();
    let possible = names.iter().filter(|name| !name.contains(['[', ']', '#', ';']));
    let sessions: String = possible.map(|name| session(name, name)).collect();
    let sandbox = Sandbox::with("", session("first", "eu-west-1") + &sessions);
    fs::write(sandbox.home().join("names"), names.join("\n") + "\n").expect("the home is writable");
    (sandbox, names)
}

/// Checks what the shell has selected after `use` and set after `env`, for each name.
fn check(sandbox: &Sandbox, names: &[String], shell: &[&str]) {
    let lines = |file: &str| -> Vec<String> {
        let text = fs::read_to_string(sandbox.home().join(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    let is_name = |name: &str| !name.contains(['[', ']', '#', ';']) && !name.contains(awsmfa::escape::is_hidden);
    let (selected, regions) = (lines("selected"), lines("regions"));
    assert_eq!((selected.len(), regions.len()), (names.len(), names.len()), "{shell:?}");
    for ((name, selected), region) in names.iter().zip(&selected).zip(&regions) {
        // Text that cannot be the name of a profile changes nothing; `use`, without `--`, takes some for flags.
        let region_of = if is_name(name) { name } else { "none" };
        let selected_by = if is_name(name) && !name.starts_with('-') { name } else { "first" };
        assert_eq!((selected.as_str(), region.as_str()), (selected_by, region_of), "{shell:?}: {name}");
    }
    assert!(!sandbox.home().join("ran").exists(), "{shell:?} has run a part of a name");
}

#[test]
#[ignore = "needs bash, zsh and fish: run tests/run"]
fn hostile_names_and_regions_are_selected_or_refused_and_never_run() {
    let posix = r#"
        awsmfa use first
        while IFS= read -r name; do
            awsmfa use "$name" >/dev/null || :
            printf '%s\n' "$AWS_PROFILE" >>selected
            eval "$(awsmfa env -- "$name")"
            printf '%s\n' "${AWS_REGION-none}" >>regions
            unset AWS_REGION AWS_DEFAULT_REGION
            export AWS_PROFILE=first
        done <names"#;
    let fish = r"
        awsmfa use first
        for name in (cat names)
            awsmfa use $name >/dev/null
            printf '%s\n' $AWS_PROFILE >>selected
            awsmfa env -- $name | source
            set -q AWS_REGION; or set AWS_REGION none
            printf '%s\n' $AWS_REGION >>regions
            set -e AWS_REGION
            set -gx AWS_PROFILE first
        end";
    assert!(hostile_names().len() > 200);
    for (program, init) in SHELLS {
        let (sandbox, names) = with_hostile_names();
        let script = if program[0] == "fish" { fish } else { posix };
        // `eval ""` succeeds, so that `set -e` does not end the shell.
        let ran = finish(shell(&sandbox, program).args(["-c", &format!("{init}\n{script}")]));
        assert_eq!(ran.code, 0, "{program:?}: {ran:?}");
        check(&sandbox, &names, program);
    }
}

#[test]
#[ignore = "needs elvish: run tests/run"]
fn hostile_names_and_regions_are_selected_or_refused_and_never_run_in_elvish() {
    let script = r"
        awsmfa use first
        for name [(from-lines <names)] {
          try { awsmfa use $name >/dev/null } catch { }
          echo (get-env AWS_PROFILE) >>selected
          try { eval (awsmfa env -- $name | slurp) } catch { }
          if (has-env AWS_REGION) { echo (get-env AWS_REGION) >>regions } else { echo none >>regions }
          unset-env AWS_REGION
          set-env AWS_PROFILE first
        }
        echo all'-'done
        ";
    let (sandbox, names) = with_hostile_names();
    fs::write(sandbox.home().join("script"), script).expect("the home is writable");
    let mut elvish = shell(&sandbox, &["elvish", "-norc"]);
    elvish.stdin(Stdio::inherit());
    let mut elvish = spawn_command(elvish, Some(120_000)).expect("tests/run installs it");
    elvish.send_line("eval (awsmfa init elvish | slurp)").expect("it reads");
    elvish.send_line("eval (slurp <script)").expect("it reads");
    elvish.exp_string("all-done").expect("the script ends");
    check(&sandbox, &names, &["elvish"]);
}

#[test]
#[ignore = "needs bash, zsh and fish: run tests/run"]
fn other_commands_get_their_arguments_input_and_exit_codes_as_they_are() {
    let words = r"'a b' '' '*' -x:y -- 'c;d' '$HOME'";
    let expected = "<a b><><*><-x:y><--><c;d><$HOME>";
    for (program, init) in SHELLS {
        let sandbox = Sandbox::with("", session("first", "eu-west-1"));
        let run = |script: &str| finish(shell(&sandbox, program).args(["-c", &format!("{init}\n{script}")]));
        let ran = run(&format!("awsmfa exec first -- printf '<%s>' {words}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{program:?}: {ran:?}");
        fs::write(sandbox.home().join("input"), "typed\n").expect("the home is writable");
        let ran = run("awsmfa exec first -- sh -c 'cat; exit 37' <input");
        assert_eq!((ran.code, ran.stdout.as_str()), (37, "typed\n"), "{program:?}: {ran:?}");
        for (arguments, code) in
            [("status nobody", 253), ("use nobody", 253), ("logout nobody", 253), ("use --bad", 252)]
        {
            let ran = run(&format!("awsmfa {arguments}"));
            assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{program:?}: {ran:?}");
        }
        let ran = run("awsmfa use --help");
        assert!(ran.code == 0 && ran.stdout.contains("Usage: awsmfa use"), "{program:?}: {ran:?}");
        let ran = run("awsmfa logout first --output json");
        assert_eq!(ran.stdout, "[{\"profile\":\"first\",\"result\":\"removed\"}]\n", "{program:?}");
    }
}

#[test]
#[ignore = "needs bash, zsh and fish: run tests/run"]
fn login_and_logout_bring_the_variables_of_the_shell_up_to_date() {
    for (program, init) in SHELLS {
        let sts = StandIn::start();
        let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS).using(&sts);
        for file in ["code", "next"] {
            fs::write(sandbox.home().join(file), sts.fresh_code(SERIAL)).expect("the home is writable");
        }
        let eval = if program[0] == "fish" { "awsmfa env | source" } else { r#"eval "$(awsmfa env)""# };
        let script = format!(
            "{init}
            awsmfa login --token-code - <code
            awsmfa use default
            env | grep ^AWS_CREDENTIAL_EXPIRATION
            awsmfa login --token-code - --duration-seconds 1h <next
            env | grep ^AWS_CREDENTIAL_EXPIRATION
            awsmfa use --unset
            {eval}
            env | grep -c ^AWS_SESSION_TOKEN
            awsmfa logout
            env | grep -E '^AWS(MFA_PROFILE|_SESSION|_ACCESS|_SECRET)' || echo cleared"
        );
        let ran = finish(shell(&sandbox, program).args(["-c", &script]));
        let lines: Vec<&str> = ran.stdout.lines().collect();
        let ends: Vec<String> =
            sts.sessions().iter().map(|session| format!("AWS_CREDENTIAL_EXPIRATION={}", session.expiration)).collect();
        assert_eq!(lines, [ends[0].as_str(), ends[1].as_str(), "1", "cleared"], "{program:?}: {ran:?}");
    }
}

#[test]
#[ignore = "needs bash, zsh and fish: run tests/run"]
fn the_function_fits_the_settings_of_a_shell() {
    let alias = "alias awsmfa='awsmfa --quiet'";
    let shells: [(&[&str], &str); 5] = [
        (
            &["bash", "--norc"],
            &format!("shopt -s expand_aliases\n{alias}\neval \"$(awsmfa init bash)\"\nunalias awsmfa"),
        ),
        (&["bash", "--norc"], "readonly code=1 result=2 name=3\neval \"$(awsmfa init bash)\""),
        (&["zsh", "-f"], &format!("{alias}\neval \"$(awsmfa init zsh)\"\nunalias awsmfa")),
        (&["zsh", "-f"], "setopt ksharrays shwordsplit noglob\neval \"$(awsmfa init zsh)\""),
        (&["fish", "--no-config"], "set -g code 1; set -g result 2\nawsmfa init fish | source"),
    ];
    for (program, init) in shells {
        let sandbox = Sandbox::with("", session("first", "eu-west-1"));
        let script = format!("{init}\nawsmfa use first\nenv | grep ^AWS_PROFILE");
        let ran = finish(shell(&sandbox, program).args(["-c", &script]));
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "AWS_PROFILE=first\n"), "{program:?} {init}: {ran:?}");
        let said: Vec<&str> = ran.stderr.lines().filter(|line| !line.starts_with("awsmfa: this shell uses")).collect();
        assert_eq!(said, Vec::<&str>::new(), "{program:?} {init}");
    }
}

#[test]
#[ignore = "needs fish: run tests/run"]
fn universal_variables_of_fish_are_not_erased_and_keys_are_hidden() {
    let sandbox = Sandbox::with("", session("first", "eu-west-1"));
    let script = "awsmfa init fish | source
        set -Ux AWS_ACCESS_KEY_ID universal
        set -Ux AWS_PROFILE universal
        awsmfa use first
        env | grep -E '^AWS_(ACCESS|PROFILE)'
        awsmfa use --unset
        env | grep -E '^AWS_(ACCESS|PROFILE)'
        env -u AWS_ACCESS_KEY_ID fish -c 'echo $AWS_ACCESS_KEY_ID $AWS_PROFILE'";
    // With --no-config, fish has no universal variables.
    let ran = finish(shell(&sandbox, &["fish"]).args(["-c", script]));
    let mut lines: Vec<&str> = ran.stdout.lines().collect();
    lines[..2].sort_unstable();
    lines[2..4].sort_unstable();
    let expected = [
        "AWS_ACCESS_KEY_ID=",
        "AWS_PROFILE=first",
        // The user's setting for all shells.
        "AWS_ACCESS_KEY_ID=",
        "AWS_PROFILE=universal",
        "universal universal",
    ];
    assert_eq!(lines, expected, "{ran:?}");
}

#[test]
fn the_scripts_fit_the_shells_that_cannot_be_run_everywhere() {
    let script = Sandbox::empty().run(&["init", "powershell"]).stdout;
    assert!(script.contains("Register-ArgumentCompleter") && script.contains("function awsmfa"), "{script}");
    // Windows PowerShell reads a script without a byte order mark as ANSI.
    assert!(script.is_ascii());
    for shell in ["bash", "zsh", "fish", "elvish"] {
        let script = Sandbox::empty().run(&["init", shell]).stdout;
        let completions = Sandbox::empty().run(&["completions", shell]).stdout;
        assert!(script.starts_with(&completions) && script.len() > completions.len(), "{shell}");
    }
}
