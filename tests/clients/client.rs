//! The AWS clients: how each is started, asked, and understood.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::support::sandbox::Sandbox;
use crate::support::sts::StandIn;
use crate::{HERE, TARGET};

/// Longer than the slowest answer on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The way in which a client is run.
enum Run {
    /// It answers one question after the other: it takes long to start.
    Kept(&'static [&'static str]),
    /// Once for each question.
    Once(&'static str),
}

/// The way in which its answer is checked.
enum Answers {
    /// It prints the keys that it found.
    InWords,
    /// It signs a request to the stand-in, which checks it. These are its arguments; `{url}` is the stand-in.
    BySigning(&'static [&'static str]),
}

/// An AWS client.
pub struct Client {
    pub name: &'static str,
    run: Run,
    answers: Answers,
    /// The variable that makes it trust the proxy's certificates, if it can call STS by way of the proxy alone.
    ca_variable: Option<&'static str>,
}

const CALLER: &[&str] = &["sts", "get-caller-identity", "--region", "us-east-1", "--endpoint-url", "{url}"];
const RCLONE: &[&str] = &[
    "lsd",
    ":s3,provider=AWS,env_auth=true,endpoint=\"{url}\",force_path_style=true:",
    "--retries=1",
    "--low-level-retries=1",
    "--config=/dev/null",
];
const S3CMD: &[&str] = &["--host={host}", "--host-bucket={host}", "--no-ssl", "--config=/nonexistent", "ls"];

/// In the order of the table.
pub const CLIENTS: [Client; 13] = [
    Client {
        name: "AWS CLI v1",
        run: Run::Kept(&["venv/bin/python", "ask.py", "aws"]),
        answers: Answers::BySigning(CALLER),
        ca_variable: None,
    },
    Client {
        name: "AWS CLI v2",
        run: Run::Kept(&["/usr/bin/python3", "ask.py", "aws"]),
        answers: Answers::BySigning(CALLER),
        ca_variable: Some("AWS_CA_BUNDLE"),
    },
    printing("boto3", Run::Kept(&["venv/bin/python", "ask.py", "boto3"])),
    printing("JavaScript SDK v3", Run::Kept(&["node", "ask.cjs"])),
    printing("Rust SDK", Run::Once("../debug/examples/ask")),
    printing("Go SDK v2", Run::Once("ask-go")),
    printing("Ruby SDK v3", Run::Kept(&["/usr/bin/ruby", "ask.rb"])),
    printing("C runtime", Run::Kept(&["venv-crt/bin/python", "ask.py", "awscrt"])),
    Client {
        name: "s5cmd",
        run: Run::Once("venv/lib/python3.11/site-packages/s5cmd/bin/s5cmd"),
        answers: Answers::BySigning(&["--endpoint-url", "{url}", "--retry-count", "0", "ls"]),
        ca_variable: Some("SSL_CERT_FILE"),
    },
    Client {
        name: "rclone",
        run: Run::Once("/usr/bin/rclone"),
        answers: Answers::BySigning(RCLONE),
        ca_variable: Some("SSL_CERT_FILE"),
    },
    Client {
        name: "restic",
        run: Run::Once("/usr/bin/restic"),
        answers: Answers::BySigning(&["-r", "s3:{url}/bucket/r", "--no-cache", "snapshots"]),
        ca_variable: None,
    },
    Client {
        name: "s3cmd",
        run: Run::Kept(&["/usr/bin/python3", "ask.py", "s3cmd"]),
        answers: Answers::BySigning(S3CMD),
        ca_variable: None,
    },
    Client {
        name: "opendal",
        run: Run::Kept(&["venv/bin/python", "ask.py", "opendal"]),
        answers: Answers::BySigning(&["{url}"]),
        ca_variable: None,
    },
];

const fn printing(name: &'static str, run: Run) -> Client {
    Client { name, run, answers: Answers::InWords, ca_variable: None }
}

/// The result of a client for a profile.
#[derive(Clone, Debug, PartialEq)]
pub enum Sees {
    /// A whole session that the stand-in has issued: its identity.
    Session { arn: String, access_key_id: String },
    /// Another key, or not all of a session.
    Other(String),
    /// No keys, with its error.
    Nothing(String),
}

/// A running client: one process that answers many questions.
pub struct Asked {
    pub client: &'static Client,
    kept: Option<Child>,
}

impl Asked {
    pub fn all() -> Vec<Self> {
        CLIENTS.iter().map(|client| Self { client, kept: None }).collect()
    }

    /// The result of the client for this profile of the sandbox, with the stand-in as AWS.
    pub fn ask(&mut self, sandbox: &Sandbox, profile: &str, sts: &StandIn, proxy: &Proxy) -> Sees {
        let calls_before = sts.calls().len();
        let variables = self.variables(sandbox, profile, sts, proxy);
        let host = sts.addr().to_string();
        let arguments = match self.client.answers {
            Answers::InWords => Vec::new(),
            Answers::BySigning(arguments) => arguments
                .iter()
                .map(|argument| argument.replace("{url}", &sts.url()).replace("{host}", &host))
                .collect(),
        };
        let answer = match self.client.run {
            Run::Kept(words) => self.ask_kept(words, &variables, &arguments),
            Run::Once(program) => ask_once(program, &variables, &arguments),
        };
        match self.client.answers {
            Answers::InWords => from_words(&answer, sts),
            Answers::BySigning(_) => from_requests(&answer, sts, calls_before),
        }
    }

