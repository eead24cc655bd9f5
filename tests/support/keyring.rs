//! A session bus with GNOME Keyring, as a desktop starts them.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use super::child::{await_that, finish};
use super::sandbox::Sandbox;

/// The path by which the keyring names the collection that it unlocks at login.
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

/// A bus with an unlocked keyring. Both end with this value.
pub struct Keyring {
    address: String,
    bus: Child,
    daemon: Option<Child>,
}

impl Keyring {
    /// Starts a bus without a keyring in it, and sets its address in the sandbox. Programs that the bus would start are
    /// not found: a test starts those that it wants.
    pub fn bus(sandbox: &mut Sandbox) -> Self {
        let config = sandbox.home().join("bus.conf");
        let text = format!(
            "<busconfig><type>session</type><listen>unix:dir={}</listen><policy context=\"default\">\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy>\
             </busconfig>",
            sandbox.home().display()
        );
        std::fs::write(&config, text).expect("the home is writable");
        let mut command = sandbox.program("dbus-daemon");
        command.arg("--config-file").arg(&config).args(["--nofork", "--print-address=1"]);
        let mut bus = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("dbus-daemon can be run");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("it is piped")).read_line(&mut address).expect("it prints its address");
        let address = address.trim().to_owned();
        sandbox.set("DBUS_SESSION_BUS_ADDRESS", &address);
        Self { address, bus, daemon: None }
    }

    /// Starts a bus and an unlocked keyring.
    pub fn start(sandbox: &mut Sandbox) -> Self {
        let mut keyring = Self::bus(sandbox);
        let mut command = sandbox.program("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]).env("XDG_RUNTIME_DIR", sandbox.home());
        let mut daemon = spawn_quietly(command.stdin(Stdio::piped()));
        daemon.stdin.take().expect("it is piped").write_all(b"password").expect("it reads the password");
        keyring.daemon = Some(daemon);
        await_that("the keyring is unlocked", || keyring.send("ReadAlias", &["string:default"]).contains(COLLECTION));
        keyring
    }

    /// Starts a program that takes a name on the bus and never answers.
    pub fn with_silent(sandbox: &Sandbox, name: &str) -> Child {
        let child = spawn_quietly(sandbox.program("dbus-test-tool").args(["black-hole", &format!("--name={name}")]));
        await_that("the name is taken", || {
            let mut command = sandbox.program("dbus-send");
            let arguments = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"];
            command.args(arguments).args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")]);
            finish(&mut command).stdout.contains("true")
        });
        child
    }

    /// The address of the bus.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Makes the collection that is in memory the one for new entries.
    pub fn make_session_the_default(&self) {
        self.send("SetAlias", &["string:default", "objpath:/org/freedesktop/secrets/collection/session"]);
        let alias = self.send("ReadAlias", &["string:default"]);
        assert!(alias.contains("/collection/session"), "{alias}");
    }

    /// Locks the keyring, as a screen lock may.
    pub fn lock(&self) {
        let said = self.send("Lock", &[&format!("array:objpath:{COLLECTION}")]);
        assert!(said.contains(COLLECTION), "{said}");
    }

    /// Calls a method of the Secret Service, and returns the answer.
    fn send(&self, method: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("dbus-send");
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]);
        finish(command.arg(format!("org.freedesktop.Secret.Service.{method}")).args(arguments)).stdout
    }

    /// The IDs of the keys that awsmfa has in the keyring, by another client of the Secret Service.
    pub fn keys(&self) -> Vec<String> {
        let mut command = Command::new("secret-tool");
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).args(["search", "--all", "service", "awsmfa"]);
        let found = finish(&mut command);
        let lines = found.stdout.lines().chain(found.stderr.lines());
        let names = lines.filter_map(|line| line.strip_prefix("attribute.username = "));
        let mut keys: Vec<String> = names.filter_map(|name| Some(name.split_once('.')?.0.to_owned())).collect();
        keys.sort();
        keys
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        for child in [self.daemon.as_mut(), Some(&mut self.bus)].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn spawn_quietly(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program can be run")
}
