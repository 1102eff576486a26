"""What moto's cases are run with: a plugin of pytest's that lies beside the suite, whose files stay as they are."""

import datetime
import inspect
from types import SimpleNamespace

import botocore.auth

# Cases that freeze the time mean that of what is answered. Whoever signs in another year than the server has is refused, as with AWS.
read_clock = datetime.datetime.now


def now(remove_tzinfo=True):
    moment = read_clock(datetime.timezone.utc)
    return moment.replace(tzinfo=None) if remove_tzinfo else moment


botocore.auth.get_current_datetime = now

# Some cases leave themselves out where there is a server, as moto's own cannot be configured from outside. To them there is none.
without_server = SimpleNamespace(TEST_SERVER_MODE=False)


def pytest_runtest_setup(item):
    if not hasattr(item.module, "settings"):
        return
    if not hasattr(item.module, "settings_as_they_are"):
        item.module.settings_as_they_are = item.module.settings
    case = inspect.getsource(inspect.unwrap(item.function))
    leaves_out = "SkipTest(" in case
    item.module.settings = (
        without_server if leaves_out else item.module.settings_as_they_are
    )
