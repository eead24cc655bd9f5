//! The scenes of the pages' examples: a home, an AWS, and the programs that a user would have.

use std::os::unix::fs::{PermissionsExt, symlink};

use rexpect::session::{PtySession, spawn_command};

use crate::page::{Block, Shown};
use crate::support::moto::MotoServer;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};
use crate::support::tls::TlsFront;
use crate::troubled_scene;
use crate::{here, installed};

pub const PROFILES: &str = "
[profile default-session]
region = eu-west-1

[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = default
mfa_serial = arn:aws:iam::123456789012:mfa/ada

[profile audit]
role_arn = arn:aws:iam::123456789012:role/audit
source_profile = default
mfa_serial = arn:aws:iam::123456789012:mfa/ada

[profile admin-session]
region = eu-west-1

[profile audit-session]
region = eu-west-1
";
const ENDED_SESSION: &str =
    "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\naws_session_token = x\n";
const AWS_URL: &str = "https://sts.eu-west-1.amazonaws.com";
/// Printed before and after each command's output.
const MARK: &str = "@@ awsmfa @@";

/// A home and an AWS.
pub struct Scene {
    pub sandbox: Sandbox,
    pub sts: StandIn,
    /// AWS with an administrator's key.
    account: Option<MotoServer>,
    /// The endpoint with the certificate of a company.
    pub tls: Option<TlsFront>,
}

impl Scene {
    /// Creates the scene of this name:
    ///
    /// - nothing: a key and an MFA device in `[default]`, and the roles admin and audit with it as source
    /// - `session`: the same after a login to all three
    /// - `empty`: no files, and IAM lists the device
    /// - `aws-mfa`, `dcoker`, `mfa-login`, `original`: the files of these tools
    /// - `stale`: a session profile of the original awsmfa, with its leftovers, readable by others
    /// - `account`: nothing, an administrator's key in the environment, and moto as AWS
    /// - `cluster`: as nothing, but moto as AWS, with a cluster of EKS, and after a login
    /// - those of [`troubled_scene`]
    pub fn named(name: &str) -> Self {
        let (config, credentials) = files(name);
        let mut scene = Self::with(config, credentials);
        match name {
            "session" => {
                let code = scene.sts.fresh_code(SERIAL);
                scene.sandbox.run(&["login", "default", "admin", "audit", "--token-code", &code]).expect(0);
            }
            "account" => {
                scene.becomes_an_administrators();
                for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                    scene.sandbox.set(variable, "an-administrators");
                }
            }
            "cluster" => {
                scene.becomes_an_administrators();
                scene.sandbox.run(&["login", "--token-code", "123456"]).expect(0);
                let network = "subnetIds=subnet-1";
                let role = "arn:aws:iam::123456789012:role/cluster";
                let mut aws = scene.sandbox.program(installed("aws"));
                aws.args([
                    "eks",
                    "create-cluster",
                    "--name",
                    "blue",
                    "--role-arn",
                    role,
                    "--resources-vpc-config",
                    network,
                ]);
                Ran::from(aws.output().expect("the AWS CLI runs")).expect(0);
            }
            "stale" => {
                let open = std::fs::Permissions::from_mode(0o644);
                std::fs::set_permissions(scene.sandbox.path("credentials"), open).expect("it is ours");
            }
            _ => scene.becomes_troubled(name),
        }
        scene
    }

    fn with(config: String, credentials: String) -> Self {
        let sts = StandIn::start();
        sts.list_devices(&[SERIAL]);
        for name in ["admin", "audit"] {
            sts.add_role(Role { requires_mfa: true, max_session_duration: 43_200, ..Role::named(name) });
        }
        let mut sandbox = if config.is_empty() && credentials.is_empty() {
            Sandbox::empty()
        } else {
            Sandbox::with(config, credentials)
        };
        let stand_ins = ["docker", "kubectl", "terraform"].map(|name| (name, here("tests/docs/bin").join(name)));
        let programs = [("awsmfa", env!("CARGO_BIN_EXE_awsmfa").into()), ("aws", here("target/clients/venv/bin/aws"))];
        sandbox.install(programs.into_iter().chain(stand_ins));
        symlink(here("docs"), sandbox.home().join("docs")).expect("the home is writable");
        for (name, value) in [("SHELL", "/bin/bash"), ("USER", "ada"), ("NO_COLOR", "1")] {
            sandbox.set(name, value);
        }
        sandbox.set("AWS_ENDPOINT_URL_SIGNIN", &sts.url());
        let sandbox = sandbox.using(&sts);
        Self { sandbox, sts, account: None, tls: None }
    }

    /// The current code of ada's device.
    pub fn fresh_code(&self) -> String {
        self.sts.fresh_code(SERIAL)
    }

    fn becomes_an_administrators(&mut self) {
        let moto = MotoServer::start(&installed("moto_server"), &[("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")]);
        for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
            self.sandbox.set(variable, &moto.url);
        }
        self.sandbox.set("AWS_DEFAULT_REGION", "eu-west-1");
        self.account = Some(moto);
    }

    /// Types what the block shows into bash on a terminal, the token codes included, and returns the output of each
    /// command, with its exit code.
    pub fn play(&self, block: &Block) -> Vec<(String, i32)> {
        let shown = block.shown();
        let mut script = "mark() { code=$?; printf '%s%s\\n' \"$1\" \"$2\"; return $code; }\n".to_owned();
        for one in &shown {
            let command = self.with_fresh_code(&one.command);
            script += &format!("mark '{MARK}'\n{command}\nmark '{MARK}' $?\n");
        }
        let file = self.sandbox.home().join("script");
        std::fs::write(&file, script).expect("the home is writable");
        let mut bash = self.sandbox.program("bash");
        bash.arg(file);
        let mut session = spawn_command(bash, Some(30_000)).expect("a pseudo-terminal can be made");
        let mut said = String::new();
        for code in shown.iter().flat_map(typed_codes) {
            said += &self.answer(&mut session, code, &block.place);
        }
        said += &session.exp_eof().unwrap_or_else(|error| panic!("{}: {error}\n{said}", block.place));
        self.as_on_the_page(&said)
    }

    /// Waits for the prompt and types a code: a wrong one where the page shows 000000.
    fn answer(&self, session: &mut PtySession, code: &str, place: &str) -> String {
        let code = if code == "000000" { self.sts.wrong_code(SERIAL) } else { self.fresh_code() };
        let mut said = String::new();
        for part in ["MFA code for ", "): "] {
            let before = session.exp_string(part).unwrap_or_else(|error| panic!("{place}: {error}"));
            said += &format!("{before}{part}");
        }
        session.send_line(&code).expect("it reads");
        // The terminal does not echo it.
        format!("{said}{code}\n")
    }

    /// The command with a code that the device shows now.
    fn with_fresh_code(&self, command: &str) -> String {
        match command.split_once("--token-code ") {
            Some((before, after)) if after.starts_with(|letter: char| letter.is_ascii_digit()) => {
                let after = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
                format!("{before}--token-code {}{after}", self.fresh_code())
            }
            _ => match command.strip_suffix(" 123456") {
                Some(before) => format!("{before} {}", self.fresh_code()),
                None => command.to_owned(),
            },
        }
    }

    fn as_on_the_page(&self, said: &str) -> Vec<(String, i32)> {
        let home = self.sandbox.home().display().to_string();
        let said = said.replace('\r', "").replace(&home, "/home/ada");
        let urls = [Some(self.sts.url()), self.tls.as_ref().map(TlsFront::url)];
        let said = urls.iter().flatten().fold(said, |said, url| said.replace(url, AWS_URL));
        let mut parts = said.split(MARK).skip(1);
        let mut found = Vec::new();
        while let (Some(output), Some(code)) = (parts.next(), parts.next()) {
            let code = code.lines().next().and_then(|code| code.parse().ok()).expect("an exit code");
            found.push((output.trim_start_matches('\n').to_owned(), code));
        }
        found
    }
}

