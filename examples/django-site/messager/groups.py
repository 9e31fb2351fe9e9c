"""The names of groups."""

import hashlib
import re

RESERVED = ("broadcast", "notifications")


def user_group(username):
    """The group of a user's open pages: the name itself, as in zanhu. A name that Channels would refuse, such as 张三 or
    alice@example.com, or that is another group's, is replaced by its digest."""
    if (re.fullmatch(r"[a-zA-Z0-9._-]{1,99}", username) and username not in RESERVED
            and not username.startswith(("zanhu.user.", "zanhu.group."))):
        return username
    return "zanhu.user." + hashlib.sha256(username.encode()).hexdigest()[:40]
