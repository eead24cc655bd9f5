//! Completion in real shells: keys are pressed on a pseudo-terminal, and the resulting line is checked.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, Sandbox};

/// Names that a shell would interpret if they were not quoted. Their first two characters differ.
const ODD: [&str; 13] = [
    "p1 a b",
    "p2it's",
    "p3a:b:c",
    "p4$(touch pwned)",
    "p5`touch pwned`",
    "p6!y!!",
    "p7~*?{a,b}",
    "p8\"q",
    "p9\\b",
    "pa&touch pwned|c<d>e",
    "pb=c",
    "pc,d@e%f^",
    "pd\u{E9} \u{FC}",
];

/// Names that must not reach a terminal, or that awsmfa does not accept.
const BAD: [&str; 4] = ["px\u{1B}[31mred", "px\u{202E}left", "-px", "px\ttab"];

fn sandbox() -> Sandbox {
    let sections = |names: &[&str]| names.iter().map(|name| format!("[{name}]\nx = 1\n")).collect::<String>();
    let role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default\n";
    let link = "[profile work]\nawsmfa_source_profile = default\n";
    let sandbox = Sandbox::with(
        format!("{DEFAULT_CONFIG}{role}{link}"),
        format!("{DEFAULT_CREDENTIALS}{}{}", sections(&ODD), sections(&BAD)),
    );
    std::fs::write(sandbox.home().join("other file"), "[zebra]\nx = 1\n").expect("the home is writable");
    write_recorder(&sandbox);
    sandbox
}

/// Puts a program before awsmfa in the path that records its arguments, which other users could read.
fn write_recorder(sandbox: &Sandbox) {
    let folder = sandbox.home().join("bin");
    std::fs::create_dir(&folder).expect("the home is writable");
    let path = folder.join("awsmfa");
    let script = "#!/bin/sh\necho \"$@\" >>\"$HOME/arguments\"\n";
    let program = env!("CARGO_BIN_EXE_awsmfa");
    std::fs::write(&path, format!("{script}exec '{program}' \"$@\"\n")).expect("the home is writable");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("it is ours");
}

/// A shell whose path contains the program.
fn shell(sandbox: &Sandbox, program: &[&str]) -> Command {
    let folder = sandbox.home().join("bin");
    let folder = folder.display();
    let (program, arguments) = program.split_first().expect("a shell");
    let mut command = sandbox.program(program);
    command.args(arguments).env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin")).env("TERM", "xterm");
    command
}

/// An interactive shell in which `show` is completed as `awsmfa` is, and prints its arguments in brackets.
struct Interactive {
    session: PtySession,
}

impl Interactive {
    fn start(sandbox: &Sandbox, program: &[&str], lines: &[&str]) -> Self {
        let mut command = shell(sandbox, program);
        command.stdin(Stdio::inherit());
        let session = spawn_command(command, Some(20_000)).expect("tests/run installs the shell");
        let mut interactive = Self { session };
        for line in lines {
            interactive.session.send_line(line).expect("it reads");
        }
        interactive.session.send_line("show ready").expect("it reads");
        interactive.session.exp_string("got<ready>").expect("the shell has started");
        interactive
    }

    /// Types a line, in which a tab is the Tab key, and returns the arguments that the command got.
    #[track_caller]
    fn shown(&mut self, line: &str, expected: &[&str]) {
        for part in line.split_inclusive('\t') {
            self.session.send(part).expect("it reads");
            self.session.flush().expect("it reads");
            if part.ends_with('\t') {
                // A shell that redraws the line discards keys that arrive meanwhile.
                std::thread::sleep(Duration::from_millis(400));
            }
        }
        // The first one is for elvish, which shows its candidate and waits.
        for _ in 0..2 {
            self.session.send_line("").expect("it reads");
        }
        let expected: String = expected.iter().map(|word| format!("<{word}>")).collect();
        // rexpect turns each byte into a character.
        let printed: String = format!("got{expected}.").bytes().map(char::from).collect();
        if let Err(error) = self.session.exp_string(&printed) {
            panic!("{line:?} does not show {expected}: {error}");
        }
    }

