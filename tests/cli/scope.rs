//! Session policies, tags and source identities of roles.

use std::collections::BTreeMap;

use crate::support::sandbox::{CAT, DEFAULT_CONFIG, DEFAULT_CREDENTIALS, NOTHING, SERIAL, Sandbox};
use crate::support::sts::{IssuedSession, Role, StandIn};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

/// The role admin, whose source is the key in `[default]`, with these lines in its profile.
fn world(lines: &str) -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    sts.add_role(Role { allows_tags: true, allows_source_identity: true, ..Role::named("admin") });
    let config = format!(
        "{DEFAULT_CONFIG}[profile admin]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/admin\n\
         source_profile = default\nmfa_serial = {SERIAL}\n{lines}"
    );
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    (sts, sandbox)
}

/// Logs in to a role with these arguments and a fresh code, and returns the session.
#[track_caller]
fn login(sts: &StandIn, sandbox: &Sandbox, arguments: &[&str]) -> IssuedSession {
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&[&["login", "admin", "--token-code", &code], arguments].concat()).expect(0);
    sts.sessions().pop().expect("a session")
}

#[test]
fn flags_variables_and_properties_are_sent() {
    let (sts, mut sandbox) = world("source_identity = ada\nsession_tags = team=a,project=p\n");
    let scope = login(&sts, &sandbox, &[]).scope;
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(scope.tags, [pair("team", "a"), pair("project", "p")]);
    assert_eq!((scope.source_identity.as_deref(), scope.transitive.len()), (Some("ada"), 0));

    sandbox.set("AWS_SESSION_TAGS", "team=b");
    sandbox.set("AWS_TRANSITIVE_TAGS", "team");
    let flags = ["--source-identity", "bob", "--policy-arn", READ_ONLY];
    let scope =
        login(&sts, &sandbox, &[&flags[..], &["--policy", POLICY, "--session-profile", "narrow"]].concat()).scope;
    assert_eq!((scope.tags, scope.transitive), (vec![pair("team", "b")], vec!["team".to_owned()]));
    assert_eq!((scope.source_identity.as_deref(), scope.policy.as_deref()), (Some("bob"), Some(POLICY)));
    assert_eq!(scope.policy_arns, [READ_ONLY]);

    let flags = ["--tag", "team=c", "--tag", "cost center=42", "--transitive-tag", "cost center"];
    let scope = login(&sts, &sandbox, &flags).scope;
    assert_eq!((scope.tags.len(), scope.transitive), (2, vec!["cost center".to_owned()]));
}

