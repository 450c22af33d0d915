"""Groups by which the figures of both models are told apart. They may read protected columns; signals may not."""

from riskscreen.declare import AuditGroup, Text

AUDIT_GROUPS = [
    AuditGroup(name="sex", label=Text("sex (1 male, 2 female)", "性别"), records="residence", column="sex"),
    AuditGroup(
        name="age_band",
        label=Text("age, by year of birth", "年龄段(按出生年份)"),
        records="residence",
        column="birth_year",
        bands=(0, 1964, 1989, 2005),  # as of 2023: 60 and older, 35–59, 19–34, 18 and younger
    ),
    AuditGroup(
        name="hukou_kind", label=Text("hukou, local or other", "户籍类型"), records="residence", column="hukou_kind"
    ),
]
