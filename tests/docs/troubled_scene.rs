//! The scenes of `docs/troubleshooting.md` and `docs/scripts.md`: as the usual one, a key and an MFA device in `[default]`, but
//!
//! - `no-region`: after a login, and the session profile has no region
//! - `expired`: after a login, and the session has expired
//! - `inactive`: the key is inactive, and `~/new-key` answers `aws configure` with another one
//! - `half-key`: the secret access key is missing, and `~/key` answers `aws configure` with it
//! - `other-device`: the device is not the user's
//! - `copied`: a session in `[work]` lacks its token
//! - `key-elsewhere`: the key is in `[work]`, and there is no profile `default`
//! - `clock`: the clock of AWS is half an hour ahead
//! - `tls`: the endpoint has a certificate that needs `~/company-ca.pem`
//! - `terraform`: for the blocks with Terraform; `terraform-by-source`: also, `[profile work]` is a session profile of the original awsmfa
//! - `key-and-role`: the session of the role `admin` goes to `[default]`
//! - `original-slip`: the files of the original awsmfa with a wrong name in `source_profile`
//! - `sdk`: `~/whoami.cjs` is a script with the AWS SDK for JavaScript

use crate::here;
use crate::scene::{PROFILES, Scene};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL};
use crate::support::sts::User;
use crate::support::tls::TlsFront;

/// AWS's documented example of a second key.
const NEW_KEY: [&str; 2] = ["AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"];
const WHO_AM_I: &str = "const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
const answer = new STSClient({}).send(new GetCallerIdentityCommand({}));
answer.then((it) => console.log(it.Arn), (error) => console.log(`${error.name}: ${error.message}`));
";

/// The config file and the credentials file of this scene.
pub fn files(name: &str) -> Option<(String, String)> {
    let config = || format!("{DEFAULT_CONFIG}{PROFILES}");
    let key = DEFAULT_CREDENTIALS;
    let found = match name {
        "expired" | "inactive" | "clock" | "tls" | "sdk" | "terraform" => (config(), key.to_owned()),
        "terraform-by-source" => {
            (format!("{}\n[profile work]\nregion = eu-west-1\nsource_profile = default\n", config()), key.to_owned())
        }
        "key-and-role" => {
            let role = "role_session_name = ada\nawsmfa_session_profile = default\n\n[profile audit]";
            (config().replace("\n[profile audit]", role), key.to_owned())
        }
        "original-slip" => (
            include_str!("../../fixtures/commands/original/config")
                .replace("= myaccountPerm ", "= myaccountPermanent "),
            include_str!("../../fixtures/commands/original/credentials").to_owned(),
        ),
        "no-region" => (DEFAULT_CONFIG.to_owned(), key.to_owned()),
        "half-key" => (config(), key.lines().take(2).map(|line| format!("{line}\n")).collect()),
        "other-device" => (config().replace("mfa/ada", "mfa/phone"), key.to_owned()),
        "copied" => {
            let session = "[work]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n";
            (config(), format!("{key}\n{session}"))
        }
        "key-elsewhere" => {
            let session = "[profile work-session]\nregion = eu-west-1\n";
            let config = format!("[profile work]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n\n{session}");
            (config, key.replace("default", "work"))
        }
        _ => return None,
    };
    Some(found)
}

impl Scene {
    /// Writes a file of the home.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.sandbox.home().join(name), text).expect("the home is writable");
    }

    pub fn becomes_troubled(&mut self, name: &str) {
        match name {
            "no-region" | "expired" => {
                self.sandbox.run(&["login", "--token-code", &self.fresh_code()]).expect(0);
                if name == "expired" {
                    self.session_expires();
                }
            }
            "inactive" => {
                self.sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
                let [id, secret] = NEW_KEY;
                self.sts.add_key(&User::ada(), id, secret);
                self.write("new-key", &format!("{id}\n{secret}\n\n\n"));
            }
            "half-key" => {
                let secret = DEFAULT_CREDENTIALS.lines().last().and_then(|line| line.split_once(" = "));
                self.write("key", &format!("\n{}\n\n\n", secret.expect("a property").1));
            }
            "clock" => self.sts.set_clock_offset(1800),
            "tls" => {
                let front = TlsFront::before(self.sts.addr());
                self.write("company-ca.pem", &front.ca_pem);
                self.sandbox.set("AWS_ENDPOINT_URL_STS", &front.url());
                self.tls = Some(front);
            }
            "sdk" => {
                self.sandbox.set("NODE_PATH", &here("target/clients/js/node_modules").display().to_string());
                self.sandbox.set("NODE_NO_WARNINGS", "1");
                self.write("whoami.cjs", WHO_AM_I);
            }
            _ => {}
        }
    }

    /// Ends the session at AWS and in the file.
    fn session_expires(&self) {
        self.sts.expire_sessions();
        let lines = self.sandbox.credentials_text();
        let lines = lines.lines().map(|line| match line.split_once(" = ") {
            Some(("expiration", _)) => "expiration = 2026-01-01T00:00:00Z\n".to_owned(),
            _ => format!("{line}\n"),
        });
        self.sandbox.write("credentials", lines.collect::<String>().as_bytes());
    }
}
