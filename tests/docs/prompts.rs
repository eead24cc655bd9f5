//! The recipes for prompts in docs/daily.md, in the shells that they are for.

use crate::page::blocks;
use crate::scene::Scene;
use crate::support::sandbox::Ran;

/// A valid name of a profile, with everything that a prompt could expand.
const HOSTILE: &str = r"a%F{red}$(touch run)`touch run`\u\w%(?.x.y)${PWD}%1v";

/// The first recipe in this language that contains a text.
fn recipe(language: &str, part: &str) -> String {
    let block = blocks(language).into_iter().find(|block| block.text.contains(part));
    block.unwrap_or_else(|| panic!("no page has the recipe with {part}")).text
}

/// Runs a script of this shell after a login, with a hostile profile selected, and returns the prompt that it prints.
fn prompt(shell: &str, option: &str, script: &str) -> String {
    let mut scene = Scene::named("session");
    let credentials = scene.sandbox.credentials_text().replace("[default-session]", &format!("[{HOSTILE}]"));
    scene.sandbox.write("credentials", credentials.as_bytes());
    scene.sandbox.set("AWS_PROFILE", HOSTILE);
    let mut command = scene.sandbox.program(shell);
    let ran = Ran::from(command.args([option, "-c", script]).output().expect("the shell runs"));
    assert!(!scene.sandbox.home().join("run").exists(), "the prompt has run a command");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    ran.stdout.replace("11h 59m", "12h").trim_end().to_owned()
}

#[test]
fn bash_does_not_expand_the_text_again() {
    let script = recipe("sh", "PS1=") + "printf '%s' \"${PS1@P}\"";
    let shown = prompt("bash", "--norc", &script);
    assert!(shown.starts_with(&format!("[{HOSTILE} 12h] ~ ")), "{shown}");
}

#[test]
#[ignore = "needs zsh: run tests/run"]
fn zsh_does_not_expand_the_text_again() {
    for option in ["", "setopt prompt_subst\n"] {
        let script = format!("{option}{}aws_session\nprint -rP -- $PROMPT", recipe("zsh", "psvar"));
        let shown = prompt("zsh", "-f", &script);
        assert!(shown.starts_with(&format!("[{HOSTILE} 12h] ~ ")), "{shown}");
    }
    let none = recipe("zsh", "psvar") + "AWS_PROFILE=nowhere aws_session\nprint -rP -- $PROMPT";
    assert!(prompt("zsh", "-f", &none).starts_with("~ "), "without a session there is nothing");
}

#[test]
#[ignore = "needs zsh: run tests/run"]
fn powerlevel10k_does_not_expand_the_text_again() {
    // `p10k segment -t` subjects its text to prompt expansion, and to nothing else.
    let script = "p10k() { unsetopt prompt_subst; print -rP -- \"${@[-1]}\" }\n".to_owned()
        + &recipe("zsh", "p10k segment")
        + "prompt_aws_session";
    assert_eq!(prompt("zsh", "-f", &script), format!("{HOSTILE} 12h"));
}

#[test]
#[ignore = "needs fish: run tests/run"]
fn fish_does_not_expand_the_text_again() {
    let script = recipe("fish", "fish_right_prompt") + "fish_right_prompt";
    assert_eq!(prompt("fish", "--no-config", &script), format!("{HOSTILE} 12h"));
}
