//! `console`: the URL that signs in to the web console, and the sessions that it is refused for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::support::proxy::Proxy;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, IssuedSession, Role, SignedIn, StandIn};
use crate::support::tls::TlsFront;

const ROLES: &str = "[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = default
[profile audit]
role_arn = arn:aws:iam::123456789012:role/audit
source_profile = admin
";

/// A home with roles, and a stand-in that lets ada assume them.
pub fn home(sts: &StandIn) -> Sandbox {
    let admin = Role::named("admin");
    sts.add_role(Role { trusted: vec![admin.arn.clone()], ..Role::named("audit") });
    sts.add_role(admin);
    let mut sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{ROLES}"), DEFAULT_CREDENTIALS).using(sts);
    sandbox.set("AWS_ENDPOINT_URL_SIGNIN", &sts.url());
    sandbox
}

/// The same, after a login to the role `admin`.
pub fn home_with_session(sts: &StandIn) -> Sandbox {
    let sandbox = home(sts);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox
}

/// Writes a session to a section of the credentials file, as a user who copies it from elsewhere.
fn paste(sandbox: &Sandbox, profile: &str, session: &IssuedSession) {
    let IssuedSession { access_key_id, secret_access_key, session_token, .. } = session;
    let section = format!(
        "{DEFAULT_CREDENTIALS}[{profile}]\naws_access_key_id = {access_key_id}\naws_secret_access_key = \
         {secret_access_key}\naws_session_token = {session_token}\n"
    );
    sandbox.write("credentials", section.as_bytes());
}

/// Runs the command, and opens the URL that it prints.
#[track_caller]
fn opened(sts: &StandIn, sandbox: &Sandbox, arguments: &[&str]) -> SignedIn {
    let ran = sandbox.run(&[&["console"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let url = ran.stdout.strip_suffix('\n').expect("a line");
    assert!(!url.contains('\n'), "{url}");
    sts.open(url).expect("it signs in")
}

/// Makes sure that nothing of the session was printed on standard error.
#[track_caller]
fn expect_no_secret(sts: &StandIn, text: &str) {
    for session in sts.sessions() {
        assert!(!text.contains(&session.secret_access_key) && !text.contains(&session.session_token), "{text}");
    }
    assert!(!text.contains("SigninToken=") && !text.contains("sessionKey"), "{text}");
}

#[test]
fn the_session_of_a_role_signs_in() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let signed_in = opened(&sts, &sandbox, &["admin"]);
    let session = &sts.sessions()[0];
    let expected = SignedIn {
        arn: session.arn.clone(),
        access_key_id: session.access_key_id.clone(),
        issuer: "awsmfa".to_owned(),
        destination: "https://console.aws.amazon.com/console/home".to_owned(),
    };
    assert_eq!(signed_in, expected);
    let call = sts.calls().into_iter().find(|call| call.action == "getSigninToken").expect("it was sent");
    assert_eq!(call.param("SessionDuration"), None);
    assert_eq!(opened(&sts, &sandbox, &["admin-session"]).arn, session.arn);
    assert_eq!(opened(&sts, &sandbox, &["--profile", "admin"]).arn, session.arn);
    assert_eq!(sts.count("AssumeRole"), 1);
}

#[test]
fn it_logs_in_first_and_renews_what_has_expired() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts);
    let said = sandbox.run(&["console", "admin", "--no-input"]).expect(253);
    assert!(said.contains("an MFA code is needed"), "{said}");
    sandbox.set("AWSMFA_TOKEN_CODE", &sts.fresh_code(SERIAL));
    let arn = opened(&sts, &sandbox, &["admin"]).arn;
    assert!(arn.contains(":assumed-role/admin/"), "{arn}");

    let past = Timestamp::now() - SignedDuration::from_hours(1);
    let text = sandbox.credentials_text();
    let lines = text.lines().map(|line| {
        if line.starts_with("expiration") { format!("expiration = {past}\n") } else { format!("{line}\n") }
    });
    sandbox.write("credentials", lines.collect::<String>().as_bytes());
    sandbox.set("AWSMFA_TOKEN_CODE", "");
    sandbox.run(&["console", "admin", "--no-input"]).expect(253);
    sandbox.set("AWSMFA_TOKEN_CODE", &sts.fresh_code(SERIAL));
    let id = opened(&sts, &sandbox, &["admin"]).access_key_id;
    assert_eq!(id, sts.sessions()[1].access_key_id);
}

#[test]
fn a_chained_role_signs_in() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let arn = opened(&sts, &sandbox, &["audit"]).arn;
    assert!(arn.contains(":assumed-role/audit/"), "{arn}");
}

#[test]
fn a_profile_of_a_user_is_refused_before_any_request() {
    let sts = StandIn::start();
    let sandbox = home(&sts);
    for arguments in [&["console"][..], &["console", "default-session"]] {
        let said = sandbox.run(arguments).expect(253);
        assert!(said.contains("accepts only sessions of roles") && said.contains("`awsmfa console admin`"), "{said}");
    }
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let calls = sts.calls().len();
    sandbox.run(&["console"]).expect(253);
    assert_eq!(sts.calls().len(), calls);
}

