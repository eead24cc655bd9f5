//! What the manual says of files, variables, exit codes, and examples.

/// A word, what it means, and on whose pages that stands.
pub struct Entry {
    /// The file, the variables, the exit code, or the line to type.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// The commands, `awsmfa` being the program's own page; none for all that work with the AWS files.
    pub commands: &'static [&'static str],
}

/// What asks AWS.
const ASKING: &[&str] = &["awsmfa", "login", "exec", "credential-process", "setup"];
/// What may exchange a code.
const EXCHANGING: &[&str] = &["awsmfa", "login", "exec", "credential-process"];
const SETUP: &[&str] = &["awsmfa", "setup"];

pub const FILES: &[Entry] = &[
    Entry {
        name: "~/.aws/config",
        meaning: "The shared config file: roles, MFA devices, regions, links between profiles. Only setup writes to it.",
        commands: &[],
    },
    Entry {
        name: "~/.aws/credentials",
        meaning: "The shared credentials file: the long-term keys, and the sessions that login writes. It is replaced as a \
                  whole, under a lock; what is not part of the session stays byte for byte.",
        commands: &[],
    },
    Entry {
        name: "~/.local/state/awsmfa/used-codes",
        meaning: "Hashes of the codes of the last minutes, to tell a used code from a wrong one. Readable for the owner only.",
        commands: EXCHANGING,
    },
    Entry {
        name: "~/.local/state/awsmfa/undo-setup",
        meaning: "What the last setup has changed, for setup --undo. Readable for the owner only.",
        commands: SETUP,
    },
];

pub const ENVIRONMENT: &[Entry] = &[
    Entry {
        name: "AWS_PROFILE, AWS_DEFAULT_PROFILE",
        meaning: "The profile, if none is named; the first one counts.",
        commands: &[],
    },
    Entry {
        name: "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
        meaning: "Where the two files are. The flags --config-file and --credentials-file come first.",
        commands: &[],
    },
    Entry { name: "AWSMFA_TOKEN_CODE", meaning: "The code of the MFA device.", commands: EXCHANGING },
    Entry {
        name: "AWSMFA_MFA_PROCESS",
        meaning: "A command that prints the code, as the property mfa_process.",
        commands: EXCHANGING,
    },
    Entry { name: "AWS_MFA_SERIAL", meaning: "The ARN or serial number of the MFA device.", commands: ASKING },
    Entry {
        name: "AWSMFA_DURATION_SECONDS",
        meaning: "How long sessions should last: 3600, 12h, 90m.",
        commands: EXCHANGING,
    },
    Entry {
        name: "AWSMFA_MIN_REMAINING",
        meaning: "How long a session must still last to be kept, and to count as valid; 15m if nothing is said.",
        commands: &[],
    },
    Entry {
        name: "AWSMFA_SECRET_ACCESS_KEY",
        meaning: "The secret of the new key that --access-key-id names.",
        commands: SETUP,
    },
    Entry {
        name: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_SECURITY_TOKEN",
        meaning: "AWS tools prefer them to any profile, so that login warns about them. setup takes the secret for a new key \
                  from them, if the id is the same.",
        commands: &["awsmfa", "login", "setup"],
    },
    Entry {
        name: "AWS_REGION, AWS_DEFAULT_REGION",
        meaning: "The region of the STS endpoint, unless --region names one.",
        commands: ASKING,
    },
    Entry {
        name: "AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_IAM",
        meaning: "The endpoints of STS and, for setup, of IAM.",
        commands: ASKING,
    },
    Entry {
        name: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        meaning: "If true, all endpoint URLs but that of --endpoint-url are passed over.",
        commands: ASKING,
    },
    Entry {
        name: "AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, AWS_STS_REGIONAL_ENDPOINTS",
        meaning: "Which of the region's endpoints to use, as for other AWS tools.",
        commands: ASKING,
    },
    Entry { name: "AWS_CA_BUNDLE", meaning: "Certificates to trust instead of the system's.", commands: ASKING },
    Entry {
        name: "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
        meaning: "The proxy before AWS; the same names in small letters come first.",
        commands: ASKING,
    },
    Entry {
        name: "SHELL",
        meaning: "Whose syntax to print, if the program that runs awsmfa is no shell.",
        commands: &["awsmfa", "env"],
    },
    Entry { name: "XDG_STATE_HOME", meaning: "The folder to use instead of ~/.local/state.", commands: ASKING },
    Entry { name: "AWSMFA_NO_INPUT", meaning: "If set, nothing is asked: as --no-input.", commands: &[] },
    Entry {
        name: "NO_COLOR, TERM",
        meaning: "If the first is set, or the second is dumb, nothing is coloured.",
        commands: &[],
    },
    Entry { name: "AWSMFA_LOG", meaning: "If set, and not off: as --debug.", commands: &[] },
];

