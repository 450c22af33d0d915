"""The tree of areas: city, districts (区县) and subdistricts and towns (镇街), with made-up codes.

Lists are made for subdistricts and towns: ``weekly_visits`` is how many families their workers can see in a week. A
community (村居) or a grid (网格) that is declared here, with visits of its own, gets a list of its own; ``area_of``
must then name a signal that tells people's communities or grids.
"""

from riskscreen.declare import Area, Text

SUZHOU = Area(code="990500", label=Text("Suzhou", "苏州市"))


def _district(code: str, en: str, zh: str) -> Area:
    return Area(code=code, label=Text(en, zh), parent=SUZHOU.code)


def _town(code: str, en: str, zh: str, weekly_visits: int = 4) -> Area:
    return Area(code=code, label=Text(en, zh), weekly_visits=weekly_visits, parent=code[:6])


DISTRICTS = (
    _district("990505", "Huqiu District", "虎丘区"),
    _district("990506", "Wuzhong District", "吴中区"),
    _district("990507", "Xiangcheng District", "相城区"),
    _district("990508", "Gusu District", "姑苏区"),
    _district("990509", "Wujiang District", "吴江区"),
    _district("990581", "Changshu City", "常熟市"),
    _district("990582", "Zhangjiagang City", "张家港市"),
    _district("990583", "Kunshan City", "昆山市"),
    _district("990585", "Taicang City", "太仓市"),
)
TOWNS = (
    _town("990508001", "Shuangta Subdistrict", "双塔街道", 5),
    _town("990508002", "Pingjiang Subdistrict", "平江街道", 5),
    _town("990508003", "Jinchang Subdistrict", "金阊街道"),
    _town("990508004", "Canglang Subdistrict", "沧浪街道"),
    _town("990508005", "Baiyangwan Subdistrict", "白洋湾街道", 3),
    _town("990508006", "Sujin Subdistrict", "苏锦街道", 3),
    _town("990505001", "Shishan Subdistrict", "狮山街道"),
    _town("990505002", "Fengqiao Subdistrict", "枫桥街道"),
    _town("990505003", "Hengtang Subdistrict", "横塘街道"),
    _town("990505004", "Tong'an Town", "通安镇"),
    _town("990506001", "Changqiao Subdistrict", "长桥街道"),
    _town("990506002", "Yuexi Subdistrict", "越溪街道"),
    _town("990506003", "Guoxiang Subdistrict", "郭巷街道"),
    _town("990506004", "Mudu Town", "木渎镇"),
    _town("990507001", "Yuanhe Subdistrict", "元和街道"),
    _town("990507002", "Taiping Subdistrict", "太平街道"),
    _town("990507003", "Huangqiao Subdistrict", "黄桥街道"),
    _town("990507004", "Weitang Town", "渭塘镇"),
    _town("990509001", "Songling Subdistrict", "松陵街道"),
    _town("990509002", "Jiangling Subdistrict", "江陵街道"),
    _town("990509003", "Hengshan Subdistrict", "横扇街道"),
    _town("990509004", "Shengze Town", "盛泽镇"),
    _town("990581001", "Yushan Subdistrict", "虞山街道"),
    _town("990581002", "Qinchuan Subdistrict", "琴川街道"),
    _town("990581003", "Mocheng Subdistrict", "莫城街道"),
    _town("990581004", "Meili Town", "梅李镇"),
    _town("990582001", "Yangshe Town", "杨舍镇"),
    _town("990582002", "Tangqiao Town", "塘桥镇"),
    _town("990582003", "Jinfeng Town", "锦丰镇"),
    _town("990582004", "Fenghuang Town", "凤凰镇"),
    _town("990583001", "Yushan Town", "玉山镇"),
    _town("990583002", "Bacheng Town", "巴城镇"),
    _town("990583003", "Zhoushi Town", "周市镇"),
    _town("990583004", "Lujia Town", "陆家镇"),
    _town("990585001", "Loudong Subdistrict", "娄东街道"),
    _town("990585002", "Chengxiang Town", "城厢镇"),
    _town("990585003", "Shaxi Town", "沙溪镇"),
    _town("990585004", "Liuhe Town", "浏河镇"),
)
