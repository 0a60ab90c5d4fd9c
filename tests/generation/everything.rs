pub mod types {
    pub use crate::generated::open_enum::UnknownValue;
    ///One of several. `cpu` and `disk` have properties of their own.
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct CpuThing {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cores: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<CpuThingKind>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub limit: ::std::option::Option<::serde_json::Value>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub notes: ::std::vec::Vec<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub range: ::std::option::Option<Range>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sign: ::std::option::Option<CpuThingSign>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub value: ::std::option::Option<::serde_json::Number>,
        #[serde(
            rename = "valueByName",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[doc(alias = "valueByName")]
        pub value_by_name: ::std::collections::HashMap<
            ::std::string::String,
            ::serde_json::Number,
        >,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub values: ::std::vec::Vec<::std::vec::Vec<::serde_json::Number>>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for CpuThing {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<9usize> for CpuThing {
        const EXPECTED: &'static str = "struct CpuThing";
        const NAMES: [&'static str; 9usize] = [
            "cores",
            "kind",
            "limit",
            "notes",
            "range",
            "sign",
            "value",
            "valueByName",
            "values",
        ];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "cores" => 0usize,
                    "kind" => 1usize,
                    "limit" => 2usize,
                    "notes" => 3usize,
                    "range" => 4usize,
                    "sign" => 5usize,
                    "value" => 6usize,
                    "valueByName" => 7usize,
                    "values" => 8usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.cores = json.next_value()?,
                1usize => self.kind = json.next_value()?,
                2usize => self.limit = json.next_value()?,
                3usize => {
                    self.notes = null::read::<
                        null::Items<null::Plain<::std::string::String>>,
                        M,
                    >(json)?;
                }
                4usize => self.range = json.next_value()?,
                5usize => self.sign = json.next_value()?,
                6usize => self.value = json.next_value()?,
                7usize => {
                    self.value_by_name = null::read::<
                        null::Entries<null::Plain<::serde_json::Number>>,
                        M,
                    >(json)?;
                }
                8usize => {
                    self.values = null::read::<
                        null::Items<null::Items<null::Plain<::serde_json::Number>>>,
                        M,
                    >(json)?;
                }
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`CpuThingKind`"] CpuThingKind { Cpu = "cpu" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`CpuThingSign`"] CpuThingSign { Less = "<", Greater = ">", Err = "err",
        Unknown2 = "unknown", Hours = "hours" }
    }
    ///One of several. `cpu` and `disk` have properties of their own.
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct DiskThing {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cpu: ::std::option::Option<CpuThing>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub inner: ::std::option::Option<::std::boxed::Box<DiskThing>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<DiskThingKind>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub limit: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub mount: ::std::option::Option<DiskThingMount>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub notes: ::std::vec::Vec<DiskThingNotesItem>,
        #[serde(
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        pub parts: ::std::collections::HashMap<::std::string::String, DiskThing>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub range: ::std::option::Option<DiskThingRange>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sign: ::std::option::Option<DiskThingSign>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub value: ::std::option::Option<i64>,
        #[serde(
            rename = "valueByName",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[doc(alias = "valueByName")]
        pub value_by_name: ::std::collections::HashMap<::std::string::String, f64>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub values: ::std::vec::Vec<::std::vec::Vec<i64>>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for DiskThing {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<12usize> for DiskThing {
        const EXPECTED: &'static str = "struct DiskThing";
        const NAMES: [&'static str; 12usize] = [
            "cpu",
            "inner",
            "kind",
            "limit",
            "mount",
            "notes",
            "parts",
            "range",
            "sign",
            "value",
            "valueByName",
            "values",
        ];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "cpu" => 0usize,
                    "inner" => 1usize,
                    "kind" => 2usize,
                    "limit" => 3usize,
                    "mount" => 4usize,
                    "notes" => 5usize,
                    "parts" => 6usize,
                    "range" => 7usize,
                    "sign" => 8usize,
                    "value" => 9usize,
                    "valueByName" => 10usize,
                    "values" => 11usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.cpu = json.next_value()?,
                1usize => self.inner = json.next_value()?,
                2usize => self.kind = json.next_value()?,
                3usize => self.limit = json.next_value()?,
                4usize => self.mount = json.next_value()?,
                5usize => {
                    self.notes = null::read::<
                        null::Items<null::Plain<DiskThingNotesItem>>,
                        M,
                    >(json)?;
                }
                6usize => {
                    self.parts = null::read::<
                        null::Entries<null::Plain<DiskThing>>,
                        M,
                    >(json)?;
                }
                7usize => self.range = json.next_value()?,
                8usize => self.sign = json.next_value()?,
                9usize => self.value = json.next_value()?,
                10usize => {
                    self.value_by_name = null::read::<
                        null::Entries<null::Plain<f64>>,
                        M,
                    >(json)?;
                }
                11usize => {
                    self.values = null::read::<
                        null::Items<null::Items<null::Plain<i64>>>,
                        M,
                    >(json)?;
                }
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`DiskThingKind`"] DiskThingKind { Disk = "disk", Cpu = "cpu" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`DiskThingMount`"] DiskThingMount { Data = "data", Journal = "journal" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`DiskThingNotesItem`"] DiskThingNotesItem { Small = "SMALL", Large =
        "LARGE", X70 = "7.0", X80 = "8.0", Self_ = "self", Type = "type", InProgress =
        "in progress", Größe = "Größe", AB = "a/b" }
    }
    ///`DiskThingRange`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct DiskThingRange {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub least: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub most: ::std::option::Option<::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub unit: ::std::option::Option<::std::string::String>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for DiskThingRange {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<3usize> for DiskThingRange {
        const EXPECTED: &'static str = "struct DiskThingRange";
        const NAMES: [&'static str; 3usize] = ["least", "most", "unit"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "least" => 0usize,
                    "most" => 1usize,
                    "unit" => 2usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.least = json.next_value()?,
                1usize => self.most = json.next_value()?,
                2usize => self.unit = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`DiskThingSign`"] DiskThingSign { Less = "LESS", Hours = "HOURS", Less2
        = "<", Greater = ">", Err = "err", Unknown2 = "unknown", Hours2 = "hours" }
    }
    ///Everything that a property can be.
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct Everything {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub address: ::std::option::Option<::std::string::String>,
        ///Whatever.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub any: ::std::option::Option<::serde_json::Value>,
        #[serde(
            rename = "anyGrid",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        #[doc(alias = "anyGrid")]
        pub any_grid: ::std::vec::Vec<::std::vec::Vec<::serde_json::Value>>,
        #[serde(
            rename = "anyList",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        #[doc(alias = "anyList")]
        pub any_list: ::std::vec::Vec<::serde_json::Value>,
        #[serde(
            rename = "anyMap",
            default,
            skip_serializing_if = "::serde_json::Map::is_empty"
        )]
        #[doc(alias = "anyMap")]
        pub any_map: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub bare: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub binary: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "byName",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[doc(alias = "byName")]
        pub by_name: ::std::collections::HashMap<::std::string::String, Kind>,
        #[serde(
            rename = "byNumber",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[doc(alias = "byNumber")]
        pub by_number: ::std::collections::HashMap<::std::string::String, i64>,
        #[serde(
            rename = "byThing",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[doc(alias = "byThing")]
        pub by_thing: ::std::collections::HashMap<
            ::std::string::String,
            EverythingByThingValue,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bytes: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub choices: ::std::vec::Vec<EverythingChoicesItem>,
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub closed: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub count: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub day: ::std::option::Option<::chrono::naive::NaiveDate>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub flag: ::std::option::Option<bool>,
        #[serde(
            rename = "flagEnum",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[doc(alias = "flagEnum")]
        pub flag_enum: ::std::option::Option<bool>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub flags: ::std::vec::Vec<bool>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub forest: ::std::vec::Vec<Everything>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub grid: ::std::vec::Vec<::std::vec::Vec<i64>>,
        ///An id, for a parameter as well as for answers.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub ids: ::std::vec::Vec<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub inner: ::std::option::Option<EverythingInner>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<Kind>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub kinds: ::std::vec::Vec<Kind>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub level: ::std::option::Option<i64>,
        #[serde(
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        pub lists: ::std::collections::HashMap<
            ::std::string::String,
            ::std::vec::Vec<::std::string::String>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub maybe: ::std::option::Option<EverythingMaybe>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub moment: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub moments: ::std::vec::Vec<::chrono::DateTime<::chrono::offset::Utc>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub mood: ::std::option::Option<Mood>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub names: ::std::vec::Vec<::std::string::String>,
        #[serde(
            rename = "@odd name",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub odd_name: ::std::option::Option<::std::string::String>,
        ///Nobody needs it.
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        #[deprecated(note = "Atlas has deprecated it")]
        pub old: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub open: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub password: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub price: ::std::option::Option<::serde_json::Number>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub ratio: ::std::option::Option<f64>,
        #[serde(
            rename = "$ref2",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[doc(alias = "$ref2")]
        pub ref2: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub rows: ::std::vec::Vec<EverythingRowsItem>,
        #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
        #[doc(alias = "self")]
        pub self_: ::std::option::Option<::std::string::String>,
        #[serde(
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        pub shelves: ::std::collections::HashMap<
            ::std::string::String,
            ::std::vec::Vec<::std::collections::HashMap<::std::string::String, Kind>>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub small: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub snake_case: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub text: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub tree: ::std::option::Option<::std::boxed::Box<Everything>>,
        #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
        #[doc(alias = "type")]
        pub type_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub untyped: ::std::option::Option<::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub uri: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub uuid: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub wanted: ::std::option::Option<EverythingWanted>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for Everything {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<51usize> for Everything {
        const EXPECTED: &'static str = "struct Everything";
        const NAMES: [&'static str; 51usize] = [
            "$ref2",
            "@odd name",
            "address",
            "any",
            "anyGrid",
            "anyList",
            "anyMap",
            "bare",
            "binary",
            "byName",
            "byNumber",
            "byThing",
            "bytes",
            "choices",
            "closed",
            "count",
            "day",
            "flag",
            "flagEnum",
            "flags",
            "forest",
            "grid",
            "id",
            "ids",
            "inner",
            "kind",
            "kinds",
            "level",
            "lists",
            "maybe",
            "moment",
            "moments",
            "mood",
            "names",
            "old",
            "open",
            "password",
            "price",
            "ratio",
            "rows",
            "self",
            "shelves",
            "small",
            "snake_case",
            "text",
            "tree",
            "type",
            "untyped",
            "uri",
            "uuid",
            "wanted",
        ];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "$ref2" => 0usize,
                    "@odd name" => 1usize,
                    "address" => 2usize,
                    "any" => 3usize,
                    "anyGrid" => 4usize,
                    "anyList" => 5usize,
                    "anyMap" => 6usize,
                    "bare" => 7usize,
                    "binary" => 8usize,
                    "byName" => 9usize,
                    "byNumber" => 10usize,
                    "byThing" => 11usize,
                    "bytes" => 12usize,
                    "choices" => 13usize,
                    "closed" => 14usize,
                    "count" => 15usize,
                    "day" => 16usize,
                    "flag" => 17usize,
                    "flagEnum" => 18usize,
                    "flags" => 19usize,
                    "forest" => 20usize,
                    "grid" => 21usize,
                    "id" => 22usize,
                    "ids" => 23usize,
                    "inner" => 24usize,
                    "kind" => 25usize,
                    "kinds" => 26usize,
                    "level" => 27usize,
                    "lists" => 28usize,
                    "maybe" => 29usize,
                    "moment" => 30usize,
                    "moments" => 31usize,
                    "mood" => 32usize,
                    "names" => 33usize,
                    "old" => 34usize,
                    "open" => 35usize,
                    "password" => 36usize,
                    "price" => 37usize,
                    "ratio" => 38usize,
                    "rows" => 39usize,
                    "self" => 40usize,
                    "shelves" => 41usize,
                    "small" => 42usize,
                    "snake_case" => 43usize,
                    "text" => 44usize,
                    "tree" => 45usize,
                    "type" => 46usize,
                    "untyped" => 47usize,
                    "uri" => 48usize,
                    "uuid" => 49usize,
                    "wanted" => 50usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.ref2 = json.next_value()?,
                1usize => self.odd_name = json.next_value()?,
                2usize => self.address = json.next_value()?,
                3usize => self.any = json.next_value()?,
                4usize => {
                    self.any_grid = null::read::<
                        null::Items<null::Plain<::std::vec::Vec<::serde_json::Value>>>,
                        M,
                    >(json)?;
                }
                5usize => {
                    self.any_list = null::read::<
                        null::Plain<::std::vec::Vec<::serde_json::Value>>,
                        M,
                    >(json)?;
                }
                6usize => {
                    self.any_map = null::read::<
                        null::Plain<
                            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                        >,
                        M,
                    >(json)?;
                }
                7usize => {
                    self.bare = null::read::<
                        null::Plain<
                            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                        >,
                        M,
                    >(json)?;
                }
                8usize => self.binary = json.next_value()?,
                9usize => {
                    self.by_name = null::read::<
                        null::Entries<null::Plain<Kind>>,
                        M,
                    >(json)?;
                }
                10usize => {
                    self.by_number = null::read::<
                        null::Entries<null::Plain<i64>>,
                        M,
                    >(json)?;
                }
                11usize => {
                    self.by_thing = null::read::<
                        null::Entries<null::Plain<EverythingByThingValue>>,
                        M,
                    >(json)?;
                }
                12usize => self.bytes = json.next_value()?,
                13usize => {
                    self.choices = null::read::<
                        null::Items<null::Plain<EverythingChoicesItem>>,
                        M,
                    >(json)?;
                }
                14usize => {
                    self.closed = null::read::<
                        null::Plain<
                            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                        >,
                        M,
                    >(json)?;
                }
                15usize => self.count = json.next_value()?,
                16usize => self.day = json.next_value()?,
                17usize => self.flag = json.next_value()?,
                18usize => self.flag_enum = json.next_value()?,
                19usize => {
                    self.flags = null::read::<null::Items<null::Plain<bool>>, M>(json)?;
                }
                20usize => {
                    self.forest = null::read::<
                        null::Items<null::Plain<Everything>>,
                        M,
                    >(json)?;
                }
                21usize => {
                    self.grid = null::read::<
                        null::Items<null::Items<null::Plain<i64>>>,
                        M,
                    >(json)?;
                }
                22usize => self.id = json.next_value()?,
                23usize => {
                    self.ids = null::read::<
                        null::Items<null::Plain<::std::string::String>>,
                        M,
                    >(json)?;
                }
                24usize => self.inner = json.next_value()?,
                25usize => self.kind = json.next_value()?,
                26usize => {
                    self.kinds = null::read::<null::Items<null::Plain<Kind>>, M>(json)?;
                }
                27usize => self.level = json.next_value()?,
                28usize => {
                    self.lists = null::read::<
                        null::Entries<null::Items<null::Plain<::std::string::String>>>,
                        M,
                    >(json)?;
                }
                29usize => self.maybe = json.next_value()?,
                30usize => self.moment = json.next_value()?,
                31usize => {
                    self.moments = null::read::<
                        null::Items<
                            null::Plain<::chrono::DateTime<::chrono::offset::Utc>>,
                        >,
                        M,
                    >(json)?;
                }
                32usize => self.mood = json.next_value()?,
                33usize => {
                    self.names = null::read::<
                        null::Items<null::Plain<::std::string::String>>,
                        M,
                    >(json)?;
                }
                34usize => {
                    self.old = null::read::<
                        null::Plain<
                            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                        >,
                        M,
                    >(json)?;
                }
                35usize => {
                    self.open = null::read::<
                        null::Plain<
                            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                        >,
                        M,
                    >(json)?;
                }
                36usize => self.password = json.next_value()?,
                37usize => self.price = json.next_value()?,
                38usize => self.ratio = json.next_value()?,
                39usize => {
                    self.rows = null::read::<
                        null::Items<null::Plain<EverythingRowsItem>>,
                        M,
                    >(json)?;
                }
                40usize => self.self_ = json.next_value()?,
                41usize => {
                    self.shelves = null::read::<
                        null::Entries<null::Items<null::Entries<null::Plain<Kind>>>>,
                        M,
                    >(json)?;
                }
                42usize => self.small = json.next_value()?,
                43usize => self.snake_case = json.next_value()?,
                44usize => self.text = json.next_value()?,
                45usize => self.tree = json.next_value()?,
                46usize => self.type_ = json.next_value()?,
                47usize => self.untyped = json.next_value()?,
                48usize => self.uri = json.next_value()?,
                49usize => self.uuid = json.next_value()?,
                50usize => self.wanted = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    ///`EverythingByThingValue`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct EverythingByThingValue {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub size: ::std::option::Option<i64>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for EverythingByThingValue {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<1usize> for EverythingByThingValue {
        const EXPECTED: &'static str = "struct EverythingByThingValue";
        const NAMES: [&'static str; 1usize] = ["size"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "size" => 0usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.size = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`EverythingChoicesItem`"] EverythingChoicesItem { Left = "LEFT", Right =
        "RIGHT" }
    }
    ///`EverythingInner`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct EverythingInner {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub inner: ::std::option::Option<EverythingInnerInner>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for EverythingInner {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<1usize> for EverythingInner {
        const EXPECTED: &'static str = "struct EverythingInner";
        const NAMES: [&'static str; 1usize] = ["inner"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "inner" => 0usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.inner = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    ///`EverythingInnerInner`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct EverythingInnerInner {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub deep: ::std::option::Option<EverythingInnerInnerDeep>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for EverythingInnerInner {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<1usize> for EverythingInnerInner {
        const EXPECTED: &'static str = "struct EverythingInnerInner";
        const NAMES: [&'static str; 1usize] = ["deep"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "deep" => 0usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.deep = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`EverythingInnerInnerDeep`"] EverythingInnerInnerDeep { Down = "DOWN" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`EverythingMaybe`"] EverythingMaybe { Yes = "YES" }
    }
    ///`EverythingRowsItem`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct EverythingRowsItem {
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub cells: ::std::vec::Vec<::std::string::String>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for EverythingRowsItem {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<1usize> for EverythingRowsItem {
        const EXPECTED: &'static str = "struct EverythingRowsItem";
        const NAMES: [&'static str; 1usize] = ["cells"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "cells" => 0usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => {
                    self.cells = null::read::<
                        null::Items<null::Plain<::std::string::String>>,
                        M,
                    >(json)?;
                }
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`EverythingWanted`"] EverythingWanted { Yes = "YES", No = "NO" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`GetEverythingKind`"] GetEverythingKind { Small = "SMALL", Large =
        "LARGE" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "A kind with values that Rust could not name."] Kind { Small = "SMALL",
        Large = "LARGE", X70 = "7.0", X80 = "8.0", Self_ = "self", Type = "type",
        InProgress = "in progress", Größe = "Größe", AB = "a/b" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`ListMeasuredMetricsItem`"] ListMeasuredMetricsItem { Cpu = "CPU",
        Memory = "MEMORY", Disk = "DISK", A = "A", B = "B", C = "C", D = "D", E = "E", F
        = "F", G = "G", H = "H", I = "I", J = "J", K = "K" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`ListMeasuredOrder`"] ListMeasuredOrder { Asc = "asc", Desc = "desc" }
    }
    ///One of several. `cpu` and `disk` have properties of their own.
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct MeasuredThing {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cores: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cpu: ::std::option::Option<CpuThing>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub inner: ::std::option::Option<::std::boxed::Box<DiskThing>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<MeasuredThingKind>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub limit: ::std::option::Option<::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub mount: ::std::option::Option<MeasuredThingMount>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub notes: ::std::vec::Vec<MeasuredThingNotesItem>,
        #[serde(
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        pub parts: ::std::collections::HashMap<::std::string::String, DiskThing>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub range: ::std::option::Option<MeasuredThingRange>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sign: ::std::option::Option<MeasuredThingSign>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub value: ::std::option::Option<::serde_json::Number>,
        #[serde(
            rename = "valueByName",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[doc(alias = "valueByName")]
        pub value_by_name: ::std::collections::HashMap<
            ::std::string::String,
            ::serde_json::Number,
        >,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub values: ::std::vec::Vec<::std::vec::Vec<::serde_json::Number>>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for MeasuredThing {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<13usize> for MeasuredThing {
        const EXPECTED: &'static str = "struct MeasuredThing";
        const NAMES: [&'static str; 13usize] = [
            "cores",
            "cpu",
            "inner",
            "kind",
            "limit",
            "mount",
            "notes",
            "parts",
            "range",
            "sign",
            "value",
            "valueByName",
            "values",
        ];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "cores" => 0usize,
                    "cpu" => 1usize,
                    "inner" => 2usize,
                    "kind" => 3usize,
                    "limit" => 4usize,
                    "mount" => 5usize,
                    "notes" => 6usize,
                    "parts" => 7usize,
                    "range" => 8usize,
                    "sign" => 9usize,
                    "value" => 10usize,
                    "valueByName" => 11usize,
                    "values" => 12usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.cores = json.next_value()?,
                1usize => self.cpu = json.next_value()?,
                2usize => self.inner = json.next_value()?,
                3usize => self.kind = json.next_value()?,
                4usize => self.limit = json.next_value()?,
                5usize => self.mount = json.next_value()?,
                6usize => {
                    self.notes = null::read::<
                        null::Items<null::Plain<MeasuredThingNotesItem>>,
                        M,
                    >(json)?;
                }
                7usize => {
                    self.parts = null::read::<
                        null::Entries<null::Plain<DiskThing>>,
                        M,
                    >(json)?;
                }
                8usize => self.range = json.next_value()?,
                9usize => self.sign = json.next_value()?,
                10usize => self.value = json.next_value()?,
                11usize => {
                    self.value_by_name = null::read::<
                        null::Entries<null::Plain<::serde_json::Number>>,
                        M,
                    >(json)?;
                }
                12usize => {
                    self.values = null::read::<
                        null::Items<null::Items<null::Plain<::serde_json::Number>>>,
                        M,
                    >(json)?;
                }
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`MeasuredThingKind`"] MeasuredThingKind { Cpu = "cpu", Disk = "disk" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`MeasuredThingMount`"] MeasuredThingMount { Data = "data", Journal =
        "journal" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`MeasuredThingNotesItem`"] MeasuredThingNotesItem { Small = "SMALL",
        Large = "LARGE", X70 = "7.0", X80 = "8.0", Self_ = "self", Type = "type",
        InProgress = "in progress", Größe = "Größe", AB = "a/b" }
    }
    ///`MeasuredThingRange`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct MeasuredThingRange {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub least: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub most: ::std::option::Option<::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub unit: ::std::option::Option<::std::string::String>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for MeasuredThingRange {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<3usize> for MeasuredThingRange {
        const EXPECTED: &'static str = "struct MeasuredThingRange";
        const NAMES: [&'static str; 3usize] = ["least", "most", "unit"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "least" => 0usize,
                    "most" => 1usize,
                    "unit" => 2usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.least = json.next_value()?,
                1usize => self.most = json.next_value()?,
                2usize => self.unit = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`MeasuredThingSign`"] MeasuredThingSign { Less = "<", Greater = ">", Err
        = "err", Unknown2 = "unknown", Hours = "hours", LESS = "LESS", HOURS = "HOURS" }
    }
    crate::generated::open_enum::open_enum! {
        #[doc = "`Mood`"] Mood { Good = "GOOD", SoSo = "so \"so\"", BackSlash =
        "back\\slash", TwoLines = "two\nlines" }
    }
    ///`Page`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct Page {
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub results: ::std::vec::Vec<Everything>,
        #[serde(
            rename = "totalCount",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[doc(alias = "totalCount")]
        pub total_count: ::std::option::Option<i64>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for Page {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<2usize> for Page {
        const EXPECTED: &'static str = "struct Page";
        const NAMES: [&'static str; 2usize] = ["results", "totalCount"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "results" => 0usize,
                    "totalCount" => 1usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => {
                    self.results = null::read::<
                        null::Items<null::Plain<Everything>>,
                        M,
                    >(json)?;
                }
                1usize => self.total_count = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    ///`Range`
    #[derive(::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct Range {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub least: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub most: ::std::option::Option<i64>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for Range {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            json: D,
        ) -> Result<Self, D::Error> {
            crate::generated::object::deserialize(json)
        }
    }
    impl crate::generated::object::Object<2usize> for Range {
        const EXPECTED: &'static str = "struct Range";
        const NAMES: [&'static str; 2usize] = ["least", "most"];
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(
                match name {
                    "least" => 0usize,
                    "most" => 1usize,
                    _ => return None,
                },
            )
        }
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;
            match number {
                0usize => self.least = json.next_value()?,
                1usize => self.most = json.next_value()?,
                _ => {}
            }
            Ok(())
        }
        #[inline]
        fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
            &mut self.extra
        }
    }
    crate::generated::json_schema::json_schema! {
        CpuThing,
        "{\"description\":\"One of several. `cpu` and `disk` have properties of their own.\",\"properties\":{\"cores\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"kind\":{\"anyOf\":[{\"enum\":[\"cpu\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"limit\":{},\"notes\":{\"items\":{\"type\":[\"string\",\"null\"]},\"type\":[\"array\",\"null\"]},\"range\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Range\"},{\"type\":\"null\"}]},\"sign\":{\"anyOf\":[{\"enum\":[\"<\",\">\",\"err\",\"unknown\",\"hours\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"value\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"valueByName\":{\"additionalProperties\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"type\":[\"object\",\"null\"]},\"values\":{\"items\":{\"items\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"type\":[\"array\",\"null\"]},\"type\":[\"array\",\"null\"]}},\"type\":\"object\"}",
        [Range]
    }
    crate::generated::json_schema::json_schema! {
        CpuThingKind, "{\"anyOf\":[{\"enum\":[\"cpu\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        CpuThingSign,
        "{\"anyOf\":[{\"enum\":[\"<\",\">\",\"err\",\"unknown\",\"hours\"]},{\"type\":\"string\"}]}",
        []
    }
    crate::generated::json_schema::json_schema! {
        DiskThing,
        "{\"description\":\"One of several. `cpu` and `disk` have properties of their own.\",\"properties\":{\"cpu\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/CpuThing\"},{\"type\":\"null\"}]},\"inner\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/DiskThing\"},{\"type\":\"null\"}]},\"kind\":{\"anyOf\":[{\"enum\":[\"disk\",\"cpu\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"limit\":{\"type\":[\"string\",\"null\"]},\"mount\":{\"anyOf\":[{\"enum\":[\"data\",\"journal\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"notes\":{\"items\":{\"anyOf\":[{\"enum\":[\"SMALL\",\"LARGE\",\"7.0\",\"8.0\",\"self\",\"type\",\"in progress\",\"Größe\",\"a/b\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"type\":[\"array\",\"null\"]},\"parts\":{\"additionalProperties\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/DiskThing\"},{\"type\":\"null\"}]},\"type\":[\"object\",\"null\"]},\"range\":{\"properties\":{\"least\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"most\":{},\"unit\":{\"type\":[\"string\",\"null\"]}},\"type\":[\"object\",\"null\"]},\"sign\":{\"anyOf\":[{\"enum\":[\"LESS\",\"HOURS\",\"<\",\">\",\"err\",\"unknown\",\"hours\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"value\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"valueByName\":{\"additionalProperties\":{\"format\":\"double\",\"type\":[\"number\",\"null\"]},\"type\":[\"object\",\"null\"]},\"values\":{\"items\":{\"items\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"type\":[\"array\",\"null\"]},\"type\":[\"array\",\"null\"]}},\"type\":\"object\"}",
        [CpuThing, DiskThing]
    }
    crate::generated::json_schema::json_schema! {
        DiskThingKind,
        "{\"anyOf\":[{\"enum\":[\"disk\",\"cpu\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        DiskThingMount,
        "{\"anyOf\":[{\"enum\":[\"data\",\"journal\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        DiskThingNotesItem,
        "{\"anyOf\":[{\"enum\":[\"SMALL\",\"LARGE\",\"7.0\",\"8.0\",\"self\",\"type\",\"in progress\",\"Größe\",\"a/b\"]},{\"type\":\"string\"}]}",
        []
    }
    crate::generated::json_schema::json_schema! {
        DiskThingRange,
        "{\"properties\":{\"least\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"most\":{},\"unit\":{\"type\":[\"string\",\"null\"]}},\"type\":\"object\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        DiskThingSign,
        "{\"anyOf\":[{\"enum\":[\"LESS\",\"HOURS\",\"<\",\">\",\"err\",\"unknown\",\"hours\"]},{\"type\":\"string\"}]}",
        []
    }
    crate::generated::json_schema::json_schema! {
        Everything,
        "{\"description\":\"Everything that a property can be.\",\"properties\":{\"$ref2\":{\"type\":[\"string\",\"null\"]},\"@odd name\":{\"type\":[\"string\",\"null\"]},\"address\":{\"type\":[\"string\",\"null\"],\"x-documented\":{\"format\":\"ipv4\"}},\"any\":{\"description\":\"Whatever.\"},\"anyGrid\":{\"items\":{\"items\":{},\"type\":[\"array\",\"null\"]},\"type\":[\"array\",\"null\"]},\"anyList\":{\"items\":{},\"type\":[\"array\",\"null\"]},\"anyMap\":{\"additionalProperties\":{},\"type\":[\"object\",\"null\"]},\"bare\":{\"type\":[\"object\",\"null\"]},\"binary\":{\"type\":[\"string\",\"null\"],\"x-documented\":{\"format\":\"binary\"}},\"byName\":{\"additionalProperties\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Kind\"},{\"type\":\"null\"}]},\"type\":[\"object\",\"null\"]},\"byNumber\":{\"additionalProperties\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"type\":[\"object\",\"null\"]},\"byThing\":{\"additionalProperties\":{\"properties\":{\"size\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]}},\"type\":[\"object\",\"null\"]},\"type\":[\"object\",\"null\"]},\"bytes\":{\"type\":[\"string\",\"null\"],\"x-documented\":{\"format\":\"byte\"}},\"choices\":{\"items\":{\"anyOf\":[{\"enum\":[\"LEFT\",\"RIGHT\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"type\":[\"array\",\"null\"]},\"closed\":{\"type\":[\"object\",\"null\"],\"x-documented\":{\"additionalProperties\":false}},\"count\":{\"default\":5,\"format\":\"int64\",\"type\":[\"integer\",\"null\"],\"x-documented\":{\"minimum\":1}},\"day\":{\"format\":\"date\",\"type\":[\"string\",\"null\"]},\"flag\":{\"default\":true,\"type\":[\"boolean\",\"null\"]},\"flagEnum\":{\"type\":[\"boolean\",\"null\"],\"x-documented\":{\"enum\":[true]}},\"flags\":{\"default\":[true],\"items\":{\"type\":[\"boolean\",\"null\"]},\"type\":[\"array\",\"null\"]},\"forest\":{\"items\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Everything\"},{\"type\":\"null\"}]},\"type\":[\"array\",\"null\"]},\"grid\":{\"items\":{\"items\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"type\":[\"array\",\"null\"]},\"type\":[\"array\",\"null\"]},\"id\":{\"description\":\"An id, for a parameter as well as for answers.\",\"example\":\"32b6e34b3d91647abb20e7b8\",\"type\":[\"string\",\"null\"],\"x-documented\":{\"pattern\":\"^([a-f0-9]{24})$\"}},\"ids\":{\"items\":{\"description\":\"An id, for a parameter as well as for answers.\",\"example\":\"32b6e34b3d91647abb20e7b8\",\"type\":[\"string\",\"null\"],\"x-documented\":{\"pattern\":\"^([a-f0-9]{24})$\"}},\"type\":[\"array\",\"null\"],\"x-documented\":{\"minItems\":1,\"uniqueItems\":true}},\"inner\":{\"nullable\":true,\"properties\":{\"inner\":{\"properties\":{\"deep\":{\"anyOf\":[{\"enum\":[\"DOWN\"]},{\"type\":\"string\"},{\"type\":\"null\"}]}},\"type\":[\"object\",\"null\"]}},\"type\":[\"object\",\"null\"]},\"kind\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Kind\"},{\"type\":\"null\"}]},\"kinds\":{\"items\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Kind\"},{\"type\":\"null\"}]},\"type\":[\"array\",\"null\"]},\"level\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"],\"x-documented\":{\"enum\":[1,2,3]}},\"lists\":{\"additionalProperties\":{\"items\":{\"type\":[\"string\",\"null\"]},\"type\":[\"array\",\"null\"]},\"type\":[\"object\",\"null\"]},\"maybe\":{\"anyOf\":[{\"enum\":[\"YES\"]},{\"type\":\"string\"},{\"type\":\"null\"}],\"default\":\"YES\",\"nullable\":true},\"moment\":{\"format\":\"date-time\",\"type\":[\"string\",\"null\"]},\"moments\":{\"items\":{\"format\":\"date-time\",\"type\":[\"string\",\"null\"]},\"type\":[\"array\",\"null\"]},\"mood\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Mood\"},{\"type\":\"null\"}]},\"names\":{\"items\":{\"type\":[\"string\",\"null\"]},\"type\":[\"array\",\"null\"]},\"old\":{\"deprecated\":true,\"description\":\"Nobody needs it.\",\"properties\":{},\"type\":[\"object\",\"null\"]},\"open\":{\"additionalProperties\":true,\"type\":[\"object\",\"null\"]},\"password\":{\"type\":[\"string\",\"null\"],\"x-documented\":{\"format\":\"password\"}},\"price\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"ratio\":{\"format\":\"double\",\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"float\",\"minimum\":0}},\"rows\":{\"items\":{\"properties\":{\"cells\":{\"items\":{\"type\":[\"string\",\"null\"]},\"type\":[\"array\",\"null\"]}},\"title\":\"A row\",\"type\":[\"object\",\"null\"]},\"type\":[\"array\",\"null\"]},\"self\":{\"type\":[\"string\",\"null\"]},\"shelves\":{\"additionalProperties\":{\"items\":{\"additionalProperties\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Kind\"},{\"type\":\"null\"}]},\"type\":[\"object\",\"null\"]},\"type\":[\"array\",\"null\"]},\"type\":[\"object\",\"null\"]},\"small\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"],\"x-documented\":{\"format\":\"int32\",\"maximum\":255,\"minimum\":0}},\"snake_case\":{\"type\":[\"string\",\"null\"]},\"text\":{\"default\":\"words\",\"type\":[\"string\",\"null\"],\"x-documented\":{\"maxLength\":5,\"minLength\":1}},\"tree\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Everything\"},{\"type\":\"null\"}]},\"type\":{\"type\":[\"string\",\"null\"]},\"untyped\":{\"x-documented\":{\"enum\":[\"A\",\"B\"]}},\"uri\":{\"type\":[\"string\",\"null\"],\"x-documented\":{\"format\":\"uri\"}},\"uuid\":{\"type\":[\"string\",\"null\"],\"x-documented\":{\"format\":\"uuid\"}},\"wanted\":{\"anyOf\":[{\"enum\":[\"YES\",\"NO\"]},{\"type\":\"string\"},{\"type\":\"null\"}]}},\"title\":\"All of it\",\"type\":\"object\",\"x-documented\":{\"additionalProperties\":false,\"required\":[\"type\",\"flags\",\"count\",\"wanted\",\"ids\",\"tree\"]}}",
        [Everything, Kind, Mood]
    }
    crate::generated::json_schema::json_schema! {
        EverythingByThingValue,
        "{\"properties\":{\"size\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]}},\"type\":\"object\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        EverythingChoicesItem,
        "{\"anyOf\":[{\"enum\":[\"LEFT\",\"RIGHT\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        EverythingInner,
        "{\"nullable\":true,\"properties\":{\"inner\":{\"properties\":{\"deep\":{\"anyOf\":[{\"enum\":[\"DOWN\"]},{\"type\":\"string\"},{\"type\":\"null\"}]}},\"type\":[\"object\",\"null\"]}},\"type\":\"object\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        EverythingInnerInner,
        "{\"properties\":{\"deep\":{\"anyOf\":[{\"enum\":[\"DOWN\"]},{\"type\":\"string\"},{\"type\":\"null\"}]}},\"type\":\"object\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        EverythingInnerInnerDeep,
        "{\"anyOf\":[{\"enum\":[\"DOWN\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        EverythingMaybe,
        "{\"anyOf\":[{\"enum\":[\"YES\"]},{\"type\":\"string\"}],\"default\":\"YES\",\"nullable\":true}",
        []
    }
    crate::generated::json_schema::json_schema! {
        EverythingRowsItem,
        "{\"properties\":{\"cells\":{\"items\":{\"type\":[\"string\",\"null\"]},\"type\":[\"array\",\"null\"]}},\"title\":\"A row\",\"type\":\"object\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        EverythingWanted,
        "{\"anyOf\":[{\"enum\":[\"YES\",\"NO\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        GetEverythingKind,
        "{\"anyOf\":[{\"enum\":[\"SMALL\",\"LARGE\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        Kind,
        "{\"anyOf\":[{\"enum\":[\"SMALL\",\"LARGE\",\"7.0\",\"8.0\",\"self\",\"type\",\"in progress\",\"Größe\",\"a/b\"]},{\"type\":\"string\"}],\"description\":\"A kind with values that Rust could not name.\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        ListMeasuredMetricsItem,
        "{\"anyOf\":[{\"enum\":[\"CPU\",\"MEMORY\",\"DISK\",\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\",\"H\",\"I\",\"J\",\"K\"]},{\"type\":\"string\"}]}",
        []
    }
    crate::generated::json_schema::json_schema! {
        ListMeasuredOrder,
        "{\"anyOf\":[{\"enum\":[\"asc\",\"desc\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        MeasuredThing,
        "{\"description\":\"One of several. `cpu` and `disk` have properties of their own.\",\"properties\":{\"cores\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"cpu\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/CpuThing\"},{\"type\":\"null\"}]},\"inner\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/DiskThing\"},{\"type\":\"null\"}]},\"kind\":{\"anyOf\":[{\"enum\":[\"cpu\",\"disk\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"limit\":{},\"mount\":{\"anyOf\":[{\"enum\":[\"data\",\"journal\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"notes\":{\"items\":{\"anyOf\":[{\"enum\":[\"SMALL\",\"LARGE\",\"7.0\",\"8.0\",\"self\",\"type\",\"in progress\",\"Größe\",\"a/b\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"type\":[\"array\",\"null\"]},\"parts\":{\"additionalProperties\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/DiskThing\"},{\"type\":\"null\"}]},\"type\":[\"object\",\"null\"]},\"range\":{\"properties\":{\"least\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"most\":{},\"unit\":{\"type\":[\"string\",\"null\"]}},\"type\":[\"object\",\"null\"]},\"sign\":{\"anyOf\":[{\"enum\":[\"<\",\">\",\"err\",\"unknown\",\"hours\",\"LESS\",\"HOURS\"]},{\"type\":\"string\"},{\"type\":\"null\"}]},\"value\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"valueByName\":{\"additionalProperties\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"type\":[\"object\",\"null\"]},\"values\":{\"items\":{\"items\":{\"type\":[\"number\",\"null\"],\"x-documented\":{\"format\":\"decimal\"}},\"type\":[\"array\",\"null\"]},\"type\":[\"array\",\"null\"]}},\"type\":\"object\"}",
        [CpuThing, DiskThing]
    }
    crate::generated::json_schema::json_schema! {
        MeasuredThingKind,
        "{\"anyOf\":[{\"enum\":[\"cpu\",\"disk\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        MeasuredThingMount,
        "{\"anyOf\":[{\"enum\":[\"data\",\"journal\"]},{\"type\":\"string\"}]}", []
    }
    crate::generated::json_schema::json_schema! {
        MeasuredThingNotesItem,
        "{\"anyOf\":[{\"enum\":[\"SMALL\",\"LARGE\",\"7.0\",\"8.0\",\"self\",\"type\",\"in progress\",\"Größe\",\"a/b\"]},{\"type\":\"string\"}]}",
        []
    }
    crate::generated::json_schema::json_schema! {
        MeasuredThingRange,
        "{\"properties\":{\"least\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"most\":{},\"unit\":{\"type\":[\"string\",\"null\"]}},\"type\":\"object\"}",
        []
    }
    crate::generated::json_schema::json_schema! {
        MeasuredThingSign,
        "{\"anyOf\":[{\"enum\":[\"<\",\">\",\"err\",\"unknown\",\"hours\",\"LESS\",\"HOURS\"]},{\"type\":\"string\"}]}",
        []
    }
    crate::generated::json_schema::json_schema! {
        Mood,
        "{\"anyOf\":[{\"enum\":[\"GOOD\",\"so \\\"so\\\"\",\"back\\\\slash\",\"two\\nlines\"]},{\"type\":\"string\"}],\"nullable\":true}",
        []
    }
    crate::generated::json_schema::json_schema! {
        Page,
        "{\"properties\":{\"results\":{\"items\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/Everything\"},{\"type\":\"null\"}]},\"type\":[\"array\",\"null\"]},\"totalCount\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"],\"x-documented\":{\"minimum\":0}}},\"type\":\"object\",\"x-documented\":{\"required\":[\"results\"]}}",
        [Everything]
    }
    crate::generated::json_schema::json_schema! {
        Range,
        "{\"properties\":{\"least\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]},\"most\":{\"format\":\"int64\",\"type\":[\"integer\",\"null\"]}},\"type\":\"object\"}",
        []
    }
}
impl Client {
    /**



Sends `GET /api/atlas/v2/everything/{id}/{kind}/{number}/{text}` and asks for `application/vnd.atlas.2025-03-12+json`.

```no_run
use atlas_backup::Job;

# async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {
let answer = client
    .get_everything()
    .id("32b6e34b3d91647abb20e7b8")
    .kind("SMALL")
    .number(7)
    .text("a")
    .type_("SMALL")
    .pretty(true)
    .send()
    .await?;
match answer.outcome() {
    Some(outcome) => println!("over: {outcome}"),
    None => println!("not over yet"),
}
# Ok(())
# }
```*/
    pub fn get_everything(&self) -> builder::GetEverything {
        builder::GetEverything::new(self.clone())
    }
    /**



Sends `GET /api/atlas/v2/list` and asks for `application/json`.

```no_run
# async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {
let answer = client
    .list_things()
    .send()
    .await?;
println!("{}", answer.results.len());
# Ok(())
# }
```*/
    pub fn list_things(&self) -> builder::ListThings {
        builder::ListThings::new(self.clone())
    }
    /**Lists \[what\] was measured

See the list, [a page](https://example.com/page) or <https://example.com/plain>.

  an indented block

An `[index]`, a \[bracket\], an \<element>, and

```text
a fence that nobody closes
```

Sends `GET /api/atlas/v2/measured/{region}/{token}` and asks for `application/vnd.atlas.preview+json`.

```no_run
# async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {
let answer = client
    .list_measured()
    .token("aaaa")
    .metrics(vec![atlas_backup::types::ListMeasuredMetricsItem::from("CPU")])
    .region("aa-0")
    .send()
    .await?;
println!("{}", answer.status());
# Ok(())
# }
```*/
    pub fn list_measured(&self) -> builder::ListMeasured {
        builder::ListMeasured::new(self.clone())
    }
}
/// The calls of the API, a builder for each: the methods of [`Client`](crate::Client) make
/// them.
///
/// A call owns its client, so it can be kept, cloned, and sent from another task. Its
/// setters take whatever converts to the type of the argument. What does not fit is told
/// when the call is sent, by an error that names the argument, and nothing leaves the
/// process.
///
/// `send` sends the call once, with the retries of the client. `until` sends it again and
/// again until a condition holds, and `until_done`, where the answer is a
/// [`Job`](crate::Job), until that is over.
pub mod builder {
    use super::types;
    use progenitor_client::ResponseValue;
    pub use crate::generated::argument::Optional;
    ///A call of [`Client::get_everything`](super::Client::get_everything), which needs `id`, `kind`, `number`, `text`, `type_`, `pretty`.
    #[derive(Clone, Debug)]
    #[must_use = "a call does nothing before `send`"]
    pub struct GetEverything {
        client: super::Client,
        options: crate::call::CallOptions,
        id: crate::generated::argument::Argument<::std::string::String>,
        kind: crate::generated::argument::Argument<types::GetEverythingKind>,
        number: crate::generated::argument::Argument<i64>,
        text: crate::generated::argument::Argument<::std::string::String>,
        type_: crate::generated::argument::Argument<types::Kind>,
        page_num: crate::generated::argument::Argument<Option<i64>>,
        prefix: crate::generated::argument::Argument<Option<::std::string::String>>,
        since: crate::generated::argument::Argument<
            Option<::chrono::DateTime<::chrono::offset::Utc>>,
        >,
        pretty: crate::generated::argument::Argument<bool>,
    }
    impl GetEverything {
        pub(crate) fn new(client: super::Client) -> Self {
            Self {
                client,
                options: Default::default(),
                id: Err("id is missing".into()),
                kind: Err("kind is missing".into()),
                number: Err("number is missing".into()),
                text: Err("text is missing".into()),
                type_: Err("type_ is missing".into()),
                page_num: Ok(None),
                prefix: Ok(None),
                since: Ok(None),
                pretty: Err("pretty is missing".into()),
            }
        }
        /**An id, for a parameter as well as for answers.

Sets `id`, which is required: 24 hexadecimal digits, such as `32b6e34b3d91647abb20e7b8`.*/
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("id", value);
            let value = value
                .and_then(|value| {
                    crate::generated::argument::Pattern::HexDigits(24usize)
                        .check("id", value)
                });
            self.id = value;
            self
        }
        ///Sets `kind`, which is required: `SMALL` or `LARGE`, such as `SMALL`.
        pub fn kind<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::GetEverythingKind>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("kind", value);
            let value = value
                .and_then(|value| crate::generated::limits::one_of(
                    "kind",
                    value,
                    &["SMALL", "LARGE"],
                ))
                .and_then(|value| crate::generated::argument::segment("kind", value));
            self.kind = value;
            self
        }
        ///Sets `number`, which is required: such as `7`.
        pub fn number<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<i64>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("number", value);
            let value = value
                .and_then(|value| crate::generated::argument::segment("number", value));
            self.number = value;
            self
        }
        ///Sets `text`, which is required: such as `a`.
        pub fn text<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("text", value);
            let value = value
                .and_then(|value| crate::generated::argument::segment("text", value));
            self.text = value;
            self
        }
        /**One of several.

Sets `type`, which is required: such as `SMALL`.*/
        #[doc(alias = "type")]
        pub fn type_<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::Kind>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("type_", value);
            let value = value
                .and_then(|value| crate::generated::limits::one_of(
                    "type_",
                    value,
                    &[
                        "SMALL",
                        "LARGE",
                        "7.0",
                        "8.0",
                        "self",
                        "type",
                        "in progress",
                        "Größe",
                        "a/b",
                    ],
                ));
            self.type_ = value;
            self
        }
        ///Sets `pageNum`, which may be left out.
        #[doc(alias = "pageNum")]
        pub fn page_num<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<i64, Kind>,
        {
            let value = value.convert("page_num");
            self.page_num = value;
            self
        }
        ///Sets `prefix`, which may be left out.
        pub fn prefix<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("prefix");
            self.prefix = value;
            self
        }
        ///Sets `since`, which may be left out.
        pub fn since<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::chrono::DateTime<::chrono::offset::Utc>, Kind>,
        {
            let value = value.convert("since");
            self.since = value;
            self
        }
        ///Sets `pretty`, which is required: such as `true`.
        pub fn pretty<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<bool>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("pretty", value);
            self.pretty = value;
            self
        }
        /// Sets how often and for how long this call is tried, in place of the client's policy.
        pub fn retry(mut self, retry: crate::RetryPolicy) -> Self {
            self.options.set_retry(retry);
            self
        }
        /// Sets how long this call may take in all, its pauses included. Where Atlas asks for a
        /// longer pause than is left, the error comes at once, and has
        /// [`retry_after`](crate::Error::retry_after). In a wait, it is the time of each poll.
        pub fn total_time(mut self, total_time: ::std::time::Duration) -> Self {
            self.options.set_total_time(total_time);
            self
        }
        /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Those that
        /// the client sets, `Authorization` for instance, are refused when the call is sent.
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.options.set_header(name.as_ref(), value.as_ref());
            self
        }
        /// Sends the call, as often as the client's [`RetryPolicy`](crate::RetryPolicy) allows.
        ///
        /// # Errors
        ///
        /// If an argument is missing or does not fit, in which case nothing is sent, or if
        /// Atlas does not answer with success: see [`Error`](crate::Error).
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Everything>, crate::Error> {
            self.into_call()?.send().await
        }
        /// Sends the call again and again until the answer is over, as
        /// [`Job::outcome`](crate::Job::outcome) tells. [`Wait`](crate::Wait) says how
        /// often, and for how long.
        pub fn until_done(self) -> crate::Wait<'static, types::Everything> {
            crate::Wait::until_done(self.into_call())
        }
        /// Sends the call again and again until `condition` says how the wait ends.
        /// [`Wait`](crate::Wait) says how often, and for how long.
        pub fn until<'a>(
            self,
            condition: impl FnMut(
                &types::Everything,
            ) -> Option<crate::Outcome> + Send + 'a,
        ) -> crate::Wait<'a, types::Everything> {
            crate::Wait::new(self.into_call(), condition)
        }
        fn into_call(self) -> Result<crate::call::Call, crate::Error> {
            let refuse_argument = |message| {
                crate::Error::invalid(message).of(&super::OPERATIONS[0usize])
            };
            let id = self.id.map_err(refuse_argument)?;
            let kind = self.kind.map_err(refuse_argument)?;
            let number = self.number.map_err(refuse_argument)?;
            let text = self.text.map_err(refuse_argument)?;
            let type_ = self.type_.map_err(refuse_argument)?;
            let page_num = self.page_num.map_err(refuse_argument)?;
            let prefix = self.prefix.map_err(refuse_argument)?;
            let since = self.since.map_err(refuse_argument)?;
            let pretty = self.pretty.map_err(refuse_argument)?;
            crate::call::Call::new(
                    self.client.session,
                    &super::OPERATIONS[0usize],
                    &[
                        "/api/atlas/v2/everything/",
                        &id,
                        "/",
                        &crate::generated::argument::encoded(&kind),
                        "/",
                        &crate::generated::argument::encoded(&number),
                        "/",
                        &crate::generated::argument::encoded(&text),
                    ]
                        .concat(),
                    &crate::generated::argument::query(
                        &[
                            ("type", ::serde_json::json!(type_)),
                            ("pageNum", ::serde_json::json!(page_num)),
                            ("prefix", ::serde_json::json!(prefix)),
                            ("since", ::serde_json::json!(since)),
                            ("pretty", ::serde_json::json!(pretty)),
                        ],
                    ),
                )
                .with_options(self.options)
        }
    }
    ///A call of [`Client::list_things`](super::Client::list_things).
    #[derive(Clone, Debug)]
    #[must_use = "a call does nothing before `send`"]
    pub struct ListThings {
        client: super::Client,
        options: crate::call::CallOptions,
    }
    impl ListThings {
        pub(crate) fn new(client: super::Client) -> Self {
            Self {
                client,
                options: Default::default(),
            }
        }
        /// Sets how often and for how long this call is tried, in place of the client's policy.
        pub fn retry(mut self, retry: crate::RetryPolicy) -> Self {
            self.options.set_retry(retry);
            self
        }
        /// Sets how long this call may take in all, its pauses included. Where Atlas asks for a
        /// longer pause than is left, the error comes at once, and has
        /// [`retry_after`](crate::Error::retry_after). In a wait, it is the time of each poll.
        pub fn total_time(mut self, total_time: ::std::time::Duration) -> Self {
            self.options.set_total_time(total_time);
            self
        }
        /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Those that
        /// the client sets, `Authorization` for instance, are refused when the call is sent.
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.options.set_header(name.as_ref(), value.as_ref());
            self
        }
        /// Sends the call, as often as the client's [`RetryPolicy`](crate::RetryPolicy) allows.
        ///
        /// # Errors
        ///
        /// If an argument is missing or does not fit, in which case nothing is sent, or if
        /// Atlas does not answer with success: see [`Error`](crate::Error).
        pub async fn send(self) -> Result<ResponseValue<types::Page>, crate::Error> {
            self.into_call()?.send().await
        }
        /// Sends the call again and again until `condition` says how the wait ends.
        /// [`Wait`](crate::Wait) says how often, and for how long.
        pub fn until<'a>(
            self,
            condition: impl FnMut(&types::Page) -> Option<crate::Outcome> + Send + 'a,
        ) -> crate::Wait<'a, types::Page> {
            crate::Wait::new(self.into_call(), condition)
        }
        fn into_call(self) -> Result<crate::call::Call, crate::Error> {
            crate::call::Call::new(
                    self.client.session,
                    &super::OPERATIONS[1usize],
                    &["/api/atlas/v2/list"].concat(),
                    &crate::generated::argument::query(&[]),
                )
                .with_options(self.options)
        }
    }
    ///A call of [`Client::list_measured`](super::Client::list_measured), which needs `token`, `metrics`, `region`.
    #[derive(Clone, Debug)]
    #[must_use = "a call does nothing before `send`"]
    pub struct ListMeasured {
        client: super::Client,
        options: crate::call::CallOptions,
        token: crate::generated::argument::Argument<::std::string::String>,
        metrics: crate::generated::argument::Argument<
            ::std::vec::Vec<types::ListMeasuredMetricsItem>,
        >,
        hosts: crate::generated::argument::Argument<
            Option<::std::vec::Vec<::std::string::String>>,
        >,
        days: crate::generated::argument::Argument<Option<i64>>,
        share: crate::generated::argument::Argument<Option<f64>>,
        level: crate::generated::argument::Argument<Option<i64>>,
        order: crate::generated::argument::Argument<Option<types::ListMeasuredOrder>>,
        until_: crate::generated::argument::Argument<Option<i64>>,
        retry_: crate::generated::argument::Argument<Option<bool>>,
        total_time_: crate::generated::argument::Argument<Option<i64>>,
        header_: crate::generated::argument::Argument<Option<::std::string::String>>,
        every: crate::generated::argument::Argument<Option<::std::string::String>>,
        value: crate::generated::argument::Argument<Option<::std::string::String>>,
        refuse_argument_: crate::generated::argument::Argument<
            Option<::std::string::String>,
        >,
        path: crate::generated::argument::Argument<Option<::std::string::String>>,
        use_new_fields: crate::generated::argument::Argument<Option<bool>>,
        x_note: crate::generated::argument::Argument<Option<::std::string::String>>,
        region: crate::generated::argument::Argument<::std::string::String>,
    }
    impl ListMeasured {
        pub(crate) fn new(client: super::Client) -> Self {
            Self {
                client,
                options: Default::default(),
                token: Err("token is missing".into()),
                metrics: Err("metrics is missing".into()),
                hosts: Ok(None),
                days: Ok(None),
                share: Ok(None),
                level: Ok(None),
                order: Ok(None),
                until_: Ok(None),
                retry_: Ok(None),
                total_time_: Ok(None),
                header_: Ok(None),
                every: Ok(None),
                value: Ok(None),
                refuse_argument_: Ok(None),
                path: Ok(None),
                use_new_fields: Ok(None),
                x_note: Ok(None),
                region: Err("region is missing".into()),
            }
        }
        ///Sets `token`, which is required: 4 to 8 characters, such as `aaaa`.
        pub fn token<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("token", value);
            let value = value
                .and_then(|value| crate::generated::limits::length(
                    "token",
                    value,
                    4usize,
                    8usize,
                ))
                .and_then(|value| crate::generated::argument::segment("token", value));
            self.token = value;
            self
        }
        ///Sets `metrics`, which is required: 1 to 3 items, such as `vec![atlas_backup::types::ListMeasuredMetricsItem::from("CPU")]`.
        pub fn metrics<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::vec::Vec<types::ListMeasuredMetricsItem>>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("metrics", value);
            let value = value
                .and_then(|value| crate::generated::limits::count(
                    "metrics",
                    value,
                    1usize,
                    3usize,
                ))
                .and_then(|value| crate::generated::limits::unique("metrics", value))
                .and_then(|value| crate::generated::limits::each(
                    value,
                    |value| {
                        Ok(value)
                            .and_then(|value| crate::generated::limits::one_of(
                                "metrics",
                                value,
                                &[
                                    "CPU",
                                    "MEMORY",
                                    "DISK",
                                    "A",
                                    "B",
                                    "C",
                                    "D",
                                    "E",
                                    "F",
                                    "G",
                                    "H",
                                    "I",
                                    "J",
                                    "K",
                                ],
                            ))
                    },
                ));
            self.metrics = value;
            self
        }
        ///Sets `hosts`, which may be left out.
        pub fn hosts<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::vec::Vec<::std::string::String>, Kind>,
        {
            let value = value.convert("hosts");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::each(
                            value,
                            |value| {
                                Ok(value)
                                    .and_then(|value| crate::generated::limits::length(
                                        "hosts",
                                        value,
                                        0usize,
                                        12usize,
                                    ))
                                    .and_then(|value| {
                                        static PATTERN: crate::generated::argument::Pattern = crate::generated::argument::Pattern::regex(
                                            "^[a-z.]+$",
                                        );
                                        PATTERN.check("hosts", value)
                                    })
                            },
                        ))
                },
            );
            self.hosts = value;
            self
        }
        ///Sets `days`, which may be left out: 1 to 31.
        pub fn days<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<i64, Kind>,
        {
            let value = value.convert("days");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::at_least(
                            "days",
                            value,
                            1i64,
                        ))
                        .and_then(|value| crate::generated::limits::at_most(
                            "days",
                            value,
                            31i64,
                        ))
                },
            );
            self.days = value;
            self
        }
        ///Sets `share`, which may be left out: 0 to 0.5.
        pub fn share<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<f64, Kind>,
        {
            let value = value.convert("share");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::at_least(
                            "share",
                            value,
                            0f64,
                        ))
                        .and_then(|value| crate::generated::limits::at_most(
                            "share",
                            value,
                            0.5f64,
                        ))
                },
            );
            self.share = value;
            self
        }
        ///Sets `level`, which may be left out.
        pub fn level<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<i64, Kind>,
        {
            let value = value.convert("level");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::one_of(
                            "level",
                            value,
                            &["1", "2"],
                        ))
                },
            );
            self.level = value;
            self
        }
        ///Sets `order`, which may be left out: `asc` or `desc`.
        #[deprecated(note = "Atlas has deprecated it; use `sort`")]
        pub fn order<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<types::ListMeasuredOrder, Kind>,
        {
            let value = value.convert("order");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::one_of(
                            "order",
                            value,
                            &["asc", "desc"],
                        ))
                },
            );
            self.order = value;
            self
        }
        ///Sets `until`, which may be left out.
        #[doc(alias = "until")]
        pub fn until_<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<i64, Kind>,
        {
            let value = value.convert("until_");
            self.until_ = value;
            self
        }
        ///Sets `retry`, which may be left out.
        #[doc(alias = "retry")]
        pub fn retry_<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<bool, Kind>,
        {
            let value = value.convert("retry_");
            self.retry_ = value;
            self
        }
        ///Sets `totalTime`, which may be left out.
        #[doc(alias = "totalTime")]
        pub fn total_time_<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<i64, Kind>,
        {
            let value = value.convert("total_time_");
            self.total_time_ = value;
            self
        }
        ///Sets `header`, which may be left out.
        #[doc(alias = "header")]
        pub fn header_<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("header_");
            self.header_ = value;
            self
        }
        ///Sets `every`, which may be left out: text that matches `^[a-z]+$`.
        pub fn every<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("every");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| {
                            static PATTERN: crate::generated::argument::Pattern = crate::generated::argument::Pattern::regex(
                                "^[a-z]+$",
                            );
                            PATTERN.check("every", value)
                        })
                },
            );
            self.every = value;
            self
        }
        ///Sets `value`, which may be left out: text that matches `^[a-z]+$`.
        pub fn value<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("value");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| {
                            static PATTERN: crate::generated::argument::Pattern = crate::generated::argument::Pattern::regex(
                                "^[a-z]+$",
                            );
                            PATTERN.check("value", value)
                        })
                },
            );
            self.value = value;
            self
        }
        ///Sets `refuseArgument`, which may be left out.
        #[doc(alias = "refuseArgument")]
        pub fn refuse_argument_<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("refuse_argument_");
            self.refuse_argument_ = value;
            self
        }
        ///Sets `path`, which may be left out.
        pub fn path<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("path");
            self.path = value;
            self
        }
        ///Sets `Use-New-Fields`, which may be left out.
        #[doc(alias = "Use-New-Fields")]
        pub fn use_new_fields<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<bool, Kind>,
        {
            let value = value.convert("use_new_fields");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::header(
                            "use_new_fields",
                            value,
                        ))
                },
            );
            self.use_new_fields = value;
            self
        }
        ///Sets `X-Note`, which may be left out.
        #[doc(alias = "X-Note")]
        pub fn x_note<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<::std::string::String, Kind>,
        {
            let value = value.convert("x_note");
            let value = crate::generated::argument::check_optional(
                value,
                |value| {
                    value
                        .and_then(|value| crate::generated::limits::header(
                            "x_note",
                            value,
                        ))
                },
            );
            self.x_note = value;
            self
        }
        ///Sets `region`, which is required: text that matches `^[a-z]{2}-[0-9]+$`, such as `aa-0`.
        pub fn region<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert("region", value);
            let value = value
                .and_then(|value| {
                    static PATTERN: crate::generated::argument::Pattern = crate::generated::argument::Pattern::regex(
                        "^[a-z]{2}-[0-9]+$",
                    );
                    PATTERN.check("region", value)
                });
            self.region = value;
            self
        }
        /// Sets how often and for how long this call is tried, in place of the client's policy.
        pub fn retry(mut self, retry: crate::RetryPolicy) -> Self {
            self.options.set_retry(retry);
            self
        }
        /// Sets how long this call may take in all, its pauses included. Where Atlas asks for a
        /// longer pause than is left, the error comes at once, and has
        /// [`retry_after`](crate::Error::retry_after). In a wait, it is the time of each poll.
        pub fn total_time(mut self, total_time: ::std::time::Duration) -> Self {
            self.options.set_total_time(total_time);
            self
        }
        /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Those that
        /// the client sets, `Authorization` for instance, are refused when the call is sent.
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.options.set_header(name.as_ref(), value.as_ref());
            self
        }
        /// Sends the call, as often as the client's [`RetryPolicy`](crate::RetryPolicy) allows.
        ///
        /// # Errors
        ///
        /// If an argument is missing or does not fit, in which case nothing is sent, or if
        /// Atlas does not answer with success: see [`Error`](crate::Error).
        pub async fn send(
            self,
        ) -> Result<ResponseValue<::std::vec::Vec<types::MeasuredThing>>, crate::Error> {
            self.into_call()?.send().await
        }
        /// Sends the call again and again until `condition` says how the wait ends.
        /// [`Wait`](crate::Wait) says how often, and for how long.
        pub fn until<'a>(
            self,
            condition: impl FnMut(
                &::std::vec::Vec<types::MeasuredThing>,
            ) -> Option<crate::Outcome> + Send + 'a,
        ) -> crate::Wait<'a, ::std::vec::Vec<types::MeasuredThing>> {
            crate::Wait::new(self.into_call(), condition)
        }
        fn into_call(self) -> Result<crate::call::Call, crate::Error> {
            let refuse_argument = |message| {
                crate::Error::invalid(message).of(&super::OPERATIONS[2usize])
            };
            let token = self.token.map_err(refuse_argument)?;
            let metrics = self.metrics.map_err(refuse_argument)?;
            let hosts = self.hosts.map_err(refuse_argument)?;
            let days = self.days.map_err(refuse_argument)?;
            let share = self.share.map_err(refuse_argument)?;
            let level = self.level.map_err(refuse_argument)?;
            let order = self.order.map_err(refuse_argument)?;
            let until_ = self.until_.map_err(refuse_argument)?;
            let retry_ = self.retry_.map_err(refuse_argument)?;
            let total_time_ = self.total_time_.map_err(refuse_argument)?;
            let header_ = self.header_.map_err(refuse_argument)?;
            let every = self.every.map_err(refuse_argument)?;
            let value = self.value.map_err(refuse_argument)?;
            let refuse_argument_ = self.refuse_argument_.map_err(refuse_argument)?;
            let path = self.path.map_err(refuse_argument)?;
            let use_new_fields = self.use_new_fields.map_err(refuse_argument)?;
            let x_note = self.x_note.map_err(refuse_argument)?;
            let region = self.region.map_err(refuse_argument)?;
            crate::call::Call::new(
                    self.client.session,
                    &super::OPERATIONS[2usize],
                    &[
                        "/api/atlas/v2/measured/",
                        &crate::generated::argument::encoded(&region),
                        "/",
                        &crate::generated::argument::encoded(&token),
                    ]
                        .concat(),
                    &crate::generated::argument::query(
                        &[
                            ("metrics", ::serde_json::json!(metrics)),
                            ("hosts", ::serde_json::json!(hosts)),
                            ("days", ::serde_json::json!(days)),
                            ("share", ::serde_json::json!(share)),
                            ("level", ::serde_json::json!(level)),
                            ("order", ::serde_json::json!(order)),
                            ("until", ::serde_json::json!(until_)),
                            ("retry", ::serde_json::json!(retry_)),
                            ("totalTime", ::serde_json::json!(total_time_)),
                            ("header", ::serde_json::json!(header_)),
                            ("every", ::serde_json::json!(every)),
                            ("value", ::serde_json::json!(value)),
                            ("refuseArgument", ::serde_json::json!(refuse_argument_)),
                            ("path", ::serde_json::json!(path)),
                        ],
                    ),
                )
                .with_header("Use-New-Fields", ::serde_json::json!(use_new_fields))
                .with_header("X-Note", ::serde_json::json!(x_note))
                .with_options(self.options)
        }
    }
}
impl crate::Job for types::Everything {
    /**Returns how it ended. The first line that fits decides; if none does, it is not over.

- `flag` is `true` and `level` is `3`: [`Failed`](crate::Outcome::Failed)
- `flag` is `false`: [`Cancelled`](crate::Outcome::Cancelled)
- `text` is `done`: [`Succeeded`](crate::Outcome::Succeeded)
- `mood` is `good`: [`Succeeded`](crate::Outcome::Succeeded)
- `rows[].cells[]` is `last`: [`Failed`](crate::Outcome::Failed)
- `tree.inner.inner.deep` is `down`: [`Expired`](crate::Outcome::Expired)
- `forest[].tree.text` is `done`: [`Cancelled`](crate::Outcome::Cancelled)
- `moment` is there and `names` is there: [`Expired`](crate::Outcome::Expired)
- `byNumber` is there and `kinds[]` is there: [`Succeeded`](crate::Outcome::Succeeded)
- `inner` is there and `password` is there: [`Failed`](crate::Outcome::Failed)
- `price` is `7`: [`Succeeded`](crate::Outcome::Succeeded)*/
    fn outcome(&self) -> Option<crate::Outcome> {
        if self.flag.as_ref().is_some_and(|item| *item == true)
            && self.level.as_ref().is_some_and(|item| *item == 3i64)
        {
            return Some(crate::Outcome::Failed);
        }
        if self.flag.as_ref().is_some_and(|item| *item == false) {
            return Some(crate::Outcome::Cancelled);
        }
        if self.text.as_ref().is_some_and(|item| item.eq_ignore_ascii_case("done")) {
            return Some(crate::Outcome::Succeeded);
        }
        if self
            .mood
            .as_ref()
            .is_some_and(|item| item.as_str().eq_ignore_ascii_case("good"))
        {
            return Some(crate::Outcome::Succeeded);
        }
        if self
            .rows
            .iter()
            .any(|item| item.cells.iter().any(|item| item.eq_ignore_ascii_case("last")))
        {
            return Some(crate::Outcome::Failed);
        }
        if self
            .tree
            .as_ref()
            .is_some_and(|item| {
                item
                    .inner
                    .as_ref()
                    .is_some_and(|item| {
                        item
                            .inner
                            .as_ref()
                            .is_some_and(|item| {
                                item
                                    .deep
                                    .as_ref()
                                    .is_some_and(|item| {
                                        item.as_str().eq_ignore_ascii_case("down")
                                    })
                            })
                    })
            })
        {
            return Some(crate::Outcome::Expired);
        }
        if self
            .forest
            .iter()
            .any(|item| {
                item
                    .tree
                    .as_ref()
                    .is_some_and(|item| {
                        item
                            .text
                            .as_ref()
                            .is_some_and(|item| item.eq_ignore_ascii_case("done"))
                    })
            })
        {
            return Some(crate::Outcome::Cancelled);
        }
        if self.moment.is_some() && !self.names.is_empty() {
            return Some(crate::Outcome::Expired);
        }
        if !self.by_number.is_empty()
            && self.kinds.iter().any(|item| !item.as_str().is_empty())
        {
            return Some(crate::Outcome::Succeeded);
        }
        if self
            .inner
            .as_ref()
            .is_some_and(|item| *item != ::std::default::Default::default())
            && self.password.as_ref().is_some_and(|item| !item.is_empty())
        {
            return Some(crate::Outcome::Failed);
        }
        if self.price.as_ref().is_some_and(|item| item.as_i64() == Some(7i64)) {
            return Some(crate::Outcome::Succeeded);
        }
        None
    }
}
/// What a call needs to know of its operation.
pub(crate) static OPERATIONS: [crate::operation::Operation; 3usize] = [
    crate::operation::Operation::new(
        "get_everything",
        "/api/atlas/v2/everything/{id}/{kind}/{number}/{text}",
        "application/vnd.atlas.2025-03-12+json",
    ),
    crate::operation::Operation::new(
        "list_things",
        "/api/atlas/v2/list",
        "application/json",
    ),
    crate::operation::Operation::new(
        "list_measured",
        "/api/atlas/v2/measured/{region}/{token}",
        "application/vnd.atlas.preview+json",
    ),
];
