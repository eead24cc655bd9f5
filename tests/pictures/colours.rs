//! The colours of the pictures.

/// The background of a terminal, in any theme of the page.
pub const TERMINAL: &str = "#161b22";
pub const TERMINAL_BORDER: &str = "#3d444d";
pub const TERMINAL_TEXT: &str = "#e6edf3";

/// The sixteen colours of a terminal.
pub const ANSI: [&str; 16] = [
    "#8b949e", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#d0d7de", "#9198a1", "#ffa198",
    "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
];

/// The colours of a diagram in one theme.
pub struct Theme {
    pub panel: &'static str,
    pub boxed: &'static str,
    pub border: &'static str,
    pub text: &'static str,
    pub quiet: &'static str,
    pub accent: &'static str,
    pub added: &'static str,
    pub added_behind: &'static str,
}

pub const LIGHT: Theme = Theme {
    panel: "#ffffff",
    boxed: "#f6f8fa",
    border: "#8c959f",
    text: "#1f2328",
    quiet: "#57606a",
    accent: "#0550ae",
    added: "#116329",
    added_behind: "#dafbe1",
};

pub const DARK: Theme = Theme {
    panel: "#0d1117",
    boxed: "#161b22",
    border: "#6e7681",
    text: "#e6edf3",
    quiet: "#9198a1",
    accent: "#79c0ff",
    added: "#56d364",
    added_behind: "#12261e",
};

impl Theme {
    /// The rules of a style sheet for the classes of a diagram.
    fn rules(&self) -> String {
        let Self { panel, boxed, border, text, quiet, accent, added, added_behind } = self;
        format!(
            ".panel{{fill:{panel};stroke:{border}}}.box{{fill:{boxed};stroke:{border}}}.arrow{{stroke:{accent}}}\
             .head{{fill:{accent}}}.text{{fill:{text}}}.quiet{{fill:{quiet}}}.accent{{fill:{accent}}}\
             .bar{{fill:{border}}}.added{{fill:{added}}}.behind{{fill:{added_behind}}}"
        )
    }
}

/// The style sheet of a diagram: light, or dark if the system is.
pub fn style() -> String {
    let (light, dark) = (LIGHT.rules(), DARK.rules());
    format!("<style>{light}\n@media (prefers-color-scheme:dark){{{dark}}}</style>\n")
}

/// The relative luminance: <https://www.w3.org/TR/WCAG21/#dfn-relative-luminance>.
fn luminance(colour: &str) -> f64 {
    let number = u32::from_str_radix(colour.trim_start_matches('#'), 16).expect("a colour");
    let part = |shift: u32| {
        let value = f64::from((number >> shift) & 0xff) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn each_colour_of_a_text_has_enough_contrast() {
    for colour in ANSI.into_iter().chain([TERMINAL_TEXT]) {
        assert!(contrast(colour, TERMINAL) >= 4.5, "{colour}");
    }
    for theme in [LIGHT, DARK] {
        for colour in [theme.text, theme.quiet, theme.accent, theme.added] {
            for behind in [theme.panel, theme.boxed, theme.added_behind] {
                assert!(contrast(colour, behind) >= 4.5, "{colour} on {behind}");
            }
        }
    }
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01 && contrast("#777777", "#ffffff") < 4.5);
}
