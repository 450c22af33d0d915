"""Why a row is quarantined: a closed list. The value of a reason is what stands in the quarantine file."""

import enum

from riskscreen.declare.text import Text


class Reason(enum.Enum):
    """Why a row is quarantined."""

    REQUIRED_VALUE_MISSING = "required_value_missing"
    ID_MALFORMED = "id_malformed"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_AMOUNT = "not_an_amount"
    NOT_A_DAY = "not_a_day"
    NOT_AN_ALLOWED_VALUE = "not_an_allowed_value"
    BELOW_RANGE = "below_range"
    ABOVE_RANGE = "above_range"
    UNKNOWN_DAY = "unknown_day"
    IN_THE_FUTURE = "in_the_future"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    CONTRADICTS_ANOTHER_ROW = "contradicts_another_row"
    CHECK_CHARACTER_WRONG = "check_character_wrong"
    DOES_NOT_ADD_UP = "does_not_add_up"
    BEFORE_ITS_BEGINNING = "before_its_beginning"
    NOT_MADE_OF_ITS_PARTS = "not_made_of_its_parts"
    NOBODY_NAMED = "nobody_named"

    @property
    def text(self) -> Text:
        """The reason in words."""
        return TEXTS[self]


TEXTS = {
    Reason.REQUIRED_VALUE_MISSING: Text("a required value is missing", "缺少必填值"),
    Reason.ID_MALFORMED: Text("the id is malformed", "编号格式不正确"),
    Reason.NOT_A_WHOLE_NUMBER: Text("this is not a whole number", "不是整数"),
    Reason.NOT_A_NUMBER: Text("this is not a number", "不是数字"),
    Reason.NOT_AN_AMOUNT: Text("this is not an amount with the agreed decimals", "不是约定小数位的金额"),
    Reason.NOT_A_DAY: Text("this is not a day in an agreed format", "不是约定格式的日期"),
    Reason.NOT_AN_ALLOWED_VALUE: Text("this value is not on the agreed list", "不在约定的取值范围内"),
    Reason.BELOW_RANGE: Text("the value is below the agreed range", "低于约定范围"),
    Reason.ABOVE_RANGE: Text("the value is above the agreed range", "高于约定范围"),
    Reason.UNKNOWN_DAY: Text("the day on which it happened or was known is unknown", "发生日或获知日未知"),
    Reason.IN_THE_FUTURE: Text("it happened after it was known or delivered", "发生日晚于获知日或交付日"),
    Reason.ENDS_BEFORE_IT_BEGINS: Text("it ends before it begins", "结束早于开始"),
    Reason.CHECK_CHARACTER_WRONG: Text("the id's check character is wrong", "编号校验码不正确"),
    Reason.DOES_NOT_ADD_UP: Text("it is not the sum of its parts", "与各分项之和不符"),
    Reason.BEFORE_ITS_BEGINNING: Text("it lies before, or below, what it may not", "早于或小于其下限"),
    Reason.NOT_MADE_OF_ITS_PARTS: Text("it is not made of the values that it should be made of", "与其组成部分不一致"),
    Reason.NOBODY_NAMED: Text("nobody is named", "未指明对象"),
    Reason.CONTRADICTS_ANOTHER_ROW: Text("an earlier row of this file says otherwise", "与本文件前面的行矛盾"),
}
