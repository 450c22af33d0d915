"""Regions by the first digits of ids: the city's own, valid in time, and where else its people were born.

Codes begin with 99, which no region of the country has, and mirror those of Jiangsu: 990508 stands for 320508. Outside
Jiangsu all of the country is 9990. A code of 2012 and before leads to what the district became, and that of
a subdistrict to the code that it has today.
"""

from datetime import date

from riskscreen.declare import Region, Text

MERGED = date(2012, 9, 1)  # Canglang, Pingjiang and Jinchang became Gusu; Wujiang became a district (DOMAIN §4)


def _was(code: str, en: str, zh: str, became: str) -> Region:
    return Region(code=code, label=Text(en, zh), names=(zh, zh[:-1]), valid_to=MERGED, became=became)


def _is(code: str, en: str, zh: str, since: date | None = None) -> Region:
    return Region(code=code, label=Text(en, zh), names=(zh, zh[:-1]), valid_from=since)


def _elsewhere(code: str, en: str, zh: str) -> Region:
    return Region(code=code, label=Text(en, zh))


CITY = (
    _is("990505", "Huqiu District", "虎丘区"),
    _is("990506", "Wuzhong District", "吴中区"),
    _is("990507", "Xiangcheng District", "相城区"),
    _is("990508", "Gusu District", "姑苏区", MERGED),
    _is("990509", "Wujiang District", "吴江区", MERGED),
    _is("990581", "Changshu City", "常熟市"),
    _is("990582", "Zhangjiagang City", "张家港市"),
    _is("990583", "Kunshan City", "昆山市"),
    _is("990585", "Taicang City", "太仓市"),
    _was("990502", "Canglang District", "沧浪区", "990508"),
    _was("990503", "Pingjiang District", "平江区", "990508"),
    _was("990504", "Jinchang District", "金阊区", "990508"),
    _was("990584", "Wujiang City", "吴江市", "990509"),
)
ELSEWHERE = (
    _elsewhere("9901", "Nanjing", "南京"),
    _elsewhere("9902", "Wuxi", "无锡"),
    _elsewhere("9903", "Xuzhou", "徐州"),
    _elsewhere("9904", "Changzhou", "常州"),
    _elsewhere("9906", "Nantong", "南通"),
    _elsewhere("9907", "Lianyungang", "连云港"),
    _elsewhere("9908", "Huai'an", "淮安"),
    _elsewhere("9909", "Yancheng", "盐城"),
    _elsewhere("9910", "Yangzhou", "扬州"),
    _elsewhere("9911", "Zhenjiang", "镇江"),
    _elsewhere("9912", "Taizhou", "泰州"),
    _elsewhere("9913", "Suqian", "宿迁"),
    _elsewhere("9990", "outside Jiangsu (made up)", "省外(虚构)"),
)
NAMED = (
    ("Shuangta", "双塔", "990508001", "990502002"),
    ("Pingjiang", "平江", "990508002", "990503001"),
    ("Jinchang", "金阊", "990508003", "990504001"),
    ("Canglang", "沧浪", "990508004", "990502001"),
    ("Baiyangwan", "白洋湾", "990508005", "990504002"),
    ("Sujin", "苏锦", "990508006", "990503002"),
    *((f"Wujiang {n}", f"吴江{n}", f"990509{n:03d}", f"990584{n:03d}") for n in range(1, 5)),
)
TOWNS = (  # subdistricts whose district ended, by the codes that they have and had; made up
    *(_is(code, f"{en} Subdistrict", f"{zh}街道", MERGED) for en, zh, code, _ in NAMED),
    *(_was(old, f"{en} Subdistrict", f"{zh}街道", code) for en, zh, code, old in NAMED),
)
REGIONS = (*CITY, *ELSEWHERE)
