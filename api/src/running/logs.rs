//! Logs: readable for people, or one JSON object a line for machines.

use crate::config::Config;
use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Starts logging to standard error as the settings say; the first call counts.
pub fn start(config: &Config) {
    let targets: Targets = config.log.parse().unwrap_or_default();
    let layer = if config.json_logs {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        let colours = std::io::stderr().is_terminal();
        fmt::layer().compact().with_ansi(colours).with_target(false).with_writer(std::io::stderr).boxed()
    };
    let _ = tracing_subscriber::registry().with(layer.with_filter(targets)).try_init();
}
