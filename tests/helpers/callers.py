"""People who ask for calls, for tests of who sees and changes what."""

from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller, acting_as
from digitnet.access.roles import Role

ANN = Caller(Role.READER, "ann@class.example")
BOB = Caller(Role.READER, "bob@other.example")
GUEST = Caller(Role.READER, "browser:guest@class.example")  # A key that ends as an address of the class does.
TEACHER = Caller(Role.TEACHER, "eve@school.example", ("@class.example", "kim@home.example"))
HEAD = Caller(Role.OWNER, "head@school.example", None)
ALL = {
    "owner": LOCAL_OWNER,
    "head": HEAD,
    "teacher": TEACHER,
    "ann": ANN,
    "bob": BOB,
    "guest": GUEST,
    "nobody": NOBODY,
    "reader without account": Caller(Role.READER),
}
# The accounts that each sees, of those of `ALL`; None for all.
SEEN = {
    "owner": None,
    "head": None,
    "teacher": {"eve@school.example", "ann@class.example"},
    "ann": {"ann@class.example"},
    "bob": {"bob@other.example"},
    "guest": {"browser:guest@class.example"},
    "nobody": set(),
    "reader without account": set(),
}
KEEPERS = [name for name in ALL if name not in ("nobody", "reader without account")]


def agree(collection, *names):
    """Have these people, or all who can, agree to their digits being kept."""
    for name in names or KEEPERS:
        with acting_as(ALL[name]):
            collection.consents.give()
