//! Output for PowerShell, checked with a grammar of the language and the documented rules for quotes, because the tests
//! do not run PowerShell.

use awsmfa::render::shell::Syntax;
use tree_sitter::{Node, Parser, Tree};

use crate::support::sandbox::{DEFAULT_CREDENTIALS, Sandbox};

fn parsed(script: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).expect("the grammar fits the parser");
    let tree = parser.parse(script, None).expect("a language is set");
    assert!(!tree.root_node().has_error(), "{script}: {}", tree.root_node().to_sexp());
    tree
}

/// The texts of all nodes of this kind.
fn texts<'a>(node: Node<'_>, kind: &str, script: &'a str) -> Vec<&'a str> {
    if node.kind() == kind {
        return vec![&script[node.byte_range()]];
    }
    node.children(&mut node.walk()).flat_map(|child| texts(child, kind, script)).collect()
}

/// The value of a literal in single quotes: a doubled quote is one, and each typographic single quote is a quote, too
/// (about_Quoting_Rules; the language specification, 2.3.5.2).
fn value(literal: &str) -> Option<String> {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}');
    let mut inner = literal.strip_prefix('\'')?.strip_suffix('\'')?.chars();
    let mut value = String::new();
    while let Some(c) = inner.next() {
        if is_quote(c) && !is_quote(inner.next()?) {
            return None;
        }
        value.push(c);
    }
    Some(value)
}

#[test]
fn names_are_quoted_by_the_documented_rules() {
    for name in [
        "work",
        "it's",
        "''",
        "a'b'c",
        "$HOME",
        "$(calc)",
        "`n",
        "a\"b",
        "100%",
        "a;b|c&d",
        "a{b}(c)[d]",
        "@team",
        "#not a comment",
        "müller 日本",
        "team\u{2019}s",
        "\u{2018}a\u{201A}b\u{201B}",
        "back\\slash",
        "--%",
    ] {
        let script = Syntax::Powershell.use_profile(name);
        let literal = script.strip_prefix("$Env:AWS_PROFILE = ").expect("an assignment");
        assert_eq!(value(literal).as_deref(), Some(name), "{script}");
        // The grammar does not know that typographic quotes are quotes.
        let is_known = !name.contains(|c| matches!(c, '\u{2018}'..='\u{201B}'));
        let tree = parsed(&script);
        let literals = texts(tree.root_node(), "verbatim_string_characters", &script);
        assert_eq!((literals.len(), tree.root_node().named_child_count()), (1, 1), "{script}");
        assert!(!is_known || literals == [literal], "{script}");
    }
}

#[test]
fn env_prints_one_assignment_for_each_variable() {
    let session = "[default-session]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\n\
                   aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY\naws_session_token = AQoE/+=\n\
                   expiration = 2099-01-01T00:00:00Z\n";
    let sandbox =
        Sandbox::with("[profile default-session]\nregion = eu-west-1\n", format!("{DEFAULT_CREDENTIALS}{session}"));
    let printed = sandbox.run(&["env", "--shell", "powershell", "default"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let tree = parsed(&printed.stdout);
    let names = texts(tree.root_node(), "variable", &printed.stdout);
    assert!(names.contains(&"$Env:AWS_SESSION_TOKEN"), "{names:?}");
    assert_eq!(names.len(), printed.stdout.lines().filter(|line| line.starts_with("$Env:")).count());

    let unset = sandbox.run(&["env", "--shell", "powershell", "--unset"]).stdout;
    let tree = parsed(&unset);
    assert_eq!(texts(tree.root_node(), "command_name", &unset), vec!["Remove-Item"; unset.lines().count()]);
}
