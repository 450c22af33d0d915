"""The words of doubtful pairs, in both languages: what is compared, what was found, and why somebody decides."""

from collections.abc import Mapping

from riskscreen.declare import Text
from riskscreen.linkage.queue import Step

STEPS: Mapping[str, Text] = {
    "prior": Text("Before anything is compared", "比对之前"),
    "given": Text("Given name", "名"),
    "middle": Text("Middle name", "中间名"),
    "surname": Text("Surname", "姓"),
    "birth": Text("Day of birth", "出生日期"),
    "sex": Text("Sex", "性别"),
    "home": Text("Home", "住址"),
    "place": Text("Place", "所在地"),
    "town": Text("Town", "镇街"),
    "phone": Text("Telephone", "电话"),
    "relative": Text("Relatives", "亲属"),
    "one home": Text("One home", "同住"),
    "id": Text("Id", "证件号码"),
    "wave": Text("One delivery", "同期报送"),
}
LEVELS: Mapping[str, Text] = {
    "equal": Text("equal", "相同"),
    "another spelling equal": Text("equal in another spelling", "另一种写法相同"),
    "another date equal": Text("equal in another date given", "另一个登记日期相同"),
    "known variant": Text("a known variant", "已知的不同叫法"),
    "near": Text("near", "相近"),
    "resembling": Text("resembling", "略有相似"),
    "differs": Text("differs", "不同"),
    "missing": Text("not said of both", "至少一方未填"),
    "one digit off, or day and month swapped": Text("one digit off, or day and month swapped", "差一位,或日月互换"),
    "two of year, month, day equal": Text("two of year, month and day equal", "年、月、日中两项相同"),
    "year equal": Text("year equal", "年份相同"),
    "number equal, street near": Text("number equal, street near", "门牌相同,街道相近"),
    "street equal or near": Text("street equal or near", "街道相同或相近"),
    "number equal": Text("number equal", "门牌相同"),
    "how rare it is": Text("how rare the value is", "该值的常见程度"),
    "people of one home are alike too": Text("people of one home are alike too", "同住的人本来就相似"),
}
# Of steps that have no level: by whether they speak for one person.
PLAIN: Mapping[tuple[str, bool], Text] = {
    ("prior", False): Text("so rarely are two records one person's", "任取两条登记,很少是同一人"),
    ("prior", True): Text("so often are two records one person's", "任取两条登记,多为同一人"),
    ("id", True): Text("equal", "相同"),
    ("id", False): Text("differs", "不同"),
    ("wave", False): Text("both stand in one delivery that has each person once", "同一期每人只报一条,两条都在其中"),
}
VALUES: Mapping[str, Text] = {
    "id": Text("Id", "证件号码"),
    "surname": Text("Surname", "姓"),
    "given": Text("Given name", "名"),
    "middle": Text("Middle name", "中间名"),
    "birth": Text("Day of birth", "出生日期"),
    "sex": Text("Sex", "性别"),
    "phone": Text("Telephone", "电话"),
    "home": Text("Home", "住址"),
    "number": Text("House number", "门牌号"),
    "street": Text("Street", "街道"),
    "unit": Text("Unit", "单元"),
    "place": Text("Place", "所在地"),
    "town": Text("Town", "镇街"),
}
REASONS: Mapping[str, Text] = {
    "words": Text("Names, days and addresses were compared", "已比对姓名、日期和住址"),
    "papers": Text("Papers or a register were seen", "已核对证件或登记簿"),
    "asked": Text("The people or their agency were asked", "已向本人或报送部门核实"),
    "mistake": Text("The decision was a mistake", "判定有误"),
    "new_facts": Text("New facts have come", "有新的情况"),
    "decide": Text("To decide about this pair", "用于判定这一对"),
    "check": Text("To check an earlier decision", "复核以前的判定"),
    "complaint": Text("Somebody complained of a mistake", "有人反映登记有误"),
}


def step_words(step: Step, language: str) -> tuple[str, str]:
    """What was compared and what was found; a name that is not known here stands as it is.

    >>> step_words(Step("birth", "near", 1.0), "en"), step_words(Step("id", "", -9.0), "en")
    (('Day of birth', 'near'), ('Id', 'differs'))
    """
    name = STEPS[step.name].of(language) if step.name in STEPS else step.name
    plain = PLAIN.get((step.name, step.bits > 0))
    if not step.level and plain is not None:
        return name, plain.of(language)
    return name, LEVELS[step.level].of(language) if step.level in LEVELS else step.level


def value_order(names: set[str]) -> list[str]:
    """The names of words as people look for them; those not known here come last.

    >>> value_order({"sex", "nickname", "surname"})
    ['surname', 'sex', 'nickname']
    """
    known = [name for name in VALUES if name in names]
    return known + sorted(names - set(known))
