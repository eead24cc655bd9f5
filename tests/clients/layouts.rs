//! Every layout that awsmfa supports: log in, ask every client, log out, ask again.

use crate::client::{Asked, CLIENTS, Sees};
use crate::proxy::Proxy;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};
use crate::table::Table;

const GO_1: [&str; 2] = ["s5cmd", "rclone"];

/// Files, and the expected results.
pub struct Layout {
    /// As in the table.
    name: &'static str,
    config: String,
    credentials: String,
    /// The arguments of login and logout.
    arguments: &'static [&'static str],
    /// The profile that the clients are asked about.
    profile: &'static str,
    /// The clients that do not use the session, and why.
    unseen: Option<Unseen>,
    /// A part of each warning of login, in order.
    warnings: Vec<&'static str>,
    /// The length of the session token.
    token_length: usize,
}

struct Unseen {
    by: Vec<&'static str>,
    reason: &'static str,
}

const KEY: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

fn layout(name: &'static str, config: &str, credentials: &str) -> Layout {
    Layout {
        name,
        config: config.replace("{SERIAL}", SERIAL),
        credentials: credentials.replace("{KEY}", KEY),
        arguments: &["--profile", "work"],
        profile: "work",
        unseen: None,
        warnings: Vec::new(),
        token_length: 360,
    }
}

/// The layout to prefer, with other content of the files.
fn usual(name: &'static str, credentials: &str) -> Layout {
    layout(name, USUAL, credentials)
}

const USUAL: &str = "[profile work-key]
mfa_serial = {SERIAL}
awsmfa_session_profile = work

[profile work]
region = eu-west-1
";

const ORIGINAL_CONFIG: &str = include_str!("../../fixtures/commands/original/config");
const ORIGINAL_CREDENTIALS: &str = include_str!("../../fixtures/commands/original/credentials");

impl Layout {
    fn asked_of(self, profile: &'static str, arguments: &'static [&'static str]) -> Self {
        Self { profile, arguments, ..self }
    }

    fn unseen_by(self, by: &[&'static str], reason: &'static str) -> Self {
        Self { unseen: Some(Unseen { by: by.to_vec(), reason }), ..self }
    }

    fn warns(self, warnings: &[&'static str]) -> Self {
        Self { warnings: warnings.to_vec(), ..self }
    }

    fn is_unseen_by(&self, client: &str) -> bool {
        self.unseen.as_ref().is_some_and(|unseen| unseen.by.contains(&client))
    }
}

/// The origin of the session profile.
fn links() -> Vec<Layout> {
    let refused = ["Go SDK v2", "Ruby SDK v3", GO_1[0], GO_1[1]];
    vec![
        usual("`awsmfa_session_profile`, the one to prefer", "[work-key]\n{KEY}"),
        layout(
            "no set-up: `[default]` and `[default-session]`",
            "[default]\nmfa_serial = {SERIAL}\n",
            "[default]\n{KEY}",
        )
        .asked_of("default-session", &[]),
        layout(
            "`[default]` as the session profile",
            "[profile work-key]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = default\n",
            "[work-key]\n{KEY}",
        )
        .asked_of("default", &[]),
        layout(
            "`awsmfa_source_profile`",
            "[profile work]\nawsmfa_source_profile = work-key\nmfa_serial = {SERIAL}\nregion = eu-west-1\n",
            "[work-key]\n{KEY}",
        ),
        layout(
            "`source_profile` without `role_arn`",
            "[profile work]\nsource_profile = work-key\nmfa_serial = {SERIAL}\n",
            "[work-key]\n{KEY}",
        )
        .unseen_by(&refused, "They refuse a profile with `source_profile` and no `role_arn`.")
        .warns(&["because of source_profile without role_arn"]),
        layout("bare sections in the config file, as the original", ORIGINAL_CONFIG, ORIGINAL_CREDENTIALS)
            .asked_of("myaccount", &["--profile", "myaccount"])
            .unseen_by(
                &["Ruby SDK v3", GO_1[0], GO_1[1]],
                "They read bare sections too, and refuse `source_profile` there.",
            )
            .warns(&["because of source_profile without role_arn"]),
        layout("`work-long-term`, as aws-mfa", "", &format!("[work-long-term]\n{{KEY}}aws_mfa_device = {SERIAL}\n")),
        layout("`work-mfa`", "[profile work-mfa]\nmfa_serial = {SERIAL}\n", "[work-mfa]\n{KEY}"),
    ]
}

fn roles() -> Vec<Layout> {
    let role = "[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = work-key
mfa_serial = {SERIAL}
";
    let over_session =
        &format!("{USUAL}\n[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n");
    vec![
        layout("the session of a role", role, "[work-key]\n{KEY}").asked_of("admin-session", &["--profile", "admin"]),
        layout("a role that the client assumes with the session", over_session, "[work-key]\n{KEY}")
            .asked_of("admin", &["--profile", "work"])
            .unseen_by(&["restic", "s3cmd", "opendal"], "They know no roles."),
    ]
}

/// The content of the credentials file before the login.
fn contents() -> Vec<Layout> {
    let bom = "the AWS CLI, boto3 and the SDK for Rust refuse the whole file";
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let stale = "[work-key]\n{KEY}\n[work]\naws_access_key_id = ASIAOLD\naws_secret_access_key = old\n";
    vec![
        Layout {
            config: crlf(&USUAL.replace("{SERIAL}", SERIAL)),
            ..usual("CRLF in both files", &crlf(&format!("[work-key]\n{KEY}")))
        },
        usual("a byte order mark before another section", "\u{feff}# mine\n[work-key]\n{KEY}")
            .unseen_by(
                &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "s3cmd"],
                "They refuse a file with a byte order mark.",
            )
            .warns(&[bom]),
        Layout { token_length: 4096, ..usual("a token of 4 KB", "[work-key]\n{KEY}") },
        usual("a stale `aws_security_token`", &format!("{stale}aws_session_token = old\naws_security_token = stale\n")),
        usual("keys in upper case", &format!("{}AWS_SESSION_TOKEN = old\n", stale.replace("aws_access", "AWS_ACCESS"))),
        usual("comments, no final newline", "# mine\n[work-key]\n{KEY}\n; and\n[other]\nregion = x\n# end"),
    ]
}

/// Names with all characters that every client accepts.
fn names() -> Vec<Layout> {
    let named = |name: &'static str, profile: &'static str, arguments: &'static [&'static str]| {
        let config = USUAL.replace("awsmfa_session_profile = work", &format!("awsmfa_session_profile = {profile}"));
        let config = config.replace("[profile work]", &format!("[profile {profile}]"));
        layout(name, &config, "[work-key]\n{KEY}").asked_of(profile, arguments)
    };
    vec![
        named("a name with `.`", "work.dev", &["--profile", "work.dev"]),
        named("a name with `/`", "work/dev", &["--profile", "work/dev"]),
        named("a name with `@`", "ada@example.com", &["--profile", "ada@example.com"]),
        named("a name with `+`", "work+dev", &["--profile", "work+dev"]),
        named("a name with `:`", "work:dev", &["--profile", "work:dev"]),
        named("a name with `%`", "work%dev", &["--profile", "work%dev"]),
    ]
}

/// The printed warnings, without their prefix.
pub fn warnings(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("awsmfa: warning: ")).collect()
}

