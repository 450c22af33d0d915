"""The city's standard addresses, valid in time, down to the room: the reference against which addresses are placed."""

from riskscreen.declare import Code, Column, Feed, Id, NotBefore, Number, Part, Reference, Sensitivity, Spelling, Text

from ..regions import CITY
from .columns import MONITORING, MONTHLY, day, files

SPELLING = Spelling(
    above=(("江苏省", "江苏"), ("苏州市", "苏州")),
    areas=(
        Part("district", ("区", "市")),
        Part("town", ("街道", "镇", "乡")),
        Part("village", ("社区居委会", "社区居民委员会", "社区", "村委会", "村")),
    ),
    road="road",
    numbers=(
        Part("gate", ("号", "门牌号")),
        Part("building", ("幢", "栋", "号楼", "座", "#")),
        Part("unit", ("单元", "梯"), may_lack=True),
        Part("room", ("室", "房", "户")),
    ),
    region_code="grid_code",
    regions=CITY,
    digits=("〇零", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"),
    ten="十拾",
    hundred="百佰",
    alike=tuple(
        zip(
            "號棟單門戶蘇滄間區鎮鄉樓錦雙東園無錫閶吳灣張崑倉蘭楓雲橋",
            "号栋单门户苏沧间区镇乡楼锦双东园无锡阊吴湾张昆仓兰枫云桥",
            strict=True,
        )
    ),
)


def part(name: str, en: str, zh: str, *, required: bool = False) -> Column:
    """A part of the path from the district to the room."""
    return Column(name=name, type=Code(), label=Text(en, zh), required=required, sensitivity=Sensitivity.ORDINARY)


ADDRESS_LIBRARY = Feed(
    name="address_library",
    label=Text("Standard addresses", "标准地名地址库"),
    owner=Text("Civil Affairs (place names)", "民政(地名)"),
    legal_basis=MONITORING,
    purpose=Text("to know in which grid an address lies", "确定地址所在网格"),
    cadence=MONTHLY,
    retention_days=3650,
    files=files("address_library"),
    columns=(
        Column(
            name="address_id",
            type=Id("address", r"[0-9A-Z]{6,24}"),
            label=Text("number of the address", "地址编码"),
            required=True,
            sensitivity=Sensitivity.ORDINARY,
        ),
        part("district", "district", "区县", required=True),
        part("town", "town or subdistrict", "镇街", required=True),
        part("village", "village or community", "村居", required=True),
        part("grid_code", "grid: 9 digits of the town, 3 of the village, 2 of the grid", "网格代码", required=True),
        part("road", "road or estate", "道路或小区", required=True),
        part("gate", "gate, as 12号", "门牌号"),
        part("building", "building, as 3幢", "楼幢"),
        part("unit", "stairway, as 2单元", "单元"),
        part("room", "room, as 402室", "室号"),
        Column(name="lon", type=Number(-180, 180), label=Text("longitude", "经度"), unit="°"),
        Column(name="lat", type=Number(-90, 90), label=Text("latitude", "纬度"), unit="°"),
        day("valid_from", "valid from", "启用日期", required=True),
        day("valid_to", "valid up to the day before", "停用日期"),
    ),
    reference=Reference(
        key=("address_id", "valid_from"), valid_from="valid_from", valid_to="valid_to", spelling=SPELLING
    ),
    checks=(NotBefore(later="valid_to", earlier="valid_from"),),
)
