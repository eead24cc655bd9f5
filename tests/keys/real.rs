//! The same with the real program, the stand-in, and the real `aws configure set`.

use std::path::{Path, PathBuf};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::generator::{self, KEYS, Property, Sequence, Step};
use crate::support::child::finish;
use crate::support::sandbox::{Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};
use crate::tracker::Keys;
use crate::{configure, seed};

const SEQUENCES: u32 = 40;

/// The key of an emulator.
const EMULATED: &str = "AKIASTANDIN000000000";

struct Real {
    sts: StandIn,
    sandbox: Sandbox,
    keys: Keys,
    /// Those before the last change of setup.
    before_setup: Keys,
}

/// The AWS CLI v1 that tests/run installs.
fn aws() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clients/venv/bin/aws");
    assert!(path.exists(), "{} is missing: tests/run installs it", path.display());
    path
}

impl Real {
    fn new(sequence: &Sequence) -> Self {
        let sts = StandIn::start();
        for number in 0..KEYS {
            let [id, secret] = [Property::LongTermId(number), Property::Secret(number)].map(|half| half.pair().1);
            sts.add_user("ada", "123456789012", &id, &secret);
        }
        sts.take_every_code(SERIAL);
        let mut sandbox = Sandbox::with(&sequence.config, &sequence.credentials).using(&sts);
        sandbox.set("AWSMFA_MFA_PROCESS", "echo 123456");
        let keys = Keys::of(sequence.credentials.as_bytes());
        Self { sts, sandbox, before_setup: keys.clone(), keys }
    }

    fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Login { profile, session_profile, renews, emulator, .. } => {
                self.login(profile, *session_profile, *renews, *emulator);
            }
            Step::Logout { profile } => {
                self.sandbox.run(&["logout", profile.unwrap_or("--all")]);
            }
            Step::Set { profile, property } => self.configure(profile, property),
            Step::SetKey { profile, key, secret_first } => {
                let mut halves = [Property::LongTermId(*key), Property::Secret(*key)];
                if *secret_first {
                    halves.reverse();
                }
                halves.iter().for_each(|half| self.configure(profile, half));
            }
            Step::Connect { source, session, key_profile, key } => {
                return self.connect([source, session, key_profile], *key, step);
            }
            Step::Migrate => return self.set_up(&["setup", "--migrate"], step),
            Step::Fix => return self.set_up(&["doctor", "--fix", "--yes"], step),
            Step::Undo => {
                let before = self.sandbox.credentials();
                let ran = self.sandbox.run(&["setup", "--undo"]);
                if ran.code == 0 && self.sandbox.credentials() != before {
                    self.keys = self.before_setup.clone();
                }
            }
            Step::Wait { hours } => self.wait(*hours),
        }
        self.keys.check(&self.sandbox.credentials(), step)
    }

    fn login(&mut self, profile: &str, session_profile: Option<&str>, renews: bool, is_emulator: bool) {
        let mut arguments = vec!["login", profile];
        arguments.extend(session_profile.into_iter().flat_map(|name| ["--session-profile", name]));
        arguments.extend(renews.then_some("--force"));
        if is_emulator {
            self.sts.fault(Fault::Content("AccessKeyId", EMULATED), 1);
        }
        self.sandbox.run(&arguments);
        self.sts.clear_faults();
        if is_emulator && let Some(session) = self.sts.sessions().pop() {
            self.keys.emulate(EMULATED, &session.secret_access_key);
        }
    }

    /// The real one, which the model imitates.
    fn configure(&mut self, profile: &str, property: &Property) {
        let before = self.sandbox.credentials();
        let (name, value) = property.pair();
        let mut command = self.sandbox.program(aws());
        let ran: Ran = finish(command.args(["configure", "set", name, &value, "--profile", profile]));
        let now = self.sandbox.credentials();
        if ran.code == 0 {
            let expected = configure::set(&before, profile, name, &value);
            assert_eq!(String::from_utf8_lossy(&now), String::from_utf8_lossy(&expected), "{profile}: {property:?}");
            self.keys.after_configure(&now, profile);
        } else {
            assert_eq!(now, before, "{ran:?}");
        }
    }

    fn connect(&mut self, names: [&str; 3], key: Option<usize>, step: &Step) -> Result<(), String> {
        let [source, session, key_profile] = names;
        let (id, secret) = (key.map(Property::LongTermId), key.map(Property::Secret));
        let id = id.map(|id| id.pair().1);
        let mut arguments = vec!["setup", "--skip-check", "--serial-number", SERIAL, "--source-profile", source];
        arguments.extend(["--session-profile", session, "--key-profile", key_profile]);
        arguments.extend(id.as_deref().into_iter().flat_map(|id| ["--access-key-id", id]));
        let mut command = self.sandbox.command();
        command.args(arguments).envs(secret.map(|secret| ("AWSMFA_SECRET_ACCESS_KEY", secret.pair().1)));
        let (before, keys) = (self.sandbox.credentials(), self.keys.clone());
        let ran: Ran = finish(&mut command);
        let now = self.sandbox.credentials();
        if ran.code == 0 && ran.stderr.contains("setup --undo") {
            self.before_setup = keys;
            let moves = source == session;
            let from = (moves && key.is_none()).then_some(source);
            self.keys.after_connect(&now, from, if moves { key_profile } else { source }, step)?;
        } else {
            assert_eq!(now, before, "{ran:?}");
        }
        self.keys.check(&now, step)
    }

    fn set_up(&mut self, arguments: &[&str], step: &Step) -> Result<(), String> {
        let keys = self.keys.clone();
        let ran = self.sandbox.run(arguments);
        if ran.stderr.contains("setup --undo") {
            self.before_setup = keys;
        }
        if matches!(step, Step::Fix) {
            self.keys.after_fix(&self.sandbox.credentials());
        }
        self.keys.check(&self.sandbox.credentials(), step)
    }

    /// Moves every recorded expiration back by so many hours.
    fn wait(&self, hours: i64) {
        let text = self.sandbox.credentials_text();
        let earlier = |line: &str| {
            let (front, time) = line.split_once("expiration = ")?;
            let time: jiff::Timestamp = time.trim_end().parse().ok().filter(|_| front.is_empty())?;
            let line_break = line.get(line.trim_end().len()..)?;
            Some(format!("expiration = {}{line_break}", time - jiff::SignedDuration::from_hours(hours)))
        };
        let lines = text.split_inclusive('\n').map(|line| earlier(line).unwrap_or_else(|| line.to_owned()));
        self.sandbox.write("credentials", lines.collect::<String>().as_bytes());
    }
}

#[test]
#[ignore = "needs the AWS CLI: run tests/run"]
fn every_key_stays_with_the_real_program_and_the_real_aws_configure_set() {
    let config = seed::config(SEQUENCES);
    let rng_seed = config.rng_seed;
    let mut runner = TestRunner::new(config);
    for number in 0..SEQUENCES {
        let sequence = generator::sequence().new_tree(&mut runner).expect("nothing is filtered").current();
        let mut real = Real::new(&sequence);
        for step in &sequence.steps {
            if let Err(why) = real.take(step) {
                panic!("{why}\nseed: {rng_seed}, sequence {number}\n{sequence:?}");
            }
        }
    }
}
