//! The few verbs that policies know.

use sea_orm::{EnumIter, Iterable};

/// What a caller asks to do. A new verb is a design decision; a new record type is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter)]
pub enum Action {
    /// See it among others.
    List,
    /// See it whole.
    Read,
    /// Make it.
    Create,
    /// Change it.
    Update,
    /// Retire or restore it.
    Retire,
    /// Approve or reject it.
    Approve,
    /// Accept or reject a residual risk.
    Accept,
    /// Close it for good.
    Close,
    /// Take it out as a file.
    Export,
    /// See what is sensitive in what one may see: personal data and internal notes.
    Inspect,
}

impl Action {
    /// Every verb.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// The verb's name in policies and at the doors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Retire => "retire",
            Self::Approve => "approve",
            Self::Accept => "accept",
            Self::Close => "close",
            Self::Export => "export",
            Self::Inspect => "inspect",
        }
    }

    /// Whether the verb changes nothing.
    pub const fn reads(self) -> bool {
        matches!(self, Self::List | Self::Read | Self::Export | Self::Inspect)
    }
}
