//! The output of `--debug`: awsmfa's own decisions and actions, on standard error.
//!
//! Events of the SDK are left out: at more detailed levels they contain secrets, such as the body of a request. Release
//! builds do not even contain those events.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts printing awsmfa's own events.
pub fn enable() {
    let format =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).without_time().with_level(false);
    let own = Targets::new().with_target("awsmfa", Level::INFO);
    // A second call changes nothing.
    let _ = tracing_subscriber::registry().with(format).with(own).try_init();
}
