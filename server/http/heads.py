"""The head of a request: its fields, and what follows from them. One that came before is not parsed again.

A client sends the same head again and again, but for its first line: its bytes are looked up, and only what was never seen,
or is out of the ordinary, goes through the parser.
"""

import re
from functools import cached_property

LINE = re.compile(
    rb"(GET|HEAD|POST) (/[A-Za-z0-9%._~:@!$&'()*+,;=/-]*)(?:\?([A-Za-z0-9%._~:@!$&'()*+,;=/?-]*))? HTTP/1\.1\r\n"
)
LONGEST, MOST = 4096, 512
READ = {"accept": 2048, "accept-language": 200, "cookie": 2000}
"""So many characters of a wish are read: to weigh a thousand languages against ours takes seconds."""
END = b"\r\n\r\n"


class Head(dict[str, str]):
    """The fields by their names in lower case; not changed once the head was read.

    >>> Head({"accept": "text/csv"}).taste == Head({"accept": "text/html"}).taste
    False
    >>> Head({"content-length": "12"}).is_plain, Head({"expect": "100-continue"}).is_plain
    (True, False)
    """

    @cached_property
    def taste(self) -> str | None:
        """What the answer depends on beside the address and the body; None where it is kept for nobody."""
        if "authorization" in self or "range" in self or len(self.get("cookie", "")) > READ["cookie"]:
            return None
        wishes = [self.get(name, "")[:most] for name, most in READ.items()]
        return "\n".join((self.get("host", ""), self.get("content-type", ""), *wishes))

    @cached_property
    def length(self) -> int:
        """Bytes of the body, where that is stated; -1 where what is stated is no number."""
        stated = self.get("content-length", "0")
        return int(stated) if stated.isdecimal() else -1

    @property
    def is_plain(self) -> bool:
        """Whether nothing follows from it but the length of the body, and nothing in it is secret."""
        return not self.keys() & {"transfer-encoding", "upgrade", "expect", "authorization"}


class Heads:
    """Heads by their bytes, without the first line: those that were parsed lately.

    >>> heads = Heads()
    >>> heads.remember(b"Host: x\\r\\n\\r\\n", Head(host="x"))
    >>> heads.find(b"Host: x\\r\\n\\r\\n"), heads.find(b"Host:x\\r\\n\\r\\n")
    ({'host': 'x'}, None)
    """

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}
        self.find = self._known.get

    def __len__(self) -> int:
        return len(self._known)

    def remember(self, data: bytes, head: Head) -> None:
        """Keep a plain one; all are forgotten once there are too many."""
        if len(data) <= LONGEST and head.is_plain:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[data] = head