#[test]
fn a_pasted_session_signs_in_only_if_it_is_a_roles() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let [of_role, of_user] = sts.sessions().try_into().expect("two");
    paste(&sandbox, "pasted", &of_role);
    assert_eq!(opened(&sts, &sandbox, &["pasted"]).arn, of_role.arn);
    paste(&sandbox, "pasted", &of_user);
    let said = sandbox.run(&["console", "pasted"]).expect(253);
    assert!(said.contains("the session of 'pasted' is that of arn:aws:iam::123456789012:user/ada"), "{said}");
    assert_eq!(sts.count("getSigninToken"), 1);
}

#[test]
fn a_session_that_has_ended_at_aws_is_reported() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    sts.expire_sessions();
    let said = sandbox.run(&["console", "admin"]).expect(254);
    assert!(
        said.contains("hint: the session of admin has expired or was revoked: awsmfa login --force admin"),
        "{said}"
    );
    assert_eq!(sts.count("getSigninToken"), 0);
}

/// A home with a role in another partition, and the code for a login to it.
fn home_in(partition: &str, region: &str, sts: &StandIn) -> Sandbox {
    let arn = format!("arn:{partition}:iam::123456789012:role/admin");
    sts.add_role(Role { arn: arn.clone(), ..Role::named("admin") });
    let config = DEFAULT_CONFIG.replace("eu-west-1", region);
    let config = format!("{config}[profile admin]\nrole_arn = {arn}\nsource_profile = default\n");
    let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts);
    sandbox.set("AWSMFA_TOKEN_CODE", &sts.fresh_code(SERIAL));
    sandbox
}

#[test]
fn each_partition_has_a_console_of_its_own() {
    for (partition, region, host) in [
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ] {
        let sts = StandIn::start();
        let mut sandbox = home_in(partition, region, &sts);
        sandbox.set("AWS_ENDPOINT_URL_SIGNIN", &sts.url());
        let signed_in = opened(&sts, &sandbox, &["admin", "--region", region, "--service", "ec2"]);
        assert_eq!(signed_in.destination, format!("https://{host}/ec2/home?region={region}"));
        let said = sandbox.run(&["console", "admin", "--region", "eu-west-1"]).expect(252);
        assert!(said.contains("the region eu-west-1 is not one of the session's partition"), "{said}");
        let page = format!("https://{host}/x?y#z");
        assert_eq!(opened(&sts, &sandbox, &["admin", "--destination", &page]).destination, page);
        sandbox.run(&["console", "admin", "--destination", "https://console.aws.amazon.com/"]).expect(252);
    }
}

#[test]
fn a_partition_without_a_known_console_is_refused() {
    let sts = StandIn::start();
    let said = home_in("aws-iso", "us-iso-east-1", &sts).run(&["console", "admin"]).expect(253);
    assert!(said.contains("does not know the web console of the partition 'aws-iso'"), "{said}");
}

#[test]
fn aws_sign_in_is_that_of_the_partition_behind_the_proxy_and_with_the_ca_bundle() {
    for (partition, region, host) in [
        ("aws", "eu-west-1", "signin.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "signin.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "signin.amazonaws-us-gov.com"),
    ] {
        let sts = StandIn::start();
        let tls = TlsFront::before(sts.addr());
        let proxy = Proxy::start(Some(tls.addr()));
        let mut sandbox = home_in(partition, region, &sts);
        sandbox.set("HTTPS_PROXY", &proxy.url());
        let said = sandbox.run(&["console", "admin"]).expect(255);
        assert!(said.contains(&format!("cannot reach https://{host} through the proxy {}", proxy.url())), "{said}");
        assert!(said.contains("name its CA with AWS_CA_BUNDLE"), "{said}");
        let bundle = sandbox.home().join("ca.pem");
        std::fs::write(&bundle, &tls.ca_pem).expect("the home is writable");
        sandbox.set("AWS_CA_BUNDLE", &bundle.to_string_lossy());
        let url = sandbox.run(&["console", "admin"]).stdout;
        assert!(url.starts_with(&format!("https://{host}/federation?Action=login&")), "{url}");
        sts.open(url.trim_end()).expect("it signs in");
        assert_eq!(proxy.asked(), [format!("{host}:443"), format!("{host}:443")]);
    }
}

