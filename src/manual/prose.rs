//! The manual's texts on files, variables and exit codes, and its examples, all from `prose.txt`.

const TEXT: &str = include_str!("prose.txt");

/// A section of the manual.
pub struct Section {
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

/// A term and its explanation.
pub struct Entry {
    /// The file, the variables, the exit code, or the line to type.
    pub name: &'static str,
    pub meaning: String,
    /// The commands with this entry on their pages: `awsmfa` for the program's own page, `*` for all commands that use
    /// the AWS files.
    pub commands: Vec<&'static str>,
}

/// Returns the sections in the order of the pages.
pub fn sections() -> impl Iterator<Item = Section> {
    TEXT.split("\n# ").skip(1).map(|section| {
        let (title, entries) = section.split_once("\n\n").expect("a section has a title and entries");
        Section { title, entries: entries.split("\n\n").map(entry).collect() }
    })
}

fn entry(block: &'static str) -> Entry {
    let mut lines = block.lines();
    let (name, commands) = lines.next().zip(lines.next()).expect("an entry has a name and commands");
    Entry { name, commands: commands.split(' ').collect(), meaning: lines.collect::<Vec<_>>().join(" ") }
}
