"""Settlements of medical insurance, under the names of the national interface; a refund takes a settlement back."""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, Id, Is, Money, RecordKind, Sensitivity, Text


def amount(name: str, en: str, zh: str, *, required: bool = False) -> Column:
    """An amount in yuan with two decimals."""
    return Column(
        name=name, type=Money(), label=Text(en, zh), unit="yuan", required=required, sensitivity=Sensitivity.SENSITIVE
    )


MEDICAL_SETTLEMENT = Feed(
    name="medical_settlement",
    label=Text("Medical settlements", "医保结算"),
    owner=Text("Medical Insurance", "医保"),
    legal_basis=Text("Interim Measures for Social Assistance, art. 58", "《社会救助暂行办法》第五十八条"),
    purpose=Text("to see early when illness weighs on a household", "及早发现因病致困"),
    cadence=Text("monthly", "每月"),
    retention_days=1095,
    files=("medical_settlement_*.csv", "medical_settlement_*.csv.gz"),
    columns=(
        Column(name="psn_no", type=Id("insured", r"\d{12}"), label=Text("number of the insured", "人员编号")),
        Column(
            name="certno",
            type=Id("citizen", r"\d{17}[\dX]"),
            label=Text("citizen id", "证件号码"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="insutype",
            type=Code(("310", "390")),
            label=Text("insurance (310 employees, 390 residents)", "险种类型"),
        ),
        Column(name="psn_type", type=Code(), label=Text("kind of insured", "人员类别")),
        Column(
            name="med_type",
            type=Code(("11", "21")),
            label=Text("care (11 outpatient, 21 inpatient)", "医疗类别"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="setl_id",
            type=Id("settlement", r"\d{6}S\d{10}"),
            label=Text("number of the settlement", "结算编号"),
            required=True,
        ),
        Column(name="begndate", type=Day(), label=Text("care began on", "开始日期")),
        Column(name="enddate", type=Day(), label=Text("care ended on", "结束日期"), required=True),
        Column(name="setl_time", type=Day(), label=Text("settled on", "结算时间")),
        Column(name="hosp_lv", type=Code(), label=Text("level of the hospital", "医院等级")),
        amount("medfee_sumamt", "total", "医疗费总额", required=True),
        amount("fulamt_ownpay_amt", "wholly at own expense", "全自费金额"),
        amount("overlmt_selfpay", "above the limit", "超限价自费"),
        amount("preselfpay_amt", "own share before insurance", "先行自付金额"),
        amount("inscp_scp_amt", "within the scope of insurance", "符合范围金额"),
        amount("act_pay_dedc", "deductible", "起付线"),
        amount("hifp_pay", "paid by the basic fund", "基本医保统筹基金支出"),
        amount("hifmi_pay", "paid by serious-illness insurance", "大病保险支出"),
        amount("hifob_pay", "paid by supplementary insurance", "大额补助支出"),
        amount("maf_pay", "paid by medical aid", "医疗救助支出"),
        amount("fund_pay_sumamt", "paid by funds", "基金支付总额", required=True),
        amount("psn_part_amt", "borne by the patient", "个人负担总金额", required=True),
        amount("acct_pay", "from the personal account", "个人账户支出"),
        amount("psn_cash_pay", "in cash", "个人现金支出"),
        amount("hosp_part_amt", "borne by the hospital", "医院负担金额"),
        Column(name="vali_flag", type=Code(("0", "1")), label=Text("valid (1 yes)", "有效标志"), required=True),
        Column(
            name="refd_setl_flag", type=Code(("0", "1")), label=Text("refunded (1 yes)", "退费结算标志"), required=True
        ),
        Column(name="updt_time", type=Day(), label=Text("entered or changed on", "更新时间"), required=True),
    ),
    records=(
        RecordKind(
            name="settlement",
            label=Text("medical settlement", "医保结算单"),
            person="certno",
            key=("setl_id",),
            happened=DayOf("enddate"),
            known=DayOf("updt_time"),
            lag_days=31,  # delivered monthly
            values=("med_type", "medfee_sumamt", "psn_part_amt"),
            when=(Is("vali_flag", "1"),),
            withdrawn=Is("refd_setl_flag", "1"),
        ),
    ),
)
