//! Pages of Markdown and their fenced blocks.

use crate::here;

/// A page, and where it is in the repository.
pub struct Page {
    pub path: String,
    pub text: String,
}

/// A fenced block.
pub struct Block {
    /// The page and the line of the fence, for messages.
    pub place: String,
    pub language: String,
    /// The second word of the fence; empty if there is none.
    pub scene: String,
    pub text: String,
}

/// A command, and the output that the page shows below it.
pub struct Shown {
    pub command: String,
    pub output: String,
}

/// README.md and all of docs/.
pub fn pages() -> Vec<Page> {
    let files = std::fs::read_dir(here("docs")).expect("there are pages").flatten();
    let mut paths: Vec<String> = files.map(|file| format!("docs/{}", file.file_name().to_string_lossy())).collect();
    paths.retain(|path| path.ends_with(".md"));
    paths.push("README.md".to_owned());
    paths.sort();
    paths.into_iter().map(|path| Page { text: std::fs::read_to_string(here(&path)).expect("text"), path }).collect()
}

/// The fenced blocks of all pages in this language.
pub fn blocks(language: &str) -> Vec<Block> {
    pages().iter().flat_map(Page::blocks).filter(|block| block.language == language).collect()
}

impl Page {
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (index, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(fence), None) => {
                    let mut words = fence.split_whitespace().map(str::to_owned);
                    let place = format!("{}:{}", self.path, index + 1);
                    let (language, scene) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                    open = Some(Block { place, language, scene, text: String::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => block.text += &format!("{line}\n"),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.path);
        blocks
    }

    /// The text without its fenced blocks.
    pub fn prose(&self) -> String {
        self.text.split("\n```").step_by(2).collect()
    }
}

impl Block {
    pub fn shown(&self) -> Vec<Shown> {
        let mut shown: Vec<Shown> = Vec::new();
        for line in self.text.lines() {
            match (line.strip_prefix("$ "), shown.last_mut()) {
                (Some(command), _) => shown.push(Shown { command: command.to_owned(), output: String::new() }),
                (None, Some(last)) => last.output += &format!("{line}\n"),
                (None, None) => panic!("{}: no command comes first", self.place),
            }
        }
        shown
    }
}
