//! The manual's texts on files, variables and exit codes, and its examples.

/// A word, and what the manual says about it.
pub struct Entry {
    /// The file, the variables, the exit code, or the line to type.
    pub name: &'static str,
    pub meaning: &'static str,
    /// The commands on whose pages it is, with `awsmfa` for the program's own; empty for all that use the AWS files.
    pub commands: &'static [&'static str],
}

/// The commands that send requests to AWS.
const CALLING: &[&str] = &["awsmfa", "login", "exec", "credential-process", "setup"];
/// The commands that may exchange an MFA code for a session.
const EXCHANGING: &[&str] = &["awsmfa", "login", "exec", "credential-process"];
const SETUP: &[&str] = &["awsmfa", "setup"];

pub const FILES: &[Entry] = &[
    Entry {
        name: "~/.aws/config",
        meaning: "The shared config file: roles, MFA devices, regions, links between profiles. Only setup and \
                  doctor --fix write to it.",
        commands: &[],
    },
    Entry {
        name: "~/.aws/credentials",
        meaning: "The shared credentials file: the long-term access keys, and the sessions that login writes. It is \
                  replaced as a whole, under a lock; what is not part of the session stays the same, byte for byte.",
        commands: &[],
    },
    Entry {
        name: "~/.local/state/awsmfa/used-codes",
        meaning: "Hashes of the MFA codes of the last minutes, to tell a used code from a wrong one. Readable only by \
                  its owner.",
        commands: EXCHANGING,
    },
    Entry {
        name: "~/.local/state/awsmfa/undo-setup",
        meaning: "The changes of the last setup, for setup --undo. Readable only by its owner.",
        commands: SETUP,
    },
];

pub const ENVIRONMENT: &[Entry] = &[
    Entry {
        name: "AWS_PROFILE, AWS_DEFAULT_PROFILE",
        meaning: "The profile to use if none is named. The first variable takes precedence.",
        commands: &[],
    },
    Entry {
        name: "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
        meaning: "The paths of the two files. The flags --config-file and --credentials-file take precedence.",
        commands: &[],
    },
    Entry { name: "AWSMFA_TOKEN_CODE", meaning: "The MFA code.", commands: EXCHANGING },
    Entry {
        name: "AWSMFA_MFA_PROCESS",
        meaning: "A command that prints the MFA code, like the property mfa_process.",
        commands: EXCHANGING,
    },
    Entry { name: "AWS_MFA_SERIAL", meaning: "The ARN or serial number of the MFA device.", commands: CALLING },
    Entry {
        name: "AWSMFA_DURATION_SECONDS",
        meaning: "The duration of new sessions: 3600, 12h, 90m.",
        commands: EXCHANGING,
    },
    Entry {
        name: "AWSMFA_MIN_REMAINING",
        meaning: "How much longer a session must last to be kept, and to count as valid; defaults to 15m.",
        commands: &[],
    },
    Entry { name: "AWSMFA_SECRET_ACCESS_KEY", meaning: "The secret access key for --access-key-id.", commands: SETUP },
    Entry {
        name: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_SECURITY_TOKEN",
        meaning: "AWS tools prefer these to any profile, so login warns about them. setup takes the secret access key \
                  of a new key from them if the id is the same.",
        commands: &["awsmfa", "login", "setup"],
    },
    Entry {
        name: "AWS_REGION, AWS_DEFAULT_REGION",
        meaning: "The region of the STS endpoint, unless --region names one.",
        commands: CALLING,
    },
    Entry {
        name: "AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_IAM",
        meaning: "The endpoints of STS and, for setup, of IAM.",
        commands: CALLING,
    },
    Entry {
        name: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        meaning: "If true, all endpoint URLs except that of --endpoint-url are ignored.",
        commands: CALLING,
    },
    Entry {
        name: "AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, AWS_STS_REGIONAL_ENDPOINTS",
        meaning: "The choice among the region's endpoints, as for other AWS tools.",
        commands: CALLING,
    },
    Entry { name: "AWS_CA_BUNDLE", meaning: "Certificates to trust instead of the system's.", commands: CALLING },
    Entry {
        name: "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
        meaning: "The proxy for requests to AWS. The same names in lower case take precedence.",
        commands: CALLING,
    },
    Entry {
        name: "SHELL",
        meaning: "The shell whose syntax is printed if the program that runs awsmfa is not a shell.",
        commands: &["awsmfa", "env"],
    },
    Entry { name: "XDG_STATE_HOME", meaning: "The folder to use instead of ~/.local/state.", commands: CALLING },
    Entry { name: "AWSMFA_NO_INPUT", meaning: "If set, there are no prompts, as with --no-input.", commands: &[] },
    Entry {
        name: "NO_COLOR, TERM",
        meaning: "If NO_COLOR is set, or TERM is dumb, the output has no colours.",
        commands: &[],
    },
    Entry { name: "AWSMFA_LOG", meaning: "If set, and not off, the same as --debug.", commands: &[] },
];

