//! `env`: the session as variables, as real shells evaluate them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

/// A value that needs quoting in every shell: not a region, but possible in a file.
const ODD: &str = r#"it's "a" $HOME `id` \ \' %PATH% ! & b"#;
const UNTIL: &str = "2099-12-31T23:59:59Z";

/// A session in `[default-session]` with this expiration, or without one.
fn with_session(expiration: Option<&str>) -> Sandbox {
    let expiration = expiration.map(|time| format!("expiration = {time}\n")).unwrap_or_default();
    let session = format!(
        "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = se/cr+et\naws_session_token = to/k+en==\n{expiration}"
    );
    Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{session}"))
}

/// Variables that are already set, and would contradict the session.
fn contradicted(mut sandbox: Sandbox) -> Sandbox {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        sandbox.set(name, "default");
    }
    for name in ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_REGION"] {
        sandbox.set(name, "stale");
    }
    sandbox
}

/// The variables that `env` prints, without those of the tests themselves.
fn variables(printed: &str) -> BTreeMap<String, String> {
    let pairs = printed.lines().filter_map(|line| line.split_once('='));
    let pairs = pairs.filter(|(name, _)| name.starts_with("AWS_") && *name != "AWS_EC2_METADATA_DISABLED");
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn expected(region: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "se/cr+et"),
        ("AWS_SESSION_TOKEN", "to/k+en=="),
        ("AWS_CREDENTIAL_EXPIRATION", UNTIL),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Runs a script in a shell that finds the program in its path.
fn in_shell(sandbox: &Sandbox, shell: &[&str], variable: &str, script: &str) -> Ran {
    let (shell, options) = shell.split_first().expect("a shell");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_awsmfa"));
    let folder = program.parent().expect("it is in a folder").display();
    let mut command = sandbox.program(shell);
    command.args(options).args(["-c", script]).env("SHELL", variable).env("TERM", "dumb");
    command.env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"));
    Ran::from(command.output().unwrap_or_else(|error| panic!("{shell} is missing: tests/run installs it: {error}")))
}

#[test]
#[ignore = "needs bash, zsh, dash and fish: run tests/run"]
fn eval_sets_the_session_and_clears_what_contradicts_it_in_every_shell_and_unset_clears_all() {
    let posix = r#"eval "$(awsmfa env)"; env; echo ----; eval "$(awsmfa env --unset)"; env"#;
    let strict = &format!("set -eu; {posix}");
    let shells: [(&[&str], &str, &str); 8] = [
        // The variable names another shell than the parent, which takes precedence.
        (&["bash"], "/usr/bin/fish", posix),
        (&["bash", "--posix"], "/usr/bin/fish", strict),
        (&["zsh", "-f"], "/usr/bin/fish", strict),
        (&["dash"], "/usr/bin/fish", strict),
        (&["sh"], "pwsh", strict),
        (
            &["fish", "--no-config"],
            "/bin/bash",
            "awsmfa env | source; or exit 9; env; echo ----; awsmfa env --unset | source; or exit 8; env",
        ),
        (
            &["fish", "--no-config"],
            "/bin/bash",
            "eval (awsmfa env | string collect); or exit 9; env; echo ----; eval (awsmfa env --unset | string collect); or exit 8; env",
        ),
        // Nothing was set before.
        (
            &["fish", "--no-config"],
            "/bin/bash",
            "awsmfa env --unset | source; or exit 7; awsmfa env | source; or exit 9; env; echo ----; awsmfa env --unset | source; env",
        ),
    ];
    for region in ["eu-west-1", ODD] {
        let sandbox = contradicted(with_session(Some(UNTIL)));
        sandbox.write("config", DEFAULT_CONFIG.replace("eu-west-1", region).as_bytes());
        for (shell, variable, script) in shells {
            let ran = in_shell(&sandbox, shell, variable, script);
            let (set, cleared) = ran.stdout.split_once("----\n").unwrap_or_else(|| panic!("{shell:?}: {ran:?}"));
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell:?}");
            assert_eq!(variables(set), expected(region), "{shell:?}");
            assert_eq!(variables(cleared), BTreeMap::new(), "{shell:?}");
        }
    }
}