fn check(layout: &Layout, clients: &mut [Asked], table: &mut Table) {
    let sts = StandIn::start();
    sts.set_token_length(layout.token_length);
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let proxy = Proxy::before(&sts);
    let sandbox = Sandbox::with(&layout.config, &layout.credentials).using(&sts);
    let code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&[layout.arguments, &["login", "--token-code", &code]].concat()).expect(0);
    let warned = warnings(&said);
    let all_said = warned.len() == layout.warnings.len()
        && warned.iter().zip(&layout.warnings).all(|(said, expected)| said.contains(expected));
    if !all_said {
        table.fault(format!("{}: login warns {warned:#?}, not {:#?}", layout.name, layout.warnings));
    }
    let session = sts.sessions().pop().expect("a session");
    for asked in &mut *clients {
        let seen = asked.ask(&sandbox, layout.profile, &sts, &proxy);
        let name = asked.client.name;
        let is_admin = |arn: &str| arn.contains("/admin/") || arn.starts_with("a role over ");
        let is_it = match &seen {
            Sees::Session { arn, .. } if layout.profile == "admin" => is_admin(arn),
            Sees::Session { access_key_id, .. } => *access_key_id == session.access_key_id,
            _ => false,
        };
        table.cell(layout.name, name, is_it);
        if is_it == layout.is_unseen_by(name) {
            table.fault(format!("{}: {name} after login: {seen:?}", layout.name));
        }
    }
    sandbox.run(&[layout.arguments, &["logout"]].concat()).expect(0);
    for asked in clients {
        let seen = asked.ask(&sandbox, layout.profile, &sts, &proxy);
        if !matches!(seen, Sees::Nothing(_)) {
            table.fault(format!("{}: {} after logout: {seen:?}", layout.name, asked.client.name));
        }
    }
    let had_session = layout.credentials.contains("[work]");
    if !had_session && sandbox.credentials_text() != layout.credentials {
        table.fault(format!("{}: logout gave other bytes back", layout.name));
    }
}

#[test]
#[ignore = "needs the AWS clients: run tests/run"]
fn every_client_uses_the_session_in_every_layout_or_login_has_warned() {
    let layouts: Vec<Layout> = [links(), roles(), contents(), names()].into_iter().flatten().collect();
    let mut table = Table::default();
    let mut clients = Asked::all();
    for layout in &layouts {
        table.row(layout.name, layout.unseen.as_ref().map(|unseen| unseen.reason), !layout.warnings.is_empty());
        check(layout, &mut clients, &mut table);
    }
    assert_eq!(clients.len(), CLIENTS.len());
    table.finish();
}
