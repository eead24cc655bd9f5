//! Secret values: keys, tokens, codes.
//!
//! There is no `Display`, `Debug` hides the value, and the memory is wiped on drop. Only [`Secret::expose`] reads the
//! value, so that every use can be found.

use std::fmt;

use zeroize::Zeroizing;

/// A string that cannot be printed by accident and is wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps the value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// Returns the value, for signing or writing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_value() {
        assert_eq!(format!("{:?}", Secret::new("sessToken")), "Secret(hidden)");
    }
}