#[test]
fn the_syntax_is_that_of_a_flag_or_of_the_variable_shell_or_the_usual_one() {
    let sandbox = with_session(Some(UNTIL));
    let of = |shell: Option<&str>, arguments: &[&str]| {
        let mut command = sandbox.command();
        command.arg("env").args(arguments).envs(shell.map(|shell| ("SHELL", shell)));
        Ran::from(command.output().expect("it runs")).stdout
    };
    let default = if cfg!(windows) { "$Env:AWS_ACCESS_KEY_ID = " } else { "export AWS_ACCESS_KEY_ID=" };
    // The parent is this test, and no shell.
    assert!(of(Some("/usr/bin/fish"), &[]).starts_with("set -gx AWS_ACCESS_KEY_ID 'ASIAIOSFODNN7EXAMPLE'\n"));
    assert!(of(Some("C:\\pwsh.exe"), &[]).starts_with("$Env:AWS_ACCESS_KEY_ID = 'ASIAIOSFODNN7EXAMPLE'\n"));
    let posix = "export AWS_ACCESS_KEY_ID=";
    for (shell, start) in [(None, default), (Some("/bin/zsh"), posix), (Some("/usr/bin/unheard-of"), default)] {
        assert!(of(shell, &[]).starts_with(&format!("{start}'ASIAIOSFODNN7EXAMPLE'\n")), "{shell:?}");
    }
    // A flag beats both, and --shell beats --output.
    assert!(of(Some("fish"), &["--shell", "cmd"]).starts_with("set \"AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE\"\r\n"));
    assert!(of(Some("fish"), &["--output", "json"]).starts_with('{'));
    assert!(of(Some("fish"), &["--output", "json", "--shell", "posix"]).starts_with("export "));
    // The name of the shell must be known.
    sandbox.run(&["env", "--shell", "tcsh"]).expect(252);
}

#[cfg(unix)]
#[test]
fn the_parent_precedes_the_variable_shell() {
    let sandbox = with_session(Some(UNTIL));
    let ran = in_shell(&sandbox, &["sh"], "/usr/bin/fish", "awsmfa env; true");
    assert!(ran.stdout.starts_with("export AWS_ACCESS_KEY_ID="), "{ran:?}");
}

#[test]
fn dotenv_has_plain_lines_and_json_an_object_in_which_null_clears() {
    let sandbox = with_session(Some(UNTIL));
    let dotenv = sandbox.run(&["env", "--shell", "dotenv"]).stdout;
    assert_eq!(variables(&dotenv), expected("eu-west-1"));
    assert!(dotenv.contains("AWSMFA_PROFILE=default-session\n"), "{dotenv}");
    assert_eq!(dotenv.lines().count(), 7);
    assert_eq!(sandbox.run(&["env", "--shell", "dotenv", "--unset"]).stdout, "");

    let json = sandbox.run(&["env", "--shell", "json"]).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let mut object = serde_json::json!(expected("eu-west-1"));
    for name in ["AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        object[name] = serde_json::Value::Null;
    }
    object["AWSMFA_PROFILE"] = "default-session".into();
    assert_eq!(value, object);
    let json = sandbox.run(&["env", "--shell", "json", "--unset"]).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let object = value.as_object().expect("an object");
    assert!(object.len() == 10 && object.values().all(serde_json::Value::is_null), "{value}");
}

#[test]
fn without_a_valid_session_nothing_is_printed_and_a_hint_names_the_command() {
    let past = Timestamp::now() - SignedDuration::from_secs(5);
    let cases = [
        (Sandbox::new(), "there is no session in the profile 'default-session'"),
        (with_session(Some(&past.to_string())), "there is only an expired session in the profile 'default-session'"),
    ];
    for (sandbox, message) in cases {
        for syntax in ["posix", "fish", "powershell", "cmd", "dotenv", "json"] {
            let ran = sandbox.run(&["env", "--shell", syntax]);
            assert_eq!((ran.code, ran.stdout.as_str()), (253, ""), "{syntax}");
            assert!(ran.stderr.contains(message), "{ran:?}");
            assert!(ran.stderr.contains("hint: `awsmfa login default-session`\n"), "{ran:?}");
        }
    }
    Sandbox::new().run(&["env", "nobody"]).expect(253);
    // Clearing variables needs no profile, no session, and no readable file.
    Sandbox::empty().run(&["env", "--unset", "nobody"]).expect(0);
}

#[test]
fn a_long_term_key_is_never_printed() {
    let sandbox =
        Sandbox::with("[default]\nregion = eu-west-1\nawsmfa_session_profile = default\n", DEFAULT_CREDENTIALS);
    let ran = sandbox.run(&["env"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""));
    let credentials = format!("{DEFAULT_CREDENTIALS}aws_session_token = stray\n");
    let ran = Sandbox::with("", credentials).run(&["env"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""), "{}", ran.stderr);
}