pub const EXIT_STATUS: &[Entry] = &[
    Entry { name: "0", meaning: "Done, or still valid.", commands: &[] },
    Entry {
        name: "1",
        meaning: "status: the session is not valid, or not for long enough.",
        commands: &["awsmfa", "status"],
    },
    Entry { name: "130", meaning: "Interrupted, at a prompt too.", commands: ASKING },
    Entry { name: "252", meaning: "The command line is wrong: a flag, a code, a duration.", commands: &[] },
    Entry {
        name: "253",
        meaning: "The files or variables are wrong: no such profile, no key, no MFA device, a file that does not parse, a \
                  long-term key where a session should go.",
        commands: &[],
    },
    Entry { name: "254", meaning: "STS refused.", commands: ASKING },
    Entry { name: "255", meaning: "Anything else: network, TLS, disk, lock.", commands: &[] },
    Entry {
        name: "n",
        meaning: "exec: the program's own; 126 if it cannot be run, 127 if it is not there.",
        commands: &["awsmfa", "exec"],
    },
];

pub const EXAMPLES: &[Entry] = &[
    Entry {
        name: "awsmfa setup",
        meaning: "Ask for a key and an MFA device, and connect a session profile to them.",
        commands: SETUP,
    },
    Entry {
        name: "awsmfa setup --session-profile default --dry-run",
        meaning: "Show how the key would leave the default profile, so that sessions can go there.",
        commands: &["setup"],
    },
    Entry { name: "awsmfa setup --undo", meaning: "Take the last change back.", commands: &["setup"] },
    Entry {
        name: "awsmfa doctor --fix",
        meaning: "Find what keeps AWS tools from a session, and mend what is certain.",
        commands: &["awsmfa", "doctor"],
    },
    Entry {
        name: "awsmfa login",
        meaning: "Ask for a code, unless the session is still valid, and write the session.",
        commands: &["awsmfa", "login"],
    },
    Entry {
        name: "awsmfa login default admin --duration-seconds 1h",
        meaning: "Log in to two profiles with one code, for an hour.",
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
        meaning: "Say how long the session of the profile work is valid.",
        commands: &["awsmfa", "status"],
    },
    Entry {
        name: "awsmfa status --min-remaining 1h --quiet || awsmfa login",
        meaning: "Log in if less than an hour is left.",
        commands: &["status"],
    },
    Entry { name: "awsmfa list", meaning: "Show every profile and its session.", commands: &["awsmfa", "list"] },
    Entry { name: "awsmfa list --output json", meaning: "The same for programs.", commands: &["list"] },
    Entry {
        name: "eval \"$(awsmfa env)\"",
        meaning: "Set the session as variables of this shell.",
        commands: &["awsmfa", "env"],
    },
    Entry { name: "awsmfa env --unset | source", meaning: "Clear them again, in fish.", commands: &["env"] },
    Entry {
        name: "awsmfa env --shell dotenv > session.env",
        meaning: "Write them to a file for docker run --env-file.",
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
