//! The list of a family: one line a member.

/// Declares a family — its modules, an enum with one variant for each member, the `kind` words, the reader.
///
/// Each line `"kind" => module::Member,` names a file `module.rs` beside the list with a type `Member` that
/// has `fn read(table: &mut Table, …) -> Option<Member>` and serialises to the keys that it was read from.
/// `seen as dyn Trait` adds `member()`, which gives the member behind its trait; `visited by Visitor` adds
/// `visit()`, which hands the member over with its own type, for code that is compiled once for each.
#[macro_export]
macro_rules! family {
    (
        $(#[$doc:meta])*
        pub enum $name:ident, a $what:literal read with ($setting:ident: $setting_type:ty)
            $(, seen as dyn $seen:path)? $(, visited by $visitor:path)?;
        $($kind:literal => $module:ident::$member:ident,)+
    ) => {
        $(pub mod $module; pub use $module::$member;)+

        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize)]
        #[serde(tag = "kind")]
        pub enum $name {
            $(
                #[doc = concat!("`kind = \"", $kind, "\"`")]
                #[serde(rename = $kind)]
                $member($member),
            )+
        }

        impl $name {
            /// The words that `kind` can be.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Reads the member that `kind` names.
            pub fn read(table: &mut $crate::document::Table<'_>, $setting: $setting_type) -> Option<Self> {
                let kind = table.kind($what, Self::KINDS)?;
                match kind {
                    $($kind => $member::read(table, $setting).map(Self::$member),)+
                    _ => None,
                }
            }

            /// The word that names this member.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$member(_) => $kind,)+ }
            }
        }

        $crate::family!(@seen [$($seen)?] $name $($member)+);
        $crate::family!(@visited [$($visitor)?] $name $($member)+);
    };
    (@seen [] $name:ident $($member:ident)+) => {};
    (@seen [$seen:path] $name:ident $($member:ident)+) => {
        impl $name {
            /// The member behind its trait.
            pub fn member(&self) -> &(dyn $seen + 'static) {
                match self { $(Self::$member(member) => member,)+ }
            }
        }
    };
    (@visited [] $name:ident $($member:ident)+) => {};
    (@visited [$visitor:path] $name:ident $($member:ident)+) => {
        impl $name {
            /// Hands the member over with its own type.
            pub fn visit<V: $visitor>(&self, visitor: V) -> V::Output {
                match self { $(Self::$member(member) => visitor.visit(member),)+ }
            }
        }
    };
}