pub const EXIT_STATUS: &[Entry] = &[
    Entry { name: "0", meaning: "Success, or the session is still valid.", commands: &[] },
    Entry {
        name: "1",
        meaning: "status: the session is not valid, or not for long enough.",
        commands: &["awsmfa", "status"],
    },
    Entry { name: "130", meaning: "Interrupted, also at a prompt.", commands: CALLING },
    Entry { name: "252", meaning: "The command line is wrong: a flag, an MFA code, a duration.", commands: &[] },
    Entry {
        name: "253",
        meaning: "The files or variables are wrong: no such profile, no access key, no MFA device, a file that cannot \
                  be parsed, a long-term access key where the session would be written.",
        commands: &[],
    },
    Entry { name: "254", meaning: "STS refused the request.", commands: CALLING },
    Entry { name: "255", meaning: "Any other error: network, TLS, disk, lock.", commands: &[] },
    Entry {
        name: "n",
        meaning: "exec: the program's own exit code; 126 if it cannot be run, 127 if it is not found.",
        commands: &["awsmfa", "exec"],
    },
];

pub const EXAMPLES: &[Entry] = &[
    Entry {
        name: "awsmfa setup",
        meaning: "Prompt for an access key and an MFA device, and connect a session profile to them.",
        commands: SETUP,
    },
    Entry {
        name: "awsmfa setup --session-profile default --dry-run",
        meaning: "Show how the key would move out of the default profile, so that sessions can be written there.",
        commands: &["setup"],
    },
    Entry { name: "awsmfa setup --undo", meaning: "Undo the last change.", commands: &["setup"] },
    Entry {
        name: "awsmfa doctor --fix",
        meaning: "Find what keeps AWS tools from using a session, and fix what can be fixed safely.",
        commands: &["awsmfa", "doctor"],
    },
    Entry {
        name: "awsmfa login",
        meaning: "Prompt for an MFA code, unless the session is still valid, and write the new session.",
        commands: &["awsmfa", "login"],
    },
    Entry {
        name: "awsmfa login default admin --duration-seconds 1h",
        meaning: "Log in to two profiles with one MFA code, for an hour.",
        commands: &["login"],
    },
    Entry {
        name: "awsmfa login -- --duration-seconds 3600",
        meaning: "The same duration, as an option of aws sts get-session-token.",
        commands: &["login"],
    },
    Entry {
        name: "awsmfa logout --all",
        meaning: "Remove every session that awsmfa has written.",
        commands: &["logout"],
    },
    Entry {
        name: "awsmfa status work",
        meaning: "Print how long the session of the profile work is still valid.",
        commands: &["awsmfa", "status"],
    },
    Entry {
        name: "awsmfa status --min-remaining 1h --quiet || awsmfa login",
        meaning: "Log in if less than an hour is left.",
        commands: &["status"],
    },
    Entry { name: "awsmfa list", meaning: "Show every profile and its session.", commands: &["awsmfa", "list"] },
    Entry { name: "awsmfa list --output json", meaning: "The same as JSON, for programs.", commands: &["list"] },
    Entry {
        name: "eval \"$(awsmfa env)\"",
        meaning: "Set the session as variables of this shell.",
        commands: &["awsmfa", "env"],
    },
    Entry { name: "awsmfa env --unset | source", meaning: "Clear these variables, in fish.", commands: &["env"] },
    Entry {
        name: "awsmfa env --shell dotenv > session.env",
        meaning: "Write the variables to a file for docker run --env-file.",
        commands: &["env"],
    },
    Entry {
        name: "awsmfa exec admin -- terraform plan",
        meaning: "Run a program with the session of the role profile admin.",
        commands: &["awsmfa", "exec"],
    },
    Entry {
        name: "credential_process = awsmfa credential-process admin",
        meaning: "In a profile of ~/.aws/config: AWS tools get the session of admin from awsmfa.",
        commands: &["credential-process"],
    },
    Entry {
        name: "eval \"$(awsmfa completions bash)\"",
        meaning: "In ~/.bashrc: complete commands, flags and profiles.",
        commands: &["completions"],
    },
    Entry {
        name: "awsmfa completions fish > ~/.config/fish/completions/awsmfa.fish",
        meaning: "The same for fish, once.",
        commands: &["completions"],
    },
    Entry {
        name: "awsmfa man --dir ~/.local/share/man/man1",
        meaning: "Install the manual for man(1).",
        commands: &["man"],
    },
    Entry { name: "awsmfa help login", meaning: "Print the help of login.", commands: &["help"] },
    Entry { name: "awsmfa version", meaning: "Print version, commit and target.", commands: &["version"] },
    Entry { name: "awsmfa man | man -l -", meaning: "Read the main page without installing it.", commands: &["man"] },
];
