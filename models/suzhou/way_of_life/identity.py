"""Made-up ids, names and phones, and how wrongly the agencies hold them; "chosen" numbers have no source we know of.

Ids begin with 99, which mirrors 32, so that 990508 stands for 320508 and nobody is real; phones with 10, as none does.
"""

from datetime import date

from riskscreen.declare import Mess, Names, PersonId

from ..feeds.columns import CITIZEN

assert CITIZEN.check is not None
PERSON_ID = PersonId(
    elsewhere=tuple(
        f"99{city:02d}{county:02d}" for city in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13) for county in range(2, 7)
    ),
    check=CITIZEN.check,
)
SURNAMES = (  # per cent of people: in the order of the usual lists of common surnames; chosen
    "王7.2 李7.0 张6.8 刘5.2 陈4.6 杨3.1 黄2.4 赵2.3 吴2.2 周2.1 徐1.9 孙1.8 马1.5 朱1.5 胡1.4 郭1.3 "
    "何1.3 林1.2 高1.1 罗1.0 郑1.0 梁0.9 谢0.8 宋0.8 唐0.8 许0.7 韩0.7 邓0.7 冯0.7 曹0.6 彭0.6 曾0.6 "
    "肖0.6 田0.5 董0.5 潘0.5 袁0.5 蔡0.5 蒋0.5 余0.5 于0.5 杜0.4 叶0.4 程0.4 魏0.4 苏0.4 吕0.4 丁0.4 "
    "任0.4 卢0.4 姚0.4 沈0.4 钟0.4 姜0.4 崔0.4 谭0.4 陆0.4 范0.3 汪0.3 廖0.3 石0.3 金0.3 韦0.3 贾0.3 "
    "夏0.3 付0.3 方0.3 邹0.3 熊0.3 白0.3 孟0.3 秦0.3 邱0.2 侯0.2 江0.2 尹0.2 薛0.2 阎0.2 段0.2 雷0.2 "
    "龙0.2 黎0.2 史0.2 陶0.2 贺0.2 毛0.2 郝0.2 顾0.2 龚0.2 邵0.2 万0.1 钱0.1 严0.1 覃0.1 武0.1 戴0.1 "
    "莫0.1 孔0.1 向0.1 常0.1"
)
NAMES = Names(
    surnames={one[0]: float(one[1:]) for one in SURNAMES.split()},
    male="伟强军明建国华志文杰涛斌勇平辉俊鹏海波林峰浩宇超飞龙刚宏磊晓春东永成荣光亮天生小健立新民德康安子博睿轩晨泽嘉一凯亦翔毅元庆松山根福祥",
    female="丽芳敏静秀英玲红艳霞燕娟萍梅兰雪琴莉洁琳云芬珍凤娜婷颖慧佳欣怡雨思梦诗涵晓玉春华月桂香菊莲文小瑶嘉子馨语晨可心悦宁倩薇蓉瑾书云巧银翠妹",
    spread=3.0,  # chosen
    single=0.12,  # chosen
    family=0.25,  # chosen
    fathers=0.94,  # chosen
    alike=(
        "伟玮炜",
        "强蔷",
        "军君钧",
        "明鸣铭",
        "建健",
        "国帼",
        "华桦骅",
        "志智治",
        "文雯纹",
        "杰洁婕",
        "涛韬滔",
        "斌彬滨宾",
        "勇永咏",
        "平萍苹",
        "辉晖徽",
        "俊峻骏",
        "鹏朋",
        "波博",
        "林琳霖",
        "峰锋烽枫",
        "浩皓昊",
        "宇雨羽语",
        "超朝",
        "飞菲霏",
        "刚钢",
        "宏红洪鸿",
        "磊蕾",
        "晓小筱",
        "春椿",
        "东冬",
        "成诚程晨",
        "荣蓉容",
        "立丽莉利",
        "静靖婧",
        "秀琇",
        "英瑛",
        "玲铃凌",
        "艳燕雁彦",
        "霞遐",
        "娟涓",
        "梅玫",
        "兰岚",
        "琴芹",
        "芬芳纷",
        "珍真贞",
        "凤风",
        "娜那",
        "婷亭",
        "颖影",
        "慧惠卉",
        "佳嘉家",
        "欣心馨新",
        "怡宜仪",
        "思丝",
        "诗施",
        "涵晗寒",
        "玉钰",
        "月悦",
        "瑶遥",
        "倩茜",
        "薇微",
        "子梓紫",
        "泽则",
        "轩萱",
        "睿瑞锐",
        "一依亦",
    ),
    traditional=(
        "张刘陈杨黄赵吴孙马罗郑梁谢许韩邓冯曾肖潘袁蒋叶苏吕卢钟姜谭陆范韦贾邹秦侯阎龙贺顾龚万钱严丽静红艳燕娟兰云凤颖馨语军国华志杰涛辉飞刚东荣兴庆泽宁",
        "張劉陳楊黃趙吳孫馬羅鄭梁謝許韓鄧馮曾蕭潘袁蔣葉蘇呂盧鍾姜譚陸範韋賈鄒秦侯閻龍賀顧龔萬錢嚴麗靜紅艷鷰娟蘭雲鳳穎馨語軍國華誌傑濤輝飛剛東榮興慶澤寧",
    ),
    phone="10",
    phone_digits=11,
)
MESS = Mess(
    others=2.5,  # chosen
    old=1.8,  # chosen
    old_from=70.0,  # chosen
    without_id={  # chosen
        "police_population": 0.004,
        "school": 0.015,
        "health_registry": 0.02,
        "grid_reports": 0.25,
        "hotline_12345": 0.2,
        "utilities": 0.06,
        "incidents": 0.08,
    },
    two_ids=0.004,  # chosen
    holds_other_id=0.35,  # chosen
    issued_twice=0.002,  # chosen: with 0.2 people before them, one of 2,500
    parents_id={"insurance": (0.03, 1.0), "school": (0.001, 18.0), "health_registry": (0.03, 1.0)},  # chosen
    strayed=0.00002,  # chosen
    old_form={"housing": 0.012},  # chosen; DOMAIN §4: ids of 15 digits stand in old papers
    old_form_before=date(1970, 1, 1),  # chosen
    typed_wrong={"employment_insurance": 0.0006, "provident_fund": 0.0006, "insurance": 0.0004},  # chosen
    typed_oddly=0.0015,  # chosen
    checked=("disability",),  # the certificate's number begins with the id
    name_alike=0.008,  # chosen
    name_traditional=0.004,  # chosen
    name_swapped=0.002,  # chosen
    name_of_new_family=0.3,  # chosen
    birth_swapped=0.003,  # chosen
    birth_without_day=0.003,  # chosen
    phone_changed=0.15,  # chosen
    phone_shared=0.08,  # chosen
    careful={"police_population": 0.25},  # chosen
)
