//! The errors and messages of `console` and `whoami`.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use awsmfa::error::Error;
use awsmfa::io::browser::BrowserError;
use awsmfa::io::signin::SigninError;
use awsmfa::io::sts::StsError;

use crate::resolve_errors::name;
use crate::scene::{block, login};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};
use crate::support::sts::{Role, StandIn};

const SIGNIN: &str = "https://signin.aws.amazon.com";
pub const USER: &str = "arn:aws:iam::123456789012:user/ada";

pub fn not_a_role(owner: Option<&str>, role: Option<&str>) -> Error {
    Error::NotARole { profile: name("work-session"), owner: owner.map(str::to_owned), role: role.map(name) }
}

pub fn signin_refused() -> SigninError {
    SigninError::Refused { endpoint: SIGNIN.to_owned(), status: 400 }
}

#[test]
fn each_error_of_aws_sign_in_has_its_text() {
    let not_signin = |status| SigninError::NotSignin { endpoint: SIGNIN.to_owned(), status };
    let unreachable =
        StsError::Unreachable { endpoint: SIGNIN.to_owned(), cause: "tcp connect error: timed out".to_owned() };
    let no_answer = StsError::NoAnswer { endpoint: SIGNIN.to_owned(), cause: "it took too long".to_owned() };
    let samples = samples!(SigninError {
        Network: [SigninError::Network(unreachable), SigninError::Network(no_answer)],
        Refused: [signin_refused()],
        NotSignin: [not_signin(200), not_signin(407), not_signin(503)],
    });
    super::check_errors("signin_errors.txt", samples, |source| Error::Signin {
        profile: name("admin-session"),
        source,
    });
}

#[test]
fn each_error_of_the_browser_has_its_text() {
    let denied = std::io::Error::from_raw_os_error(13);
    let samples = samples!(BrowserError {
        NoHome: [BrowserError::NoHome],
        Page: [BrowserError::Page { folder: "/home/ada".into(), source: denied }],
        NoOpener: [BrowserError::NoOpener],
        Failed: [BrowserError::Failed { program: "xdg-open".to_owned(), status: ExitStatus::from_raw(0x300) }],
    });
    super::check_errors("browser_errors.txt", samples, Error::Browser);
}

#[test]
fn each_message_of_the_console_has_its_text() {
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default\n";
    let mut sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{role}"), DEFAULT_CREDENTIALS).using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_SIGNIN", &sts.url());
    sandbox.set("PATH", "/nonexistent");
    let mut blocks = vec![
        block("the profile of a user", &sandbox, &["console"]),
        block("whose session it would be", &sandbox, &["whoami", "admin"]),
        login("a login", &sandbox, &sts, &["admin"]),
        block("the URL", &sandbox, &["console", "admin"]),
        block("no program for the browser", &sandbox, &["console", "admin", "--open"]),
        block("a region of another partition", &sandbox, &["console", "admin", "--region", "cn-north-1"]),
    ];
    sts.expire_sessions();
    blocks.push(block("a session that has ended at AWS", &sandbox, &["console", "admin"]));
    blocks.push(block("whose session it was", &sandbox, &["whoami", "admin"]));
    super::check("console.txt", &blocks);
}
