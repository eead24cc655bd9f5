//! The scene of a fault: the kind of the credentials file, and the command that changes it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{IssuedSession, StandIn};

/// The kind of the credentials file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// Through a symlink, from another folder.
    Linked,
    /// Not yet: the key is in the config file.
    Missing,
}

/// The command that changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Login,
    Logout,
}

/// A home, a stand-in of its own and a code that it accepts.
pub struct Scene {
    pub kind: Kind,
    pub action: Action,
    pub sandbox: Sandbox,
    pub sts: StandIn,
    pub code: String,
}

/// The session of an earlier login, for logout.
fn earlier_session() -> IssuedSession {
    IssuedSession {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "anEarlierSecretEXAMPLEKEY".to_owned(),
        session_token: "anEarlierToken".to_owned(),
        expiration: "2099-01-01T00:00:00Z".parse().expect("a time"),
        arn: String::new(),
        mfa: true,
        scope: Default::default(),
    }
}

impl Scene {
    pub fn new(kind: Kind, action: Action) -> Self {
        let sts = StandIn::start();
        let sandbox = Sandbox::empty().using(&sts);
        let code = sts.fresh_code(SERIAL);
        let scene = Self { kind, action, sandbox, sts, code };
        let key = DEFAULT_CREDENTIALS.trim_start_matches("[default]\n");
        let config = if kind == Kind::Missing { format!("{DEFAULT_CONFIG}{key}") } else { DEFAULT_CONFIG.to_owned() };
        scene.sandbox.write("config", config.as_bytes());
        match kind {
            Kind::Plain => scene.sandbox.write("credentials", scene.old().as_bytes()),
            Kind::Linked => {
                fs::create_dir(scene.folder()).expect("the home is writable");
                fs::write(scene.folder().join("real"), scene.old()).expect("the home is writable");
                symlink("../dotfiles/real", scene.sandbox.path("credentials")).expect("the home is writable");
            }
            Kind::Missing => {}
        }
        scene
    }

    /// The path of the file itself.
    pub fn folder(&self) -> PathBuf {
        self.sandbox.home().join(if self.kind == Kind::Linked { "dotfiles" } else { ".aws" })
    }

    /// The content of that folder if nothing is left behind.
    pub fn is_expected(&self, name: &str) -> bool {
        match self.kind {
            Kind::Linked => name == "real",
            Kind::Plain | Kind::Missing => name == "config" || name == "credentials",
        }
    }

    pub fn arguments(&self) -> Vec<&str> {
        match self.action {
            Action::Login => vec!["login", "--token-code", &self.code],
            Action::Logout => vec!["logout"],
        }
    }

    /// The content of the file before.
    pub fn old(&self) -> String {
        match self.action {
            Action::Login => self.without_session().to_owned(),
            Action::Logout => self.with_session(&earlier_session()),
        }
    }

    /// The content of the file after; none if STS has given no session.
    pub fn new_bytes(&self) -> Option<String> {
        match self.action {
            Action::Login => self.sts.sessions().first().map(|session| self.with_session(session)),
            Action::Logout => Some(self.without_session().to_owned()),
        }
    }

    pub fn without_session(&self) -> &'static str {
        if self.kind == Kind::Missing { "" } else { DEFAULT_CREDENTIALS }
    }

    pub fn with_session(&self, session: &IssuedSession) -> String {
        let before = self.without_session();
        let gap = if before.is_empty() { "" } else { "\n" };
        format!(
            "{before}{gap}[default-session]\nmanager = awsmfa\naws_access_key_id = {}\naws_secret_access_key = {}\n\
             aws_session_token = {}\nexpiration = {}\n",
            session.access_key_id, session.secret_access_key, session.session_token, session.expiration
        )
    }
}
