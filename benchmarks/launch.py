"""Run a command and write down what it cost: ``python -I -S launch.py FILE COMMAND…``.

A process begins with the peak memory of the one that started it, so it must be a small one that does: this one.
"""

import json
import os
import sys
import time

began = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(process, 0)  # unlike RUSAGE_CHILDREN this is the peak of this very process
wall = time.perf_counter() - began
kilobytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
cost = {
    "code": os.waitstatus_to_exitcode(status),
    "wall": wall * 1000,
    "memory": kilobytes / 1024,
    "processor": usage.ru_utime + usage.ru_stime,
}
with open(sys.argv[1], "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would make this process larger
    json.dump(cost, file)
