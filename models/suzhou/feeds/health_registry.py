"""Births, deaths, severe mental and serious illness as the health authority registers them: highly sensitive."""

from riskscreen.declare import DayOf, Feed, Known, OneKnown, RecordKind, Role, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    birth_date,
    born_in,
    citizen,
    coded,
    day,
    files,
    number,
    person_name,
    sex,
    somebody,
    stated_on,
)

DISEASES = (
    ("C", "cancer", "恶性肿瘤"),
    ("D61", "aplastic anaemia", "再生障碍性贫血"),
    ("F20", "schizophrenia", "精神分裂症"),
    ("F31", "bipolar disorder", "双相障碍"),
    ("F79", "mental disorder with intellectual disability", "精神发育迟滞伴发精神障碍"),
    ("I21", "heart attack", "急性心肌梗死"),
    ("I64", "stroke", "脑卒中"),
    ("K74", "cirrhosis of the liver", "肝硬化"),
    ("N18", "kidney failure", "终末期肾病"),
    ("Z94", "organ transplant", "器官移植术后"),
    ("other", "other", "其他"),
)

HEALTH_REGISTRY = Feed(
    name="health_registry",
    label=Text("Health registry", "卫生健康登记"),
    owner=Text("Health", "卫健"),
    legal_basis=MONITORING,
    purpose=Text("to find families with a new heavy burden of illness", "发现新增重病负担家庭"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("health_registry"),
    columns=(
        number("registry_no", "health_entry", "number of the entry", "登记编号"),
        citizen(required=False),
        person_name(),
        sex(),
        birth_date(),
        citizen("mother_id", "citizen id of the mother, at birth", "母亲公民身份号码(出生时)", required=False),
        person_name("mother_name", "name of the mother, at birth", "母亲姓名(出生时)"),
        coded(
            "kind",
            Text("kind", "类别"),
            (
                ("birth", "birth", "出生"),
                ("death", "death", "死亡"),
                ("severe_mental_illness", "severe mental illness", "严重精神障碍"),
                ("serious_disease", "serious disease", "重大疾病"),
            ),
            required=True,
            sensitive=True,
        ),
        coded("code", Text("disease (ICD-10)", "疾病代码(ICD-10)"), DISEASES, sensitive=True),
        day("on", "on", "日期", required=True, sensitive=True),
        stated_on(),
    ),
    who=(
        somebody(words=((Role.FULL_NAME, "name"), (Role.BIRTH_DATE, "birth_date"), (Role.SEX, "sex"))),
        somebody("mother", ((Role.FULL_NAME, "mother_name"),), of="mother_id", to="person", relation="parent"),
    ),
    checks=(
        OneKnown(of=("citizen_id", "name")),
        born_in(),
    ),
    records=(
        RecordKind(
            name="health_entry",
            label=Text("entry of the health registry", "卫生健康登记"),
            person="person",
            when=(Known("person"),),
            key=("registry_no",),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=(
                "kind",
                "code",
            ),
        ),
    ),
)
