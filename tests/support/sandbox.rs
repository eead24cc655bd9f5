//! A separate home folder for each test, and an environment with only the variables that the test sets.

use std::fs;
use std::io::Write;
#[cfg(windows)]
use std::path::Component;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::child;
use super::sts::StandIn;

/// The simplest set-up: AWS's documented example key and an MFA device in `[default]`.
pub const DEFAULT_CREDENTIALS: &str = "[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
pub const DEFAULT_CONFIG: &str = "[default]
region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/ada
";

/// The device of the stand-in's first user.
pub const SERIAL: &str = "arn:aws:iam::123456789012:mfa/ada";

/// The command that prints a file.
pub const CAT: &str = if cfg!(windows) { "type" } else { "cat" };

/// A program that does nothing, with its arguments.
pub const NOTHING: &[&str] = if cfg!(windows) { &["cmd", "/C", "exit"] } else { &["true"] };

/// The file that is locked to write to `.aws`.
pub const LOCK: &str = ".awsmfa.lock";

/// A scratch home.
pub struct Sandbox {
    /// The folder in which commands run: Windows cannot start a program in a folder with a long path.
    folder: TempDir,
    home: PathBuf,
    variables: Vec<(String, String)>,
}

impl Sandbox {
    /// An empty home, without `.aws`.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let home = folder.path().to_owned();
        Self { folder, home, variables: Vec::new() }
    }

    /// Makes this folder the home, and creates it. It must be below the old one.
    pub fn with_home(mut self, home: PathBuf) -> Self {
        fs::create_dir_all(&home).expect("the temporary folder is writable");
        self.home = home;
        self
    }

    /// A home with both files.
    pub fn with(config: impl AsRef<[u8]>, credentials: impl AsRef<[u8]>) -> Self {
        let sandbox = Self::empty();
        sandbox.write("config", config.as_ref());
        sandbox.write("credentials", credentials.as_ref());
        sandbox
    }

    /// A home with [`DEFAULT_CONFIG`] and [`DEFAULT_CREDENTIALS`].
    pub fn new() -> Self {
        Self::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS)
    }

    /// Sends all calls to this stand-in.
    pub fn using(mut self, sts: &StandIn) -> Self {
        self.set("AWS_ENDPOINT_URL_STS", &sts.url());
        self
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Links programs into `~/bin`, which comes first in `PATH`.
    #[cfg(unix)]
    pub fn install(&mut self, programs: impl IntoIterator<Item = (&'static str, PathBuf)>) {
        let bin = self.home.join("bin");
        fs::create_dir(&bin).expect("the home is writable");
        for (name, program) in programs {
            std::os::unix::fs::symlink(program, bin.join(name)).expect("the home is writable");
        }
        self.set("PATH", &format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()));
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home().join(".aws").join(name)
    }

    /// The path of one of awsmfa's own files in its state folder.
    pub fn state(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { ["AppData", "Local"] } else { [".local", "state"] };
        self.home().join(folder.iter().collect::<PathBuf>()).join("awsmfa").join(name)
    }

    /// Writes a file of `.aws`, which is created if necessary. A new file is private, as the AWS CLI creates it.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.home().join(".aws")).expect("the home is writable");
        let mut options = fs::File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(self.path(name)).expect("the home is writable");
        file.write_all(bytes).expect("the home is writable");
    }

    pub fn credentials(&self) -> Vec<u8> {
        fs::read(self.path("credentials")).unwrap_or_default()
    }

    pub fn credentials_text(&self) -> String {
        String::from_utf8_lossy(&self.credentials()).into_owned()
    }

    /// The sorted names of the entries in `.aws`, to check that nothing is left behind. On Windows, the lock file is.
    pub fn listing(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home().join(".aws")).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| cfg!(not(windows)) || name != LOCK);
        names.sort();
        names
    }

    /// The program, without terminal, standard input or any variable of the environment that the tests run in.
    pub fn command(&self) -> Command {
        self.program(env!("CARGO_BIN_EXE_awsmfa"))
    }

    /// The program with an option of env(1) for its signals, such as [`child::DEFAULT_SIGNALS`]: env runs it in its own
    /// place.
    pub fn command_with(&self, signals: &str) -> Command {
        let mut command = self.program("env");
        command.args([signals, env!("CARGO_BIN_EXE_awsmfa")]);
        command
    }

    /// Another program in the same environment, such as an AWS client.
    pub fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        set_system_variables(&mut command, self.home());
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("TZ", "UTC");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Ran {
        child::finish(self.command().args(arguments))
    }
}

/// Sets the home folder, the search path and the locale.
#[cfg(unix)]
fn set_system_variables(command: &mut Command, home: &Path) {
    command.env("HOME", home).env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
}

/// Sets the variables that Windows gives every user, for this home folder, and those without which its libraries do not
/// work: sockets need `SystemRoot`.
#[cfg(windows)]
fn set_system_variables(command: &mut Command, home: &Path) {
    for name in ["SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "TEMP", "TMP"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    let system = PathBuf::from(std::env::var_os("SystemRoot").expect("Windows sets it"));
    let path =
        [system.join("System32"), system.clone(), system.join("System32").join("WindowsPowerShell").join("v1.0")];
    command.env("PATH", std::env::join_paths(path).expect("no quotation marks in it"));
    let home_path: PathBuf = home.components().filter(|part| !matches!(part, Component::Prefix(_))).collect();
    command.env("HOMEDRIVE", drive_of(home)).env("HOMEPATH", home_path).env("USERPROFILE", home);
    let data = home.join("AppData");
    command.env("LOCALAPPDATA", data.join("Local")).env("APPDATA", data.join("Roaming"));
}

/// The drive of a path, such as `C:`.
#[cfg(windows)]
fn drive_of(path: &Path) -> &std::ffi::OsStr {
    match path.components().next() {
        Some(Component::Prefix(prefix)) => prefix.as_os_str(),
        _ => panic!("{} is absolute", path.display()),
    }
}

/// The result of a program.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Makes sure of the exit code, and returns what was printed on standard error.
    #[track_caller]
    pub fn expect(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self.stderr
    }
}
