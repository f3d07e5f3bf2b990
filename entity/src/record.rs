//! The columns that every record has, written once.

/// What every record's row offers the generic layer: its identity, place, version and times.
pub trait Recorded {
    /// The columns that every record has.
    fn common(&self) -> Common;
    /// Sets the columns that every record has.
    fn set_common(&mut self, common: Common);
}

/// What clients write into a row, and what only rules write.
pub trait Drafted {
    /// What clients write.
    type Draft;
    /// What rules and acts write.
    type Kept;
    /// Takes over what a client wrote.
    fn write(&mut self, draft: Self::Draft);
}

/// The columns that every record has (design: one owner, one unit, one version, one history).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// UUIDv7.
    pub id: uuid::Uuid,
    /// The tenant.
    pub organisation_id: uuid::Uuid,
    /// The unit whose people answer for the record.
    pub unit_id: uuid::Uuid,
    /// Human reference, unique in the organisation and never reused (`RSK-0042`).
    pub reference: String,
    /// Counts up by one with each change, from 1.
    pub version: i32,
    /// When the record was made.
    pub created_at: crate::Time,
    /// Who made it.
    pub created_by: uuid::Uuid,
    /// When it was last changed.
    pub updated_at: crate::Time,
    /// Who last changed it.
    pub updated_by: uuid::Uuid,
    /// Set while the record is retired; nothing is erased.
    pub retired_at: Option<crate::Time>,
}

/// Declares a record once: its row with the common columns, the `Draft` that clients write and the
/// `Kept` part that only rules and acts write. Column, field and document share one name and one
/// comment; the checked-in contract files catch a rename. Types that need it carry `#[serde(default)]`.
macro_rules! record {
    (
        $(#[$doc:meta])* table = $table:literal;
        draft { $($(#[$fdoc:meta])* $field:ident: $ty:ty),* $(,)? }
        kept { $($(#[$kdoc:meta])* $kept:ident: $kty:ty),* $(,)? }
    ) => {
        use ::sea_orm::entity::prelude::{DerivePrimaryKey, EntityTrait, EnumIter, PrimaryKeyTrait};

        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, ::sea_orm::DeriveEntityModel, ::serde::Serialize, ::serde::Deserialize)]
        #[sea_orm(table_name = $table)]
        pub struct Model {
            /// UUIDv7.
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: ::uuid::Uuid,
            /// The tenant.
            pub organisation_id: ::uuid::Uuid,
            /// The unit whose people answer for the record.
            pub unit_id: ::uuid::Uuid,
            /// Human reference.
            pub reference: String,
            /// Counts up by one with each change, from 1.
            pub version: i32,
            /// When the record was made.
            pub created_at: crate::Time,
            /// Who made it.
            pub created_by: ::uuid::Uuid,
            /// When it was last changed.
            pub updated_at: crate::Time,
            /// Who last changed it.
            pub updated_by: ::uuid::Uuid,
            /// Set while the record is retired.
            pub retired_at: Option<crate::Time>,
            $($(#[$fdoc])* pub $field: $ty,)*
            $($(#[$kdoc])* pub $kept: $kty,)*
        }

        /// What clients write.
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct Draft {
            /// The unit whose people answer for the record; the root unit unless given.
            pub unit_id: Option<::uuid::Uuid>,
            $($(#[$fdoc])* pub $field: $ty,)*
        }

        /// What rules and acts write.
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct Kept {
            $($(#[$kdoc])* pub $kept: $kty,)*
        }

        impl From<&Model> for Draft {
            fn from(row: &Model) -> Self {
                Self { unit_id: Some(row.unit_id), $($field: row.$field.clone(),)* }
            }
        }

        impl From<&Model> for Kept {
            fn from(_row: &Model) -> Self {
                Self { $($kept: _row.$kept.clone(),)* }
            }
        }

        impl $crate::Drafted for Model {
            type Draft = Draft;
            type Kept = Kept;

            fn write(&mut self, draft: Draft) {
                let Draft { unit_id, $($field,)* } = draft;
                self.unit_id = unit_id.unwrap_or(self.unit_id);
                $(self.$field = $field;)*
            }
        }

        /// Joins are never declared: relations are references that the store keeps.
        #[derive(Copy, Clone, Debug, ::sea_orm::EnumIter, ::sea_orm::DeriveRelation)]
        pub enum Relation {}

        impl ::sea_orm::ActiveModelBehavior for ActiveModel {}

        impl $crate::Recorded for Model {
            fn common(&self) -> $crate::Common {
                $crate::Common {
                    id: self.id,
                    organisation_id: self.organisation_id,
                    unit_id: self.unit_id,
                    reference: self.reference.clone(),
                    version: self.version,
                    created_at: self.created_at,
                    created_by: self.created_by,
                    updated_at: self.updated_at,
                    updated_by: self.updated_by,
                    retired_at: self.retired_at,
                }
            }

            fn set_common(&mut self, common: $crate::Common) {
                let $crate::Common {
                    id, organisation_id, unit_id, reference, version,
                    created_at, created_by, updated_at, updated_by, retired_at,
                } = common;
                self.id = id;
                self.organisation_id = organisation_id;
                self.unit_id = unit_id;
                self.reference = reference;
                self.version = version;
                self.created_at = created_at;
                self.created_by = created_by;
                self.updated_at = updated_at;
                self.updated_by = updated_by;
                self.retired_at = retired_at;
            }
        }
    };
}
pub(crate) use record;