    fn check_odd_names(&mut self, sandbox: &Sandbox) {
        for name in ODD {
            let start: String = name.chars().take(2).collect();
            self.shown(&format!("show status {start}\t"), &["status", name]);
        }
        assert!(!sandbox.home().join("pwned").exists());
        self.shown("show status --profile wo\t", &["status", "--profile", "work"]);
        self.shown("show status --profile=wo\t", &["status", "--profile=work"]);
        self.shown("show --config-file 'other file' status z\t", &["--config-file", "other file", "status", "zebra"]);
        self.shown("show env --shell pow\t", &["env", "--shell", "powershell"]);
        self.shown("show credential-process --prom\t", &["credential-process", "--prompt"]);
        self.shown("show status --config-file oth\t", &["status", "--config-file", "other file"]);
        self.shown("show exec work -- cat oth\t", &["exec", "work", "--", "cat", "other file"]);
        self.shown("show exec work -- mkfif\t", &["exec", "work", "--", "mkfifo"]);
        self.shown(
            "show login --token-code 123456 --session-profile wo\t",
            &["login", "--token-code", "123456", "--session-profile", "work"],
        );
        let arguments = std::fs::read_to_string(sandbox.home().join("arguments")).expect("it was run");
        for line in arguments.lines() {
            assert_eq!(line.split(' ').count(), 2, "only the command and the shell's name: {line}");
            assert!(line.starts_with("complet"), "{line}");
        }
    }
}

#[test]
#[ignore = "needs bash: run tests/run"]
fn bash_completes_and_quotes() {
    let sandbox = sandbox();
    let lines = [
        "bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; PS1='$ '",
        r#"eval "$(awsmfa completions bash)"; show() { printf got; printf '<%s>' "$@"; echo .; }; complete -F _awsmfa show"#,
    ];
    let mut bash = Interactive::start(&sandbox, &["bash", "--norc", "--noprofile", "-i"], &lines);
    bash.check_odd_names(&sandbox);
    bash.shown("show status 'p4\t", &["status", ODD[3]]);
    bash.shown("show status 'p2\t", &["status", ODD[1]]);
    bash.shown("show status \"p4\t", &["status", ODD[3]]);
    bash.shown("show status \"p6\t", &["status", ODD[5]]);
    bash.shown("show --profile=\"p1\t", &["--profile=p1 a b"]);
    bash.shown("show status p3a:\t", &["status", ODD[2]]);
    bash.shown("show status p1\\ a\t", &["status", ODD[0]]);
    bash.session.send_line("COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=]/}").expect("it reads");
    bash.shown("show --profile=p3\t", &["--profile=p3a:b:c"]);
    assert!(!sandbox.home().join("pwned").exists());
}

#[test]
#[ignore = "needs zsh: run tests/run"]
fn zsh_completes_and_quotes_and_shows_the_kinds() {
    let sandbox = sandbox();
    let lines = [
        "PS1='$ '; unsetopt beep; autoload -Uz compinit; compinit -u -D; unset zle_bracketed_paste",
        r#"eval "$(awsmfa completions zsh)"; show() { printf got; printf '<%s>' "$@"; echo . }; compdef _awsmfa show"#,
    ];
    let mut zsh = Interactive::start(&sandbox, &["zsh", "-f", "-i"], &lines);
    zsh.check_odd_names(&sandbox);
    zsh.shown("show status 'p4\t", &["status", ODD[3]]);
    zsh.shown("show exec work -- printf --pro\t", &["exec", "work", "--", "printf", "--pro"]);
    zsh.session.send("show status \t").expect("it reads");
    zsh.session.flush().expect("it reads");
    zsh.session.exp_regex(r"admin +-- role").expect("the kind");
    zsh.session.exp_regex(r"default +-- permanent").expect("the kind");
}

