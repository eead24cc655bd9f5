//! Situations from public reports, and what is right in each.

mod durations;
mod mistakes;
mod names;
mod sessions;
mod sources;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};
use crate::support::sts::{Role, StandIn};

const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// The role `admin` with this source profile.
fn admin(source: &str, more: &str) -> String {
    format!("[profile admin]\nrole_arn = {ROLE}\nsource_profile = {source}\n{more}")
}

fn world(config: &str) -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, max_session_duration: 43_200, ..Role::named("admin") });
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{config}"), DEFAULT_CREDENTIALS).using(&sts);
    (sts, sandbox)
}

fn last_duration(sts: &StandIn) -> Option<String> {
    sts.calls().pop().and_then(|call| call.param("DurationSeconds").map(str::to_owned))
}
