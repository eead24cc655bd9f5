//! The parts that all pictures consist of.

/// The fonts of the terminals and files. An SVG in a page cannot load a font.
pub const MONOSPACE: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
pub const SANS: &str = "-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";

/// What a picture is called, and what it shows, for screen readers.
pub struct About<'a> {
    pub title: &'a str,
    pub description: &'a str,
}

/// A picture of this width and height.
pub fn document(about: &About<'_>, (width, height): (f64, f64), font: &str, size: f64, inside: &str) -> String {
    let (title, description) = (escape(about.title), escape(about.description));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title desc\" font-family=\"{font}\" font-size=\"{size}\">\n\
         <title id=\"title\">{title}</title>\n<desc id=\"desc\">{description}</desc>\n{inside}</svg>\n"
    )
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A number with at most two decimals.
pub fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A text in a monospace font. Its words are where they are in any font: the parts between gaps have a place and a width,
/// since browsers do not keep gaps.
pub fn cells(text: &str, (x, y): (f64, f64), cell: f64, attributes: &str) -> String {
    let mut drawn = String::new();
    let mut rest = text;
    while !rest.trim().is_empty() {
        let start = rest.len() - rest.trim_start().len();
        let length = rest[start..].find("  ").unwrap_or(rest[start..].trim_end().len());
        let part = &rest[start..start + length];
        let before = &text[..text.len() - rest.len() + start];
        let (x, y, width) = (short(x + count(before) * cell), short(y), short(count(part) * cell));
        drawn += &format!("<text x=\"{x}\" y=\"{y}\" textLength=\"{width}\"{attributes}>{}</text>", escape(part));
        rest = &rest[start + length..];
    }
    drawn
}

/// The number of letters.
pub fn count(text: &str) -> f64 {
    f64::from(u16::try_from(text.chars().count()).expect("a line"))
}

#[test]
fn a_gap_separates_texts() {
    let text =
        |x: &str, width: &str, text: &str| format!("<text x=\"{x}\" y=\"7\" textLength=\"{width}\" a>{text}</text>");
    let expected = text("12", "6", "ä b") + &text("22", "2", "&lt;");
    assert_eq!(cells(" ä b  < ", (10.0, 7.0), 2.0, " a"), expected);
}
