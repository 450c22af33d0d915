"""The words of the pages, in both languages, and the choice between them."""

from collections.abc import Mapping
from datetime import date, datetime

from riskscreen.declare import Text

CHINESE, ENGLISH = "zh", "en"
LANGUAGES: Mapping[str, str] = {CHINESE: "zh-CN", ENGLISH: "en"}

WORDS: Mapping[str, Text] = {
    "product": Text("Visits first", "主动走访"),
    "promise": Text("Find early, offer help", "早发现,早帮扶"),
    "skip": Text("Go to the content", "跳到正文"),
    "log_in": Text("Log in", "登录"),
    "log_out": Text("Log out", "退出"),
    "name": Text("Account name", "账号"),
    "password": Text("Password", "密码"),
    "log_in_note": Text("Your account opens only the areas that are yours.", "账号只能查看本人负责的区域。"),
    "log_in_where": Text(
        "No account, or the password forgotten? Ask who keeps the accounts.", "没有账号或忘记密码?请联系账号管理员。"
    ),
    "visit_list": Text("Visits suggested", "建议走访"),
    "lists": Text("Lists", "名单"),
    "area": Text("Area", "区域"),
    "show": Text("Show", "查看"),
    "rank": Text("Rank", "序号"),
    "who": Text("Who", "走访对象"),
    "why": Text("Why", "为什么建议走访"),
    "odds": Text("Odds", "可能性"),
    "change": Text("Change", "变化"),
    "visits_to": Text("Visits suggested: {many}", "建议走访:{many}"),
    "like_these": Text("{many} like this", "同类{many}"),
    "made": Text("made {moment}", "生成于 {moment}"),
    "data_up_to": Text("data up to {day}", "数据截至 {day}"),
    "as_of": Text("for {day}", "名单日期 {day}"),
    "by_version": Text("order by model version {version}", "排序:模型第 {version} 版"),
    "by_baseline": Text("order by the simple rule “{version}”, so no odds", "排序:简单规则“{version}”,不作估计"),
    "count": Text("{count} in all", "共 {count} 条"),
    "count_here": Text("{count} in all, {first}–{last} here", "共 {count} 条,本页第 {first}–{last} 条"),
    "gone": Text("Left since the last list: {count}", "上期在列、本期不在:{count} 条"),
    "stood": Text("was {before}", "上期第 {before} 位"),
    "outranked": Text("Others come first now", "其他走访对象排序更靠前"),
    "shorter_list": Text("This list is shorter than the last", "本期名单比上期短"),
    "out_of_cohort": Text("No longer among those who are ranked", "不再属于排序范围"),
    "moved": Text("Moved to another area", "已迁往其他区域"),
    "case_open": Text("Somebody is already seeing to it", "已有人员跟进"),
    "take": Text("Take on", "接手"),
    "taken_by": Text("Taken on by {name}", "{name} 已接手"),
    "cases": Text("Taken on, not closed yet: {count}", "已接手、未办结:{count} 条"),
    "taken_since": Text("since {day}, by {name}", "{day}起,由 {name} 跟进"),
    "close": Text("Close", "办结"),
    "act": Text("Visit", "走访"),
    "first": Text("First list", "首期"),
    "new": Text("New", "新增"),
    "stayed": Text("Stayed", "仍在"),
    "rose": Text("up from {before}", "由第 {before} 位上升"),
    "fell": Text("down from {before}", "由第 {before} 位下降"),
    "same_place": Text("same place", "位次未变"),
    "few_known": Text("Too little is known for odds", "资料不足,不作估计"),
    "no_reasons": Text("No single reason stands out", "没有突出的单项原因"),
    "masked": Text(
        "Lists show no names. Every look at a list is written down.", "名单不显示姓名。每次查看名单都会留下记录。"
    ),
    "offer": Text(
        "A place on the list is a suggestion to offer help, never a reason to refuse it.",
        "列入名单只是建议上门提供帮助,不得作为拒绝帮助的理由。",
    ),
    "next_page": Text("Next 50", "后 50 条"),
    "first_page": Text("Back to the first", "回到开头"),
    "empty_title": Text("Nobody to visit first", "暂无建议走访"),
    "empty": Text(
        "This area's list is empty: no visits are planned for it, or nobody fits. The next night makes a new one.",
        "本区域名单为空:没有安排走访名额,或没有符合的家庭。下一次夜间运行会生成新名单。",
    ),
    "unpublished_title": Text("No list yet", "尚无名单"),
    "unpublished": Text(
        "No list was published for your areas yet. A night makes one as soon as somebody there fits.",
        "您负责的区域还没有发布名单。当地有符合的家庭时,夜间运行会生成。",
    ),
    "doubtful_pairs": Text("Same person?", "是否同一人"),
    "pair": Text("Pair", "序号"),
    "pair_title": Text("Pair {number}: one person or two?", "第 {number} 对:是否同一人"),
    "two_records": Text("Two records", "两条登记"),
    "evidence": Text("What speaks for and against", "比对依据"),
    "one_person_odds": Text("One person?", "同一人的可能性"),
    "look": Text("Look", "查看"),
    "for": Text("for", "支持"),
    "against": Text("against", "反对"),
    "open_count": Text("To decide: {count}", "待判定:{count}"),
    "decided_count": Text("Decided: {count}", "已判定:{count}"),
    "which_pairs": Text("Which pairs", "按状态查看"),
    "pairs_order": Text(
        "Each pair stands for two persons today. The likeliest to be one come first. Pairs of every area "
        "are here: the two records of one may come from two.",
        "目前各对均按两人处理,最可能是同一人的排在前面。这里不分片区:一对中的两条登记可能来自不同片区。",
    ),
    "decided_order": Text("The last decision comes first.", "最近的判定排在前面。"),
    "no_pairs_title": Text("Nothing to decide", "暂无待判定"),
    "no_pairs": Text(
        "No pair is doubtful, or all are decided. The next link may find others.",
        "没有存疑的登记,或均已判定。下一次关联可能会有新的。",
    ),
    "no_decided": Text("Nothing has been decided yet.", "还没有判定过。"),
    "found_by": Text("found by version {version} of the event store", "由事件库第 {version} 版发现"),
    "found_no_more": Text("the last link found it doubtful no more", "最近一次关联已不再存疑"),
    "step": Text("What is compared", "比对项"),
    "level": Text("What was found", "比对结果"),
    "bits": Text("Weight", "分值"),
    "sum": Text("Together", "合计"),
    "such_pairs": Text("{odds} such pairs are one person", "这样的两条登记,{odds}是同一人"),
    "weight_note": Text(
        "+1 doubles the odds that the two are one person, −1 halves them; each bar begins where the one above ends.",
        "+1 表示同一人的可能性翻倍,−1 表示减半;每一条从上一条的末端开始。",
    ),
    "side": Text("Record {number}", "登记 {number}"),
    "item": Text("Item", "项目"),
    "alike": Text("Alike", "是否相同"),
    "same_value": Text("equal", "相同"),
    "other_value": Text("differs", "不同"),
    "not_said": Text("not said", "未填"),
    "nothing_kept": Text("Nothing is kept of these two records.", "没有保存这两条登记的原文。"),
    "opening": Text("Names and numbers", "姓名与证件"),
    "opening_note": Text(
        "Names, ids and addresses are sealed. Say why you need them: who opened what, when and why is written down. "
        "They are shown on this page once, and not printed.",
        "姓名、证件号码和住址已加密。请说明查看原因:何人何时为何查看都会留下记录。内容仅在本页显示一次,不会打印。",
    ),
    "opening_closed": Text(
        "Names and ids of these two are opened by a data steward only.", "姓名和证件号码仅数据管理员可以查看。"
    ),
    "open_them": Text("Show them", "查看原文"),
    "opened_note": Text("Shown once; this opening was written down.", "仅本次显示;查看已留下记录。"),
    "vault_closed": Text(
        "The vault cannot be opened from this server: its key is missing or another's. Ask who keeps the service.",
        "本服务器无法打开加密库:缺少密钥或密钥不符,请联系服务管理员。",
    ),
    "reason": Text("Reason", "原因"),
    "choose": Text("Choose …", "请选择"),
    "choose_reason": Text("Nothing was changed: choose a reason first.", "未做任何更改:请先选择原因。"),
    "decision": Text("Decision", "判定"),
    "decide_note": Text(
        "It holds from the next link on, for lists and figures too, and can be taken back.",
        "自下一次关联起生效,名单和统计随之更新;可以撤销。",
    ),
    "together": Text("One person", "同一人"),
    "apart": Text("Two people", "不是同一人"),
    "take_back": Text("Take back", "撤销判定"),
    "decided_so": Text(
        "Decision {number}: {verdict}, by {name}, {moment} ({reason})",
        "第 {number} 号判定:{verdict},{name},{moment}({reason})",
    ),
    "taken_back_so": Text(
        "Decision {number}: decision {other} taken back, by {name}, {moment} ({reason})",
        "第 {number} 号:撤销第 {other} 号判定,{name},{moment}({reason})",
    ),
    "contradicts": Text(
        "Nothing was changed: this does not go with decision {numbers}, in force. Take back which is wrong, or decide "
        "otherwise.",
        "未做任何更改:与已生效的第 {numbers} 号判定矛盾。请撤销有误的一项,或重新判定。",
    ),
    "next_pair": Text("Next pair", "下一对"),
    "all_pairs": Text("All pairs", "全部"),
    "back": Text("Back to the list", "返回名单"),
    "error_400": Text("The request cannot be understood: go back and try again.", "请求无法识别,请返回重试。"),
    "error_401": Text("Log in first: nobody is logged in here, or no longer.", "请先登录:尚未登录或登录已失效。"),
    "error_403": Text(
        "This is not open to your account: ask who keeps the accounts.", "您的账号无权查看,请联系账号管理员。"
    ),
    "error_404": Text("There is no such page: go back to the list.", "没有这个页面,请返回名单。"),
    "error_405": Text("The page does not take this kind of request.", "该页面不接受这种请求。"),
    "error_409": Text(
        "This does not go with what stands by now: go back and look again.", "与现有情况不符,请返回重新查看。"
    ),
    "error_411": Text("The request does not say how large it is: send it with its length.", "请求未注明长度。"),
    "error_413": Text("The request is too large: send less at once.", "请求内容过大,请减少后重试。"),
    "error_422": Text(
        "The address holds something that cannot be: go back to the list.", "地址中有无效内容,请返回名单。"
    ),
    "error_429": Text("Too many log-ins failed: wait a while, and try again.", "登录失败次数过多,请稍后再试。"),
    "error_500": Text("The service cannot answer now: try again in a minute.", "服务暂时无法响应,请稍后重试。"),
    "wrong_password": Text(
        "Name or password is wrong, or the account is disabled: try again, or ask who keeps the accounts.",
        "账号或密码不正确,或账号已停用:请重试,或联系账号管理员。",
    ),
    "form_expired": Text("This form is too old: fill it in again.", "表单已过期,请重新填写。"),
    "other_language": Text("中文", "English"),
}


