//! Edits of a section, and the errors for a section that cannot be edited.

use crate::secret::Secret;

/// A change to one property of a section, or to the section itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A new value, written in place of the old one or after the section's other properties.
    Set {
        /// The name, in lower case: the SDKs for JavaScript and Ruby and the C runtime ignore other spellings.
        name: &'static str,
        /// The value: one line, not empty, without spaces at either end.
        value: Secret,
    },
    /// The removal of a property, with the continuation lines of its value.
    Remove {
        /// The name, in lower case.
        name: &'static str,
    },
    /// The removal of the section if only blank lines are left in it, together with the blank line that was added above
    /// it when it was created.
    RemoveEmptySection,
}

impl Edit {
    pub(super) fn property(&self) -> Option<&'static str> {
        match self {
            Self::Set { name, .. } | Self::Remove { name } => Some(name),
            Self::RemoveEmptySection => None,
        }
    }
}

/// The edits of one section.
#[derive(Clone, Copy, Debug)]
pub struct SectionEdits<'a> {
    /// The text between the brackets of its header.
    pub section: &'a str,
    /// The edits.
    pub edits: &'a [Edit],
}

/// The reason a section cannot be edited. `docs/clients.md` is the source for the behaviour of each AWS client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum EditError {
    /// The AWS CLI and boto3 refuse the whole file; the others merge the sections.
    #[error("the section occurs twice, in lines {first} and {second}: the AWS CLI and boto3 refuse the whole file")]
    DuplicateSection { first: usize, second: usize },
    /// The AWS CLI and boto3 refuse the whole file; the others use the last value.
    #[error("{property} occurs twice, in lines {first} and {second}: the AWS CLI and boto3 refuse the whole file")]
    DuplicateProperty { property: &'static str, first: usize, second: usize },
    /// Spaces inside the brackets, text after them, or no closing bracket.
    #[error("the header in line {line} is not `[name]` alone: AWS clients disagree on the profile that it names")]
    IrregularHeader { line: usize },
    /// The SDKs for JavaScript and Go read it as a header; the others read it as part of the value above.
    #[error("the header in line {line} is indented: JS and Go see a section, the other AWS clients do not")]
    IndentedHeader { line: usize },
    /// The AWS CLI, boto3 and the Rust SDK refuse the file; the SDKs for Go and Ruby ignore the section.
    #[error(
        "a byte order mark is before the section in line 1: most AWS clients do not see the section or refuse the file"
    )]
    ByteOrderMark,
    /// Python reads it as a line break; other clients do not.
    #[error(
        "line {line} has a carriage return that does not end it: Python's AWS clients see a line break there, others do not"
    )]
    CarriageReturn { line: usize },
    /// A line without `=`, a line with `:` in its place, an indented line that continues no value, or a name with white
    /// space at either end that only some clients trim.
    #[error("line {line} in the section is not a `name = value` that all AWS clients read")]
    UnreadableLine { line: usize },
    /// The second reader found a change other than the edit.
    #[error("the second reader does not confirm the change of the section near line {line}, so nothing was written")]
    Unconfirmed { line: usize },
}