/// The config file and the credentials file of this scene.
fn files(name: &str) -> (String, String) {
    let key = |section: &str| DEFAULT_CREDENTIALS.replace("default", section);
    match name {
        "" | "session" | "cluster" => (format!("{DEFAULT_CONFIG}{PROFILES}"), key("default")),
        "account" | "empty" => (String::new(), String::new()),
        "stale" => (
            format!("{DEFAULT_CONFIG}\n[profile work]\nregion = eu-west-1\nsource_profile = default\n"),
            format!("{}\n[work]\n{ENDED_SESSION}aws_security_token = y\n", key("default")),
        ),
        "aws-mfa" => (String::new(), key("work-long-term") + &format!("aws_mfa_device = {SERIAL}\n")),
        "dcoker" => {
            let until = "awsmfa_expiration = 2020-01-01 00:00:00+00:00";
            (String::new(), format!("{}\n[default]\n{ENDED_SESSION}{until}\n", key("identity")))
        }
        "mfa-login" => (
            format!("[profile work]\nmfa_serial = {SERIAL}\n"),
            format!("{}\n[123456789012-ada]\n{ENDED_SESSION}", key("work")),
        ),
        "original" => (
            include_str!("../../fixtures/commands/original/config").to_owned(),
            include_str!("../../fixtures/commands/original/credentials").to_owned(),
        ),
        other => troubled_scene::files(other).unwrap_or_else(|| panic!("there is no scene {other}")),
    }
}

/// The codes that the page shows as typed.
fn typed_codes(shown: &Shown) -> impl Iterator<Item = &str> {
    let questions = shown.output.lines().filter(|line| line.starts_with("MFA code for "));
    questions.filter_map(|line| line.rsplit_once("): ").map(|(_, code)| code))
}
