//! The flags for the scope of a role's session: session policies, tags and source identity.

use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::error::Error;
use crate::io::files;
use crate::manual::SCOPE;
use crate::session_scope::{PolicyArn, PolicySource, SessionPolicy, SessionScope, SessionTag, SourceIdentity, TagKey};
use crate::value::ValueError;

/// The flags for the scope of a role's session.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(id = "scope", multiple = true)]
pub struct ScopeArgs {
    /// A session policy as JSON, or file:// and the path of a file
    ///
    /// The session can do what both the role and the policy allow.
    #[arg(long, value_name = "POLICY", help_heading = SCOPE, hide_short_help = true)]
    policy: Option<PolicySource>,
    /// The ARN of a managed policy that limits the session
    ///
    /// The session can do what both the role and the policy allow. Can be given up to 10 times.
    #[arg(long, value_name = "ARN", help_heading = SCOPE, hide_short_help = true)]
    policy_arn: Vec<PolicyArn>,
    /// Make the session of a role read-only
    ///
    /// AWS's managed policy ReadOnlyAccess is the session policy.
    #[arg(long)]
    read_only: bool,
    /// The source identity of the session
    ///
    /// A name that CloudTrail records for every request of the session, and of roles that are assumed with it.
    ///
    /// [env: AWS_SOURCE_IDENTITY; property: source_identity]
    #[arg(long, value_name = "NAME", help_heading = SCOPE, hide_short_help = true)]
    source_identity: Option<SourceIdentity>,
    /// A session tag; can be given up to 50 times
    ///
    /// [env: AWS_SESSION_TAGS; property: session_tags]
    #[arg(long, value_name = "KEY=VALUE", help_heading = SCOPE, hide_short_help = true)]
    tag: Vec<SessionTag>,
    /// The key of a session tag to pass on to roles that are assumed with the session
    ///
    /// Can be given several times.
    ///
    /// [env: AWS_TRANSITIVE_TAGS; property: transitive_session_tags]
    #[arg(long, value_name = "KEY", help_heading = SCOPE, hide_short_help = true)]
    transitive_tag: Vec<TagKey>,
}

impl ScopeArgs {
    /// Returns the scope; reads the policy if it is in a file.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read or holds no policy, or if the flags contradict each other.
    pub(super) fn scope(&self, context: &Context) -> Result<SessionScope, Error> {
        let policy = match &self.policy {
            Some(PolicySource::Inline(policy)) => Some(policy.clone()),
            Some(PolicySource::File(path)) => Some(policy_in(&expanded(path, context))?),
            None => None,
        };
        let scope = SessionScope {
            policy,
            policy_arns: self.policy_arn.clone(),
            read_only: self.read_only,
            source_identity: self.source_identity.clone(),
            tags: self.tag.clone(),
            transitive_tags: self.transitive_tag.clone(),
        };
        scope.check_flags().map_err(|(flag, rule)| Error::Usage(format!("{flag} {rule}")))?;
        Ok(scope)
    }
}

/// Expands a leading `~`, which shells do not expand after `file://`, and the AWS CLI does.
fn expanded(path: &Path, context: &Context) -> PathBuf {
    match (path.strip_prefix("~"), context.environment.home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

fn policy_in(path: &Path) -> Result<SessionPolicy, Error> {
    let shown = path.display();
    if !files::is_there(path)? {
        return Err(Error::Usage(format!("the file from --policy does not exist: {shown}")));
    }
    let bytes = files::read(path)?;
    let parsed =
        std::str::from_utf8(&bytes).map_err(|_| ValueError("must be UTF-8")).and_then(|text| text.trim().parse());
    parsed.map_err(|rule| Error::Usage(format!("the session policy in {shown} cannot be used: it {rule}")))
}
