"""Residents, with hukou and without: an increment of who came, moved, left or died, as the police were told."""

from riskscreen.declare import (
    Agree,
    Column,
    DayOf,
    Feed,
    HouseholdKey,
    Id,
    Is,
    Known,
    NotBefore,
    OneKnown,
    RecordKind,
    Role,
    Severity,
    Text,
    Whole,
)

from .columns import (
    A_MONTH,
    ASSISTANCE,
    MONTHLY,
    OF_THE_MONTH,
    address,
    birth_date,
    born_in,
    citizen,
    coded,
    day,
    files,
    grid,
    home,
    person_name,
    phone,
    sex,
    somebody,
    stated_on,
    subdistrict,
)

ETHNICITIES = (  # GB/T 3304
    "01 Han 汉族|02 Mongol 蒙古族|03 Hui 回族|04 Tibetan 藏族|05 Uyghur 维吾尔族|06 Miao 苗族|07 Yi 彝族|"
    "08 Zhuang 壮族|09 Bouyei 布依族|10 Korean 朝鲜族|11 Manchu 满族|12 Dong 侗族|13 Yao 瑶族|14 Bai 白族|"
    "15 Tujia 土家族|16 Hani 哈尼族|17 Kazakh 哈萨克族|18 Dai 傣族|19 Li 黎族|20 Lisu 傈僳族|21 Va 佤族|"
    "22 She 畲族|23 Gaoshan 高山族|24 Lahu 拉祜族|25 Sui 水族|26 Dongxiang 东乡族|27 Naxi 纳西族|"
    "28 Jingpo 景颇族|29 Kirgiz 柯尔克孜族|30 Tu 土族|31 Daur 达斡尔族|32 Mulao 仫佬族|33 Qiang 羌族|"
    "34 Blang 布朗族|35 Salar 撒拉族|36 Maonan 毛南族|37 Gelao 仡佬族|38 Xibe 锡伯族|39 Achang 阿昌族|"
    "40 Pumi 普米族|41 Tajik 塔吉克族|42 Nu 怒族|43 Uzbek 乌孜别克族|44 Russian 俄罗斯族|"
    "45 Evenki 鄂温克族|46 De'ang 德昂族|47 Bonan 保安族|48 Yugur 裕固族|49 Gin 京族|50 Tatar 塔塔尔族|"
    "51 Derung 独龙族|52 Oroqen 鄂伦春族|53 Hezhen 赫哲族|54 Monba 门巴族|55 Lhoba 珞巴族|56 Jino 基诺族|"
    "97 other 其他|98 naturalised 外国血统中国籍人士"
)
RELATIONS = (  # GB/T 4761, first digit
    ("0", "head", "本人或户主"),
    ("1", "spouse", "配偶"),
    ("2", "son", "子"),
    ("3", "daughter", "女"),
    ("4", "grandchild", "孙子、孙女或外孙子、外孙女"),
    ("5", "parent", "父母"),
    ("6", "grandparent", "祖父母或外祖父母"),
    ("7", "brother or sister", "兄弟姐妹"),
    ("8", "other", "其他"),
)


def _ethnicity(said: str) -> tuple[str, str, str]:
    code, en, zh = said.split()
    return code, en, zh


POLICE_POPULATION = Feed(
    name="police_population",
    label=Text("Register of residents", "人口信息"),
    owner=Text("Public Security", "公安"),
    legal_basis=ASSISTANCE,
    purpose=Text("to know who lives together, and where", "了解谁与谁同住、住在哪里"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=3650,
    files=files("police_population"),
    columns=(
        citizen(required=False),
        person_name(),
        sex(),
        birth_date(required=True),
        Column(
            name="birth_year",
            type=Whole(at_least=1890, at_most=2100),
            label=Text("year of birth", "出生年份"),
            protected=True,
        ),
        phone(),
        coded("ethnicity", Text("ethnicity", "民族"), tuple(map(_ethnicity, ETHNICITIES.split("|"))), protected=True),
        Column(
            name="hukou_no",
            type=Id("household", r"\d{12}"),
            label=Text("number of the household", "户号"),
            required=True,
        ),
        coded(
            "hukou_type",
            Text("kind of household book", "户类型"),
            (("family", "of a family", "家庭户"), ("collective", "of a dormitory, a care home, an office", "集体户")),
        ),
        coded("relation_to_head", Text("relation to the head", "与户主关系"), RELATIONS),
        address("hukou_address", "registered address", "户籍地址"),
        address("residence_address", "address of residence", "居住地址"),
        subdistrict(),
        coded(
            "hukou_kind",
            Text("hukou", "户籍类型"),
            (("local", "of this city", "本地"), ("other", "of another place", "外地")),
            protected=True,
        ),
        day("resident_since", "lives there since", "入住日期", required=True),
        day("cancelled_on", "left or died on", "注销日期"),
        coded(
            "cancel_reason",
            Text("why it was cancelled", "注销原因"),
            (
                ("died", "died", "死亡"),
                ("left", "left the city", "迁出本市"),
                ("moved", "moved to another household", "市内迁移"),
            ),
        ),
        stated_on(),
        grid("hukou_grid", "hukou_address"),
        home("home", "residence_address"),
        grid("residence_grid", "residence_address"),
    ),
    who=(
        somebody(
            words=(
                (Role.FULL_NAME, "name"),
                (Role.BIRTH_DATE, "birth_date"),
                (Role.SEX, "sex"),
                (Role.PHONE, "phone"),
                (Role.ADDRESS, "home"),
            )
        ),
    ),
    checks=(
        OneKnown(of=("citizen_id", "name")),
        born_in(),
        NotBefore(later="resident_since", earlier="birth_date", severity=Severity.WARNING),
        Agree(one="residence_grid", other="hukou_grid"),  # who lives elsewhere than the household book says
    ),
    records=(
        RecordKind(
            name="birth",
            label=Text("birth", "出生"),
            person="person",
            when=(Known("person"),),
            key=("person",),
            happened=DayOf("birth_date"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
        ),
        RecordKind(
            name="residence",
            label=Text("residence in a household", "居住"),
            person="person",
            when=(Known("person"),),
            key=("person", "hukou_no", "resident_since"),
            happened=DayOf("resident_since"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("cancelled_on"),
            values=("area_code", "sex", "birth_year", "hukou_kind", "hukou_grid", "residence_grid"),
            household=HouseholdKey(
                kind="registered", of=("hukou_no",), collective=Is("hukou_type", "collective"), home="home"
            ),
        ),
        RecordKind(
            name="death",
            label=Text("death", "死亡"),
            person="person",
            key=("person",),
            happened=DayOf("cancelled_on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            when=(
                Known("person"),
                Is("cancel_reason", "died"),
            ),
        ),
    ),
)