#[test]
fn a_policy_can_be_in_a_file() {
    let (sts, sandbox) = world("");
    let path = sandbox.home().join("policy.json");
    std::fs::write(&path, format!("{POLICY}\n")).expect("it is writable");
    for place in [format!("file://{}", path.display()), "file://~/policy.json".to_owned()] {
        let session = login(&sts, &sandbox, &["--policy", &place, "--session-profile", "narrow"]);
        assert_eq!(session.scope.policy.as_deref(), Some(POLICY));
    }
    std::fs::write(&path, "[]").expect("it is writable");
    for (place, part) in [("file://~/policy.json", "must be a JSON object"), ("file://none.json", "does not exist")] {
        let said = sandbox.run(&["login", "admin", "--policy", place, "--session-profile", "narrow"]).expect(252);
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn mistakes_in_flags_are_found_before_a_code_is_sent() {
    let (sts, sandbox) = world("");
    let code = sts.fresh_code(SERIAL);
    let eleven = ["--policy-arn", READ_ONLY].repeat(11);
    for flags in [
        &["--policy", "{"][..],
        &["--policy", "[]"],
        &["--policy-arn", "ReadOnlyAccess"],
        &["--source-identity", "a"],
        &["--tag", "team"],
        &["--tag", "team=a#b"],
        &["--tag", "aws:team=a"],
        &["--tag", "team=a", "--tag", "TEAM=b"],
        &["--tag", "team=a", "--transitive-tag", "project"],
        &["--transitive-tag", ""],
        &eleven,
    ] {
        let said = sandbox.run(&[&["login", "admin", "--token-code", &code], flags].concat()).expect(252);
        assert!(said.contains(flags[0]), "{flags:?}: {said}");
    }
    sandbox.run(&["login", "default", "admin", "--tag", "team=a"]).expect(252);
    sandbox.run(&["login", "--all", "--read-only"]).expect(252);
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn mistakes_in_files_and_variables_are_found_before_a_code_is_sent() {
    let (sts, mut sandbox) = world("session_tags = team\n");
    let code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&["login", "admin", "--token-code", &code]).expect(253);
    assert!(said.contains("list of session tags from session_tags (") && said.contains("config line 9)"), "{said}");
    sandbox.set("AWS_SESSION_TAGS", "team=a");
    sandbox.set("AWS_SOURCE_IDENTITY", "a b");
    let said = sandbox.run(&["login", "admin", "--token-code", &code]).expect(253);
    assert!(said.contains("the source identity from AWS_SOURCE_IDENTITY cannot be used"), "{said}");
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn the_session_of_a_user_takes_no_scope() {
    let (sts, sandbox) = world("");
    let code = sts.fresh_code(SERIAL);
    for command in [
        &["login", "default", "--read-only", "--session-profile", "x", "--token-code", &code][..],
        &["login", "--tag", "team=a", "--token-code", &code],
        &["exec", "--source-identity", "ada", "--", "true"],
    ] {
        let said = sandbox.run(command).expect(253);
        assert!(said.contains("is for sessions of roles") && said.contains("such as admin"), "{said}");
    }
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn a_narrowed_session_stays_out_of_the_way_of_the_wide_one() {
    let (sts, sandbox) = world("");
    let code = sts.fresh_code(SERIAL);
    let narrow = ["login", "admin", "--read-only", "--token-code", &code];
    let said = sandbox.run(&narrow).expect(253);
    assert!(said.contains("--session-profile admin-readonly"), "{said}");
    assert_eq!((sts.calls().len(), sandbox.credentials_text().as_str()), (0, DEFAULT_CREDENTIALS));

    let to = |target| ["--read-only", "--session-profile", target];
    let session = login(&sts, &sandbox, &to("admin-readonly"));
    assert_eq!(session.scope.policy_arns, [READ_ONLY]);
    let text = sandbox.credentials_text();
    assert!(
        text.contains("[admin-readonly]\nmanager = awsmfa\n") && text.contains("awsmfa_narrowed = true\n"),
        "{text}"
    );
    assert!(sandbox.run(&["status", "admin-readonly"]).stdout.contains("admin-readonly: valid"));

    // The wide one is requested, since there is none, and each stays what it is.
    assert!(login(&sts, &sandbox, &[]).scope.policy_arns.is_empty());
    sandbox.run(&[&narrow[..], &["--session-profile", "admin-session"]].concat()).expect(253);
    let said = sandbox.run(&["login", "admin", "--session-profile", "admin-readonly"]).expect(253);
    assert!(said.contains("`awsmfa logout admin-readonly`"), "{said}");
    login(&sts, &sandbox, &to("admin-readonly"));
    sandbox.run(&["login", "admin"]).expect(0);
    assert_eq!(sts.count("AssumeRole"), 3);

    sandbox.run(&["logout", "--all"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    login(&sts, &sandbox, &["--session-profile", "admin-readonly"]);
    assert!(!sandbox.credentials_text().contains("awsmfa_narrowed"));
}

#[test]
fn a_dry_run_shows_the_change() {
    let (sts, sandbox) = world("");
    let ran = sandbox.run(&["login", "admin", "--read-only", "--session-profile", "admin-readonly", "--dry-run"]);
    assert!(ran.stdout.contains("+[admin-readonly]"), "{ran:?}");
    assert_eq!((ran.code, sts.calls().len()), (0, 0));
}

#[test]
fn exec_keeps_a_session_with_a_scope_in_memory() {
    let (sts, mut sandbox) = world("");
    let wide = login(&sts, &sandbox, &[]);
    let before = (sandbox.credentials(), sandbox.listing());
    let code = sts.fresh_code(SERIAL);
    sandbox.set("AWSMFA_TOKEN_CODE", &code);
    let print: &[&str] = if cfg!(windows) { &["cmd", "/C", "set"] } else { &["env"] };
    let ran = sandbox.run(&[&["exec", "--read-only", "--tag", "team=a", "admin", "--"], print].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("awsmfa: a session of admin for this program only: 1h left"), "{ran:?}");
    let seen: BTreeMap<&str, &str> = ran.stdout.lines().filter_map(|line| line.trim_end().split_once('=')).collect();
    let session = sts.sessions().pop().expect("a session");
    assert_eq!((session.scope.policy_arns.as_slice(), session.scope.tags.len()), (&[READ_ONLY.to_owned()][..], 1));
    assert_eq!(seen["AWS_SESSION_TOKEN"], session.session_token);
    assert_ne!(seen["AWS_SESSION_TOKEN"], wide.session_token);
    assert_eq!((seen["AWSMFA_PROFILE"], seen["AWS_REGION"]), ("admin", "eu-west-1"));
    assert_eq!((sandbox.credentials(), sandbox.listing()), before);
}

#[test]
fn exec_writes_the_session_that_it_needs_first() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!(
        "{DEFAULT_CONFIG}awsmfa_session_profile = s\nmfa_process = {CAT} code.txt\n\
         [profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = s\n"
    );
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    std::fs::write(sandbox.home().join("code.txt"), sts.fresh_code(SERIAL)).expect("it is writable");
    let exec = [&["exec", "--read-only", "admin", "--"], NOTHING].concat();
    let said = sandbox.run(&exec).expect(0);
    assert!(said.contains("awsmfa: s is valid"), "{said}");
    let after = sandbox.credentials_text();
    assert!(after.contains("[s]\n") && !after.contains("[admin"), "{after}");
    // Each run requests a session of its own, with the user's session in the file.
    sandbox.run(&exec).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 2));
    assert_eq!(sandbox.credentials_text(), after);
}

#[test]
fn a_refusal_of_tags_or_identities_names_the_action_and_takes_no_further_code() {
    let (sts, sandbox) = world("");
    sts.add_role(Role::named("admin"));
    sandbox.run(&["login", "default", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let process = format!("{CAT} never.txt");
    for (flags, action) in
        [(["--tag", "team=a"], "sts:TagSession"), (["--source-identity", "ada"], "sts:SetSourceIdentity")]
    {
        let said = sandbox.run(&[&["login", "admin", "--mfa-process", &process], &flags[..]].concat()).expect(254);
        assert!(said.contains(&format!("must allow {action}")) && !said.contains("does not accept"), "{said}");
    }
    let said = sandbox.run(&["login", "admin", "--policy", "{}", "--session-profile", "x"]).expect(254);
    assert!(said.contains("validate-policy"), "{said}");
}
