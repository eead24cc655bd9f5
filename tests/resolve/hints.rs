//! Hints: each error has its own, or none if there is no remedy.

use awsmfa::environment::Environment;
use awsmfa::resolve::ResolveError;

use crate::plans;
use crate::scene::{KEY, ROLE, SERIAL, SESSION, files, login, name, refusal};

/// The hint of the error for these files.
fn hint(config: &str, credentials: &str) -> String {
    let refused = refusal(&files(config, credentials), &login("work"));
    refused.as_ref().and_then(ResolveError::hint).unwrap_or_else(|| panic!("{refused:?}"))
}

#[test]
fn the_hint_names_what_is_missing_or_superfluous_in_the_files() {
    let work = format!("[work]\n{KEY}");
    let role = |more: &str| format!("[profile work]\n{ROLE}{more}");
    let cases = [
        (String::new(), String::new(), "`awsmfa setup` creates the first"),
        (String::new(), format!("[profile work]\n{KEY}"), "is called [work], without the word profile"),
        (String::new(), format!("[one]\n{KEY}[two]\n{KEY}"), "the profiles are: one, two"),
        ("[profile work]\nregion = x\n".to_owned(), String::new(), "`awsmfa_source_profile = …`"),
        (
            String::new(),
            format!("{work}{SERIAL}[a]\nawsmfa_source_profile = work\n[b]\nawsmfa_source_profile = work\n"),
            "name one of them, such as `awsmfa login a`",
        ),
        (String::new(), format!("[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n{SERIAL}"), "stores a key"),
        (String::new(), work.clone(), "mfa_serial = arn:aws:iam::<account>:mfa/<device>"),
        (format!("{SERIAL_OF_WORK}[profile s]\n"), format!("{work}[s]\n{KEY}"), "`awsmfa setup --session-profile s`"),
        (format!("[profile work]\n{SERIAL}awsmfa_source_profile = none\n"), String::new(), "change the line"),
        (role(""), String::new(), "`source_profile = <profile>` in the role profile"),
        (SERIAL_OF_WORK.to_owned(), format!("{work}[s]\n{SESSION}manager = other\n"), "or remove that line"),
        (
            role("source_profile = work2\n") + &format!("[profile work2]\n{ROLE}source_profile = work\n"),
            String::new(),
            "last profile of the chain",
        ),
        (
            String::new(),
            format!("{work}{SERIAL}awsmfa_session_profile = s\n[two]\n{KEY}[s]\nawsmfa_source_profile = two\n"),
            "its own awsmfa_session_profile",
        ),
        (
            format!("[profile work]\n{SERIAL}use_fips_endpoint = true\nendpoint_url = https://sts.example.com\n"),
            work.clone(),
            "unset AWS_USE_FIPS_ENDPOINT",
        ),
        (format!("[profile work]\n{SERIAL}endpoint_url = http://sts.example.com\n"), work.clone(), "use https://"),
        (format!("[profile work]\n{SERIAL}awsmfa_source_profile = k\n"), format!("[k]\n{SESSION}"), "the AKIA… key"),
        (format!("[profile work]\n{SERIAL}awsmfa_duration_seconds = soon\n"), work.clone(), "for example 12h"),
        (format!("[profile work]\n{SERIAL}awsmfa_session_profile = work\n"), work.clone(), "another session profile"),
        (format!("{SERIAL_OF_WORK}[profile s]\nsso_start_url = x\n"), work.clone(), "elsewhere with --session-profile"),
        ("[profile work]\nmfa_serial = x\n".to_owned(), work.clone(), "the IAM console shows it"),
        (
            "[profile work]\nmfa_serial = arn:aws:iam::123456789012:u2f/user/ada/key\n".to_owned(),
            work,
            "register an authenticator app",
        ),
    ];
    for (config, credentials, words) in cases {
        let hint = hint(&config, &credentials);
        assert!(hint.contains(words), "{config}{credentials}: {hint}");
    }
}

#[test]
fn the_hint_for_an_unusable_proxy_names_the_supported_kind() {
    let variables = [("HTTPS_PROXY", "socks5://proxy.example.com:1080".into())];
    let files = files(&format!("[profile work]\n{SERIAL}"), &format!("[work]\n{KEY}"));
    let plan = plans::check(&files, &login("work"), &Environment::new(variables, None)).expect("a profile is named");
    let refused = plan.profiles.into_iter().next().and_then(|planned| planned.outcome.err()).expect("it is refused");
    assert!(refused.hint().is_some_and(|hint| hint.starts_with("SOCKS proxies are not supported")), "{refused}");
}

const SERIAL_OF_WORK: &str =
    "[profile work]\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\nawsmfa_session_profile = s\n";

#[test]
fn the_hint_lists_the_first_profiles_and_counts_the_rest() {
    let many = |count: usize| {
        let known = (0..count).map(|number| format!("p{number}")).collect();
        ResolveError::UnknownProfile { name: name("x"), origin: None, near: Vec::new(), known }
            .hint()
            .expect("there is one")
    };
    let shown = (1..50).take_while(|count| !many(*count).contains("more")).last().expect("one at least");
    assert!(many(shown).ends_with(&format!("p{}", shown - 1)), "{}", many(shown));
    assert!(many(shown + 1).ends_with(" and 1 more") && many(shown + 2).ends_with(" and 2 more"));
}
