//! The scope of role sessions: where it is read from, which roles it applies to, and where a narrowed session is written.

use std::ffi::OsString;

use awsmfa::environment::Environment;
use awsmfa::profile::ProfileName;
use awsmfa::resolve::{LoginPlan, Outcome, Request, ResolveError};
use awsmfa::session_scope::{SessionScope, SourceIdentity, TagKey};

use crate::plans::{self, Files};
use crate::scene::{KEY, ROLE, SERIAL, SESSION, files, login, name, plan, refusal, step, targets, text_of_refusal};

const SET: &str = "source_identity = ada\nsession_tags = team=a, cost center=42\ntransitive_session_tags = team\n";
const NARROWED: &str = "awsmfa_narrowed = true\n";

fn read_only() -> SessionScope {
    SessionScope { read_only: true, ..SessionScope::default() }
}

fn tagged(tag: &str) -> SessionScope {
    SessionScope { tags: vec![tag.parse().expect("a tag")], ..SessionScope::default() }
}

fn of_role(lines: &str, credentials: &str) -> Files {
    files(
        &format!("[profile admin]\n{ROLE}{SERIAL}source_profile = base\n{lines}"),
        &format!("[base]\n{KEY}{credentials}"),
    )
}

fn with_variables(files: &Files, request: &Request, variables: &[(&'static str, &str)]) -> LoginPlan {
    let variables = variables.iter().map(|(name, value)| (*name, OsString::from(value)));
    plans::check(files, request, &Environment::new(variables, None)).expect("no variable selects a profile")
}

/// The source identity, the values of the tags, and the transitive keys of each role of a plan.
fn scopes(plan: &LoginPlan) -> Vec<(Option<&str>, Vec<&str>, Vec<&str>)> {
    let roles = plan.steps.iter().filter_map(|step| step.call.role());
    roles
        .map(|role| {
            let scope = &role.scope;
            let tags = scope.tags.iter().map(|tag| tag.value.as_str()).collect();
            let transitive = scope.transitive_tags.iter().map(TagKey::as_str).collect();
            (scope.source_identity.as_ref().map(SourceIdentity::as_str), tags, transitive)
        })
        .collect()
}

#[test]
fn flags_precede_variables_and_variables_precede_properties() {
    let files = of_role(SET, "");
    assert_eq!(scopes(&plan(&files, &login("admin"))), [(Some("ada"), vec!["a", "42"], vec!["team"])]);
    let variables = [("AWS_SOURCE_IDENTITY", "eve"), ("AWS_SESSION_TAGS", "team=b"), ("AWS_TRANSITIVE_TAGS", "TEAM,")];
    assert_eq!(scopes(&with_variables(&files, &login("admin"), &variables)), [(Some("eve"), vec!["b"], vec!["TEAM"])]);
    let scope = SessionScope { source_identity: "bob".parse().ok(), ..tagged("team=c") };
    let request = Request { scope, ..login("admin") };
    assert_eq!(scopes(&with_variables(&files, &request, &variables)), [(Some("bob"), vec!["c"], vec!["TEAM"])]);
}

#[test]
fn flags_and_variables_apply_to_the_requested_role_only() {
    let config = format!(
        "[profile one]\n{ROLE}{SERIAL}source_profile = base\nsession_tags = first=1\n\
         [profile two]\n{ROLE}source_profile = one\n"
    );
    let files = files(&config, &format!("[base]\n{KEY}"));
    let request =
        Request { scope: SessionScope { read_only: true, ..tagged("team=a") }, is_unsaved: true, ..login("two") };
    let steps = files.plan(&request, &Environment::default()).expect("it can be planned").steps;
    let roles: Vec<_> = steps.iter().filter_map(|step| step.call.role()).collect();
    assert_eq!((roles[0].scope.tags[0].value.as_str(), roles[0].scope.read_only), ("1", false));
    assert_eq!((roles[1].scope.tags[0].value.as_str(), roles[1].scope.read_only), ("a", true));
    let plan = with_variables(&files, &login("two"), &[("AWS_SOURCE_IDENTITY", "ada")]);
    assert_eq!(scopes(&plan), [(None, vec!["1"], vec![]), (Some("ada"), vec![], vec![])]);
}

#[test]
fn what_a_chain_inherits_cannot_change() {
    let chain = |first: &str, second: &str| {
        let config = format!(
            "[profile one]\n{ROLE}{SERIAL}source_profile = base\n{first}[profile two]\n{ROLE}source_profile = one\n{second}"
        );
        files(&config, &format!("[base]\n{KEY}"))
    };
    let identity = |name: &str| format!("source_identity = {name}\n");
    assert_eq!(refusal(&chain(&identity("ada"), &identity("ada")), &login("two")).map(|error| error.to_string()), None);
    let said = text_of_refusal(&chain(&identity("ada"), &identity("bob")), &login("two"));
    assert!(said.starts_with("the source identity of "), "{said}");
    let tags = "session_tags = team=a\n";
    assert!(refusal(&chain(tags, tags), &login("two")).is_none(), "the tag is not inherited");
    let said = text_of_refusal(&chain(&format!("{tags}transitive_session_tags = team\n"), tags), &login("two"));
    assert!(said.starts_with("the session tag 'team' of "), "{said}");
}

#[test]
fn settings_that_sts_would_refuse_are_refused_with_their_line() {
    for (line, what) in [
        ("source_identity = a", "source identity"),
        ("session_tags = team", "list of session tags"),
        ("session_tags = a=b,A=c", "list of session tags"),
        ("session_tags = aws:x=y", "list of session tags"),
        ("transitive_session_tags = a#b", "list of transitive tags"),
        ("transitive_session_tags = team", "list of transitive tags"),
    ] {
        let said = text_of_refusal(&of_role(&format!("{line}\n"), ""), &login("admin"));
        assert!(said.starts_with(&format!("the {what} from ")) && said.contains("(config line 5)"), "{line}: {said}");
    }
}

#[test]
fn the_session_of_a_user_has_no_scope() {
    let files = files(
        &format!("[default]\n{SERIAL}[profile admin]\n{ROLE}source_profile = default\n"),
        &format!("[default]\n{KEY}[default-session]\n{SESSION}"),
    );
    for (scope, name) in [(read_only(), "--read-only"), (tagged("a=b"), "--tag")] {
        match refusal(&files, &Request { scope, ..login("default") }) {
            Some(ResolveError::ScopeOfUser { flag, role, .. }) => {
                assert_eq!((flag, role.as_ref().map(ProfileName::as_str)), (name, Some("admin")));
            }
            other => panic!("{other:?}"),
        }
    }
    let plan = with_variables(&files, &Request { renew: true, ..login("default") }, &[("AWS_SOURCE_IDENTITY", "ada")]);
    assert_eq!(plan.steps.len(), 1, "variables are for roles");
}

#[test]
fn a_narrowed_session_needs_a_profile_that_nothing_else_uses() {
    let to = |target: &str| Request { scope: read_only(), session_profile: Some(name(target)), ..login("admin") };
    let config = "[profile other]\nawsmfa_session_profile = taken\n";
    let free = of_role(config, &format!("[holds]\n{SESSION}[narrow]\n{SESSION}{NARROWED}"));
    assert!(matches!(
        refusal(&free, &Request { scope: read_only(), ..login("admin") }),
        Some(ResolveError::WouldNarrow { other: Some(other), .. }) if other.as_str() == "admin-readonly"
    ));
    for target in ["admin-session", "taken", "base-session", "holds"] {
        let refused = refusal(&free, &to(target));
        assert!(matches!(refused, Some(ResolveError::WouldNarrow { .. })), "{target}: {refused:?}");
    }
    for target in ["admin-readonly", "narrow"] {
        assert_eq!(targets(&plan(&free, &to(target))), [target]);
    }
    // A role from a flag has its session in a profile with the name of the role.
    let by_arn = |target| Request { role_arn: Some("arn:aws:iam::123456789012:role/ops".to_owned()), ..to(target) };
    let by_arn = |target| Request { profiles: vec![name("base")], ..by_arn(target) };
    assert!(matches!(refusal(&free, &by_arn("ops-session")), Some(ResolveError::WouldNarrow { .. })));
    assert_eq!(targets(&plan(&free, &by_arn("ops-readonly"))), ["ops-readonly"]);
}

#[test]
fn a_narrowed_session_is_not_kept_or_replaced_by_a_login_without_policies() {
    let files = of_role("", &format!("[narrow]\n{SESSION}{NARROWED}[admin-session]\n{SESSION}{NARROWED}"));
    let plain = Request { session_profile: Some(name("narrow")), ..login("admin") };
    for request in [plain, login("admin")] {
        let refused = refusal(&files, &request);
        assert!(matches!(refused, Some(ResolveError::WouldWiden { .. })), "{refused:?}");
    }
    // A login to all profiles leaves it alone.
    let beside = of_role("", &format!("[narrow]\n{SESSION}{NARROWED}"));
    let all = plan(&beside, &Request { all: true, ..Request::default() });
    assert!(all.profiles.iter().all(|planned| planned.profile.as_str() != "narrow"));
}

#[test]
fn flags_request_a_new_session_and_settings_keep_a_valid_one() {
    let files = of_role(SET, &format!("[admin-session]\n{SESSION}"));
    assert!(matches!(plan(&files, &login("admin")).profiles[0].outcome, Ok(Outcome::StillValid { .. })));
    assert_eq!(targets(&plan(&files, &Request { scope: tagged("team=b"), ..login("admin") })), ["admin-session"]);
}

#[test]
fn an_unsaved_session_is_written_nowhere_and_its_source_as_usual() {
    let config = format!("[default]\n{SERIAL}awsmfa_session_profile = s\n[profile admin]\n{ROLE}source_profile = s\n");
    let credentials = format!("[default]\n{KEY}[admin-session]\n{SESSION}");
    let files = files(&config, &credentials);
    let request = Request { scope: read_only(), is_unsaved: true, ..login("admin") };
    let plan = files.plan(&request, &Environment::default()).expect("it can be planned");
    assert!(matches!(plan.profiles[0].outcome, Ok(Outcome::Step(1))));
    assert_eq!(targets(&plan), ["s", "-"]);
}

#[test]
fn the_session_of_the_user_is_still_used_if_the_role_has_a_scope() {
    let files = of_role("", &format!("[base-session]\n{SESSION}"));
    let request = Request { scope: tagged("team=a"), ..login("admin") };
    assert!(step(&files, &request).call.mfa().is_none());
}
