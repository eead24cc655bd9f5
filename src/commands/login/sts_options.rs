//! The options of `aws sts get-session-token` after `--`, which the original awsmfa passed on.

use clap::Parser;
use clap::error::{ContextKind, ErrorKind};

use crate::error::Error;
use crate::time::Seconds;

/// The options that have the same meaning here, and those that have no effect here.
#[derive(Debug, Default, Parser)]
#[command(name = "awsmfa login --", no_binary_name = true, disable_help_flag = true)]
pub(in crate::commands) struct StsOptions {
    #[arg(long, value_parser = super::duration)]
    pub duration_seconds: Option<Seconds>,
    #[arg(long)]
    pub serial_number: Option<String>,
    #[arg(long)]
    pub region: Option<String>,
    #[arg(long)]
    pub endpoint_url: Option<String>,
    #[arg(long)]
    pub ca_bundle: Option<String>,
    #[arg(long)]
    pub debug: bool,
    #[arg(long)]
    pub cli_connect_timeout: Option<u64>,
    #[arg(long)]
    pub cli_read_timeout: Option<u64>,
    #[arg(long)]
    output: Option<String>,
    #[arg(long)]
    query: Option<String>,
    #[arg(long)]
    no_paginate: bool,
    #[arg(long)]
    color: Option<String>,
    #[arg(long)]
    no_verify_ssl: bool,
    #[arg(long)]
    profile: Option<String>,
}

/// Parses the options.
pub(in crate::commands) fn parse(words: &[String]) -> Result<StsOptions, Error> {
    // clap's own message could repeat a value, such as a misplaced code: only the name of the option is used.
    let options = StsOptions::try_parse_from(words).map_err(|error| {
        let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        let name = argument.split([' ', '=']).next().filter(|name| name.starts_with("--"));
        Error::Usage(match (error.kind(), name) {
            (ErrorKind::UnknownArgument, Some(name)) => {
                format!("{name}, after `--`, is not an option of `aws sts get-session-token` that awsmfa supports")
            }
            (_, Some(name)) => format!("{name}, after `--`, has no value that can be used"),
            _ => "only options of `aws sts get-session-token` can follow `--`".to_owned(),
        })
    })?;
    if options.no_verify_ssl {
        return Err(Error::Usage(
            "--no-verify-ssl is refused: without verification, another server could get the code; trust its certificate with --ca-bundle instead"
                .to_owned(),
        ));
    }
    if options.profile.is_some() {
        return Err(Error::Usage(
            "--profile after `--` is refused: awsmfa chooses the source profile; give --source-profile before `--`"
                .to_owned(),
        ));
    }
    Ok(options)
}
