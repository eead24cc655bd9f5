//! The table of all kinds of findings: name, severity, message and remedy.
//!
//! In the texts, `{profile}` is replaced by the profile, `{what}` by the detail of the finding, and `{path}`, in
//! remedies only, by its file or folder.
//! The source for what each AWS client does is `docs/clients.md`.

use Severity::{Error, Note, Warning};

use crate::platform::{CLOSE_FILE, CLOSE_FOLDER};

/// The severity of a finding, from the most to the least severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A problem that breaks the clients that the message names.
    Error,
    /// A problem that affects only some clients, or that will cause a failure later.
    Warning,
    /// A fact that the user may want to know, although nothing is broken.
    Note,
}

impl Severity {
    /// Returns `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A row of the table, which describes one kind.
#[derive(Debug)]
pub(super) struct Row {
    pub kind: Kind,
    pub id: &'static str,
    pub severity: Severity,
    pub message: &'static str,
    pub remedy: &'static str,
}

/// Defines the kinds and the table from rows of: variant, name in JSON, severity, message, remedy.
macro_rules! kinds {
    ($($kind:ident, $id:literal, $severity:ident, $message:literal, $remedy:expr;)*) => {
        /// The kind of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the table has the message of each")]
        pub enum Kind {
            $($kind,)*
        }

        static TABLE: &[Row] = &[
            $(Row { kind: Kind::$kind, id: $id, severity: $severity, message: $message, remedy: $remedy },)*
        ];
    };
}

/// The way to save a UTF-16 file. `Set-Content -Encoding utf8` of Windows PowerShell 5.1 would add a byte order mark.
pub(crate) const AS_UTF_8: &str = "save it as UTF-8 without a byte order mark, in PowerShell with `[IO.File]::WriteAllLines((Resolve-Path FILE), (Get-Content FILE))`";

impl Kind {
    /// Returns all kinds, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.kind)
    }

    /// Returns the name in JSON output, such as `byte-order-mark`.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// Returns the severity of all findings of this kind.
    pub fn severity(self) -> Severity {
        self.row().severity
    }

    /// Returns the message, with the placeholders `{profile}` and `{what}`.
    pub fn message(self) -> &'static str {
        self.row().message
    }

    /// Returns the remedy for findings without one of their own, with the same placeholders and `{path}`.
    pub fn remedy(self) -> &'static str {
        self.row().remedy
    }

    fn row(self) -> &'static Row {
        // The macro defines the variants and the rows in the same order.
        #[expect(clippy::indexing_slicing, reason = "the table has a row for each kind")]
        &TABLE[self as usize]
    }
}

