"""Settlements of medical insurance, under the names of the national interface; a refund takes a settlement back."""

from riskscreen.declare import AddsUp, Column, DayOf, Feed, Id, Is, NotBefore, RecordKind, Text

from .columns import A_MONTH, ASSISTANCE, MONTHLY, OF_THE_MONTH, YES_NO, born_in, citizen, coded, day, files, yuan

INSURANCES = (("310", "of employees", "职工基本医疗保险"), ("390", "of residents", "城乡居民基本医疗保险"))

MEDICAL_SETTLEMENT = Feed(
    name="medical_settlement",
    label=Text("Medical settlements", "医保结算"),
    owner=Text("Medical Insurance", "医保"),
    legal_basis=ASSISTANCE,
    purpose=Text("to see early when illness weighs on a household", "及早发现因病致困"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1095,
    files=files("medical_settlement"),
    columns=(
        Column(name="psn_no", type=Id("insured", r"\d{12}"), label=Text("number of the insured", "人员编号")),
        citizen("certno", zh="证件号码"),
        coded("insutype", Text("insurance", "险种类型"), INSURANCES),
        coded(
            "psn_type",
            Text("kind of insured", "人员类别"),
            (
                ("11", "at work", "在职"),
                ("12", "retired", "退休"),
                ("14", "resident, minor", "居民(未成年)"),
                ("15", "resident, adult", "居民(成年)"),
                ("16", "resident, old", "居民(老年)"),
            ),
        ),
        coded(
            "med_type",
            Text("care", "医疗类别"),
            (
                ("11", "outpatient", "普通门诊"),
                ("14", "outpatient, chronic or special disease", "门诊慢特病"),
                ("21", "inpatient", "普通住院"),
            ),
            required=True,
            sensitive=True,
        ),
        Column(
            name="setl_id",
            type=Id("settlement", r"\d{6}S\d{10}"),
            label=Text("number of the settlement", "结算编号"),
            required=True,
        ),
        day("begndate", "care began on", "开始日期"),
        day("enddate", "care ended on", "结束日期", required=True),
        day("setl_time", "settled on", "结算时间"),
        coded(
            "hosp_lv",
            Text("level of the hospital", "医院等级"),
            (("1", "first", "一级"), ("2", "second", "二级"), ("3", "third", "三级"), ("9", "none", "未定级")),
        ),
        yuan("medfee_sumamt", "total", "医疗费总额", required=True),
        yuan("fulamt_ownpay_amt", "wholly at own expense", "全自费金额"),
        yuan("overlmt_selfpay", "above the limit", "超限价自费"),
        yuan("preselfpay_amt", "own share before insurance", "先行自付金额"),
        yuan("inscp_scp_amt", "within the scope of insurance", "符合范围金额"),
        yuan("act_pay_dedc", "deductible", "起付线"),
        yuan("hifp_pay", "paid by the basic fund", "基本医保统筹基金支出"),
        yuan("hifmi_pay", "paid by serious-illness insurance", "大病保险支出"),
        yuan("hifob_pay", "paid by supplementary insurance", "大额补助支出"),
        yuan("maf_pay", "paid by medical aid", "医疗救助支出"),
        yuan("fund_pay_sumamt", "paid by funds", "基金支付总额", required=True),
        yuan("psn_part_amt", "borne by the patient", "个人负担总金额", required=True),
        yuan("acct_pay", "from the personal account", "个人账户支出"),
        yuan("psn_cash_pay", "in cash", "个人现金支出"),
        yuan("hosp_part_amt", "borne by the hospital", "医院负担金额"),
        coded("vali_flag", Text("valid", "有效标志"), YES_NO, required=True),
        coded("refd_setl_flag", Text("refunded", "退费结算标志"), YES_NO, required=True),
        day("updt_time", "entered or changed on", "更新时间", required=True),
    ),
    checks=(
        AddsUp(total="medfee_sumamt", parts=("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt"), within=1),
        NotBefore(later="enddate", earlier="begndate"),
        born_in("certno"),
    ),
    records=(
        RecordKind(
            name="settlement",
            label=Text("medical settlement", "医保结算单"),
            person="certno",
            key=("setl_id",),
            happened=DayOf("enddate"),
            known=DayOf("updt_time"),
            lag_days=A_MONTH,
            values=("med_type", "medfee_sumamt", "psn_part_amt"),
            when=(Is("vali_flag", "1"),),
            withdrawn=Is("refd_setl_flag", "1"),
            same=("begndate", "enddate", "med_type", "hosp_lv", "medfee_sumamt"),
        ),
    ),
)