    /// The environment of a question: nothing from the environment that the tests run in, and no access to a network.
    fn variables(&self, sandbox: &Sandbox, profile: &str, sts: &StandIn, proxy: &Proxy) -> BTreeMap<String, String> {
        let file = |name: &str| sandbox.path(name).display().to_string();
        let mut variables = BTreeMap::from([
            ("HOME", sandbox.home().display().to_string()),
            ("AWS_CONFIG_FILE", file("config")),
            ("AWS_SHARED_CREDENTIALS_FILE", file("credentials")),
            ("AWS_PROFILE", profile.to_owned()),
            ("AWS_ENDPOINT_URL_STS", sts.url()),
            // The SDK for Go v1 reads the config file only with it.
            ("AWS_SDK_LOAD_CONFIG", "1".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("HTTPS_PROXY", proxy.url.clone()),
            ("HTTP_PROXY", proxy.url.clone()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
        ]);
        let constants = [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("LANG", "C.UTF-8"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("AWS_PAGER", ""),
            ("PYTHONWARNINGS", "ignore"),
            ("NODE_NO_WARNINGS", "1"),
            ("RESTIC_PASSWORD", "x"),
        ];
        variables.extend(constants.map(|(name, value)| (name, value.to_owned())));
        variables.extend(self.client.ca_variable.map(|name| (name, proxy.ca_file.display().to_string())));
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn ask_kept(&mut self, words: &[&str], variables: &BTreeMap<String, String>, arguments: &[String]) -> Value {
        let child = self.kept.get_or_insert_with(|| start_kept(words));
        let question = json!({ "variables": variables, "arguments": arguments }).to_string();
        let stdin = child.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{question}").and_then(|()| stdin.flush()).expect("the client takes questions");
        let mut line = String::new();
        // One byte at a time: nothing of the next answer may be taken.
        BufReader::with_capacity(1, child.stdout.as_mut().expect("it is piped")).read_line(&mut line).expect("UTF-8");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{}: {line:?}", self.client.name))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(child) = &mut self.kept {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A program by its absolute path, by its name, or below the folder that `install` fills.
fn path_of(program: &str) -> PathBuf {
    let path = if program.contains('/') || program == "ask-go" {
        Path::new(TARGET).join(program)
    } else {
        PathBuf::from(program)
    };
    assert!(!path.is_absolute() || path.exists(), "{} is missing: tests/run installs it", path.display());
    path
}

fn start_kept(words: &[&str]) -> Child {
    let [program, script, arguments @ ..] = words else { panic!("a program and a script") };
    let mut command = Command::new(path_of(program));
    command.arg(Path::new(HERE).join(script)).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env_remove("AWS_PROFILE").env("NODE_PATH", Path::new(TARGET).join("js/node_modules"));
    command.stderr(Stdio::null()).spawn().unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn ask_once(program: &str, variables: &BTreeMap<String, String>, arguments: &[String]) -> Value {
    let mut command = Command::new(path_of(program));
    command.args(arguments).env_clear().envs(variables).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the client starts");
    let start = Instant::now();
    while child.try_wait().expect("it is our child").is_none() {
        if start.elapsed() > TIME_LIMIT {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().expect("it is our child");
    let words = String::from_utf8_lossy(&output.stdout);
    let complaint = || json!({ "error": format!("{words}{}", String::from_utf8_lossy(&output.stderr)) });
    serde_json::from_str(words.trim()).ok().filter(Value::is_object).unwrap_or_else(complaint)
}

fn complaint(answer: &Value) -> Sees {
    let words: Vec<&str> = answer["error"].as_str().unwrap_or_default().split_whitespace().collect();
    Sees::Nothing(words.join(" ").chars().take(300).collect())
}

fn from_words(answer: &Value, sts: &StandIn) -> Sees {
    if let Some(id) = answer["assumes_a_role_with"].as_str() {
        let session = sts.sessions().into_iter().find(|session| session.access_key_id == id);
        let arn = session.map(|session| format!("a role over {}", session.arn));
        return arn.map_or(Sees::Other(id.to_owned()), |arn| Sees::Session { arn, access_key_id: id.to_owned() });
    }
    let field = |name: &str| answer[name].as_str().filter(|value| !value.is_empty());
    let Some(access_key_id) = field("access_key_id") else { return complaint(answer) };
    let is_seen_whole = |session: &&crate::support::sts::IssuedSession| {
        session.access_key_id == access_key_id
            && field("secret_access_key") == Some(&session.secret_access_key)
            && field("session_token") == Some(&session.session_token)
    };
    let access_key_id = access_key_id.to_owned();
    let sessions = sts.sessions();
    let found = sessions.iter().find(is_seen_whole);
    found.map_or_else(
        || Sees::Other(access_key_id.clone()),
        |session| Sees::Session { arn: session.arn.clone(), access_key_id: access_key_id.clone() },
    )
}

fn from_requests(answer: &Value, sts: &StandIn, calls_before: usize) -> Sees {
    let calls = sts.calls();
    let mut calls = calls.iter().skip(calls_before).filter(|call| call.action != "AssumeRole");
    let Some(call) = calls.rfind(|call| !call.access_key_id.is_empty()) else { return complaint(answer) };
    let access_key_id = call.access_key_id.clone();
    match sts.sessions().into_iter().find(|session| session.access_key_id == access_key_id) {
        Some(session) if call.outcome == "ok" => Sees::Session { arn: session.arn, access_key_id },
        _ => Sees::Other(format!("{access_key_id} ({})", call.outcome)),
    }
}