def choose_language(asked: str | None, kept: str | None, accepted: str) -> str:
    """The language of a page: the one asked for, else the one kept in a cookie, else the browser's, else Chinese.

    >>> choose_language("en", None, "zh"), choose_language(None, "zh", "en"), choose_language("x", None, "")
    ('en', 'zh', 'zh')
    >>> choose_language(None, None, "fr, en-GB;q=0.8, zh;q=0.7")
    'en'
    """
    for said in (asked, kept):
        if said is not None and said in LANGUAGES:
            return said
    for tag in _by_weight(accepted):
        if tag[:2] in LANGUAGES:
            return tag[:2]
    return CHINESE


def _by_weight(accepted: str) -> list[str]:
    weighted = []
    for part in accepted.lower().split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda one: one[0]) if weight < 0]


def say(language: str, key: str, **values: object) -> str:
    """A text of the pages. Raises ``KeyError`` for one that is not there."""
    return WORDS[key].of(language).format(**values)


def day(language: str, on: date) -> str:
    """A day as people write it.

    >>> day("en", date(2024, 3, 1)), day("zh", date(2024, 3, 1))
    ('1 Mar 2024', '2024年3月1日')
    """
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    if language == CHINESE:
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {months[on.month - 1]} {on.year}"


def moment(language: str, at: datetime) -> str:
    """A moment to the minute, in the zone that it is given in."""
    return f"{day(language, at.date())} {at:%H:%M}"
