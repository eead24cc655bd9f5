//! Completions in the form that each shell's script reads: the kind of answer, then one candidate per line.

use crate::completion::line::Line;
use crate::completion::{Answer, Candidate, Shell};
use crate::escape::powershell_quoted;

/// Renders the answer. `line` is the command line of bash, for which the candidates are selected and quoted.
pub fn render(answer: &Answer, shell: Shell, line: Option<&Line>) -> String {
    match answer {
        Answer::Files => "files\n".to_owned(),
        Answer::Program(at) => format!("program {at}\n"),
        Answer::Candidates(candidates) => {
            let lines = candidates.iter().filter_map(|candidate| match line {
                Some(line) => line.replacement(&candidate.text),
                None => Some(shell_line(candidate, shell)),
            });
            std::iter::once("candidates".to_owned()).chain(lines).map(|line| line + "\n").collect()
        }
    }
}

fn shell_line(candidate: &Candidate, shell: Shell) -> String {
    let Candidate { text, description } = candidate;
    match shell {
        Shell::Bash => text.clone(),
        // The script passes them to `_describe`, which splits at the first colon.
        Shell::Zsh => format!("{}:{description}", text.replace('\\', r"\\").replace(':', r"\:")),
        // Both shells quote what they insert.
        Shell::Fish | Shell::Elvish => format!("{text}\t{description}"),
        Shell::Powershell => format!("{}\t{text}\t{description}", powershell_word(text)),
    }
}

/// Quotes a word for PowerShell if necessary: a comma makes a list, `@` splats, a dot in `--a.b` ends a parameter.
fn powershell_word(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_/:+=".contains(c));
    if plain { word.to_owned() } else { powershell_quoted(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_written_as_each_script_reads_them() {
        let answer = |text: &str| {
            Answer::Candidates(vec![Candidate { text: text.to_owned(), description: "session".to_owned() }])
        };
        let rendered = |text: &str, shell| render(&answer(text), shell, None);
        assert_eq!(rendered(r"a:b\c", Shell::Zsh), "candidates\na\\:b\\\\c:session\n");
        assert_eq!(rendered("a b", Shell::Fish), "candidates\na b\tsession\n");
        assert_eq!(rendered("a b", Shell::Elvish), "candidates\na b\tsession\n");
        assert_eq!(rendered("work", Shell::Powershell), "candidates\nwork\twork\tsession\n");
        assert_eq!(rendered("it's $x", Shell::Powershell), "candidates\n'it''s $x'\tit's $x\tsession\n");
        assert_eq!(render(&Answer::Files, Shell::Fish, None), "files\n");
        assert_eq!(render(&Answer::Program(3), Shell::Zsh, None), "program 3\n");
    }

    #[test]
    fn bash_gets_what_fits_its_line() {
        let candidates = ["a b", "b"].map(|text| Candidate { text: text.to_owned(), description: String::new() });
        let line = Line::parse("awsmfa login a", "a");
        let rendered = render(&Answer::Candidates(candidates.into()), Shell::Bash, line.as_ref());
        assert_eq!(rendered, "candidates\na\\ b\n");
    }
}
