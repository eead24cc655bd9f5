//! `aws configure set`, as awscli/customizations/configure/writer.py does it (AWS CLI 1.45.11; 2.38.1 has the same
//! algorithm). `real.rs` compares it with the AWS CLI.

/// Sets one property of a section, and returns the new file.
pub fn set(bytes: &[u8], section: &str, name: &str, value: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).expect("no test writes anything else");
    let added = format!("{name} = {value}\n");
    // Python's text mode: every line break is read as a line feed, and written as one.
    let read = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = read.split_inclusive('\n').map(str::to_owned).collect();
    let is_start = |line: &String| !is_comment(line) && header(line) == Some(format!("[{section}]").as_str());
    let Some(start) = lines.iter().position(is_start) else {
        // The file is opened for appending, so that the old line breaks stay.
        let line_break = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{line_break}[{section}]\n{added}").into_bytes();
    };
    let mut last_option = start;
    let mut at = start + 1;
    while let Some(line) = lines.get(at).filter(|line| header(line).is_none()) {
        if let Some(option) = option(line) {
            last_option = at;
            if option.trim() == name {
                lines[at] = added;
                return lines.concat().into_bytes();
            }
        }
        at += 1;
    }
    if at == lines.len() {
        if lines.last().is_some_and(|line| !line.ends_with('\n')) {
            lines.push("\n".to_owned());
        }
        last_option += 1;
    }
    lines.insert((last_option + 1).min(lines.len()), added);
    lines.concat().into_bytes()
}

fn is_comment(line: &str) -> bool {
    line.trim().starts_with(['#', ';'])
}

/// The match of `^\s*\[([^]]+)\]` matches.
fn header(line: &str) -> Option<&str> {
    let inner = line.trim_start().strip_prefix('[')?;
    let end = inner.find(']').filter(|end| *end > 0)?;
    // With the spaces before it, a header is no section that `configure set` finds, but still the end of one.
    line.get(..line.len() - inner.len() + end + 1)
}

/// The name that `([^:=][^:=]*)\s*[:=]\s*.*` finds the name of.
fn option(line: &str) -> Option<&str> {
    line.trim_start_matches([':', '=']).split_once([':', '=']).map(|(name, _)| name).filter(|name| !name.is_empty())
}
