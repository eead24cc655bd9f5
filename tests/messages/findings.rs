//! The findings of `doctor`, and the warnings after a command has written files.

use awsmfa::check::{Kind, Warning};
use awsmfa::time::Seconds;

#[test]
fn each_finding_has_its_text() {
    let block = |kind: Kind| {
        format!("[{}]\n{}: {}\nhelp: {}\n", kind.id(), kind.severity().name(), kind.message(), kind.remedy())
    };
    super::check("findings.txt", &Kind::all().map(block).collect::<Vec<_>>());
}

#[test]
fn each_warning_has_its_text() {
    let profile = || "work".parse().expect("a name");
    let path = || "/home/ada/.aws/credentials".into();
    let [hour, twelve, day] = [1, 12, 24].map(|hours| Seconds(hours * 60 * 60));
    let chained = |way: Option<&str>| Warning::ChainedRole {
        profile: profile(),
        requested: twelve,
        limit: hour,
        way: way.map(str::to_owned),
    };
    let samples = samples!(Warning {
        SignInCopy: [Warning::SignInCopy {
            profile: "dev-session".parse().expect("a name"),
            renewed: "dev".parse().expect("a name"),
        }],
        ChainedRole: [chained(None), chained(Some("awsmfa login --force admin --source-profile work"))],
        Shorter: [Warning::Shorter { profile: profile(), requested: day, granted: hour }],
        ShorterPrinted: [Warning::ShorterPrinted { profile: profile(), requested: day, granted: hour }],
        EndsSoon: [Warning::EndsSoon { profile: profile(), left: Seconds(14 * 60) }],
        OtherLinks: [Warning::OtherLinks { path: path(), count: 1 }],
        NoLock: [Warning::NoLock { path: path(), cause: "No locks available (os error 37)".to_owned() }],
        Unsynced: [Warning::Unsynced { path: path(), cause: "Input/output error (os error 5)".to_owned() }],
    });
    let block = |(name, warning): (&str, Warning)| format!("[{name}]\nawsmfa: warning: {warning}\n");
    super::check("warnings.txt", &samples.into_iter().map(block).collect::<Vec<_>>());
}
