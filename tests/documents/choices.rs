//! Files that the official SDKs read in different ways: what awsmfa reads, which SDKs it agrees with, and why.

/// A choice among the ways in which the SDKs read.
pub struct Choice {
    pub reason: &'static str,
    /// Each case, with the official SDKs that read the same key and token in it.
    pub cases: &'static [(&'static str, &'static [&'static str])],
}

#[rustfmt::skip] // A table.
pub const CHOICES: &[Choice] = &[
    Choice {
        reason: "A carriage return alone ends no line.",
        cases: &[
            ("a07-cr-only", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "The mark is skipped; `login` refuses to write behind it, or warns.",
        cases: &[
            ("a09-bom-then-section", &["js3"]),
            ("a10-bom-then-comment", &["js3", "go2", "ruby3", "crt", "cpp"]),
            ("a11-bom-in-config", &["js3", "go2", "ruby3", "crt", "cpp"]),
            ("a12-bom-other-section", &["js3", "go2", "ruby3"]),
        ],
    },
    Choice {
        reason: "A no-break space is no space: it belongs to the name.",
        cases: &[
            ("a103-nbsp-around", &["rust", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "A line that some refuse the whole file for is read as far as it goes, or skipped; `login` refuses or warns.",
        cases: &[
            ("a104-rem-comment", &["js3", "go2", "ruby3", "crt", "cpp"]),
            ("a59-line-without-eq", &["js3", "go2", "ruby3"]),
            ("a60-line-without-eq-other", &["js3", "go2", "ruby3"]),
            ("a61-empty-key", &["js3", "go2", "ruby3"]),
            ("a62-key-before-section", &["js3", "go2", "ruby3"]),
            ("a63-garbage-before-section", &["js3", "go2", "ruby3"]),
            ("a65-unclosed-header-other", &["js3", "go2", "ruby3"]),
            ("a67-empty-header", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("b29-name-closing-bracket", &["cli1", "cli2", "boto3", "js3", "go2"]),
            ("b30-name-opening-bracket", &["cli1", "cli2", "boto3", "js3", "go2"]),
            ("b31-name-hash", &["cli1", "cli2", "boto3", "js3", "ruby3"]),
            ("b32-name-semi", &["cli1", "cli2", "boto3", "js3", "ruby3"]),
        ],
    },
    Choice {
        reason: "An indented line is never a property and never a header, as the cross-SDK rules say.",
        cases: &[
            ("a105-section-in-value-cont", &["cli1", "cli2", "boto3", "rust", "ruby3", "crt", "cpp"]),
            ("a110-section-header-with-tab-after-keys", &["ruby3", "cpp"]),
            ("a35-indented-all-keys", &["rust", "ruby3", "crt", "cpp"]),
            ("a36-indented-all-keys-tab", &["rust", "ruby3", "crt", "cpp"]),
            ("a37-indented-later-keys", &[]),
            ("a38-indented-header", &["cli1", "cli2", "boto3", "rust", "ruby3", "crt", "cpp"]),
            ("a39-indented-header-first", &["rust", "ruby3", "crt", "cpp"]),
            ("a40-indented-header-blank-before", &["cli1", "cli2", "boto3", "rust", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "What stands on indented lines is no part of a key or a token.",
        cases: &[
            ("a16-comment-indented", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("a17-comment-indented-after-key", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("a18-comment-indented-semi-after-key", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("a19-comment-indented-after-token", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3", "cpp"]),
            ("a42-continuation-on-token", &["js3", "ruby3", "cpp"]),
        ],
    },
    Choice {
        reason: "Carriage returns at the end of a header's line belong to the line's end.",
        cases: &[
            ("a108-double-cr", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "A comment behind a value is cut off, as most do; `login` moves it.",
        cases: &[
            ("a21-inline-hash-space", &["js3", "rust", "go2", "crt", "cpp"]),
            ("a23-inline-semi-space", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("a25-inline-hash-tab", &["js3", "rust", "go2", "crt", "cpp"]),
            ("a26-inline-on-akid", &["js3", "rust", "go2", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "A comment may follow the bracket at once.",
        cases: &[
            ("a29-header-comment-nospace", &["cli1", "cli2", "boto3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "A header with other text behind the bracket is none.",
        cases: &[
            ("a31-header-garbage", &["js3", "rust", "go2", "ruby3"]),
        ],
    },
    Choice {
        reason: "Only `=` divides name and value.",
        cases: &[
            ("a46-colon", &["js3", "rust", "ruby3", "crt", "cpp"]),
            ("a47-colon-nospace", &["js3", "rust", "ruby3", "crt", "cpp"]),
            ("a48-colon-space-both", &["js3", "rust", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Case does not count in a property's name.",
        cases: &[
            ("a50-upper-keys", &["cli1", "cli2", "boto3", "rust", "go2"]),
            ("a51-mixed-case-keys", &["cli1", "cli2", "boto3", "rust", "go2"]),
        ],
    },
    Choice {
        reason: "The last occurrence of a property counts.",
        cases: &[
            ("a52-dup-key-different-case", &["rust", "go2"]),
            ("a53-dup-key", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Sections of the same name are one.",
        cases: &[
            ("a54-dup-section-merge", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("a55-dup-section-same-keys", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("a56-dup-section-token-in-first", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("a57-dup-other-section", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("a58-dup-section-in-config", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Space inside the brackets is no part of the name.",
        cases: &[
            ("a68-header-inner-space", &["rust", "go2", "crt", "cpp"]),
            ("a69-header-inner-tab", &["rust", "go2", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Quotes are part of the value.",
        cases: &[
            ("a83-value-dquoted", &["cli1", "cli2", "boto3", "js3", "rust", "ruby3", "crt", "cpp"]),
            ("a84-value-squoted", &["cli1", "cli2", "boto3", "js3", "rust", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Bytes that are not UTF-8 stay in their line.",
        cases: &[
            ("a99-latin1-comment", &["js3", "go2", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "`[profile s]` in the credentials file is no section of `s`.",
        cases: &[
            ("b01-profile-prefix-in-credentials", &["cli1", "cli2", "boto3", "js3", "rust", "go2", "crt", "cpp"]),
            ("b12-cred-profile-default", &["cli1", "cli2", "boto3", "js3", "rust", "go2", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "The bare sections of the original awsmfa are read.",
        cases: &[
            ("b04-no-prefix-in-config-keys", &["ruby3"]),
        ],
    },
    Choice {
        reason: "Any name is read; `login` warns about those that not all clients see.",
        cases: &[
            ("b13-name-space-dquoted", &["cli1", "cli2", "boto3", "go2", "ruby3"]),
            ("b14-name-space-squoted", &["cli1", "cli2", "boto3", "go2", "ruby3"]),
            ("b15-name-space-bare", &["cli1", "cli2", "boto3", "go2", "ruby3"]),
            ("b27-name-unicode", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b28-name-emoji", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b33-name-eq", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b34-name-backslash", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3", "crt", "cpp"]),
            ("b36-name-bang", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b37-name-parens", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b38-name-comma", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b39-name-star", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b40-name-dollar", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b41-name-tilde", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b42-name-amp", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b43-name-squote", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b44-name-dquote", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3"]),
            ("b46-name-proto", &["cli1", "cli2", "boto3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("b47-name-constructor", &["cli1", "cli2", "boto3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("b48-name-DEFAULT-upper", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "`[DEFAULT]` is a profile like another.",
        cases: &[
            ("b67-DEFAULT-section-inherit", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Each property is looked up in the credentials file, then in the config file.",
        cases: &[
            ("c03-config-token-creds-longlived", &["js3", "rust", "go2", "crt", "cpp"]),
            ("c04-akid-config-secret-creds", &["js3", "rust", "crt", "cpp"]),
            ("c05-keys-config-token-creds", &["js3", "rust", "crt", "cpp"]),
            ("c06-all-in-config-partial-creds", &["js3", "rust", "crt", "cpp"]),
            ("c18-empty-keys-and-config-keys", &["js3"]),
            ("c22-config-session-creds-longlived", &["js3", "rust", "go2", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "A value of nothing but space is none.",
        cases: &[
            ("c12-empty-akid", &["cli1", "cli2", "boto3", "js3", "rust", "go2", "crt", "cpp"]),
            ("c14-empty-token", &["cli1", "cli2", "boto3", "js3", "rust", "go2", "crt", "cpp"]),
            ("x04-security-token-empty-session", &["js3", "rust", "go2", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "A key without a secret is a key.",
        cases: &[
            ("c13-empty-secret", &["cli1", "cli2", "boto3", "rust", "ruby3"]),
        ],
    },
    Choice {
        reason: "A key id without a secret is seen, so that it is not overwritten.",
        cases: &[
            ("c16-only-akid", &[]),
        ],
    },
    Choice {
        reason: "The clients' answer comes from the environment, which this reading leaves out.",
        cases: &[
            ("e02-AWS_DEFAULT_PROFILE", &["js3", "rust", "crt", "cpp"]),
            ("e03-both-profile-vars", &["cli2", "js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("e04-env-keys-and-AWS_PROFILE", &["js3"]),
            ("e08-AWS_PROFILE-empty", &["js3", "go2"]),
            ("e10-AWS_PROFILE-missing-env-keys", &["cli1", "cli2", "boto3", "js3", "go2"]),
            ("e12-env-akid-only", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("e13-env-AWS_SECURITY_TOKEN", &["js3"]),
            ("e21-tilde-in-file-env", &["cli1", "cli2", "boto3", "js3", "rust", "ruby3", "crt", "cpp"]),
            ("e22-empty-file-env", &["js3", "go2"]),
            ("e23-dollar-home-in-file-env", &["cli1", "cli2", "boto3"]),
            ("e24-AWS_CREDENTIALS_FILE-alias", &[]),
        ],
    },
    Choice {
        reason: "The keys are there: that some refuse the profile for `source_profile` is warned about.",
        cases: &[
            ("r03-source-only", &["cli1", "cli2", "boto3", "js3", "rust", "crt", "cpp"]),
            ("r04-source-mfa", &["cli1", "cli2", "boto3", "js3", "rust", "crt", "cpp"]),
            ("r05-source-self", &["cli1", "cli2", "boto3", "js3", "rust", "crt", "cpp"]),
            ("r06-source-missing-profile", &["cli1", "cli2", "boto3", "js3", "rust", "crt", "cpp"]),
            ("r09-credential-process-source", &["cli1", "cli2", "boto3", "js3", "crt", "cpp"]),
            ("r12-sso-and-source", &["js3", "crt", "cpp"]),
            ("r36-source-in-credentials-file", &["cli1", "cli2", "boto3", "js3", "rust", "crt", "cpp"]),
            ("r37-default-session-layout", &["cli1", "cli2", "boto3", "js3", "rust", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "The keys are there: `login` refuses to write where some look past them.",
        cases: &[
            ("r08-credential-process", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3", "crt", "cpp"]),
            ("r10-sso-legacy", &["js3", "go2", "crt", "cpp"]),
            ("r11-sso-session", &["js3", "go2", "crt", "cpp"]),
            ("r13-web-identity", &["js3"]),
            ("r20-role-no-source", &["js3"]),
            ("r27-process-in-credentials", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3", "crt", "cpp"]),
            ("r28-login-session", &["cli1", "cli2", "boto3", "js3", "go2", "ruby3", "crt", "cpp"]),
            ("r33-source-role-blank", &["js3"]),
            ("r41-credential-source-no-role", &["cli1", "cli2", "boto3", "js3", "crt", "cpp"]),
            ("r42-web-identity-no-role", &["js3", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "The keys in the files are read, whether or not the role can be assumed.",
        cases: &[
            ("r14-role-credential-source", &[]),
            ("r16-role-on-session", &["cli1", "cli2", "boto3", "js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("r25-role-source-partial", &[]),
            ("r30-role-source-missing", &[]),
            ("r38-role-on-source-only-no-session", &["cli1", "cli2", "boto3", "js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
    Choice {
        reason: "Only botocore reads `aws_security_token`; `login` removes it.",
        cases: &[
            ("x01-security-token-only", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("x02-security-token-stale", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("x03-security-token-stale-first", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
            ("x36-security-token-empty", &["js3", "rust", "go2", "ruby3", "crt", "cpp"]),
        ],
    },
];
