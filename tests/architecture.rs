//! The rules of docs/architecture.md about the code: which module may import which.

#![expect(clippy::disallowed_methods, reason = "these tests read the sources")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../docs/architecture.md");

fn sources() -> Vec<PathBuf> {
    fn add(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("src can be read") {
            let path = entry.expect("src can be read").path();
            if path.is_dir() {
                add(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    add(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

/// The module at the root of the crate that a file belongs to.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("it is in src");
    let first = inside.components().next().expect("it has a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that the code outside of unit tests names by `crate::`.
fn imports(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).expect("it is text");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        if let Some(group) = after.strip_prefix('{') {
            let group = group.split('}').next().unwrap_or_default();
            found.extend(group.split(',').map(|name| first_word(name.trim())));
        } else {
            found.insert(first_word(after));
        }
    }
    found.remove("");
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The layers of the table, the lowest first.
fn layers() -> BTreeMap<String, usize> {
    let (_, section) = DOCUMENT.split_once("## Import rules").expect("the document has the section");
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let names = |(layer, row): (usize, &str)| {
        let quoted: Vec<String> = row.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        quoted.into_iter().map(move |name| (name, layer))
    };
    rows.enumerate().flat_map(names).collect()
}

#[test]
fn each_module_imports_only_from_its_layer_and_below() {
    let layers = layers();
    let mut wrong = Vec::new();
    for path in sources() {
        let module = module_of(&path);
        let layer = layers.get(&module).unwrap_or_else(|| panic!("docs/architecture.md has no layer for {module}"));
        for imported in imports(&path) {
            // Names with a capital letter, and functions of lib.rs, belong to the root itself.
            if layers.get(&imported).is_some_and(|other| other > layer) {
                wrong.push(format!("{} imports {imported}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_exceptions_below_the_table_are_true() {
    let imported = |module: &str| -> BTreeSet<String> {
        let files = sources().into_iter().filter(|path| module_of(path) == module);
        files.flat_map(|path| imports(&path)).filter(|imported| imported != module).collect()
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(imported("document"), names(&["bytes", "secret"]));
    assert_eq!(imported("profile"), names(&["document"]));
    for (module, forbidden) in [
        ("resolve", names(&["check", "setup"])),
        ("check", names(&["setup"])),
        ("setup", names(&["check", "render"])),
        ("io", names(&["profile", "document", "resolve", "render", "setup"])),
    ] {
        assert!(imported(module).is_disjoint(&forbidden), "{module}");
    }
}

#[test]
fn each_layer_names_modules_that_exist() {
    let modules: BTreeSet<String> = sources().iter().map(|path| module_of(path)).collect();
    let named: BTreeSet<String> = layers().into_keys().collect();
    assert_eq!(named, modules);
}

#[test]
fn code_that_differs_by_system_is_where_the_document_says() {
    let (_, section) = DOCUMENT.split_once("## Systems").expect("the document has the section");
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let named: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("it is text");
        let code = text.split("#[cfg(test)]").next().and_then(|code| code.split("#[cfg(all(test").next());
        let code = code.unwrap_or_default();
        let differs = ["unix", "windows", "target_os"].iter().any(|system| {
            ["cfg(", "cfg(not(", "cfg(any(", "cfg!("].iter().any(|start| code.contains(&format!("{start}{system}")))
        });
        if differs {
            let inside = path.strip_prefix(root).expect("it is in the project").to_string_lossy().replace('\\', "/");
            let place = named.iter().find(|place| inside.starts_with(**place));
            used.insert(*place.unwrap_or_else(|| panic!("docs/architecture.md does not name {inside}")));
        }
    }
    // Its modules need no condition of their own.
    used.insert("src/io/windows/");
    assert_eq!(used, named.into_iter().collect());
}

#[test]
fn file_names_are_unique_and_files_are_short() {
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("it is text");
        assert!(text.lines().count() <= 400, "{} has more than 400 lines", path.display());
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        // The modules of the two systems are counterparts of the same name.
        let is_for_unix = path.parent().is_some_and(|folder| folder.ends_with("src/io/unix"));
        if name != "mod.rs"
            && !is_for_unix
            && let Some(other) = seen.insert(name, path.clone())
        {
            panic!("{} and {} have one name", other.display(), path.display());
        }
    }
}
