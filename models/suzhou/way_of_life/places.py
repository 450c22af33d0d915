"""Districts, subdistricts and how addresses are written: 99 mirrors 32, so that 990508 stands for 320508."""

from datetime import date

from riskscreen.declare import AddressForm, CityArea, District, Places

from ..areas import DISTRICTS, SUZHOU, TOWNS

FORMER = {"990502": "沧浪区", "990503": "平江区", "990504": "金阊区", "990584": "吴江市"}  # until 2012
NAMES_OF_PLACES = FORMER | {area.code: area.label.zh for area in (SUZHOU, *DISTRICTS, *TOWNS)}
GUSU = (  # shares: chosen
    CityArea(code="990508001", share=0.22),
    CityArea(code="990508002", share=0.2),
    CityArea(code="990508003", share=0.18),
    CityArea(code="990508004", share=0.17),
    CityArea(code="990508005", share=0.12),
    CityArea(code="990508006", share=0.11),
)


def district(code: str, formerly: tuple[str, ...] = ()) -> District:
    """A district with four areas of one size."""
    areas = tuple(CityArea(code=f"{code}{number:03d}", share=0.25) for number in range(1, 5))
    return District(code=code, areas=areas, formerly=formerly)


PLACES = Places(
    city="990500",
    districts=(
        District(code="990508", areas=GUSU, formerly=("990502", "990503", "990504")),
        district("990506"),
        district("990507"),
        district("990505"),
        district("990509", ("990584",)),
        district("990581"),
        district("990582"),
        district("990583"),
        district("990585"),
    ),
    names=NAMES_OF_PLACES,
    communities=4,
    grids=4,
    merged_on=date(2012, 9, 1),  # DOMAIN §4
    roads="东西南北中新古平安和清明秀兰竹梅松柏桂枫云月星海",
    parts={
        "village": "第{number}社区",
        "road": "{name}路",
        "gate": "{number}号",
        "building": "{number}幢",
        "unit": "{number}单元",
        "room": "{number}室",
    },
    spellings=(  # shares: chosen
        AddressForm(pattern="苏州市{district}{town}{road}{gate}{building}{unit}{room}", share=0.6),
        AddressForm(pattern="{district}{road}{gate}{building}{unit}{room}", share=0.15),
        AddressForm(pattern="{road}{gate}{building}{unit}{room}", share=0.1),
        AddressForm(pattern="苏州市{former}{road}{gate}{building}{unit}{room}", share=0.06),
        AddressForm(pattern="苏州市{district}{road}{gate}{building}{unit}{room}", share=0.04, wide=True),
        AddressForm(pattern="苏州市 {district} {town} {village} {road} {gate} {building} {unit} {room}", share=0.045),
        AddressForm(pattern="{town}{road}附近", share=0.005),
    ),
)
