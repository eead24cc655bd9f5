//! The names of the properties that awsmfa reads and writes.

/// The id of an access key, `AKIA…` for a long-term one, `ASIA…` for a session's.
pub const ACCESS_KEY_ID: &str = "aws_access_key_id";
/// The secret half of an access key.
pub const SECRET_ACCESS_KEY: &str = "aws_secret_access_key";
/// The token that belongs to a session's access key.
pub const SESSION_TOKEN: &str = "aws_session_token";
/// The old name of the session token, which botocore prefers.
pub const SECURITY_TOKEN: &str = "aws_security_token";
/// The end of the session; Starship reads it.
pub const EXPIRATION: &str = "expiration";
/// The program that manages the section; awsume leaves those of other programs alone.
pub const MANAGER: &str = "manager";
/// The fingerprint of the access key that awsmfa wrote, if its id looks like that of a long-term key: emulators of STS
/// return such ids.
pub const AWSMFA_WRITTEN_KEY: &str = "awsmfa_written_key";
/// Set if session policies narrow the session, so that it is not taken for one without them.
pub const AWSMFA_NARROWED: &str = "awsmfa_narrowed";
/// The entry in the keyring of the operating system that holds the long-term access key of the profile. Only awsmfa reads
/// this property, so that no other tool uses the key.
pub const AWSMFA_KEYRING: &str = "awsmfa_keyring";
/// The MFA device.
pub const MFA_SERIAL: &str = "mfa_serial";
/// The MFA device, as aws-mfa calls it.
pub const AWS_MFA_DEVICE: &str = "aws_mfa_device";
/// A command that prints an MFA code.
pub const MFA_PROCESS: &str = "mfa_process";
/// The profile with the source credentials for the session of this profile.
pub const AWSMFA_SOURCE_PROFILE: &str = "awsmfa_source_profile";
/// The profile that this profile's session is written to.
pub const AWSMFA_SESSION_PROFILE: &str = "awsmfa_session_profile";
/// The requested duration of a session.
pub const AWSMFA_DURATION_SECONDS: &str = "awsmfa_duration_seconds";
/// The remaining time below which a session is replaced.
pub const AWSMFA_MIN_REMAINING: &str = "awsmfa_min_remaining";
/// The age from which `doctor` recommends a new long-term access key.
pub const AWSMFA_MAX_KEY_AGE: &str = "awsmfa_max_key_age";
/// The profile whose credentials AWS tools use to assume a role.
pub const SOURCE_PROFILE: &str = "source_profile";
/// The role that AWS tools assume for a profile.
pub const ROLE_ARN: &str = "role_arn";
/// The external id that a role's trust policy may require, to prevent the confused deputy problem.
pub const EXTERNAL_ID: &str = "external_id";
/// The name of a role's session in AWS's logs.
pub const ROLE_SESSION_NAME: &str = "role_session_name";
/// The source identity of a role's session, as aws-vault calls it.
pub const SOURCE_IDENTITY: &str = "source_identity";
/// The tags of a role's session, as aws-vault calls them.
pub const SESSION_TAGS: &str = "session_tags";
/// The keys of the tags that further roles inherit, as aws-vault calls them.
pub const TRANSITIVE_SESSION_TAGS: &str = "transitive_session_tags";
/// The sign-in of `aws login` (AWS CLI 2.32 and later).
pub const LOGIN_SESSION: &str = "login_session";
/// The origin of a role's source credentials, if they do not come from a profile.
pub const CREDENTIAL_SOURCE: &str = "credential_source";
/// The file with the token that a role is assumed with.
pub const WEB_IDENTITY_TOKEN_FILE: &str = "web_identity_token_file";
/// The prefix of the properties for IAM Identity Center.
pub const SSO_PREFIX: &str = "sso_";
/// The requested duration of a role's session.
pub const DURATION_SECONDS: &str = "duration_seconds";
/// The role that aws-mfa assumes with a permanent profile's key.
pub const ASSUME_ROLE: &str = "assume_role";
/// The account of a profile for IAM Identity Center.
pub const SSO_ACCOUNT_ID: &str = "sso_account_id";
/// A command that prints credentials.
pub const CREDENTIAL_PROCESS: &str = "credential_process";
/// The AWS region.
pub const REGION: &str = "region";
/// A file of certificates to trust.
pub const CA_BUNDLE: &str = "ca_bundle";
/// The URL to which requests are sent instead of AWS's own endpoint.
pub const ENDPOINT_URL: &str = "endpoint_url";
/// The `[services X]` section with endpoints of single services.
pub const SERVICES: &str = "services";
/// Set to ignore the endpoint URLs in the files.
pub const IGNORE_CONFIGURED_ENDPOINT_URLS: &str = "ignore_configured_endpoint_urls";
/// Set to use endpoints that are validated under FIPS 140.
pub const USE_FIPS_ENDPOINT: &str = "use_fips_endpoint";
/// Set to use endpoints that also support IPv6.
pub const USE_DUALSTACK_ENDPOINT: &str = "use_dualstack_endpoint";
/// `legacy` for the one endpoint of all older regions, `regional` for each region's own.
pub const STS_REGIONAL_ENDPOINTS: &str = "sts_regional_endpoints";
/// The output format of the AWS CLI.
pub const OUTPUT: &str = "output";

/// Properties that must have a value of one line: `check` reports one that continues on other lines.
pub const READ_AS_WHOLE: [&str; 14] = [
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    SECURITY_TOKEN,
    REGION,
    ROLE_ARN,
    SOURCE_PROFILE,
    AWSMFA_SOURCE_PROFILE,
    AWSMFA_SESSION_PROFILE,
    MFA_SERIAL,
    AWS_MFA_DEVICE,
    MFA_PROCESS,
    CREDENTIAL_PROCESS,
    EXTERNAL_ID,
];

/// Properties that every AWS client reads, so that all of them must read the same value.
pub const READ_BY_CLIENTS: [&str; 7] =
    [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, REGION, ROLE_ARN, SOURCE_PROFILE, MFA_SERIAL];

/// The properties that name another profile.
pub const LINKS: [&str; 3] = [AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE];

/// Properties of an earlier session, most of them written by other tools. They would contradict a new session and are
/// removed: botocore prefers `aws_security_token` to the session token.
pub const REMOVED_BY_LOGIN: [&str; 8] = [
    AWSMFA_NARROWED,
    SECURITY_TOKEN,
    "x_security_token_expires",
    "aws_expiration",
    "awsmfa_expiration",
    "aws_session_expiration_timestamp",
    "assumed_role",
    "assumed_role_arn",
];
