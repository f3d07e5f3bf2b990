//! Plain steps of a state machine: an act that does nothing but set the state, perhaps with a reason.

/// Declares an act whose whole effect is the new state. With `because field`, the client gives a reason, which the
/// field keeps.
macro_rules! step {
    (
        $(#[$doc:meta])*
        $name:ident of $record:ty: $act:literal $verb:ident [$($from:literal),*] => $state:expr, $summary:literal
    ) => {
        $(#[$doc])*
        pub struct $name;

        impl crate::resource::Act for $name {
            type Of = $record;
            type Input = crate::resource::Nothing;
            const SPEC: crate::resource::ActSpec = crate::resource::ActSpec {
                name: $act, verb: isms_authz::Action::$verb, from: &[$($from),*], summary: $summary,
            };

            async fn run(
                _caller: &crate::caller::Caller,
                row: &mut <$record as crate::resource::Resource>::Row,
                _input: crate::resource::Nothing,
            ) -> crate::resource::Outcome<()> {
                row.state = $state;
                Ok(())
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident of $record:ty: $act:literal $verb:ident [$($from:literal),*] => $state:expr, because $field:ident,
        $summary:literal
    ) => {
        $(#[$doc])*
        pub struct $name;

        impl crate::resource::Act for $name {
            type Of = $record;
            type Input = crate::resource::Because;
            const SPEC: crate::resource::ActSpec = crate::resource::ActSpec {
                name: $act, verb: isms_authz::Action::$verb, from: &[$($from),*], summary: $summary,
            };

            async fn run(
                _caller: &crate::caller::Caller,
                row: &mut <$record as crate::resource::Resource>::Row,
                input: crate::resource::Because,
            ) -> crate::resource::Outcome<()> {
                row.$field = Some(input.given()?);
                row.state = $state;
                Ok(())
            }
        }
    };
}
pub(crate) use step;