#[test]
#[ignore = "needs fish: run tests/run"]
fn fish_completes_and_quotes_and_shows_the_kinds() {
    let sandbox = sandbox();
    let lines = [
        "function fish_prompt; echo '$ '; end; function show; printf got; printf '<%s>' $argv; echo .; end",
        "awsmfa completions fish | source; complete --command show --wraps awsmfa",
    ];
    let mut fish = Interactive::start(&sandbox, &["fish", "--no-config", "--interactive"], &lines);
    fish.check_odd_names(&sandbox);

    let offered = |line: &str| {
        let script = format!("awsmfa completions fish | source; complete --do-complete {line:?}");
        let ran = Ran::from(shell(&sandbox, &["fish", "--no-config", "-c", &script]).output().expect("it runs"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line}");
        ran.stdout
    };
    let profiles = offered("awsmfa login ");
    for line in ["default\tpermanent", "admin\trole", "work\tsession", "p1 a b\tother"] {
        assert!(profiles.lines().any(|found| found == line), "{line} in {profiles}");
    }
    assert!(!profiles.contains("px"), "{profiles}");
    assert!(!offered("awsmfa login admin a").contains("admin"), "it is there already");
    assert_eq!(offered("AWS_CONFIG_FILE='other file' awsmfa status z"), "zebra\tother\n");
    assert!(offered("awsmfa exec work -- printf --").lines().all(|line| !line.contains("--profile")));
    assert_eq!(offered("awsmfa login --token-code "), "");
}

#[test]
#[ignore = "needs elvish: run tests/run"]
fn elvish_completes_and_quotes_and_shows_the_kinds() {
    let sandbox = sandbox();
    let lines = [
        "set edit:prompt = { put '$ ' }; set edit:rprompt = { }",
        "fn show {|@a| print got; each {|w| print '<'$w'>' } $a; echo . }; set edit:insert:binding[Tab] = $edit:completion:smart-start~",
        "eval (awsmfa completions elvish | slurp); set edit:completion:arg-completer[show] = $edit:completion:arg-completer[awsmfa]",
    ];
    let mut elvish = Interactive::start(&sandbox, &["elvish", "-norc"], &lines);
    elvish.check_odd_names(&sandbox);
}

/// The candidates of `complete` for these words, the last of which is at the cursor.
fn answer(sandbox: &Sandbox, shell: &str, words: &[&str]) -> Vec<String> {
    let mut command = sandbox.command();
    command.args(["complete", shell]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let input: String = words.iter().map(|word| format!("{word}\n")).collect();
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell} {words:?}");
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn powershell_gets_quoted_candidates_with_descriptions() {
    let of = |word: &str| answer(&sandbox(), "powershell", &["awsmfa", "status", word]);
    assert_eq!(of("wor"), ["candidates", "work\twork\tsession"]);
    assert_eq!(of("p2"), ["candidates", "'p2it''s'\tp2it's\tother"]);
    assert_eq!(of("p4"), ["candidates", "'p4$(touch pwned)'\tp4$(touch pwned)\tother"]);
    assert_eq!(of("--profile=p1"), ["candidates", "'--profile=p1 a b'\t--profile=p1 a b\tother"]);
    assert_eq!(of("nobody"), ["candidates"]);
}

#[test]
fn files_that_are_missing_or_broken_give_no_candidates_and_no_message() {
    let words = ["awsmfa", "status", ""];
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        assert_eq!(answer(&Sandbox::empty(), shell, &words), ["candidates"]);
        // UTF-16, and a folder where the file should be.
        let sandbox = Sandbox::with(b"\xFF\xFE[\0a\0]\0", DEFAULT_CREDENTIALS);
        assert_eq!(answer(&sandbox, shell, &words).len(), 2, "the profile of the other file");
        std::fs::remove_file(sandbox.path("credentials")).expect("it is there");
        std::fs::create_dir(sandbox.path("credentials")).expect("the home is writable");
        assert_eq!(answer(&sandbox, shell, &words), ["candidates"]);
    }
    assert_eq!(answer(&Sandbox::new(), "bash", &["awsmfa login no-such", "other"]), [""; 0]);
    assert_eq!(answer(&Sandbox::new(), "bash", &[]), [""; 0]);
    assert_eq!(answer(&Sandbox::new(), "fish", &[]), answer(&Sandbox::new(), "fish", &["awsmfa", ""]));
}

#[test]
fn no_value_from_the_files_is_a_candidate() {
    for words in [["awsmfa", "login", ""], ["awsmfa", "login", "--"], ["awsmfa", "--profile", ""]] {
        let offered = answer(&Sandbox::new(), "fish", &words).join("\n");
        assert!(!offered.contains("AKIA") && !offered.contains("wJalr") && !offered.contains("arn:aws"), "{offered}");
    }
}

#[test]
fn ten_thousand_profiles_are_completed_without_a_noticeable_delay() {
    let names: String = (0..10_000).map(|n| format!("[p{n}]\nawsmfa_source_profile = p{}\n", n + 1)).collect();
    let sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{names}"));
    let start = Instant::now();
    assert_eq!(answer(&sandbox, "fish", &["awsmfa", "login", ""]).len(), 10_002);
    // Without optimisation, on a busy machine. A release build takes some hundredths of a second.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn the_script_for_powershell_is_well_formed() {
    let script = include_str!("../../src/completion/awsmfa.ps1");
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).expect("the grammar fits the parser");
    let tree = parser.parse(script, None).expect("a language is set");
    assert!(!tree.root_node().has_error(), "{}", tree.root_node().to_sexp());
    // The parser would find a mistake.
    let broken = parser.parse(script.replacen("-ge $cursorPosition) {", "-ge $cursorPosition {", 1), None);
    assert!(broken.expect("a language is set").root_node().has_error());
    let function = include_str!("../../src/shell_function/awsmfa.ps1");
    let tree = parser.parse(function, None).expect("a language is set");
    assert!(!tree.root_node().has_error(), "{}", tree.root_node().to_sexp());
    // Windows PowerShell reads a script without a byte order mark as ANSI.
    assert!(script.is_ascii() && function.is_ascii());
}
