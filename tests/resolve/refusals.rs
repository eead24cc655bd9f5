//! Refusals: the text of an error, its line and its hint.

use awsmfa::resolve::{Request, ResolveError};

use crate::scene::{KEY, ROLE, SERIAL, files, login, name, refusal, text_of_refusal};

#[test]
fn an_unknown_name_is_answered_with_similar_names() {
    let files = files("", "[production]\n[ab]\n");
    let near = |wrong: &str| match refusal(&files, &login(wrong)) {
        Some(ResolveError::UnknownProfile { near, .. }) => near,
        other => panic!("{other:?}"),
    };
    for (wrong, right) in [("prductn", "production"), ("Production-", "production"), ("abc", "ab"), ("AB", "ab")] {
        assert_eq!(near(wrong), [right], "{wrong}");
    }
    for wrong in ["prdctn", "cd"] {
        assert_eq!(near(wrong), [""; 0], "{wrong}");
    }
}

#[test]
fn a_property_that_overrides_a_session_is_found_after_one_with_a_similar_name() {
    for (above, property, value, instead) in [
        ("role_arn_old", "role_arn", "arn:aws:iam::123456789012:role/admin", "assume that role"),
        ("credential_process_old", "credential_process", "true", "run that process"),
        ("sso", "sso_start_url", "https://example.com", "use IAM Identity Center"),
    ] {
        let config = format!("[profile s]\n{above} = x\n{property} = {value}\nsource_profile = base\n");
        let files = files(&config, &format!("[base]\n{KEY}{SERIAL}"));
        let said = text_of_refusal(&files, &Request { session_profile: Some(name("s")), ..login("base") });
        assert!(said.contains(property) && said.contains("line 3") && said.contains(instead), "{said}");
    }
}

#[test]
fn an_error_names_the_problem_its_place_and_a_remedy() {
    let base = format!("[base]\n{KEY}{SERIAL}");
    let said = |config: &str, credentials: &str, profile: &str| {
        let error = refusal(&files(config, credentials), &login(profile)).expect("it is refused");
        (error.to_string(), error.hint().unwrap_or_default())
    };
    let cases = [
        (said("", &base, "bas"), ["there is no profile 'bas': did you mean 'base'?", "the profiles are: base"]),
        (
            said("", "", "x"),
            ["there is no profile 'x'", "neither file has a profile: `awsmfa setup` creates the first"],
        ),
        (said("", &base, "123456"), ["there is no such profile, and the name looks like", "--token-code"]),
        (
            said("[profile s]\nsource_profile = far\n", "", "s"),
            ["the source profile 'far' of 's' does not exist (config line 2)", "--source-profile, or change the line"],
        ),
        (
            said("", "[profile s]\nx = 1\n", "s"),
            ["there is no profile 's'", "a section is called [s], without the word profile"],
        ),
        (
            said("", &format!("[base]\n{KEY}"), "base"),
            ["no MFA device is configured for the profile 'base'", "[profile base] of the config file"],
        ),
        (
            said(
                &format!("[profile r]\n{ROLE}source_profile = s\n[profile s]\nsource_profile = base\n"),
                &format!("[base]\n{KEY}"),
                "r",
            ),
            ["(needed for r -> s)", "[profile base] of the config file"],
        ),
    ];
    for ((message, hint), [expected, help]) in cases {
        assert!(message.contains(expected), "{message}");
        assert!(hint.contains(help), "{message}: {hint}");
    }
}

#[test]
fn an_endpoint_url_has_a_scheme_a_host_and_no_user() {
    for url in ["https://", "ftp://sts.example.com", "https://ada@sts.example.com", "https://a b", "//sts.example.com"]
    {
        let files = files("", &format!("[base]\n{KEY}{SERIAL}endpoint_url = {url}\n"));
        assert!(
            matches!(refusal(&files, &login("base")), Some(ResolveError::Value { what: "endpoint URL", .. })),
            "{url}"
        );
    }
}
