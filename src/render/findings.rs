//! The findings of `doctor`: as blocks of text, or as an array of JSON objects.

use serde_json::json;

use super::text::escape;
use super::wrap::{self, Form};
use crate::check::{Finding, Severity};
use crate::palette::Style;

/// Renders the findings as text, followed by their counts.
pub fn text(findings: &[Finding], form: Form) -> String {
    let blocks: Vec<String> = findings.iter().map(|finding| block(finding, form)).collect();
    let separator = if blocks.is_empty() { "" } else { "\n" };
    format!("{}{separator}{}\n", blocks.join("\n"), summary(findings))
}

fn block(finding: &Finding, form: Form) -> String {
    let style = match finding.severity() {
        Severity::Error => Style::Error,
        Severity::Warning => Style::Warning,
        Severity::Note => Style::Note,
    };
    let label = format!("{}:", finding.severity().name());
    let profile = finding.profile.as_ref().map(|name| format!("profile {name}"));
    let place: Vec<String> = finding.place().into_iter().chain(profile).collect();
    let place = if place.is_empty() { String::new() } else { format!("  {}\n", escape(&place.join(", "))) };
    let mark = if finding.is_fixable { " (awsmfa doctor --fix does that)" } else { "" };
    let message = wrap::message(&label, style, &finding.message(), form);
    let help = wrap::message("  help:", Style::Hint, &format!("{}{mark}", finding.remedy()), form);
    format!("{message}\n{place}{help}\n")
}

fn summary(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "nothing is wrong".to_owned();
    }
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let number = findings.iter().filter(|finding| finding.severity() == severity).count();
        format!("{number} {}{}", severity.name(), if number == 1 { "" } else { "s" })
    });
    let fixable = findings.iter().filter(|finding| finding.is_fixable).count();
    let fix = if fixable > 0 { format!("; `awsmfa doctor --fix` fixes {fixable}") } else { String::new() };
    format!("{}{fix}", counts.join(", "))
}

/// Renders the findings as JSON.
pub fn json(findings: &[Finding]) -> String {
    let objects = findings.iter().map(|finding| {
        json!({
            "severity": finding.severity().name(),
            "kind": finding.kind.id(),
            "profile": finding.profile,
            "file": finding.path.as_ref().map(|path| path.display().to_string()),
            "line": finding.line,
            "message": finding.message(),
            "remedy": finding.remedy(),
            "fixable": finding.is_fixable,
        })
    });
    super::json::text(&serde_json::Value::Array(objects.collect()))
}
