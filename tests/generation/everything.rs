pub mod types {
    ///Everything that a property can be.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct Everything {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub address: ::std::option::Option<::std::string::String>,
        ///Whatever.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub any: ::std::option::Option<::serde_json::Value>,
        #[serde(
            rename = "anyList",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub any_list: ::std::vec::Vec<::serde_json::Value>,
        #[serde(
            rename = "anyMap",
            default,
            skip_serializing_if = "::serde_json::Map::is_empty"
        )]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub any_map: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub bare: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub binary: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "byName",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub by_name: ::std::collections::HashMap<::std::string::String, Kind>,
        #[serde(
            rename = "byNumber",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub by_number: ::std::collections::HashMap<::std::string::String, i64>,
        #[serde(
            rename = "byThing",
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub by_thing: ::std::collections::HashMap<
            ::std::string::String,
            EverythingByThingValue,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bytes: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub choices: ::std::vec::Vec<EverythingChoicesItem>,
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        #[serde(deserialize_with = "crate::null::as_default")]
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
        pub flag_enum: ::std::option::Option<bool>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub flags: ::std::vec::Vec<bool>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub forest: ::std::vec::Vec<Everything>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub grid: ::std::vec::Vec<::std::vec::Vec<i64>>,
        ///An id, for a parameter as well as for answers.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub ids: ::std::vec::Vec<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub inner: ::std::option::Option<EverythingInner>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<Kind>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub kinds: ::std::vec::Vec<Kind>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub level: ::std::option::Option<i64>,
        #[serde(
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub lists: ::std::collections::HashMap<
            ::std::string::String,
            ::std::vec::Vec<::std::string::String>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub maybe: ::std::option::Option<EverythingMaybe>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub moment: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub moments: ::std::vec::Vec<::chrono::DateTime<::chrono::offset::Utc>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub mood: ::std::option::Option<Mood>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub names: ::std::vec::Vec<::std::string::String>,
        #[serde(
            rename = "@odd name",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub odd_name: ::std::option::Option<::std::string::String>,
        ///Nobody needs it.
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        #[deprecated(note = "Atlas has deprecated it")]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub old: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        #[serde(deserialize_with = "crate::null::as_default")]
        pub open: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub password: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub ratio: ::std::option::Option<f64>,
        #[serde(
            rename = "$ref2",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub ref2: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub rows: ::std::vec::Vec<EverythingRowsItem>,
        #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
        pub self_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub small: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub snake_case: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub text: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub tree: ::std::option::Option<::std::boxed::Box<Everything>>,
        #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
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
    ///`EverythingByThingValue`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct EverythingByThingValue {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub size: ::std::option::Option<i64>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::open_enum::open_enum! {
        #[doc = "`EverythingChoicesItem`"] EverythingChoicesItem { Left = "LEFT", Right =
        "RIGHT" }
    }
    ///`EverythingInner`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct EverythingInner {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub inner: ::std::option::Option<EverythingInnerInner>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    ///`EverythingInnerInner`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct EverythingInnerInner {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub deep: ::std::option::Option<EverythingInnerInnerDeep>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::open_enum::open_enum! {
        #[doc = "`EverythingInnerInnerDeep`"] EverythingInnerInnerDeep { Down = "DOWN" }
    }
    crate::open_enum::open_enum! {
        #[doc = "`EverythingMaybe`"] EverythingMaybe { Yes = "YES" }
    }
    ///`EverythingRowsItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct EverythingRowsItem {
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub cells: ::std::vec::Vec<::std::string::String>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::open_enum::open_enum! {
        #[doc = "`EverythingWanted`"] EverythingWanted { Yes = "YES", No = "NO" }
    }
    crate::open_enum::open_enum! {
        #[doc = "`GetEverythingKind`"] GetEverythingKind { Small = "SMALL", Large =
        "LARGE" }
    }
    crate::open_enum::open_enum! {
        #[doc = "A kind with values that Rust could not name."] Kind { Small = "SMALL",
        Large = "LARGE", X70 = "7.0", X80 = "8.0", Self_ = "self", Type = "type",
        InProgress = "in progress", Größe = "Größe", AB = "a/b" }
    }
    crate::open_enum::open_enum! {
        #[doc = "`Mood`"] Mood { Good = "GOOD", SoSo = "so \"so\"", BackSlash =
        "back\\slash", TwoLines = "two\nlines" }
    }
    ///`Page`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct Page {
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::null::left_out")]
        pub results: ::std::vec::Vec<Everything>,
        #[serde(
            rename = "totalCount",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub total_count: ::std::option::Option<i64>,
        #[serde(flatten)]
        ///What Atlas sent and does not document, by JSON name.
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::json_schema::json_schema! {
        Everything,
        "{\"additionalProperties\":false,\"description\":\"Everything that a property can be.\",\"properties\":{\"$ref2\":{\"type\":\"string\"},\"@odd name\":{\"type\":\"string\"},\"address\":{\"format\":\"ipv4\",\"type\":\"string\"},\"any\":{\"description\":\"Whatever.\"},\"anyList\":{\"items\":{},\"type\":\"array\"},\"anyMap\":{\"additionalProperties\":{},\"type\":\"object\"},\"bare\":{\"type\":\"object\"},\"binary\":{\"format\":\"binary\",\"type\":\"string\"},\"byName\":{\"additionalProperties\":{\"$ref\":\"#/components/schemas/Kind\"},\"type\":\"object\"},\"byNumber\":{\"additionalProperties\":{\"type\":\"integer\"},\"type\":\"object\"},\"byThing\":{\"additionalProperties\":{\"properties\":{\"size\":{\"type\":\"integer\"}},\"type\":\"object\"},\"type\":\"object\"},\"bytes\":{\"format\":\"byte\",\"type\":\"string\"},\"choices\":{\"items\":{\"enum\":[\"LEFT\",\"RIGHT\"],\"type\":\"string\"},\"type\":\"array\"},\"closed\":{\"additionalProperties\":false,\"type\":\"object\"},\"count\":{\"default\":5,\"minimum\":1,\"type\":\"integer\"},\"day\":{\"format\":\"date\",\"type\":\"string\"},\"flag\":{\"default\":true,\"type\":\"boolean\"},\"flagEnum\":{\"enum\":[true],\"type\":\"boolean\"},\"flags\":{\"default\":[true],\"items\":{\"type\":\"boolean\"},\"type\":\"array\"},\"forest\":{\"items\":{\"$ref\":\"#/components/schemas/Everything\"},\"type\":\"array\"},\"grid\":{\"items\":{\"items\":{\"type\":\"integer\"},\"type\":\"array\"},\"type\":\"array\"},\"id\":{\"description\":\"An id, for a parameter as well as for answers.\",\"example\":\"32b6e34b3d91647abb20e7b8\",\"pattern\":\"^([a-f0-9]{24})$\",\"type\":\"string\"},\"ids\":{\"items\":{\"description\":\"An id, for a parameter as well as for answers.\",\"example\":\"32b6e34b3d91647abb20e7b8\",\"pattern\":\"^([a-f0-9]{24})$\",\"type\":\"string\"},\"minItems\":1,\"type\":\"array\",\"uniqueItems\":true},\"inner\":{\"nullable\":true,\"properties\":{\"inner\":{\"properties\":{\"deep\":{\"enum\":[\"DOWN\"],\"type\":\"string\"}},\"type\":\"object\"}},\"type\":\"object\"},\"kind\":{\"$ref\":\"#/components/schemas/Kind\"},\"kinds\":{\"items\":{\"$ref\":\"#/components/schemas/Kind\"},\"type\":\"array\"},\"level\":{\"enum\":[1,2,3],\"type\":\"integer\"},\"lists\":{\"additionalProperties\":{\"items\":{\"type\":\"string\"},\"type\":\"array\"},\"type\":\"object\"},\"maybe\":{\"default\":\"YES\",\"enum\":[\"YES\",null],\"nullable\":true,\"type\":\"string\"},\"moment\":{\"format\":\"date-time\",\"type\":\"string\"},\"moments\":{\"items\":{\"format\":\"date-time\",\"type\":\"string\"},\"type\":\"array\"},\"mood\":{\"$ref\":\"#/components/schemas/Mood\"},\"names\":{\"items\":{\"type\":\"string\"},\"type\":\"array\"},\"old\":{\"deprecated\":true,\"description\":\"Nobody needs it.\",\"properties\":{},\"type\":\"object\"},\"open\":{\"additionalProperties\":true,\"type\":\"object\"},\"password\":{\"format\":\"password\",\"type\":\"string\"},\"ratio\":{\"format\":\"float\",\"minimum\":0,\"type\":\"number\"},\"rows\":{\"items\":{\"properties\":{\"cells\":{\"items\":{\"type\":\"string\"},\"type\":\"array\"}},\"title\":\"A row\",\"type\":\"object\"},\"type\":\"array\"},\"self\":{\"type\":\"string\"},\"small\":{\"format\":\"int32\",\"maximum\":255,\"minimum\":0,\"type\":\"integer\"},\"snake_case\":{\"type\":\"string\"},\"text\":{\"default\":\"words\",\"maxLength\":5,\"minLength\":1,\"type\":\"string\"},\"tree\":{\"$ref\":\"#/components/schemas/Everything\"},\"type\":{\"type\":\"string\"},\"untyped\":{\"enum\":[\"A\",\"B\"]},\"uri\":{\"format\":\"uri\",\"type\":\"string\"},\"uuid\":{\"format\":\"uuid\",\"type\":\"string\"},\"wanted\":{\"enum\":[\"YES\",\"NO\"],\"type\":\"string\"}},\"required\":[\"type\",\"flags\",\"count\",\"wanted\",\"ids\",\"tree\"],\"title\":\"All of it\",\"type\":\"object\"}",
        [Kind, Everything, Kind, Kind, Mood, Everything]
    }
    crate::json_schema::json_schema! {
        EverythingByThingValue,
        "{\"properties\":{\"size\":{\"type\":\"integer\"}},\"type\":\"object\"}", []
    }
    crate::json_schema::json_schema! {
        EverythingChoicesItem, "{\"enum\":[\"LEFT\",\"RIGHT\"],\"type\":\"string\"}", []
    }
    crate::json_schema::json_schema! {
        EverythingInner,
        "{\"nullable\":true,\"properties\":{\"inner\":{\"properties\":{\"deep\":{\"enum\":[\"DOWN\"],\"type\":\"string\"}},\"type\":\"object\"}},\"type\":\"object\"}",
        []
    }
    crate::json_schema::json_schema! {
        EverythingInnerInner,
        "{\"properties\":{\"deep\":{\"enum\":[\"DOWN\"],\"type\":\"string\"}},\"type\":\"object\"}",
        []
    }
    crate::json_schema::json_schema! {
        EverythingInnerInnerDeep, "{\"enum\":[\"DOWN\"],\"type\":\"string\"}", []
    }
    crate::json_schema::json_schema! {
        EverythingMaybe,
        "{\"default\":\"YES\",\"enum\":[\"YES\",null],\"nullable\":true,\"type\":\"string\"}",
        []
    }
    crate::json_schema::json_schema! {
        EverythingRowsItem,
        "{\"properties\":{\"cells\":{\"items\":{\"type\":\"string\"},\"type\":\"array\"}},\"title\":\"A row\",\"type\":\"object\"}",
        []
    }
    crate::json_schema::json_schema! {
        EverythingWanted, "{\"enum\":[\"YES\",\"NO\"],\"type\":\"string\"}", []
    }
    crate::json_schema::json_schema! {
        GetEverythingKind, "{\"enum\":[\"SMALL\",\"LARGE\"],\"type\":\"string\"}", []
    }
    crate::json_schema::json_schema! {
        Kind,
        "{\"description\":\"A kind with values that Rust could not name.\",\"enum\":[\"SMALL\",\"LARGE\",\"7.0\",\"8.0\",\"self\",\"type\",\"in progress\",\"Größe\",\"a/b\"],\"type\":\"string\"}",
        []
    }
    crate::json_schema::json_schema! {
        Mood,
        "{\"enum\":[\"GOOD\",\"so \\\"so\\\"\",\"back\\\\slash\",\"two\\nlines\",null],\"nullable\":true,\"type\":\"string\"}",
        []
    }
    crate::json_schema::json_schema! {
        Page,
        "{\"properties\":{\"results\":{\"items\":{\"$ref\":\"#/components/schemas/Everything\"},\"type\":\"array\"},\"totalCount\":{\"minimum\":0,\"type\":\"integer\"}},\"required\":[\"results\"],\"type\":\"object\"}",
        [Everything]
    }
}
impl Client {
    /**



Sends `GET /api/atlas/v2/everything/{id}/{kind}/{number}/{text}` and asks for `application/vnd.atlas.2025-03-12+json`.

```no_run
# async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {
let answer = client
    .get_everything()
    .id("32b6e34b3d91647abb20e7b8")
    .kind("")
    .number(7)
    .text("")
    .type_("")
    .pretty(true)
    .send()
    .await?;
println!("{:#?}", *answer);
# Ok(())
# }
```*/
    pub fn get_everything(&self) -> builder::GetEverything<'_> {
        builder::GetEverything::new(self)
    }
    /**



Sends `GET /api/atlas/v2/list` and asks for `application/json`.

```no_run
# async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {
let answer = client
    .list_things()
    .send()
    .await?;
println!("{:#?}", *answer);
# Ok(())
# }
```*/
    pub fn list_things(&self) -> builder::ListThings<'_> {
        builder::ListThings::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use progenitor_client::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::get_everything`]

[`Client::get_everything`]: super::Client::get_everything*/
    #[derive(Debug, Clone)]
    pub struct GetEverything<'a> {
        client: &'a super::Client,
        id: Result<::std::string::String, ::std::borrow::Cow<'static, str>>,
        kind: Result<types::GetEverythingKind, ::std::borrow::Cow<'static, str>>,
        number: Result<i64, ::std::borrow::Cow<'static, str>>,
        text: Result<::std::string::String, ::std::borrow::Cow<'static, str>>,
        page_num: Result<Option<i64>, ::std::borrow::Cow<'static, str>>,
        prefix: Result<Option<::std::string::String>, ::std::borrow::Cow<'static, str>>,
        pretty: Result<bool, ::std::borrow::Cow<'static, str>>,
        since: Result<
            Option<::chrono::DateTime<::chrono::offset::Utc>>,
            ::std::borrow::Cow<'static, str>,
        >,
        type_: Result<types::Kind, ::std::borrow::Cow<'static, str>>,
    }
    impl<'a> GetEverything<'a> {
        pub(crate) fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id is missing".into()),
                kind: Err("kind is missing".into()),
                number: Err("number is missing".into()),
                text: Err("text is missing".into()),
                page_num: Ok(None),
                prefix: Ok(None),
                pretty: Err("pretty is missing".into()),
                since: Ok(None),
                type_: Err("type_ is missing".into()),
            }
        }
        ///
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for id failed".into()
                });
            self.id = self
                .id
                .and_then(|value| {
                    static PATTERN: crate::argument::Pattern = crate::argument::Pattern::new(
                        "^([a-f0-9]{24})$",
                    );
                    PATTERN.check("id", value)
                });
            self
        }
        ///
        pub fn kind<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::GetEverythingKind>,
        {
            self.kind = value
                .try_into()
                .map_err(|_| "conversion to `GetEverythingKind` for kind failed".into());
            self.kind = self
                .kind
                .and_then(|value| {
                    crate::argument::segment("kind", value.to_string()).map(|_| value)
                });
            self
        }
        ///
        pub fn number<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.number = value
                .try_into()
                .map_err(|_| "conversion to `i64` for number failed".into());
            self.number = self
                .number
                .and_then(|value| {
                    crate::argument::segment("number", value.to_string()).map(|_| value)
                });
            self
        }
        ///
        pub fn text<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.text = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for text failed".into()
                });
            self.text = self
                .text
                .and_then(|value| {
                    crate::argument::segment("text", value.to_string()).map(|_| value)
                });
            self
        }
        ///
        pub fn page_num<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.page_num = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i64` for page_num failed".into());
            self
        }
        ///
        pub fn prefix<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.prefix = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for prefix failed".into()
                });
            self
        }
        ///
        pub fn pretty<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<bool>,
        {
            self.pretty = value
                .try_into()
                .map_err(|_| "conversion to `bool` for pretty failed".into());
            self
        }
        ///
        pub fn since<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::chrono::DateTime<::chrono::offset::Utc>>,
        {
            self.since = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: chrono :: DateTime < :: chrono :: offset :: Utc >` for since failed"
                        .into()
                });
            self
        }
        ///One of several.
        pub fn type_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::Kind>,
        {
            self.type_ = value
                .try_into()
                .map_err(|_| "conversion to `Kind` for type_ failed".into());
            self
        }
        ///Sends a `GET` request to `/api/atlas/v2/everything/{id}/{kind}/{number}/{text}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Everything>, crate::Error> {
            let Self {
                client,
                id,
                kind,
                number,
                text,
                page_num,
                prefix,
                pretty,
                since,
                type_,
            } = self;
            let operation = &super::OPERATIONS[0usize];
            let id = id.map_err(|words| crate::Error::invalid(words).of(operation))?;
            let kind = kind.map_err(|words| crate::Error::invalid(words).of(operation))?;
            let number = number
                .map_err(|words| crate::Error::invalid(words).of(operation))?;
            let text = text.map_err(|words| crate::Error::invalid(words).of(operation))?;
            let type_ = type_
                .map_err(|words| crate::Error::invalid(words).of(operation))?;
            let page_num = page_num
                .map_err(|words| crate::Error::invalid(words).of(operation))?;
            let prefix = prefix
                .map_err(|words| crate::Error::invalid(words).of(operation))?;
            let since = since
                .map_err(|words| crate::Error::invalid(words).of(operation))?;
            let pretty = pretty
                .map_err(|words| crate::Error::invalid(words).of(operation))?;
            let url = format!(
                "{}/api/atlas/v2/everything/{}/{}/{}/{}", "", encode_path(& id
                .to_string()), encode_path(& kind.to_string()), encode_path(& number
                .to_string()), encode_path(& text.to_string()),
            );
            crate::transport::call(
                    client,
                    operation,
                    &url,
                    &[
                        ("type", ::serde_json::json!(type_)),
                        ("pageNum", ::serde_json::json!(page_num)),
                        ("prefix", ::serde_json::json!(prefix)),
                        ("since", ::serde_json::json!(since)),
                        ("pretty", ::serde_json::json!(pretty)),
                    ],
                )
                .await
        }
    }
    /**Builder for [`Client::list_things`]

[`Client::list_things`]: super::Client::list_things*/
    #[derive(Debug, Clone)]
    pub struct ListThings<'a> {
        client: &'a super::Client,
    }
    impl<'a> ListThings<'a> {
        pub(crate) fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/atlas/v2/list`
        pub async fn send(self) -> Result<ResponseValue<types::Page>, crate::Error> {
            let Self { client } = self;
            let operation = &super::OPERATIONS[1usize];
            let url = format!("{}/api/atlas/v2/list", "",);
            crate::transport::call(client, operation, &url, &[]).await
        }
    }
}
/// What a call needs to know of its operation.
pub(crate) static OPERATIONS: &[crate::transport::Operation] = &[
    crate::transport::Operation {
        name: "get_everything",
        path: "/api/atlas/v2/everything/{id}/{kind}/{number}/{text}",
        accept: "application/vnd.atlas.2025-03-12+json",
    },
    crate::transport::Operation {
        name: "list_things",
        path: "/api/atlas/v2/list",
        accept: "application/json",
    },
];
