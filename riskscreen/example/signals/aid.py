"""Signals of help received: whom nobody needs to find, as they are helped already.

May be changed: everything; see ``health.py``. These keep people out of the cohort; a model that learnt from
them would learn who applies rather than who is in need.
"""

from riskscreen.declare import Is, StateAt, Text

AID = (
    StateAt(
        name="aided",
        label=Text("receives aid", "正在接受救助"),
        theme="aid",
        records="aid_decision",
        where=(Is("decision", "granted"),),
        words=((0, Text("no", "否")), (1, Text("yes", "是"))),
        reason=Text("Receives aid: {value}", "正在接受救助:{value}"),
    ),
)
