//! The MFA devices of a user, as a table and as JSON.

use serde_json::{Value, json};

use crate::mfa_device::DeviceKind;
use crate::render::json;
use crate::render::text::{escape, width_of};
use crate::time::Timestamp;

/// A device: its serial number, and the time at which it was enabled.
pub type Device<'a> = (&'a str, Option<Timestamp>);

/// Renders a table, in which the used device has a mark.
pub fn table(devices: &[Device<'_>], used: Option<&str>) -> String {
    let cells = |(serial, enabled): &Device<'_>| {
        let mark = if Some(*serial) == used { "*" } else { " " };
        let enabled = enabled.map_or_else(String::new, |enabled| enabled.to_string());
        [mark.to_owned(), escape(serial), DeviceKind::of(serial).to_string(), enabled]
    };
    let header = ["", "DEVICE", "KIND", "ENABLED"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(header).chain(devices.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().filter_map(|row| Some(width_of(row.get(column)?))).max().unwrap_or(0);
    let widths = [1, width(1), width(2), 0];
    let line = |row: &[String; 4]| {
        let padded = row.iter().zip(widths).map(|(cell, width)| {
            let space = width.saturating_sub(width_of(cell));
            format!("{cell}{}", " ".repeat(space))
        });
        let separated: Vec<String> = padded.collect();
        let [mark, rest @ ..] = separated.as_slice() else { return String::new() };
        format!("{mark} {}", rest.join("  ")).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// Renders an array of objects.
pub fn json(devices: &[Device<'_>], used: Option<&str>) -> String {
    let object = |(serial, enabled): &Device<'_>| {
        json!({
            "serial_number": serial,
            "kind": DeviceKind::of(serial).name(),
            "enabled": enabled.map(|enabled| enabled.to_string()),
            "used": Some(*serial) == used,
        })
    };
    let objects: Vec<_> = devices.iter().map(object).collect();
    json::text(&Value::from(objects)) + "\n"
}