kinds! {
    // Syntax and spelling.
    ByteOrderMark, "byte-order-mark", Error,
        "there is a byte order mark: the AWS CLI, boto3 and the SDK for Rust refuse the whole file, others misread the first line",
        "save the file without the mark";
    Utf16, "utf-16", Error,
        "the file is UTF-16 text, which no AWS client reads",
        AS_UTF_8;
    NotUtf8, "not-utf-8", Error,
        "the line is not UTF-8: the AWS CLI, boto3 and the SDKs for Rust and Ruby refuse the whole file or drop it",
        "save the file as UTF-8";
    UnreadableLine, "unreadable-line", Error,
        "the line is not a header, property or comment that all AWS clients read: some, such as the AWS CLI and the SDKs for Go or Rust, refuse the whole file",
        "fix the line in an editor";
    CarriageReturn, "carriage-return", Error,
        "the line has a carriage return that does not end it: the AWS CLI and boto3 see a line break there, others do not",
        "save the file with the usual line ends";
    DuplicateSection, "duplicate-section", Error,
        "the section [{what}] occurs again in this file: the AWS CLI and boto3 refuse the whole file",
        "merge the two sections";
    DuplicateProperty, "duplicate-property", Error,
        "{what} occurs again in the same section: the AWS CLI and boto3 refuse the whole file",
        "remove one of the lines";
    InlineComment, "inline-comment", Warning,
        "the AWS CLI and boto3 read the comment after {what} as a part of the value",
        "move it to a line of its own";
    IndentedHeader, "indented-header", Warning,
        "the header in this line is indented: the SDKs for JavaScript and Go read it as a header, the others as a part of the value above",
        "move it to the beginning of the line";
    IndentedLine, "indented-line", Error,
        "the line below the header is indented: the SDKs for Rust and C++ refuse the whole file, that for Ruby fails",
        "move it to the beginning of the line";
    IndentedComment, "indented-comment", Warning,
        "the indented comment below {what} is a part of its value for the SDKs for Rust and C++",
        "move it to the beginning of the line";
    SimpleReaders, "simple-readers", Note,
        "{what} in this line: some programs that read the file without an AWS SDK, such as opendal and restic, do not see the session",
        "remove it if you use such a program";
    BareSection, "bare-section", Warning,
        "the section [{what}] of the config file is not a profile for most AWS clients: only the SDK for Ruby and a few others see it",
        "rename it to [profile {what}]";
    IrregularHeader, "irregular-header", Warning,
        "the header of '{profile}' has spaces, quotes or text that not all AWS clients allow there: some do not see the profile",
        "write it as [{what}]";
    ProfileWordInCredentials, "profile-word-in-credentials", Error,
        "in the credentials file the word profile is a part of the name for all AWS clients but the SDK for Ruby",
        "write the header as [{what}]";
    TwoDefaults, "two-defaults", Warning,
        "there are [default] and [profile default]: the SDKs for JavaScript, Rust and Go read the second alone, the AWS CLI and boto3 whichever comes last",
        "merge the two sections into one, [default]";
    UpperCaseProperty, "upper-case-property", Warning,
        "{what} contains uppercase letters: the SDKs for JavaScript, Ruby and C++ do not see it",
        "write it in lowercase";
    QuotedValue, "quoted-value", Warning,
        "the value of {what} is in quotes: the SDK for Go removes them, all others read them as a part of the value",
        "remove the quotes";
    CutCommand, "cut-command", Warning,
        "the command in {what} ends where a ` ;` or ` #` begins: awsmfa and most SDKs read the rest as a comment, the AWS CLI and boto3 do not",
        "put the commands into a script, or the comment on a line of its own";
    ContinuedValue, "continued-value", Error,
        "the value of {what} goes on in the indented line below: the AWS CLI and boto3 read both lines as one value, others the first alone; awsmfa refuses it",
        "write the whole value on the line of the property";
    ShellCommand, "shell-command", Warning,
        "the command in {what} is written for a shell: awsmfa and the SDKs for JavaScript, Go and Rust run one, the AWS CLI and boto3 do not",
        "put the command into a script";
    NestedWithoutValue, "nested-without-value", Error,
        "the indented line below {what} has no =: the AWS CLI, boto3 and the SDK for Rust refuse the whole file",
        "complete the line, or remove it";
    InheritedDefault, "inherited-default", Error,
        "the AWS CLI and boto3 read {what} of [DEFAULT] in every profile of this file: the name in uppercase is special to them",
        "rename the section to [default], or move its lines to the profiles that need them";
    UnportableName, "unportable-name", Warning,
        "a profile called '{profile}' is not seen by {what}",
        "use another name (all clients accept letters, digits and - _ . / @ : + %)";
    // Keys and sessions.
    HalfKey, "half-key", Error,
        "'{profile}' has only half an access key, without {what}: the AWS CLI, boto3 and the SDK for Go refuse it, others pair it with a half from the other file",
        "complete the key, or remove the line";
    MissingToken, "missing-token", Error,
        "'{profile}' has the access key of a session without its {what}: AWS refuses it",
        "copy all three lines of the session, or remove these two and run `awsmfa login`";
    EmptyKey, "empty-key", Warning,
        "{what} has no value: some AWS clients sign with an empty one, so that AWS refuses them",
        "remove the line";
    TwoKeys, "two-keys", Warning,
        "'{profile}' has an access key in the file and names another one in the keyring, which is not used",
        "remove the line awsmfa_keyring, or the key in the file";
    LeftOverToken, "left-over-token", Error,
        "'{profile}' has {what} left over from an old session beside its long-term access key: AWS clients send the token with the key, and AWS refuses them",
        "remove what is left over; the key stays as it is";
    TokenInConfig, "token-in-config", Warning,
        "there is a session token in the config file, which some clients will use after logout",
        "remove the line";
    StaleSecurityToken, "stale-security-token", Error,
        "aws_security_token differs from aws_session_token, and the AWS CLI and boto3 sign with it: AWS refuses them",
        "remove the line";
    SecurityTokenAlone, "security-token-alone", Warning,
        "the token of '{profile}' is called aws_security_token, which only the AWS CLI and boto3 read: for all others the key has none",
        "rename it to aws_session_token, or log in again";
    KeyInSessionProfile, "key-in-session-profile", Error,
        "'{profile}' is configured as a session profile, but holds a long-term access key, which is never overwritten",
        "write the sessions elsewhere with awsmfa_session_profile, or move the key away with `awsmfa setup --session-profile {profile}`";
    SessionWithoutLink, "session-without-link", Note,
        "'{profile}' holds a session, and no profile is configured as the source of the next one",
        "if awsmfa is to renew it, `awsmfa setup --source-profile <profile with the key> --session-profile {profile}` links it";
    ExpiredSession, "expired-session", Note,
        "the session of '{profile}' has expired",
        "`awsmfa login {profile}` renews it, `awsmfa logout {profile}` removes it";
    NoSession, "no-session", Note,
        "'{profile}' is selected and holds no session: AWS clients find no credentials",
        "`awsmfa login {profile}` requests one";
    SessionElsewhere, "session-elsewhere", Note,
        "AWS clients do not use the session of '{profile}', which is written to '{what}'",
        "set AWS_PROFILE to {what} for AWS clients";
    NoRegion, "no-region", Note,
        "'{profile}' has no region, unlike its source profile: most AWS clients require one",
        "`aws configure set region {what} --profile {profile}` adds it, or set AWS_REGION";
    // Links between profiles.
    LookedPast, "looked-past", Error,
        "a session in '{profile}' is not used by all AWS clients: {what}",
        "write the session to a profile of its own with awsmfa_session_profile, or remove that line";
    KeptByOther, "kept-by-other", Warning,
        "'{profile}' is configured as a session profile, but is managed by another program: manager = {what}",
        "write the sessions elsewhere with awsmfa_session_profile, or remove that line";
    SourceProfileWithoutRole, "source-profile-without-role", Error,
        "the SDKs for Go (so Terraform, too) and Ruby refuse '{profile}' because of source_profile without role_arn",
        "`awsmfa setup --migrate` writes the link in another way";
    MissingSource, "missing-source", Error,
        "'{profile}' links to a profile that does not exist: {what}",
        "name another one in that line";
    BothSources, "both-sources", Error,
        "'{profile}' has source_profile and credential_source: the AWS CLI, boto3 and the SDKs for JavaScript and Rust refuse it",
        "remove one of the lines";
    ChainedDuration, "chained-duration", Error,
        "the role '{profile}' is assumed with a session, for which AWS gives 1h at most: AWS clients fail with its duration_seconds of {what}, and awsmfa requests 1h",
        "remove the line, or name the profile with the long-term access key as source_profile, with mfa_serial in the role";
    LoopWithKey, "loop-with-key", Warning,
        "the source profiles form a loop, {what}: the AWS CLI, boto3 and the SDK for Rust refuse that, although one of them has a key",
        "remove source_profile from the profile with the key";
    IncludedProfile, "included-profile", Warning,
        "'{profile}' takes properties from another profile with {what}, which only aws-vault reads",
        "write the lines that are needed, such as mfa_serial, to '{profile}' itself";
    RoleWithoutSource, "role-without-source", Error,
        "no source profile is configured for the role of '{profile}': most AWS clients refuse it",
        "add a line `source_profile = <profile>`";
    LinkLoop, "link-loop", Error,
        "the source profiles form a loop: {what}",
        "the last profile of the chain must hold a long-term access key";
    Ambiguous, "ambiguous", Error,
        "several profiles could be used for '{profile}': {what}",
        "name one of them with awsmfa_session_profile or awsmfa_source_profile";
    SharedTarget, "shared-target", Error,
        "the sessions of {what} would both be written to '{profile}'",
        "give each its own awsmfa_session_profile";
    BadNameInLink, "bad-name-in-link", Error,
        "{what} of '{profile}' is not a valid profile name",
        "name another one in that line";
    MissingServices, "missing-services", Error,
        "'{profile}' names the section [services {what}], which does not exist: its endpoints are not used, and some AWS clients refuse the profile",
        "add the section, or remove the line";
    ProcessLoop, "process-loop", Error,
        "the credential_process of '{profile}' runs awsmfa, which needs the key of the same profile",
        "let another program print the long-term access key, or name a profile with a key after `awsmfa credential-process`";
    // MFA devices.
    NoSerial, "no-serial", Error,
        "no MFA device is configured for the key of '{profile}'",
        "`awsmfa setup --source-profile {profile}` finds it; or add a line `mfa_serial = arn:aws:iam::<account>:mfa/<device>`";
    SecurityKey, "security-key", Error,
        "the MFA device of '{profile}' is a passkey or security key, which has no codes: STS gives no session for it",
        "register an authenticator app or a hardware token beside it (IAM allows eight devices), and name that one";
    UnlistedSerial, "unlisted-serial", Error,
        "the MFA device of '{profile}' is not one that IAM lists for the user: {what}",
        "`awsmfa setup --yes --source-profile {profile}` writes the device that IAM lists";
    BadSerial, "bad-serial", Error,
        "{what} of '{profile}' names no MFA device",
        "it must look like arn:aws:iam::<account>:mfa/<device>; `awsmfa setup` finds the device, and the IAM console shows it under Security credentials";
    DoubleMfa, "double-mfa", Warning,
        "the role '{profile}' has an mfa_serial and is assumed with a session that has MFA already: the SDKs for JavaScript and Go refuse it, the AWS CLI asks for a code again",
        "`awsmfa setup --migrate` rewrites it";
    SerialInSessionProfile, "serial-in-session-profile", Note,
        "'{profile}' has {what} beside its session: the SDK for .NET sees no credentials there",
        "move it to the profile with the key";
    AwsMfaDevice, "aws-mfa-device", Note,
        "the MFA device of '{profile}' is set with aws_mfa_device, which only aws-mfa and awsmfa read",
        "`awsmfa setup --migrate` rewrites it";
    // The environment and the disk.
    KeysInEnvironment, "keys-in-environment", Warning,
        "most AWS clients use {what} from the environment instead of the profile",
        "clear it: `eval \"$(awsmfa env --unset)\"` in bash and zsh";
    PermanentKeyInEnvironment, "permanent-key-in-environment", Warning,
        "most AWS clients use {what} from the environment instead of the profile; it is a long-term access key, which every program that is started there can read",
        "clear it: `eval \"$(awsmfa env --unset)\"` in bash and zsh; `awsmfa setup --access-key-id <id>` stores it in a profile";
    ProfileVariablesDiffer, "profile-variables-differ", Warning,
        "AWS_PROFILE and AWS_DEFAULT_PROFILE differ, and clients disagree which counts (the AWS CLI v1 and boto3 take AWS_DEFAULT_PROFILE)",
        "unset one";
    SerialInEnvironment, "serial-in-environment", Warning,
        "AWS_MFA_SERIAL is set, and awsmfa uses it instead of mfa_serial ({what})",
        "unset AWS_MFA_SERIAL";
    EmptyFileVariable, "empty-file-variable", Error,
        "{what} is set but empty: awsmfa treats it as unset, the AWS CLI, boto3 and the SDKs for Rust, Ruby and C++ as no file, so that they find no profile",
        "unset it";
    MissingNamedFile, "missing-named-file", Warning,
        "{what} names a file that does not exist",
        "unset it, or name another file";
    UnknownProfile, "unknown-profile", Error,
        "{what} names a profile that does not exist: AWS clients fail",
        "`awsmfa list` shows those that do";
    TildeInVariable, "tilde-in-variable", Warning,
        "{what} begins with ~, which the SDK for Go (so Terraform, too) and restic do not expand to the home folder",
        "write the whole path";
    OtherAwsmfa, "other-awsmfa", Warning,
        "the first awsmfa in PATH is a different program: {what}",
        "remove it, or put the folder of this one before it";
    CannotLogIn, "cannot-log-in", Error,
        "`awsmfa login {profile}` would fail: {what}",
        "fix the line in an editor";
    UnreadableFile, "unreadable-file", Error,
        "the file cannot be read: {what}",
        "is it a file, is it yours, and may you read it?";
    DanglingLink, "dangling-link", Error,
        "the symbolic link resolves to a file that does not exist: {what}",
        "create that file, or remove the link";
    NotReplaceable, "not-replaceable", Error,
        "no session can be written: {what}",
        "allow the file to be replaced, or name another one with --credentials-file";
    ConfigNotReplaceable, "config-not-replaceable", Note,
        "`awsmfa setup` and `awsmfa doctor --fix` cannot change the file: {what}",
        "change it with the program that manages it";
    ReadableByOthers, "readable-by-others", Warning,
        "other users of this machine can read or change the file ({what})",
        CLOSE_FILE;
    FolderOpenToOthers, "folder-open-to-others", Warning,
        "other users of this machine can write to the folder ({what}), and so replace the files in it",
        CLOSE_FOLDER;
    ModesNotKept, "modes-not-kept", Note,
        "this Windows drive is mounted without `metadata`, so `chmod` cannot keep other users of this Linux system out; Windows permissions apply",
        "to use modes, add `options = \"metadata\"` to the section `[automount]` of /etc/wsl.conf, and restart WSL";
    UnfinishedFile, "unfinished-file", Warning,
        "a run of awsmfa that was killed left this copy of a file, with the keys in it",
        "remove it";
    RecoveryFile, "recovery-file", Note,
        "a session that could not be written is waiting here",
        "the next `awsmfa login` uses it, `awsmfa logout` removes it";
    ForeignFile, "foreign-file", Warning,
        "{what}",
        "delete it if you do not need it";
    StateFolder, "state-folder", Warning,
        "the folder for used codes and `awsmfa setup --undo` cannot be written to: {what}",
        "make it yours: `sudo awsmfa` may have created it";
    UnfinishedRotation, "unfinished-rotation", Warning,
        "a rotation of the key of '{profile}' has begun and is not complete",
        "`awsmfa key rotate {profile}` completes it";
    ReplacedKey, "replaced-key", Note,
        "the old key of '{profile}' is inactive, but not deleted: {what}",
        "`awsmfa key rotate {profile} --finish` deletes it, `--undo` brings it back";
    // Answers of AWS.
    ClockSkew, "clock-skew", Error,
        "{what}: AWS refuses requests, MFA codes generated on it are wrong, and times are shown wrong",
        "set the clock";
    Unreachable, "unreachable", Error,
        "{what}",
        "check the network, the proxy and the VPN";
    KeyRefused, "key-refused", Error,
        "AWS refuses the key of '{profile}': {what}",
        "is the key active, complete, and of this partition? The IAM console shows it under Security credentials";
    OldKey, "old-key", Warning,
        "the long-term access key of '{profile}' is {what} days old",
        "`awsmfa key rotate {profile}` replaces it";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_name_of_its_own() {
        let mut ids: Vec<&str> = TABLE.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), TABLE.len());
    }
}
