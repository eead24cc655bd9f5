//! The scope of a role's session: session policies, tags and source identity, and what a chain of roles inherits.
//!
//! The bounds are those of the service model `sts/2011-06-15`; the words for broken rules of tags are those that
//! LocalStack has recorded from AWS (`localstack-core/localstack/services/sts/provider.py`).

use super::answer::Params;
use super::model::Role;
use super::state::Caller;
use super::xml::ServiceError;

/// The scope of a session, with what it has inherited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub policy: Option<String>,
    pub policy_arns: Vec<String>,
    pub tags: Vec<(String, String)>,
    /// The keys of the tags that further roles inherit.
    pub transitive: Vec<String>,
    pub source_identity: Option<String>,
}

/// The characters that AWS's own notation has room for in the stand-in; AWS does not document its limit.
const PACKED: usize = 4096;

impl Scope {
    pub fn of(params: &Params) -> Self {
        let values = |name: &str, field: &str| -> Vec<String> {
            let numbered = (1..).map(|number| params.get(&format!("{name}.member.{number}{field}")));
            numbered.map_while(|value| value.map(str::to_owned)).collect()
        };
        let text = |name: &str| params.get(name).map(str::to_owned);
        Self {
            policy: text("Policy"),
            policy_arns: values("PolicyArns", ".arn"),
            tags: values("Tags", ".Key").into_iter().zip(values("Tags", ".Value")).collect(),
            transitive: values("TransitiveTagKeys", ""),
            source_identity: text("SourceIdentity"),
        }
    }

    fn has_tag(&self, key: &str) -> bool {
        self.tags.iter().any(|(own, _)| own.to_lowercase() == key.to_lowercase())
    }

    /// The size in percent of what AWS allows.
    pub fn packed_size(&self) -> usize {
        let policies = self.policy.iter().chain(&self.policy_arns).map(String::len).sum::<usize>();
        let tags = self.tags.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        (policies + tags) * 100 / PACKED
    }

    /// What is out of bounds, each with the member's name and the rule.
    pub fn violations(&self) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        let mut check = |value: &str, member: String, most: usize, pattern: &str, allowed: fn(char) -> bool| {
            if !value.chars().all(allowed) {
                let rule = format!("Member must satisfy regular expression pattern: {pattern}");
                found.push((format!("'{value}'"), member.clone(), rule));
            }
            if value.chars().count() > most {
                let rule = format!("Member must have length less than or equal to {most}");
                found.push((format!("'{value}'"), member, rule));
            }
        };
        if let Some(policy) = &self.policy {
            let allowed = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}');
            check(policy, "policy".to_owned(), 2048, r"[\u0009\u000A\u000D\u0020-\u00FF]+", allowed);
        }
        if let Some(identity) = &self.source_identity {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
            check(identity, "sourceIdentity".to_owned(), 64, r"[\w+=,.@-]*", allowed);
        }
        let of_tag = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
        for (number, (key, value)) in (1..).zip(&self.tags) {
            check(key, format!("tags.{number}.member.key"), 128, r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", of_tag);
            check(value, format!("tags.{number}.member.value"), 256, r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", of_tag);
        }
        for (count, most, member) in [
            (self.tags.len(), 50, "tags"),
            (self.transitive.len(), 50, "transitiveTagKeys"),
            (self.policy_arns.len(), 10, "policyArns"),
        ] {
            if count > most {
                let rule = format!("Member must have length less than or equal to {most}");
                found.push((format!("'{count} members'"), member.to_owned(), rule));
            }
        }
        found
    }

    /// Checks what the bounds do not, and adds what the session inherits from that of the caller.
    pub fn for_role(mut self, role: &Role, caller: &Caller) -> Result<Self, ServiceError> {
        self.check_policy()?;
        self.check_tags(&caller.scope)?;
        if self.packed_size() > 100 {
            let message = format!("Packed size of session tags consumes {}% of allotted space.", self.packed_size());
            return Err(ServiceError::new(400, "PackedPolicyTooLarge", message));
        }
        let denied = |action: &str| {
            let message =
                format!("User: {} is not authorized to perform: {action} on resource: {}", caller.arn, role.arn);
            Err(ServiceError::access_denied(message))
        };
        let inherited = &caller.scope;
        let has_tags = !self.tags.is_empty() || !inherited.transitive.is_empty();
        if has_tags && !role.allows_tags {
            return denied("sts:TagSession");
        }
        let is_changed = match (&self.source_identity, &inherited.source_identity) {
            (Some(new), Some(old)) => new != old,
            _ => false,
        };
        self.source_identity = self.source_identity.or_else(|| inherited.source_identity.clone());
        if is_changed || self.source_identity.is_some() && !role.allows_source_identity {
            return denied("sts:SetSourceIdentity");
        }
        let tags = inherited.tags.iter().filter(|(key, _)| inherited.transitive.contains(key));
        self.tags.extend(tags.cloned());
        self.transitive.extend(inherited.transitive.iter().cloned());
        Ok(self)
    }

    fn check_policy(&self) -> Result<(), ServiceError> {
        let malformed = |message: &str| Err(ServiceError::new(400, "MalformedPolicyDocument", message));
        let Some(policy) = &self.policy else { return Ok(()) };
        match serde_json::from_str::<serde_json::Value>(policy) {
            Err(_) => malformed("This policy contains invalid Json"),
            Ok(policy) if policy.get("Statement").is_none() => malformed("Syntax errors in policy."),
            Ok(_) => Ok(()),
        }
    }

    fn check_tags(&self, inherited: &Self) -> Result<(), ServiceError> {
        let invalid = |message: &str| Err(ServiceError::new(400, "InvalidParameterValue", message));
        let keys: std::collections::HashSet<String> = self.tags.iter().map(|(key, _)| key.to_lowercase()).collect();
        if keys.len() < self.tags.len() {
            return invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
        }
        if inherited.transitive.iter().any(|key| self.has_tag(key)) {
            return invalid(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from \
                 the calling session.",
            );
        }
        if !self.transitive.iter().all(|key| self.has_tag(key)) {
            return invalid("The specified transitive tag key must be included in the requested tags.");
        }
        Ok(())
    }
}
