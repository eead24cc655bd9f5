//! Comparison of bytes, sixteen at a time, since musl, which the Linux program is linked with, compares them one by
//! one.

/// Returns whether both slices are equal.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ((one, one_rest), (other, other_rest)) = (one.as_chunks::<16>(), other.as_chunks::<16>());
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other) && one_rest == other_rest
}

/// Returns whether `bytes` begin with `start`.
pub fn begins_with(bytes: &[u8], start: &[u8]) -> bool {
    bytes.get(..start.len()).is_some_and(|front| is_same(front, start))
}

/// Returns the bytes before `end`, if `bytes` end with it.
pub fn before_end<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let (front, back) = bytes.split_at_checked(bytes.len().checked_sub(end.len())?)?;
    is_same(back, end).then_some(front)
}

/// Returns two hexadecimal digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_compared_as_slices_are() {
        let long: Vec<u8> = (0..40).collect();
        for length in 0..=long.len() {
            let (start, end) = long.split_at(length);
            let copy = Vec::from(start);
            assert!(is_same(start, &copy) && begins_with(&long, start), "{length}");
            assert_eq!(before_end(&long, end), Some(start));
            for at in 0..length {
                let mut other = start.to_vec();
                other[at] ^= 1;
                assert!(!is_same(start, &other) && !begins_with(&long, &other), "{length}, {at}");
                assert_eq!(before_end(&[start, start].concat(), &other), None);
            }
            assert!(length == long.len() || !is_same(start, &long));
        }
        assert!(!begins_with(b"a", b"ab") && before_end(b"a", b"ba").is_none());
    }
}