#[test]
fn the_page_is_that_of_the_service_the_region_or_the_destination() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let page = |arguments: &[&str]| opened(&sts, &sandbox, &[&["admin"], arguments].concat()).destination;
    assert_eq!(page(&["--service", "s3"]), "https://console.aws.amazon.com/s3/home");
    let s3 = page(&["--service", "s3", "--region", "us-east-2"]);
    assert_eq!(s3, "https://console.aws.amazon.com/s3/home?region=us-east-2");
    let url = "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#Instances:v=3;$case=tags:true%5C,x";
    assert_eq!(page(&["--destination", url]), url);
    for region in ["eu-west-1", "cn-north-1", "garage", "aws-global"] {
        let config = format!("{DEFAULT_CONFIG}{ROLES}[profile admin-session]\nregion = {region}\n");
        sandbox.write("config", config.as_bytes());
        let expected = if region == "eu-west-1" { "?region=eu-west-1" } else { "" };
        assert_eq!(page(&[]), format!("https://console.aws.amazon.com/console/home{expected}"));
    }
}

#[test]
fn pages_elsewhere_and_words_that_are_none_are_refused() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    for arguments in [
        ["--service", "../evil"],
        ["--service", "s3?x=y"],
        ["--service", ""],
        ["--region", "eu west"],
        ["--region", "x&SigninToken=y"],
        ["--destination", "https://evil.example/"],
        ["--destination", "https://console.aws.amazon.com.evil.example/"],
        ["--destination", "https://console.aws.amazon.com@evil.example/"],
        ["--destination", "https://evil.example\\@console.aws.amazon.com/"],
        ["--destination", "http://console.aws.amazon.com/"],
        ["--destination", "javascript:alert(1)//console.aws.amazon.com"],
    ] {
        sandbox.run(&[&["console", "admin"], &arguments[..]].concat()).expect(252);
    }
    sandbox
        .run(&["console", "admin", "--service", "s3", "--destination", "https://console.aws.amazon.com/"])
        .expect(252);
    assert_eq!(sts.count("getSigninToken"), 0);
}

#[test]
fn json_has_the_url_and_its_life() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let Ran { stdout, stderr, .. } = sandbox.run(&["console", "admin", "--output", "json"]);
    let value: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((value["profile"].as_str(), value["expires_in_seconds"].as_i64()), (Some("admin-session"), Some(900)));
    sts.open(value["url"].as_str().expect("a URL")).expect("it signs in");
    assert_eq!(stderr, "");
}

#[test]
fn the_url_and_the_session_are_on_standard_output_only() {
    let sts = StandIn::start();
    let mut sandbox = home_with_session(&sts);
    sandbox.set("RUST_LOG", "trace");
    let ran = sandbox.run(&["console", "admin", "--debug"]);
    let (_, token) = ran.stdout.trim_end().split_once("SigninToken=").expect("a token");
    assert!(!ran.stderr.contains(token), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("asked AWS sign-in") && ran.stderr.contains("awsmfa: this URL signs in"),
        "{}",
        ran.stderr
    );
    expect_no_secret(&sts, &ran.stderr);
    assert_eq!(sandbox.run(&["console", "admin", "--quiet"]).stderr, "");
}

#[test]
fn a_bad_answer_of_aws_sign_in_is_an_error_without_secrets() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let url = sts.url();
    let refusal = |status| Fault::Refusal { status, code: "AccessDenied", message: "sessionKey".to_owned() };
    for (fault, code, text) in [
        (refusal(400), 254, format!("{url} refused the session (HTTP status 400)")),
        (refusal(403), 254, format!("{url} refused the session (HTTP status 403)")),
        (
            Fault::Status { code: 503, html: true },
            255,
            format!("{url} did not answer as AWS sign-in does (HTTP status 503)"),
        ),
        (Fault::Html200, 255, format!("{url} did not answer as AWS sign-in does (HTTP status 200)")),
        (Fault::Redirect302, 255, format!("{url} did not answer as AWS sign-in does (HTTP status 302)")),
        (Fault::HugeBody(64 * 1024 * 1024), 255, format!("{url} did not answer as AWS sign-in does (HTTP status 200)")),
        (Fault::DropBeforeProcessing, 255, format!("no answer from {url}: ")),
    ] {
        sts.fault_signin(fault.clone());
        let ran = sandbox.run(&["console", "admin", "--debug"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{fault:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(&text) && ran.stderr.contains("hint: "), "{fault:?}: {}", ran.stderr);
        expect_no_secret(&sts, &ran.stderr);
    }
}

#[test]
fn an_endpoint_that_hangs_or_is_not_there_or_not_encrypted_is_an_error() {
    let sts = StandIn::start();
    let mut sandbox = home_with_session(&sts);
    sts.fault_signin(Fault::Hang);
    let began = std::time::Instant::now();
    let said = sandbox.run(&["console", "admin"]).expect(255);
    assert!(said.contains("it took too long"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    for (url, code, text) in [
        ("http://127.0.0.1:1", 255, "cannot reach http://127.0.0.1:1"),
        ("http://signin.example", 253, "AWS_ENDPOINT_URL_SIGNIN"),
        ("not a url", 253, "AWS_ENDPOINT_URL_SIGNIN"),
    ] {
        sandbox.set("AWS_ENDPOINT_URL_SIGNIN", url);
        let said = sandbox.run(&["console", "admin"]).expect(code);
        assert!(said.contains(text), "{said}");
    }
}
