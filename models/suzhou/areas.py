"""The subdistricts (街道) of Gusu, with made-up codes, and how many families their workers can see in a week."""

from riskscreen.declare import Area, Text

AREAS = [
    Area(code="990508001", label=Text("Shuangta Subdistrict", "双塔街道"), weekly_visits=5),
    Area(code="990508002", label=Text("Pingjiang Subdistrict", "平江街道"), weekly_visits=5),
    Area(code="990508003", label=Text("Jinchang Subdistrict", "金阊街道"), weekly_visits=4),
    Area(code="990508004", label=Text("Canglang Subdistrict", "沧浪街道"), weekly_visits=4),
    Area(code="990508005", label=Text("Baiyangwan Subdistrict", "白洋湾街道"), weekly_visits=3),
    Area(code="990508006", label=Text("Sujin Subdistrict", "苏锦街道"), weekly_visits=3),
]