#[test]
fn a_session_without_an_expiration_clears_an_old_one() {
    let ran = with_session(None).run(&["env", "--shell", "posix"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("export AWS_SESSION_TOKEN='to/k+en=='\n"));
    assert!(ran.stdout.contains("unset AWS_CREDENTIAL_EXPIRATION\n"), "{}", ran.stdout);
    assert!(!with_session(None).run(&["env", "--shell", "dotenv"]).stdout.contains("EXPIRATION"));
}

#[test]
fn old_and_foreign_names_of_token_and_expiration_are_read() {
    let session = "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_security_token = old\nx_security_token_expires = 2099-12-31T23:59:59+00:00\n";
    let sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{session}"));
    let seen = variables(&sandbox.run(&["env", "--shell", "dotenv"]).stdout);
    assert_eq!(seen["AWS_SESSION_TOKEN"], "old");
    assert_eq!(seen["AWS_CREDENTIAL_EXPIRATION"], UNTIL);
}

#[test]
fn the_region_comes_from_the_session_profile_or_the_requested_profile() {
    let region = |config: &str, arguments: &[&str]| {
        let sandbox = with_session(Some(UNTIL));
        sandbox.write("config", config.as_bytes());
        let ran = sandbox.run(&[["env", "--shell", "dotenv"].as_slice(), arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        variables(&ran.stdout).get("AWS_REGION").cloned()
    };
    let both = format!("{DEFAULT_CONFIG}[profile default-session]\nregion = us-west-2\n");
    assert_eq!(region(&both, &[]).as_deref(), Some("us-west-2"));
    assert_eq!(region(DEFAULT_CONFIG, &["default"]).as_deref(), Some("eu-west-1"));
    assert_eq!(region("", &[]), None);
    // Without a region, the variable is left as it is.
    let sandbox = with_session(Some(UNTIL));
    sandbox.write("config", b"");
    assert!(!sandbox.run(&["env", "--shell", "posix"]).stdout.contains("REGION"));
}

#[test]
fn a_profile_of_any_kind_names_its_session() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!(
        "{DEFAULT_CONFIG}[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default-session\n"
    );
    let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "admin", "default", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let sessions = sts.sessions();
    let of = |sandbox: &Sandbox, arguments: &[&str]| {
        let ran = sandbox.run(&[["env", "--shell", "dotenv"].as_slice(), arguments].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        let seen = variables(&ran.stdout);
        let session = sessions.iter().find(|session| session.session_token == seen["AWS_SESSION_TOKEN"]);
        let session = session.expect("a session of the stand-in");
        assert_eq!(seen["AWS_CREDENTIAL_EXPIRATION"], session.expiration.to_string());
        session.arn.clone()
    };
    for arguments in [["default"].as_slice(), &["default-session"], &["--profile", "default"], &[]] {
        assert!(of(&sandbox, arguments).ends_with(":user/ada"), "{arguments:?}");
    }
    for arguments in [["admin"].as_slice(), &["admin-session"]] {
        assert!(of(&sandbox, arguments).contains("assumed-role/admin/"), "{arguments:?}");
    }
    sandbox.set("AWS_PROFILE", "admin");
    assert!(of(&sandbox, &[]).contains("assumed-role/admin/"));
}

#[test]
fn a_value_that_a_syntax_cannot_express_is_an_error_and_never_a_command() {
    let sandbox = with_session(Some(UNTIL));
    sandbox.write("config", b"[default]\nregion = a\" & calc & \"\n");
    let ran = sandbox.run(&["env", "--shell", "cmd"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (252, ""));
}

#[test]
fn a_region_with_control_characters_is_refused_except_in_json() {
    let region = "eu\u{1B}]0;owned\u{7}\u{202E}\u{9B}\u{7F}";
    let credentials = "[s]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nexpiration = 2099-12-31T23:59:59Z\n";
    let sandbox = Sandbox::with(format!("[profile s]\nregion = {region}\n"), credentials);
    for shell in ["posix", "fish", "powershell", "cmd", "dotenv"] {
        let ran = sandbox.run(&["env", "s", "--shell", shell]);
        assert_eq!(ran.stdout, "", "{shell}");
        ran.expect(252);
    }
    let printed = sandbox.run(&["env", "s", "--shell", "json"]).stdout;
    assert!(!printed.trim_end().contains(awsmfa::escape::is_hidden), "{printed:?}");
    let value: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
    assert_eq!(value["AWS_REGION"], region);
}
