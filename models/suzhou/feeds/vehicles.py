"""Motor vehicles by owner."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text

from .columns import A_MONTH, MONITORING, MONTHLY, OF_THE_MONTH, born_in, citizen, coded, day, files, number, stated_on

VEHICLES = Feed(
    name="vehicles",
    label=Text("Vehicles", "机动车"),
    owner=Text("Traffic Police", "公安交管"),
    legal_basis=MONITORING,
    purpose=Text("to tell households with other means apart", "核对车辆"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("vehicles"),
    columns=(
        number("vehicle_no", "vehicle", "number of the vehicle", "车辆识别代号"),
        citizen(),
        coded(
            "model",
            Text("model", "车型"),
            (
                ("car", "car", "小型客车"),
                ("van", "van or truck", "货车"),
                ("motorcycle", "motorcycle", "摩托车"),
                ("two_wheeler", "electric two-wheeler", "电动两轮车"),
                ("disability_aid", "vehicle for disabled people", "残疾人专用车"),
            ),
            required=True,
            sensitive=True,
        ),
        coded(
            "use",
            Text("use", "使用性质"),
            (("private", "private", "非营运"), ("business", "business", "营运")),
            sensitive=True,
        ),
        day("on", "owned since", "登记日期", required=True),
        day("ended_on", "sold or scrapped on", "注销日期"),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="vehicle",
            label=Text("owns a vehicle", "机动车"),
            person="citizen_id",
            key=(
                "vehicle_no",
                "citizen_id",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("ended_on"),
            values=(
                "model",
                "use",
            ),
        ),
    ),
)
