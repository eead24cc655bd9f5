//! `--debug`: what awsmfa itself decided and did, on standard error.
//!
//! Events of the SDK are left out: below the level of these it tells more than may be seen, the request's body for one. A
//! release build does not even have them.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Prints awsmfa's own events from now on.
pub fn enable() {
    let format =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).without_time().with_level(false);
    let own = Targets::new().with_target("awsmfa", Level::INFO);
    // A second call changes nothing.
    let _ = tracing_subscriber::registry().with(format).with(own).try_init();
}
