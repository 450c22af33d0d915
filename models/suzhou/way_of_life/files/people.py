"""Who lives where: residents, permits, marriages, funerals, addresses."""

from riskscreen.declare import AddressOf, Always, AreaOf, CityFile, Coded, Numbered, Of, OfPerson, OnDay

from .words import BORN, EMPTY, ID, NAME, PHONE, SEX, STATED_ON

RESIDENTS = CityFile(
    feed="police_population",
    events="residence",
    columns={
        "citizen_id": ID,
        "name": NAME,
        "sex": SEX,
        "birth_date": BORN,
        "birth_year": OfPerson("birth_year"),
        "phone": PHONE,
        "ethnicity": Coded("group", {0: "01", 1: "03", 2: "06", 3: "15"}),
        "hukou_no": Numbered("book", "9905", 8),
        "hukou_type": Coded("book_kind", {0: "family", 1: "collective"}),
        "relation_to_head": Coded(
            "kin", {0: "0", 1: "0", 2: "1", 3: "1", 4: "3", 5: "2", 6: "5", 7: "5", 8: "8", 9: "8", 10: "4", 11: "4"}
        ),
        "hukou_address": AddressOf("book_grid", "book_dwelling"),
        "residence_address": AddressOf("grid", "dwelling"),
        "area_code": AreaOf("area"),
        "hukou_kind": Coded("local", {1: "local", 0: "other"}),
        "resident_since": OnDay("since"),
        "cancelled_on": OnDay("until"),
        "cancel_reason": Coded("why", {0: "", 1: "died", 2: "left", 3: "moved"}),
        "stated_on": STATED_ON,
    },
)
PERMITS = CityFile(
    feed="residence_permit",
    events="permit",
    columns={
        "permit_no": Numbered("number", "9905P", 8),
        "citizen_id": ID,
        "name": NAME,
        "sex": SEX,
        "birth_date": BORN,
        "phone": PHONE,
        "valid_from": OnDay("day"),
        "valid_to": OnDay("until"),
        "residence_address": AddressOf("grid", "dwelling"),
        "stated_on": STATED_ON,
    },
)
MARRIAGES = CityFile(
    feed="marriage",
    events="marriage",
    columns={
        "registration_no": Numbered("number", "9905M", 8),
        "citizen_id": ID,
        "name": NAME,
        "spouse_id": OfPerson("id", "other"),
        "spouse_name": OfPerson("name", "other"),
        "kind": Coded("kind", {0: "marriage", 1: "divorce"}),
        "on": OnDay("day"),
        "stated_on": STATED_ON,
    },
)
FUNERALS = CityFile(
    feed="funeral",
    events="funeral",
    columns={
        "funeral_no": Numbered("number", "9905F", 8),
        "citizen_id": ID,
        "name": NAME,
        "kind": Always("cremation"),
        "amount": EMPTY,
        "died_on": OnDay("day"),
        "on": STATED_ON,
        "stated_on": STATED_ON,
    },
)
ADDRESSES = CityFile(
    feed="address_library",
    events="address",
    columns={
        "address_id": Numbered("number", "9905Q", 8),
        "district": Of("district"),
        "town": Of("town"),
        "village": Of("village"),
        "grid_code": Of("grid_code"),
        "road": Of("road"),
        "gate": Of("gate"),
        "building": Of("building"),
        "unit": Of("unit"),
        "room": Of("room"),
        "lon": EMPTY,
        "lat": EMPTY,
        "valid_from": OnDay("since"),
        "valid_to": OnDay("until"),
    },
)
